// Island: who and what is where, and what is so. It reads the room's state and answers; it changes
// nothing and tells nobody.

import { assert } from "../../assert.ts";
import type { Fields } from "../../field.ts";
import type { Room } from "../../game.ts";
import type { RecordOf } from "../../schema.ts";
import type { records } from "./declared.ts";
import type { Condition, Exit, Sometimes } from "./kinds.ts";
import type { Chapter } from "./world/chapters.ts";
import { CREATURE_KEYS, type CreatureKey } from "./world/creatures.ts";
import { isPlaceKey, LANDING, PLACES, type PlaceKey } from "./world/places.ts";
import { isThingKey, THING_KEYS, THINGS, type ThingKey } from "./world/things.ts";

type None = Readonly<Record<never, Fields>>;

/** The room as this game's rules see it. */
export type Island = Room<typeof records, None, None>;
export type Person = RecordOf<(typeof records)["people"]["fields"]>;
export type Holding = Person["holding"];
export type SharedKey = "key" | "crank" | "whistle";

export const SHARED_KEYS: readonly SharedKey[] = ["key", "crank", "whistle"];

export function isShared(key: ThingKey): key is SharedKey {
  return (SHARED_KEYS as readonly string[]).includes(key);
}

export function personAt(room: Island, seat: number): Person {
  const person = room.state.people.get(seat);
  assert(person !== undefined, "a seat's person exists while it is taken");
  return person;
}

/** The name of somebody's seat. */
export function nameOf(room: Island, seat: number): string {
  return room.seats.find(({ index }) => index === seat)?.name ?? "Somebody";
}

export function placeOf(person: Person): PlaceKey {
  return isPlaceKey(person.place) ? person.place : LANDING;
}

export function peopleAt(room: Island, place: PlaceKey): readonly Person[] {
  return [...room.state.people].filter((person) => person.place === place);
}

export function creaturesAt(room: Island, place: PlaceKey): readonly CreatureKey[] {
  return CREATURE_KEYS.filter((key) => room.state.whereabouts[key] === place);
}

/** Where a shared thing is said to be when somebody has it. */
export function handsOf(person: Person): string {
  return `seat ${person.seat}`;
}

/** What somebody carries, in the order of the world's list. */
export function carriedBy(room: Island, person: Person): readonly ThingKey[] {
  return THING_KEYS.filter((key) => has(room, person, key));
}

export function has(room: Island, person: Person, key: ThingKey): boolean {
  return isShared(key)
    ? room.state.whereabouts[key] === handsOf(person)
    : person.things.includes(key);
}

/** Things that can be taken in a place: the shared ones that lie there, and those there are plenty of. */
export function lyingAt(room: Island, place: PlaceKey): readonly ThingKey[] {
  return THING_KEYS.filter((key) =>
    isShared(key) ? room.state.whereabouts[key] === place : THINGS[key].home === place,
  );
}

/** Whether anything can be seen in a place: it is not dark, or somebody there carries a light. */
export function isLit(room: Island, place: PlaceKey): boolean {
  if (PLACES[place].isDark !== true) return true;
  return peopleAt(room, place).some((person) =>
    person.things.some((key) => isThingKey(key) && THINGS[key].isLight === true),
  );
}

/** Who holds something fast with both hands, if anybody does. */
export function holderOf(room: Island, what: Holding): Person | undefined {
  return [...room.state.people].find(({ holding }) => holding === what);
}

export function hasReached(person: Person, chapter: Chapter): boolean {
  return person.chapters.includes(chapter);
}

type Truth = (room: Island, person: Person) => boolean;

const TRUTHS: Readonly<Record<Condition, Truth>> = {
  "low-tide": ({ state }) => state.island.tide === "low",
  "high-tide": ({ state }) => state.island.tide === "high",
  "lamp-lit": ({ state }) => state.island.burns > 0,
  "lamp-dark": ({ state }) => state.island.burns === 0,
  "gate-up": (room) => holderOf(room, "windlass") !== undefined,
  "gate-down": (room) => holderOf(room, "windlass") === undefined,
  "door-open": ({ state }) => state.island.isDoorOpen,
  "door-shut": ({ state }) => !state.island.isDoorOpen,
  "works-turning": (room) => holderOf(room, "works") !== undefined,
  "crank-fitted": ({ state }) => state.whereabouts.crank === "works",
  "glass-clean": ({ state }) => state.island.isWiped,
  "glass-salted": ({ state }) => !state.island.isWiped,
  "wick-set": ({ state }) => state.island.hasWick,
  "oil-poured": ({ state }) => state.island.hasOil,
  "knows-way": (_room, person) => hasReached(person, "light"),
  tied: (_room, person) => hasReached(person, "tied"),
  untied: (_room, person) => !hasReached(person, "tied"),
};

export function isSo(room: Island, person: Person, condition: Condition): boolean {
  return TRUTHS[condition](room, person);
}

/** Those sentences that hold now. */
export function holding(room: Island, person: Person, also: readonly Sometimes[] = []): string[] {
  return also.filter(({ when }) => isSo(room, person, when)).map(({ text }) => text);
}

/** Where an exit leads now, or why it does not. */
export function throughExit(
  room: Island,
  person: Person,
  exit: Exit,
): { readonly to: PlaceKey } | { readonly shut: string; readonly isSecret: boolean } {
  const to = typeof exit === "string" ? exit : exit.to;
  assert(isPlaceKey(to), `"${to}" is a place`);
  if (typeof exit === "string" || isSo(room, person, exit.when)) return { to };
  return { shut: exit.shut, isSecret: exit.secret === true };
}
