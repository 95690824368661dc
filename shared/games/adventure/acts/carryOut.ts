// Carry out: one typed line, from its words to what comes of them. Every line has an answer.

import { beginAnew } from "../coming.ts";
import type { Island, Person } from "../island.ts";
import { findNoun } from "../nouns.ts";
import { parse, plainText, type Sentence } from "../parse.ts";
import { Scene } from "../scene.ts";
import { tell, turnLeaf } from "../scroll.ts";
import type { Verb } from "../words.ts";
import { drop, eat, give, take } from "./carrying.ts";
import { type Deed, findDeed, namedIn } from "./deed.ts";
import { gateDeeds, letGo } from "./gateDeeds.ts";
import { lampDeeds } from "./lampDeeds.ts";
import { describe, examine, help, hint, inventory, look, read, story, who } from "./looking.ts";
import { go } from "./moving.ts";
import { otherDeeds, pet, talk, wait } from "./otherDeeds.ts";
import { speak } from "./speaking.ts";

const DEEDS: readonly Deed[] = [...gateDeeds, ...lampDeeds, ...otherDeeds];

export function carryOut(room: Island, person: Person, line: string): void {
  turnLeaf(room, person.seat);
  const typed = plainText(line);
  if (typed !== "") tell(room, person.seat, { sort: "typed", text: typed });
  const sentences = parse(line);
  const scene = new Scene(room, person);
  if (sentences.length === 0) {
    return scene.say(
      "Type what you do, in plain words. LOOK is a beginning; HELP says more.",
      "note",
    );
  }
  for (const sentence of sentences) one(scene, sentence);
}

type Acting = Extract<Sentence, { kind: "act" }>;

function one(scene: Scene, sentence: Sentence): void {
  switch (sentence.kind) {
    case "speak":
      return speak(scene, sentence.how, sentence.text);
    case "go":
      return isTied(scene) ? undefined : go(scene, sentence.way);
    case "unclear":
      return unclear(scene, sentence.words, sentence.guess);
    case "act":
      return act(scene, sentence);
  }
}

/** A thing named alone is looked at; anything else is asked back. */
function unclear(scene: Scene, words: string, guess: string | undefined): void {
  const found = findNoun(scene.nouns, words);
  if (found.kind === "one") return describe(scene, found.noun);
  const [first = words] = words.split(" ");
  const meant = guess === undefined ? "" : ` Did you mean ${guess.toUpperCase()}?`;
  return scene.say(`You do not know how to “${first}”.${meant} HELP says what there is.`, "note");
}

/** What can be done with both hands on something. */
const HANDS_FREE: ReadonlySet<Verb> = new Set<Verb>([
  "look",
  "examine",
  "read",
  "talk",
  "wait",
  "inventory",
  "story",
  "hint",
  "who",
  "help",
  "release",
]);

/** Whether somebody's hands are full; they are told. */
function isTied(scene: Scene): boolean {
  const { holding } = scene.person;
  if (holding === "nothing") return false;
  scene.say(`Both your hands are on the ${holding}. LET GO first.`, "note");
  return true;
}

function act(scene: Scene, sentence: Acting): void {
  const { verb, objects, other, rest } = sentence;
  // Turning on while one turns shows the drum again.
  const turnsOn = scene.person.holding === "works" && (verb === "turn" || verb === "hold");
  if (!HANDS_FREE.has(verb) && !turnsOn && isTied(scene)) return undefined;
  const named = namedIn(scene, verb, [...objects, other]);
  const deed = findDeed(DEEDS, scene.place, named);
  // "take lantern" is no deed of some other place.
  if (deed !== undefined && "run" in deed) return deed.run(scene, rest);
  if (PLAIN[verb] !== undefined) return PLAIN[verb](scene, sentence);
  if (deed !== undefined) return scene.say(deed.elsewhere);
  return vain(scene, sentence);
}

/** Verbs that work on whatever they are given. */
const PLAIN: Partial<Readonly<Record<Verb, (scene: Scene, sentence: Acting) => void>>> = {
  look: (scene, { objects }) => look(scene, objects),
  examine: (scene, { objects }) => examine(scene, objects),
  read: (scene, { objects }) => read(scene, objects),
  take: (scene, { objects }) => take(scene, objects),
  drop: (scene, { objects }) => drop(scene, objects),
  give: (scene, { objects, other }) => give(scene, objects, other),
  eat: (scene, { objects }) => eat(scene, objects),
  release: (scene) => letGo(scene),
  talk: (scene, { objects, other }) => talk(scene, objects[0] ?? other),
  pet: (scene, { objects, other }) => pet(scene, objects[0] ?? other),
  wait: (scene) => wait(scene),
  inventory: (scene) => inventory(scene),
  story: (scene) => story(scene),
  hint: (scene) => hint(scene),
  who: (scene) => who(scene),
  help: (scene) => help(scene),
  restart: (scene, { rest }) => restart(scene, rest),
};

/** Beginning anew is asked twice: it forgets what took an evening. */
function restart(scene: Scene, rest: string): void {
  if (rest === "really") return beginAnew(scene.room, scene.person);
  return scene.say(
    "That would put you back on the slip with your letter, and forget what you carry and have come to. If you mean it, type RESTART REALLY.",
    "note",
  );
}

/** A known verb with nothing that comes of it: what was named is there, or it is not. */
function vain(scene: Scene, { verb, objects }: Acting): void {
  const [first] = objects;
  if (first === undefined) return scene.say(`${capital(verb)} what?`, "note");
  const noun = scene.find(first);
  if (noun === undefined) return undefined;
  return scene.say(`You ${verb} ${noun.name} for a moment, and nothing comes of it.`);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
