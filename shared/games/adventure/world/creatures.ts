// Creatures: who else lives on Thole, and how they carry themselves. Content only.

import type { Creature } from "../kinds.ts";

const all = {
  toll: {
    name: "the otter",
    words: ["otter", "toll"],
    text: "A dog otter's wife by the size of her, sleek as a wet boot, with a string round her neck that was never hers. The Row calls her Toll, because she takes one.",
    home: "ledge",
    haunts: ["ledge", "garden", "well"],
    stands: "An otter lies on her back here, busy with nothing.",
    comes: "An otter arrives as if poured.",
    goes: "The otter is gone; there is only a wet patch that was an otter.",
    idles: [
      "The otter turns something over and over on her chest, and decides against it.",
      "The otter looks at your hands, one after the other, for fish.",
      "The otter yawns. It has a great many teeth in it.",
    ],
    answers: "She listens with her whiskers. Her price has not changed: fish.",
    petted: "She allows it for exactly as long as it takes to go through your pockets.",
  },
  bailiff: {
    name: "the heron",
    words: ["heron", "bailiff"],
    text: "Grey, upright, one leg folded away like a document. The Row calls him the Bailiff. He stands where the tide is going to be, a little before it is.",
    home: "slip",
    haunts: ["slip", "pools", "garden", "gallery"],
    stands: "A heron stands here with the air of having been sent.",
    comes: "A heron comes down out of the air like an umbrella being closed.",
    goes: "The heron unfolds, leans, and is taken away by the wind.",
    idles: [
      "The heron considers the water. The water, for its part, keeps still.",
      "The heron changes legs.",
      "The heron looks at you sideways, which is the only way he can look straight.",
    ],
    answers: "He hears you out. He makes no promises.",
    petted: "He takes one step. It is a long one, and you are no longer beside him.",
  },
  ninepence: {
    name: "the crab",
    words: ["crab", "ninepence"],
    text: "A shore crab with one claw and a half, who walks as if the world were a corridor. Somebody has painted a 9 on his back.",
    home: "pools",
    haunts: ["pools", "ribs", "slip", "bell"],
    stands: "A crab with a 9 painted on his back stands sideways to you.",
    comes: "A crab comes past, sideways, on business.",
    goes: "The crab goes off the way he was not facing.",
    idles: [
      "The crab pinches your bootlace, finds it is attached to somebody, and holds on anyway.",
      "The crab raises his good claw to the general company.",
      "The crab blows two bubbles and thinks about them.",
    ],
    answers: "He hears with his feet. He has heard.",
    petted: "He takes your finger and keeps it until he has made up his mind.",
  },
  burr: {
    name: "the dog",
    words: ["dog", "burr"],
    text: "Wire and whiskers, with one ear for each of two opinions. He belongs to the Row in general. He has been waiting on the quay for eleven days and has decided that you will do.",
    home: "quay",
    haunts: ["quay", "row", "well", "hall", "slip", "foot"],
    stands: "A wiry dog is here, watching the door of whatever this is.",
    comes: "A wiry dog trots in and looks round to see who is missing.",
    goes: "The dog gets up, shakes himself from the front to the back, and trots off.",
    idles: [
      "The dog leans against your leg with the whole of his weight.",
      "The dog lifts his head towards the sea, listens, and puts it down again.",
      "The dog brings you a stone. It is a good stone. He would like it thrown, some other time.",
    ],
    answers: "One ear goes up. The other waits to see.",
    petted: "He closes his eyes. For a while nobody on Thole has anything to do.",
  },
} as const satisfies Readonly<Record<string, Creature>>;

export type CreatureKey = keyof typeof all;

export const CREATURES: Readonly<Record<CreatureKey, Creature>> = all;

export const CREATURE_KEYS = Object.keys(all) as readonly CreatureKey[];
