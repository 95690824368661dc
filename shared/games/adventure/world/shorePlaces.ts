// Shore places: the landing, the quay and what the ebb lays bare. Content only.

import type { Place } from "../kinds.ts";

export const shorePlaces = {
  slip: {
    name: "The Slip",
    text: "A ramp of cut granite runs down from the quay into the water, ridged so that boots can find it in the dark. The boat that brought you is already a smudge. It did not wait to be thanked; the skipper said only that on Thole you are either holding something or being held, and pushed off. Stairs go up to the quay.",
    also: [
      {
        when: "low-tide",
        text: "The ebb has drawn back from the foot of the ramp. To the west a shelf of rock pools lies bare and shining.",
      },
      {
        when: "high-tide",
        text: "The tide is in. Green water sucks at the lowest ridge and lets it go again.",
      },
      {
        when: "lamp-dark",
        text: "Above everything stands the tower, and its head is dark.",
      },
      {
        when: "lamp-lit",
        text: "Above everything stands the tower, and its beam goes over you like a hand over a tablecloth.",
      },
    ],
    exits: {
      up: "quay",
      west: {
        to: "pools",
        when: "low-tide",
        shut: "The pools are under two fathoms of tide. They will be back. You can WAIT here to see how the water stands.",
      },
    },
    scenery: [
      {
        words: ["tower", "lighthouse"],
        text: "Grey stone to the shoulder, white above, a lantern of glass on top. It stands at the north end of the Row.",
      },
      {
        words: ["ridges", "ramp", "slip"],
        text: "Every ridge has a date cut into it, one a year. The newest is four years back; since then nobody has had the time.",
      },
      {
        words: ["water", "sea", "tide"],
        text: "It comes and goes on its own business. WAIT tells you how it stands.",
      },
    ],
  },
  quay: {
    name: "The Quay",
    text: "Nine iron rings are let into the edge of the quay, one for each household, and no boat hangs on any of them. Nets are heaped against the wall, still wet at the bottom. The lane called the Row goes north between the houses. To the east a boathouse stands with its doors open; a ladder goes up to the net loft over it; a plank stage leads south to the fog bell, and the slip is down the stairs.",
    also: [
      {
        when: "lamp-lit",
        text: "Far out, one after another, small lights have begun to answer the tower. Those are boats.",
      },
    ],
    exits: { down: "slip", north: "row", east: "boathouse", up: "netloft", south: "bell" },
    scenery: [
      {
        words: ["rings", "iron rings", "ring"],
        text: "Each is worn thin on one side, the side towards the open sea. The ninth is new and has never held anything.",
      },
      {
        words: ["nets", "net"],
        text: "Somebody dropped them in the middle of mending. The needle is still in the mesh.",
      },
    ],
  },
  bell: {
    name: "The Bell Stage",
    text: "The planks end in the air above the water. A fog bell as tall as a child hangs here from a gallows of ship's timber, green with weather, with a rope spliced to its tongue. You could RING it. The quay is back to the north.",
    exits: { north: "quay" },
    scenery: [
      {
        words: ["bell", "fog bell"],
        text: "Cast letters run round the lip: I DO NOT SAY WHERE I AM. I SAY WHERE YOU ARE.",
      },
      {
        words: ["rope", "bell rope"],
        text: "Spliced with nine strands, like everything on Thole. It is there to be pulled.",
      },
    ],
  },
  netloft: {
    name: "The Net Loft",
    text: "Under the rafters the air is brown and sweet with tar. Coils of line hang in rows by thickness, from something you could thread a needle with to something you could moor a town with. A bench under the window is polished by two hundred years of trousers. The ladder goes down.",
    exits: { down: "quay" },
    scenery: [
      {
        words: ["coils", "line", "lines", "bench"],
        text: "Everybody on Thole cuts a fathom of cord here on their first day and carries it until they know what it is for.",
      },
      {
        words: ["window"],
        text: "Small panes, salted blind. A child has drawn a fish in the salt with one finger, and signed it: NIB.",
      },
    ],
  },
  boathouse: {
    name: "The Boathouse",
    text: "Nine cradles stand in the gloom and all of them are empty. A rack beside the door holds lanterns, filled and trimmed, more than anybody here could carry, and below it stands a barrel of salt herring with the lid ajar. Whoever left took the boats and left the lights. They must have been sure of seeing another one. The quay is west.",
    exits: { west: "quay", out: "quay" },
    scenery: [
      {
        words: ["cradles", "cradle", "boats"],
        text: "The marks of keels in the wood. They went out eleven nights ago by the chalk on the post, to look for the keeper.",
      },
      {
        words: ["rack", "lanterns"],
        text: "Thole keeps its lanterns burning on the rack, low, like a row of animals asleep. One for each that comes.",
      },
      {
        words: ["barrel"],
        text: "Herring, head to tail, under a crust of salt. Take one; there is an otter to be considered.",
      },
      {
        words: ["post", "chalk"],
        text: "Eleven strokes of chalk, the last one wiped by a sleeve.",
      },
    ],
  },
  pools: {
    name: "The Rock Pools",
    text: "Shelves of rock step down from the slip, each with its own small sea. Anemones hold up their red hands. The slip is east; the ribs of an old wreck stand out of the sand to the south, and a ledge where seals haul out is north along the foot of the cliff.",
    also: [
      {
        when: "lamp-lit",
        text: "When the beam comes round, it lies down on the wet rock to the west and shows a road there: two lines of stones under the weed, going out.",
      },
      {
        when: "lamp-dark",
        text: "To the west is weed, and more weed, and then the dark.",
      },
    ],
    exits: {
      east: "slip",
      south: "ribs",
      north: "ledge",
      west: {
        to: "wrackroad",
        when: "knows-way",
        shut: "You go a few steps west over the weed and lose the rock under you. Somebody has walked out there often, but not without a light to walk by: the tower's, and yours in part.",
        secret: true,
      },
    },
    isFlooded: true,
    scenery: [
      {
        words: ["anemones", "anemone"],
        text: "You lower a finger. It is held, politely, by forty others.",
      },
      {
        words: ["weed", "rock", "rocks"],
        text: "Bladderwrack, slippery as an excuse.",
      },
    ],
  },
  ribs: {
    name: "The Ribs",
    text: "Oak frames stand up out of the sand in two rows, and you walk between them as through the inside of a fish. This was the tender Patience, which carried coal and letters for the light until she met the one stone that her chart left out. The weight shaft of the tower empties into the cove behind her, so whatever falls down inside the tower washes up here. The pools are north.",
    exits: { north: "pools" },
    isFlooded: true,
    scenery: [
      {
        words: ["frames", "oak", "patience", "wreck", "ship"],
        text: "On the last frame somebody has carved: SHE KEPT HER SEAT. So she did.",
      },
      { words: ["shaft"], text: "A black slot in the cliff, as wide as a door, dripping." },
    ],
  },
  ledge: {
    name: "Seal Ledge",
    text: "A broad step of rock above the reach of the tide, warm where the cliff gives back the day. Fish bones, a mussel shell, a hollow under an overhang lined with dry weed: somebody lives here and does not tidy. Goat stairs climb to the garden above, and at low water one can go south to the pools.",
    exits: {
      up: "garden",
      south: {
        to: "pools",
        when: "low-tide",
        shut: "The way south is under water until the tide turns. The stairs go up.",
      },
    },
    scenery: [
      {
        words: ["hollow", "den", "bones", "overhang"],
        text: "An otter's larder: bones, a spoon, the eye of a doll, eleven odd buttons sorted by size. Whatever gets lost on Thole gets lost in this direction.",
      },
    ],
  },
} as const satisfies Readonly<Record<string, Place>>;
