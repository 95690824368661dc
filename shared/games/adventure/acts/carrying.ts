// Carrying: taking, putting down, giving and eating. A thing that everybody may have is never lying
// about: put down it goes back where there are plenty, so nothing is doubled and nothing gets lost.

import { has, isShared, nameOf, personAt } from "../island.ts";
import { findNoun, type Noun } from "../nouns.ts";
import type { Phrase } from "../parse.ts";
import { Scene, theThing } from "../scene.ts";
import { tell } from "../scroll.ts";
import { THINGS, type ThingKey } from "../world/things.ts";

export function take(scene: Scene, objects: readonly Phrase[]): void {
  const [first] = objects;
  if (first === undefined) return scene.say("Take what?", "note");
  if (first.kind === "all") return takeAll(scene, first.but);
  for (const phrase of objects) {
    const noun = scene.find(phrase, (each) => !(each.kind === "thing" && each.where === "mine"));
    if (noun === undefined) continue;
    if (noun.kind === "thing") takeThing(scene, noun.key);
    else scene.say(untakeable(noun));
  }
  return undefined;
}

function untakeable(noun: Noun): string {
  if (noun.kind === "scenery") return `You leave ${noun.name} where it belongs.`;
  return noun.kind === "person"
    ? `${noun.name} would have to agree to that.`
    : `${noun.name.replace(/^the/, "The")} is not for taking.`;
}

function takeAll(scene: Scene, but: string | undefined): void {
  const lying = scene.nouns.filter((noun) => noun.kind === "thing" && noun.where === "here");
  const left = but === undefined ? { kind: "none" as const } : findNoun(lying, but);
  const keys = lying.flatMap((noun) =>
    noun.kind === "thing" && !scene.has(noun.key) && !(left.kind === "one" && left.noun === noun)
      ? [noun.key]
      : [],
  );
  if (keys.length === 0) return scene.say("There is nothing here that you could still take.");
  for (const key of keys) takeThing(scene, key);
}

function takeThing(scene: Scene, key: ThingKey): void {
  if (scene.has(key)) return scene.say(`You have ${theThing(key)} already.`);
  scene.gain(key);
  scene.say(`You take ${THINGS[key].name}.`);
  scene.others(`${scene.name} takes ${THINGS[key].name}.`);
}

const isMine = (noun: Noun) => noun.kind === "thing" && noun.where === "mine";

export function drop(scene: Scene, objects: readonly Phrase[]): void {
  const [first] = objects;
  if (first === undefined) return scene.say("Drop what?", "note");
  const nouns = first.kind === "all" ? scene.nouns.filter(isMine) : undefined;
  const chosen = nouns ?? objects.flatMap((phrase) => scene.find(phrase, isMine) ?? []);
  if (nouns?.length === 0) scene.say("You carry nothing.");
  for (const noun of chosen) {
    if (noun.kind === "thing" && scene.has(noun.key)) dropThing(scene, noun.key);
    else scene.say(`You do not carry ${noun.name}.`);
  }
  return undefined;
}

function dropThing(scene: Scene, key: ThingKey): void {
  if (key === "letter") return scene.say("The letter is to you. You keep it.");
  scene.lose(key);
  scene.others(`${scene.name} puts down ${THINGS[key].name}.`);
  scene.say(
    isShared(key)
      ? `You put down ${theThing(key)}.`
      : `You put ${theThing(key)} aside. On Thole such things find their own way back.`,
  );
}

export function give(scene: Scene, objects: readonly Phrase[], other: Phrase | undefined): void {
  const words = scene.wordsOf(objects[0]);
  if (words === undefined) return scene.say("Give what to whom? As in: give bread to Ann.", "note");
  const pair = other === undefined ? splitGift(scene, words) : [words, scene.wordsOf(other) ?? ""];
  if (pair === undefined) return scene.say(`Give ${words} to whom?`, "note");
  const [one = "", another = ""] = pair;
  const isBeing = (noun: Noun) => noun.kind === "person" || noun.kind === "creature";
  const first = scene.find({ kind: "named", words: one }, (noun) => isMine(noun) || isBeing(noun));
  const second = scene.find(
    { kind: "named", words: another },
    (noun) => isMine(noun) || isBeing(noun),
  );
  if (first === undefined || second === undefined) return undefined;
  // "Feed the dog with bread" names them the other way round.
  const [gift, to] = isBeing(first) ? [second, first] : [first, second];
  if (gift.kind !== "thing" || !scene.has(gift.key))
    return scene.say(`You do not carry ${gift.name}.`);
  if (to.kind === "person") return giveTo(scene, gift.key, to.seat);
  if (to.kind === "creature") return feed(scene, gift.key, to.key);
  if (to.name === ODA && THINGS[gift.key].isFood === true) return feedOda(scene, gift.key);
  return scene.say(`${to.name.replace(/^the/, "The")} has no use for it.`);
}

const ODA = "Oda Marrick";

function feedOda(scene: Scene, key: ThingKey): void {
  scene.lose(key);
  scene.say(
    "“You will have to put it in my mouth,” she says, “my hands are engaged.” She eats like somebody who remembers how it is done. “Better. Now the knot.”",
  );
}

/** "give otter herring": whoever is named first gets the rest. */
function splitGift(scene: Scene, words: string): readonly [string, string] | undefined {
  const parts = words.split(" ");
  for (let at = 1; at < parts.length; at++) {
    const to = parts.slice(0, at).join(" ");
    const found = findNoun(scene.nouns, to);
    if (found.kind === "one" && found.noun.kind !== "thing") return [parts.slice(at).join(" "), to];
  }
  return undefined;
}

function giveTo(scene: Scene, key: ThingKey, seat: number): void {
  const { room } = scene;
  const to = personAt(room, seat);
  const name = nameOf(room, seat);
  if (key === "letter") return scene.say("It is addressed to you.");
  if (has(room, to, key)) return scene.say(`${name} has one already.`);
  scene.lose(key);
  new Scene(room, to).gain(key);
  scene.say(`You give ${theThing(key)} to ${name}.`);
  tell(room, seat, `${scene.name} gives you ${THINGS[key].name}.`);
}

function feed(scene: Scene, key: ThingKey, creature: string): void {
  const { whereabouts } = scene.room.state;
  if (THINGS[key].isFood !== true) {
    return scene.say("It is sniffed at, from both ends, and left to you.");
  }
  if (creature === "toll" && key !== "herring") {
    return scene.say("She looks at the bread. She looks at you. Her price is fish.");
  }
  scene.lose(key);
  if (creature !== "toll") {
    scene.others(`${scene.name} shares ${THINGS[key].name} with somebody who was waiting for it.`);
    return scene.say("It is accepted, carried three steps off, and not shared.");
  }
  scene.others(`${scene.name} gives the otter a herring, which is not seen again.`);
  scene.say("The herring is not seen again. The otter washes her face, one side at a time.");
  if (whereabouts.key !== "toll") return undefined;
  whereabouts.key = scene.place;
  scene.say("Then she ducks out of the string, quite easily, and leaves it lying: a brass KEY.");
  scene.others("The otter ducks out of the string round her neck and leaves a brass key lying.");
  return undefined;
}

export function eat(scene: Scene, objects: readonly Phrase[]): void {
  const [first] = objects;
  if (first === undefined) return scene.say("Eat what?", "note");
  const noun = scene.find(first, isMine);
  if (noun === undefined) return undefined;
  if (noun.kind !== "thing" || THINGS[noun.key].isFood !== true) {
    return scene.say("You are not that hungry yet.");
  }
  if (!scene.has(noun.key)) return scene.say(`You do not carry ${noun.name}.`);
  scene.lose(noun.key);
  return scene.say(
    noun.key === "bread"
      ? "It takes a while, and some thought. You feel held together."
      : "Salt, chiefly. The sea has been here before you.",
  );
}
