// Chapters: how far one person has come in the story, what is told then, and what to try next.
// Content only.

export const CHAPTERS = {
  read: {
    title: "the keeper's log",
    recap: "You read the keeper's log: wick, oil, clean glass, and two people who can shout.",
  },
  crossed: {
    title: "the sluice",
    recap: "Somebody held the windlass for you, and you went under the gate to the oil.",
  },
  helped: {
    title: "a hand in it",
    recap: "You have put your own hand to the lamp.",
  },
  light: {
    title: "the light of Thole",
    recap: "The lamp was lit, and partly by you. Its beam showed the road that the keeper went.",
  },
  below: {
    title: "the kelp wood",
    recap: "You walked out along the Wrack Road at low water and went down among the roots.",
  },
  tied: {
    title: "a knot of your own",
    recap:
      "You tied your knot into the Holdfast, Oda Marrick let go, and Thole has one more to hold it.",
  },
} as const;

export type Chapter = keyof typeof CHAPTERS;

export const CHAPTER_KEYS = Object.keys(CHAPTERS) as readonly Chapter[];

export const ARRIVAL =
  "Thole, eleven nights into the dark of the light. The boat that brought you had one letter aboard, and nobody else to give it to.";

export const LOG = [
  "The last page is dated eleven nights ago.",
  "“Ninth strand going. I can hear it in the cellar. Down at the ebb to see; home for supper.”",
  "And on the page before it, underlined, for whoever has to do this without me:",
  "“TO LIGHT HER. A wick: kelp fibre from the drying cellar, COMBINED with tallow. SET it in the burner. Oil: the cistern, past the sluice; FILL a flask; POUR it in. Glass: WIPE it, she is blind with salt. The crank goes in the socket at the foot; if it is gone it went down the shaft, look by the Ribs at low water. Then one TURNS the works below and calls out the signature from the drum, and one above SETS the shutter to it and LIGHTS the lamp from a lantern. She burns a tide and a tide again. When she burns, look west from the pools.”",
];

export const LIT = [
  "The wick takes. For a moment it is only a flame in a glass, the size of a leaf. Then the lens gets hold of it.",
  "A bar of light goes out over the Row, the quay, the Ribs, the water, and begins to walk. Out past everything, very small, a light answers. Then two. Then a crooked line of them, like somebody counting.",
];

export const LIT_SEEN =
  "High up, the head of the tower opens like an eye. A beam goes out over Thole and begins to walk round it. To the west of the pools it lies along a road of stones.";

export const WENT_OUT =
  "Up in the tower the light sinks, reddens and goes out. It has burnt its quart. Something iron falls a long way down a shaft.";

export const ENDING = [
  "You find the parted end by feel. Your hands have watched other people do this all day, on every rope you passed, and they seem to know. You tie it. It is not a bowline and not a bend; it has a turn too many in it, the way you do.",
  "The strand takes the weight. You feel it arrive in the cord, in the rock, in the soles of your feet.",
  "Oda Marrick opens one arm, then the other. She looks at the knot for some time. “Well,” she says, “nobody else would have done it like that,” which on Thole is the whole of the ceremony. She gets up in three stages. “There will be supper. There is always too much. You know the way now.” And she goes up north between the roots, by steps that were there all along.",
  "You are held. You may go anywhere you like.",
  "— Here the story of the light ends. Thole does not: stay, look, help those who come after you, or go home. Your knot stays. —",
];

/** What somebody who asks for a hint is told, by the first chapter that is still missing. */
export const HINTS: Readonly<Record<Chapter, string>> = {
  read: "Read your letter; then find a way up the tower. The door on the stair wants a key, and an otter on the ledge below the garden has a use for keys, and a greater one for herring.",
  crossed:
    "Oil is in the cistern past the sluice, and the gate needs two: one holds the windlass while the other goes through. Take a lantern and a flask, and ask somebody; SHOUT if nobody is near.",
  helped:
    "The lamp wants its glass wiped with linen, a wick (kelp fibre and tallow), and oil poured in. Do any one of them.",
  light:
    "The crank lies by the Ribs at low water and fits the works at the foot. One turns it and reads the drum aloud; another sets the shutter to those five strokes and lights the lamp with a lantern.",
  below:
    "At low tide, from the rock pools, go west along the road that the beam showed you, and then down.",
  tied: "At the Holdfast, tie your cord. If you have none, the net loft does.",
};

export const HINT_AFTER_ALL =
  "You are held; there is nothing that you must do. Somebody new may need a hand at the windlass.";
