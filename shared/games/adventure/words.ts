// Words: every verb, direction and small word that a typed line may hold, and what each means.
// It knows no thing and no place; pages may show these words, for they give nothing away.

import type { Direction } from "./kinds.ts";

/** What a person can do. Each of them has one rule of its own. */
export const VERBS = [
  "look",
  "examine",
  "read",
  "take",
  "drop",
  "give",
  "use",
  "combine",
  "open",
  "hold",
  "release",
  "turn",
  "set",
  "fill",
  "pour",
  "wipe",
  "light",
  "tie",
  "ring",
  "blow",
  "eat",
  "talk",
  "pet",
  "wait",
  "inventory",
  "story",
  "hint",
  "who",
  "help",
  "restart",
] as const;
export type Verb = (typeof VERBS)[number];

/** Other words for a verb, of one to three words each. */
const SYNONYMS: Readonly<Record<Verb, readonly string[]>> = {
  look: ["exits", "ways", "l", "look around", "where am i"],
  examine: ["x", "look at", "look in", "look into", "look under", "inspect", "search", "study"],
  read: ["look up"],
  take: ["get", "pick up", "grab", "collect", "fetch", "pick"],
  drop: ["put down", "leave behind", "discard", "throw", "throw away", "lay down"],
  give: ["feed", "hand", "offer", "pass", "trade", "show"],
  use: ["try", "apply"],
  combine: ["plait", "braid", "join", "mix", "make", "twist"],
  open: ["unlock", "unbolt"],
  hold: ["grip", "raise", "lift", "hold on to", "hold onto", "man"],
  release: ["let go", "let go of", "unhand", "let loose", "stop"],
  turn: ["wind", "crank", "rotate"],
  set: ["put", "place", "insert", "fit", "install", "adjust"],
  fill: ["refill", "dip"],
  pour: ["empty", "tip"],
  wipe: ["clean", "polish", "rub"],
  light: ["kindle", "ignite", "burn", "relight"],
  tie: ["knot", "bind", "fasten"],
  ring: ["pull", "toll", "sound"],
  blow: ["play", "whistle"],
  eat: ["taste", "bite", "nibble"],
  talk: ["talk to", "speak to", "speak with", "talk with", "ask", "greet", "hello", "hi"],
  pet: ["stroke", "pat", "scratch", "touch", "hug"],
  wait: ["z", "listen", "rest", "sit", "tide"],
  inventory: ["i", "inv", "carrying", "things"],
  story: ["story so far", "progress", "recap", "chapters"],
  hint: ["hints", "clue", "what now"],
  who: ["players", "people", "who is here"],
  restart: ["begin again", "start over", "start again"],
  help: ["?", "commands", "how"],
};

const WAYS: Readonly<Record<Direction, readonly string[]>> = {
  north: ["n"],
  south: ["s"],
  east: ["e"],
  west: ["w"],
  up: ["u", "upstairs", "climb", "climb up", "ascend"],
  down: ["d", "downstairs", "climb down", "descend"],
  in: ["enter", "inside", "go inside"],
  out: ["exit", "leave", "outside", "go outside"],
};

const GOING = ["go", "walk", "run", "head", "move", "step", "climb"];

/** What people do by words, and with the words of others. */
export type Speaking = "say" | "shout" | "whisper" | "mute" | "unmute";

const SPEECH: Readonly<Record<Speaking, readonly string[]>> = {
  say: [],
  shout: ["yell", "call", "cry"],
  whisper: ["tell", "murmur"],
  mute: ["ignore"],
  unmute: [],
};

const verbsByWords = new Map<string, Verb>(
  VERBS.flatMap((verb) => [verb, ...SYNONYMS[verb]].map((words) => [words, verb] as const)),
);

const waysByWords = new Map<string, Direction>(
  (Object.keys(WAYS) as Direction[]).flatMap((way) =>
    [way, ...WAYS[way]].map((words) => [words, way] as const),
  ),
);

const speechByWord = new Map<string, Speaking>(
  (Object.keys(SPEECH) as Speaking[]).flatMap((how) =>
    [how, ...SPEECH[how]].map((word) => [word, how] as const),
  ),
);

export function verbOf(words: string): Verb | undefined {
  return verbsByWords.get(words);
}

export function wayOf(words: string): Direction | undefined {
  return waysByWords.get(words);
}

export function speechOf(word: string): Speaking | undefined {
  return speechByWord.get(word);
}

export function isGoing(word: string): boolean {
  return GOING.includes(word);
}

/** Everything a line may begin with, for completing and for guessing what was meant. */
export const OPENINGS: readonly string[] = [
  ...VERBS,
  ...Object.keys(WAYS),
  ...Object.keys(SPEECH),
  "go",
];

/** Words between what is used and what it is used on. */
export const BETWEEN: ReadonlySet<string> = new Set(
  "with on in into to at from using onto against for inside through about".split(" "),
);

/** Words that say nothing here. */
export const SILENT: ReadonlySet<string> = new Set(
  "the a an my some please of this that".split(" "),
);

export const IT: ReadonlySet<string> = new Set(["it", "them", "him", "her", "this", "that"]);

export const ALL: ReadonlySet<string> = new Set(["all", "everything", "every"]);
