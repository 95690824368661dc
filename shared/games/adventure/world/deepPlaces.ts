// Deep places: the road that the beam shows, the kelp wood and what is at the root of Thole. Content only.

import type { Place } from "../kinds.ts";

const RISEN =
  "The sill behind you has closed: there is sea on the other side of it now, leaning. It is dry here and will stay so. WAIT for the ebb.";

export const deepPlaces = {
  wrackroad: {
    name: "The Wrack Road",
    text: "Two lines of stones, knee-high, bearded with weed, lead out from the pools over ground that is sea for half of every day. Somebody set each of them by hand at low water and was home before it turned. East are the pools. To the west the kelp begins.",
    exits: { east: "pools", west: "wood" },
    isFlooded: true,
    scenery: [
      {
        words: ["stones", "stone"],
        text: "Every ninth has a ring, and in every ring a rag, and on every rag there was once a name.",
      },
    ],
  },
  wood: {
    name: "The Kelp Wood",
    text: "The ebb has let the forest down. Stalks as thick as masts lean on each other all around, streaming, and the fronds make a roof that lets the light through brown, like tea. It is not quiet: everything drips, ticks, lets go of a little water at a time. The road is east. Between two stalks that have grown into one, a hole goes down among the roots.",
    exits: { east: "wrackroad", down: "hollow" },
    isFlooded: true,
    scenery: [
      {
        words: ["stalks", "fronds", "kelp", "forest"],
        text: "You put your arms round one. It gives, and then it does not.",
      },
      { words: ["hole", "roots"], text: "Smooth at the edge. Much used." },
    ],
  },
  hollow: {
    name: "The Hollow",
    text: "A chamber woven of roots, each as thick as an arm, each holding another. The air is cold and good. A sill of rock keeps the sea out of here even at the flood, so the keepers always said, and none has come back wet. A way goes up to the wood, and another down, towards a sound of humming.",
    exits: {
      up: { to: "wood", when: "low-tide", shut: RISEN },
      down: "root",
    },
    scenery: [
      {
        words: ["roots", "root", "sill"],
        text: "A holdfast does not feed. It does not drink. It only holds; the rest of the plant does everything else.",
      },
      {
        words: ["humming", "sound"],
        text: "A tune of five notes, some long and some short. Somebody is keeping count.",
      },
    ],
  },
  root: {
    name: "The Holdfast",
    text: "Here everything that holds comes together. The roots of the wood and the nine strands of the Long Line, one for each household, run into a knot as big as a house, gripping the bare rock; it is all that keeps Thole from being merely some stones in the way of the sea. On every strand hang short ends of cord, hundreds, each tied in its owner's own knot.",
    also: [
      {
        when: "untied",
        text: "An old woman sits against it with both arms round the ninth strand, which has parted. She is what it hangs by. “There you are,” says Oda Marrick. “I would get up. It wants one more knot than there is, that is all. Have you a cord on you? Then TIE it, and mind you tie it like yourself.”",
      },
      {
        when: "tied",
        text: "Your own cord is among the others on the ninth strand, holding. To the north the keeper's way goes up, by steps you could not have seen before, to the drying cellar.",
      },
    ],
    exits: {
      up: "hollow",
      north: {
        to: "cellar",
        when: "tied",
        shut: "Roots, and behind them more roots. The old woman looks at the strand in her arms and then at you.",
        secret: true,
      },
    },
    scenery: [
      {
        words: ["strands", "strand", "line", "long line"],
        text: "Eight are whole. The ninth was for whoever comes next, and it has been waiting, which is hard on rope.",
      },
      {
        name: "Oda Marrick",
        when: "untied",
        words: ["oda", "keeper", "woman", "oda marrick"],
        text: "Eleven nights she has sat here, with bread for three. She does not look like somebody who has been brave. She looks like somebody who has been busy.",
      },
    ],
  },
} as const satisfies Readonly<Record<string, Place>>;
