// Keeping: what of a person's story outlives their seat, and how it is taken up again, weeks later
// or in another room. What there is only one of stays on the island.

import type { Json } from "../../field.ts";
import { type Island, isShared, type Person, placeOf } from "./island.ts";
import { CHAPTER_KEYS, type Chapter } from "./world/chapters.ts";
import { isPlaceKey, LANDING, PLACES, type PlaceKey } from "./world/places.ts";
import { isThingKey, type ThingKey } from "./world/things.ts";

/** What is kept. Names of places, things and chapters are the world's own and never change. */
export interface Kept {
  readonly place: PlaceKey;
  readonly things: readonly ThingKey[];
  readonly chapters: readonly Chapter[];
  readonly seen: readonly PlaceKey[];
}

export function keptOf(person: Person): Json {
  const { things, chapters, seen } = person;
  return { place: placeOf(person), things: [...things], chapters: [...chapters], seen: [...seen] };
}

/** A save as it can be used: what this world does not know, or holds only one of, is left out. */
export function readKept(save: Json): Kept | undefined {
  if (typeof save !== "object" || save === null || Array.isArray(save)) return undefined;
  const { place, things, chapters, seen } = save as Readonly<Record<string, unknown>>;
  return {
    place: isPlaceKey(place) ? place : LANDING,
    things: among(things, (key): key is ThingKey => isThingKey(key) && !isShared(key)),
    chapters: among(chapters, (key): key is Chapter => CHAPTER_KEYS.includes(key as Chapter)),
    seen: among(seen, isPlaceKey),
  };
}

function among<T>(listed: unknown, is: (key: unknown) => key is T): readonly T[] {
  return Array.isArray(listed) ? [...new Set(listed.filter(is))] : [];
}

/** Puts somebody where they were, with what they had; ashore, if the sea is there now. */
export function takeUp(room: Island, person: Person, kept: Kept): void {
  const isUnderWater = PLACES[kept.place].isFlooded === true && room.state.island.tide === "high";
  person.place = isUnderWater ? LANDING : kept.place;
  person.things = kept.things;
  person.chapters = kept.chapters;
  person.seen = kept.seen;
}
