// Tide words: what is told when the water turns, and of what it takes along. Content only.

export const TIDE_WORDS = {
  warning:
    "Water has begun to run in between the stones, with a sound like a crowd far off. It will be here soon.",
  bark: "The dog gets up and barks at the sea, twice. It is about to turn.",
  ebb: "The tide turns. All round Thole the sea draws back, grumbling, and leaves its floor to dry.",
  flood: "The tide turns. The sea comes in over the rocks to see what has been done with them.",
  carried:
    "The water takes you under the arms like somebody who has done it before, and sets you down on the slip, wet to the collar and otherwise complete.",
  landed: "The sea puts somebody down on the slip.",
  keyTaken:
    "In passing the otter puts her head through a loop of string, and the brass key goes with her.",
  keyGone:
    "Something wet goes through your pocket, quicker than a thought. The key is gone, and so, if anybody asks, is the otter.",
  crankGone:
    "The crank slides out of your belt, finds a crack in the rock as if it had been told to, and is heard going down. It will be by the Ribs, for whoever needs it next.",
} as const;
