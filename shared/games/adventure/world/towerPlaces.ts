// Tower places: the light of Thole from its foot to its gallery. Content only.

import type { Place } from "../kinds.ts";

export const towerPlaces = {
  foot: {
    name: "The Foot of the Light",
    text: "A round room with walls a fathom thick. In the middle stands the clockwork that turns the lamp: brass wheels, a drum set with pegs long and short, and a chain that goes down into a shaft and up into the dark of the tower. The stair winds up round the wall. The Row is south through the door.",
    also: [
      {
        when: "works-turning",
        text: "The works are turning. Peg after peg goes by under the hammer, and the whole tower ticks.",
      },
      {
        when: "crank-fitted",
        text: "An iron crank is fitted in the socket of the works. One could TURN it.",
      },
    ],
    exits: { south: "row", out: "row", up: "stair" },
    scenery: [
      {
        words: ["works", "clockwork", "wheels", "socket", "chain"],
        text: "A square socket takes a crank. A plate says: TURN FROM HERE WHILE ANOTHER LIGHTS ABOVE. THE KEEPER HAS TWO HANDS AND THEY ARE SELDOM IN THE SAME ROOM.",
      },
      {
        words: ["drum", "pegs", "peg", "hammer"],
        text: "Long pegs and short pegs make the signature of the light: five strokes. The drum slips to another signature whenever the works stop, so it must be read while somebody turns, and called up to whoever stands at the shutter.",
      },
      {
        words: ["shaft"],
        text: "The weights run in it. What falls down it ends in the cove by the Ribs.",
      },
    ],
  },
  stair: {
    name: "The Stair",
    text: "A hundred and twenty steps, hollowed like spoons. Slits in the wall show sea, sea, Row, sea. Halfway up is a door of ship's oak with a brass lock, and behind it the stair goes on to the watch room. Down is the foot of the tower.",
    also: [
      { when: "door-open", text: "The oak door stands open." },
      { when: "door-shut", text: "The oak door is locked." },
    ],
    exits: {
      down: "foot",
      up: {
        to: "watch",
        when: "door-open",
        shut: "The oak door is locked. The keeper wore the key on a string, until the otter took to her.",
      },
    },
    scenery: [
      {
        words: ["door", "lock", "oak door", "brass lock"],
        text: "Scratched beside the lock: IF TOLL HAS THE KEY, GIVE HER A FISH. The lock is an old one and drops by itself at the turn of the tide.",
      },
      {
        words: ["slits", "steps"],
        text: "The middle of each step is a hand lower than its ends. That many feet.",
      },
    ],
  },
  watch: {
    name: "The Watch Room",
    text: "A cot, a stove, a window on every quarter, a table bolted to the floor. The keeper's log lies on it, open, held open by a stone. The bed is made. The kettle is full. It is the room of somebody who meant to be back by supper. A ladder goes up to the lamp room, and the stair goes down.",
    exits: { down: "stair", up: "lamproom" },
    scenery: [
      { words: ["cot", "bed", "kettle", "stove"], text: "In order. It makes it worse." },
      {
        words: ["log", "book", "keeper's log", "table"],
        text: "A big square book in a big square hand. It is there to be READ.",
      },
      {
        words: ["stone"],
        text: "A grey beach stone with one white ring. For luck, or for weight.",
      },
    ],
  },
  lamproom: {
    name: "The Lamp Room",
    text: "Glass on all sides and glass in the middle: a lens taller than you, ring within ring, with a burner at its heart. Before it hangs a shutter of brass slats, worked by a lever with a row of five notches; it can be SET long or short, notch by notch. The watch room is down the ladder, and a low door leads out to the gallery.",
    also: [
      { when: "lamp-dark", text: "The burner is cold." },
      {
        when: "lamp-lit",
        text: "The lamp is burning. You can look at it the way one can look at the sun in a story: not long, and not straight.",
      },
      { when: "works-turning", text: "The lens goes round, slowly, with no sound at all." },
    ],
    exits: { down: "watch", out: "gallery", east: "gallery" },
    scenery: [
      {
        words: ["lens", "glass", "burner", "lamp", "rings"],
        text: "Five hundred and some prisms, all looking at one place the size of a plum.",
        also: [
          { when: "glass-salted", text: "They are blind with salt and want WIPING." },
          { when: "glass-clean", text: "They are so clean that they are hard to see." },
          { when: "wick-set", text: "A wick stands in the burner." },
          { when: "oil-poured", text: "The font is full of oil." },
        ],
      },
      {
        words: ["shutter", "slats", "notches", "lever"],
        text: "Five notches, each with two rests, LONG and SHORT. It wants the signature that the drum below is giving, stroke by stroke.",
      },
    ],
  },
  gallery: {
    name: "The Gallery",
    text: "An iron balcony around the head of the tower, and then nothing, a great deal of it. Thole lies under you like a thing somebody put down for a moment: slip, quay, nine roofs, the hall with her keel in the air. The lamp room is in through the low door.",
    also: [
      {
        when: "low-tide",
        text: "The ebb has bared the pools and the Ribs, and west of them, out as far as you can see, the brown backs of the kelp.",
      },
      {
        when: "high-tide",
        text: "The tide is in. West of the slip there is only water, moving like muscle.",
      },
      {
        when: "lamp-lit",
        text: "The beam leans on the dark and the dark gives. It points out a road west from the pools, stone by stone.",
      },
    ],
    exits: { in: "lamproom", west: "lamproom" },
    scenery: [
      {
        words: ["rail", "balcony"],
        text: "Polished on the west side, by the elbows of somebody waiting.",
      },
      {
        words: ["kelp", "sea", "water", "road"],
        text: "The forest that Thole stands on, or the other way round; opinions differ in the Row.",
      },
    ],
  },
} as const satisfies Readonly<Record<string, Place>>;
