// Things: everything on Thole that can be carried. Content only.

import type { Thing } from "../kinds.ts";

const all = {
  letter: {
    name: "a folded letter",
    words: ["paper", "note"],
    text: "One sheet, folded small, addressed TO WHOEVER COMES ON THE BOAT. You can READ it.",
    reads:
      "“To whoever comes on the boat. The light is out, the boats are out looking for me, and without the light they will not find the way back. I am not lost; I am below, holding on, and cannot let go to see to it. So it is you. My log is in the watch room at the top of the tower and says how it is done. You will not manage it with two hands. Nobody does: ask whoever else has come. Eat something first. O. M., Keeper.”",
    kind: "own",
  },
  lantern: {
    name: "a lantern",
    words: ["light", "lamp", "flame"],
    text: "Tin and horn, burning low and steady. It makes dark places into merely difficult ones, and it can lend its flame.",
    kind: "own",
    home: "boathouse",
    lies: "Lanterns burn on the rack; one of them might be yours.",
    isLight: true,
  },
  herring: {
    name: "a salt herring",
    words: ["fish", "salt fish"],
    text: "It looks at you as if you had interrupted.",
    kind: "own",
    home: "boathouse",
    lies: "The barrel of salt herring is open.",
    isFood: true,
  },
  cord: {
    name: "a fathom of cord",
    words: ["rope", "string", "twine"],
    text: "Nine-ply, kelp and hemp, cut to the length of your own two arms. It has no knot in it yet.",
    kind: "own",
    home: "netloft",
    lies: "Cord of the right length for one person has been cut and hung by the ladder.",
  },
  flask: {
    name: "a stone flask",
    words: ["flask", "bottle", "empty flask"],
    text: "A quart of nothing, with a cork.",
    kind: "own",
    home: "bakehouse",
    lies: "Stone flasks stand on the shelf.",
  },
  tallow: {
    name: "a lump of tallow",
    words: ["fat", "grease", "suet"],
    text: "Wrapped in a cabbage leaf. It would make string burn, given the right string.",
    kind: "own",
    home: "bakehouse",
    lies: "There is tallow in the crock.",
  },
  bread: {
    name: "a loaf of hard bread",
    words: ["loaf", "crust"],
    text: "It will outlast the household.",
    kind: "own",
    home: "bakehouse",
    lies: "Hard loaves fill the other shelf.",
    isFood: true,
  },
  fibre: {
    name: "a hank of kelp fibre",
    words: ["fiber", "kelp fibre", "hank"],
    text: "Long, brown, combed straight as hair. With fat plaited in it would burn all night.",
    kind: "own",
    home: "cellar",
    lies: "Combed fibre hangs nearest to the steps, ready for use.",
  },
  cloth: {
    name: "a square of linen",
    words: ["linen", "rag", "square"],
    text: "Washed so often that it has forgotten what it was. Nothing better for glass.",
    kind: "own",
    home: "garden",
    lies: "Squares of linen crack on the washing line.",
  },
  slate: {
    name: "a school slate",
    words: ["lesson", "writing"],
    text: "A child's hand. You can READ it.",
    reads:
      "LESSON. Who calls at night? The light. What does it say? Its signature. How many strokes? Five, LONG or SHORT. Who reads it? Whoever TURNS the works, from the drum. Who SETS it? Whoever stands at the shutter. How do they talk? They SHOUT. (Nib: why not one person. — Because, Nib.)",
    kind: "own",
    home: "school",
    lies: "Slates lie on the table, chalked with the lesson.",
  },
  shell: {
    name: "a blue shell",
    words: ["mussel"],
    text: "Half of a mussel, blue outside and the colour of early morning inside. No use at all. You like it.",
    kind: "own",
    home: "pools",
    lies: "Among the mussels there is always one shell bluer than the rest.",
  },
  wick: {
    name: "a plaited wick",
    words: ["plait"],
    text: "Fibre and fat, three over three, as thick as your thumb. It will last one night in the lamp.",
    kind: "own",
  },
  oil: {
    name: "a full flask of oil",
    words: ["full flask", "flask", "colza"],
    text: "A quart of clear colza, corked. One night's light, if it is poured where it belongs.",
    kind: "own",
  },
  key: {
    name: "a brass key",
    words: ["door key"],
    text: "Toothmarks on the bow, and not a child's. It fits something of oak.",
    kind: "shared",
    home: "toll",
  },
  crank: {
    name: "an iron crank",
    words: ["handle"],
    text: "A square-ended handle as long as your forearm, from the works of the lamp. It has been down the shaft; there is weed in it.",
    kind: "shared",
    home: "ribs",
    lies: "Something straight lies among the curves: an iron crank, thrown up by the ebb.",
  },
  whistle: {
    name: "a bone whistle",
    words: ["pipe"],
    text: "Cut from a gull's wing. Blow it, and everybody near will know about it.",
    kind: "shared",
    home: "school",
    lies: "A bone whistle lies in the chalk tray. Only the one; there were two, once, and then there was a meeting.",
  },
} as const satisfies Readonly<Record<string, Thing>>;

export type ThingKey = keyof typeof all;

export const THINGS: Readonly<Record<ThingKey, Thing>> = all;

export const THING_KEYS = Object.keys(all) as readonly ThingKey[];

/** What everybody has on arrival. */
export const LUGGAGE: readonly ThingKey[] = ["letter"];

export function isThingKey(key: unknown): key is ThingKey {
  return typeof key === "string" && Object.hasOwn(THINGS, key);
}
