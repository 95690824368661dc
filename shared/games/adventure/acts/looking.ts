// Looking: what there is to see, to read and to know, none of which changes anything.

import { carriedBy, hasReached, holding, type Island, nameOf, type Person } from "../island.ts";
import type { Noun } from "../nouns.ts";
import { type Phrase, plainWords } from "../parse.ts";
import type { Scene } from "../scene.ts";
import { listed, lookAround } from "../sight.ts";
import { CHAPTER_KEYS, CHAPTERS, HINT_AFTER_ALL, HINTS, LOG } from "../world/chapters.ts";
import { CREATURES } from "../world/creatures.ts";
import { THINGS } from "../world/things.ts";

export function look(scene: Scene, objects: readonly Phrase[]): void {
  const [first] = objects;
  if (first === undefined || first.kind === "all") lookAround(scene.room, scene.person, true);
  else examine(scene, objects);
}

export function examine(scene: Scene, objects: readonly Phrase[]): void {
  const [first] = objects;
  if (first === undefined) return lookAround(scene.room, scene.person, true);
  if (isSelf(scene, first)) return inventory(scene);
  const noun = scene.find(first);
  if (noun !== undefined) describe(scene, noun);
}

function isSelf(scene: Scene, phrase: Phrase): boolean {
  const words = scene.wordsOf(phrase) ?? "";
  return ["me", "myself", "self", plainWords(scene.name)].includes(words);
}

export function describe(scene: Scene, noun: Noun): void {
  const { room, person } = scene;
  switch (noun.kind) {
    case "thing":
      return scene.say(THINGS[noun.key].text);
    case "creature": {
      const carries = noun.key === "toll" && room.state.whereabouts.key === "toll";
      const key = carries ? " On the string hangs a brass KEY." : "";
      return scene.say(`${CREATURES[noun.key].text}${key}`);
    }
    case "scenery":
      return scene.say([noun.scenery.text, ...holding(room, person, noun.scenery.also)].join(" "));
    case "person":
      return scene.say(personText(room, noun.seat));
  }
}

function personText(room: Island, seat: number): string {
  const name = nameOf(room, seat);
  const person = room.state.people.get(seat);
  if (person === undefined) return `${name} is not here any more.`;
  const knot = hasReached(person, "tied")
    ? " There is kelp in the hair, and an air of supper."
    : "";
  const held = room.seats.find(({ index }) => index === seat)?.presence === "held";
  const gaze = held ? "" : " The eyes are on something far away; the rest will catch up.";
  const things = carriedBy(room, person).map((key) => THINGS[key].name);
  const carries = things.length === 0 ? "nothing" : listed(things);
  return `${name} came by boat, as you did, and carries ${carries}.${knot}${gaze}`;
}

export function read(scene: Scene, objects: readonly Phrase[]): void {
  const [first] = objects;
  const words = scene.wordsOf(first);
  if (scene.place === "watch" && (words === undefined || /\b(log|book|page)\b/.test(words))) {
    for (const text of LOG) scene.say(text);
    return scene.reach("read");
  }
  if (scene.place === "root" && /\b(knots?|cords?|names?|ends)\b/.test(words ?? "")) {
    return readKnots(scene);
  }
  if (first === undefined) return scene.say("Read what?", "note");
  const noun = scene.find(first);
  if (noun === undefined) return undefined;
  const reads = noun.kind === "thing" ? THINGS[noun.key].reads : undefined;
  return reads === undefined ? describe(scene, noun) : scene.say(reads);
}

function readKnots(scene: Scene): void {
  const { knots } = scene.room.state.island;
  scene.say(
    knots.length === 0
      ? "The knots of the Row, three hundred years of them, in no hand you can read. On the ninth strand there are none yet."
      : `You go along the ninth strand with your fingers, and know whose they are: ${listed(knots)}.`,
  );
}

export function inventory(scene: Scene): void {
  const things = carriedBy(scene.room, scene.person).map((key) => THINGS[key].name);
  scene.say(things.length === 0 ? "You carry nothing." : `You carry ${listed(things)}.`);
  const { holding: held } = scene.person;
  if (held !== "nothing") scene.say(`Both your hands are on the ${held}.`);
}

/** The story so far: what one has come to, in the order of the story. */
export function story(scene: Scene): void {
  scene.say("The story so far", "note");
  scene.say(
    "You came to Thole by boat, eleven nights into the dark of the light, with a letter from the keeper.",
  );
  for (const chapter of CHAPTER_KEYS) {
    if (hasReached(scene.person, chapter)) scene.say(CHAPTERS[chapter].recap);
  }
  inventory(scene);
}

export function hint(scene: Scene): void {
  const missing = CHAPTER_KEYS.find((chapter) => !hasReached(scene.person, chapter));
  scene.say(missing === undefined ? HINT_AFTER_ALL : HINTS[missing], "note");
}

export function who(scene: Scene): void {
  const names = scene.room.seats.map(({ index, name, presence }) => {
    const knot = tiedMark(scene.room.state.people.get(index));
    return `${name}${knot}${presence === "away" ? " (away)" : ""}`;
  });
  scene.say(`On Thole: ${listed(names)}.`, "note");
}

function tiedMark(person: Person | undefined): string {
  return person !== undefined && hasReached(person, "tied") ? " (held)" : "";
}

export function help(scene: Scene): void {
  for (const text of [
    "Say what you do in plain words: LOOK, EXAMINE the heron, TAKE lantern and herring, TAKE ALL, DROP it, GIVE bread to Ann, READ letter, USE key on door, COMBINE this with that. It is the thing you meant last.",
    "Walk with NORTH, SOUTH, EAST, WEST, UP, DOWN, or n s e w u d. Several things at once: “n. take all. look”.",
    "Speak with SAY (or a quotation mark), WHISPER Ann …, and SHOUT, which the whole island hears. Whom you MUTE you do not hear.",
    "INVENTORY is what you carry, STORY what has happened, HINT what to try next, WHO who is here, WAIT how the tide stands. Some things want four hands; ask for them.",
    "Close the page whenever you like. Your seat is kept a while, and your story longer.",
  ]) {
    scene.say(text, "note");
  }
}
