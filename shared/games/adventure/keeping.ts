// Keeping: what of a person's story outlives their seat, and how it is taken up again, weeks later
// or in another room. What there is only one of stays on the island.

import type { Json } from "../../field.ts";
import { LEAF_LINES_MAX, leafField } from "./declared.ts";
import { type Island, isShared, type Person, placeOf } from "./island.ts";
import { LINE_LENGTH_MAX } from "./line.ts";
import { CHAPTER_KEYS, type Chapter } from "./world/chapters.ts";
import { isPlaceKey, LANDING, PLACES, type PlaceKey } from "./world/places.ts";
import { isThingKey, type ThingKey } from "./world/things.ts";

/** Newest leaves that are kept: enough to find the thread again. STORY tells the rest. */
export const LEAVES_KEPT = 2;

/** What is kept. Names of places, things and chapters are the world's own and never change. */
export interface Kept {
  readonly place: PlaceKey;
  readonly things: readonly ThingKey[];
  readonly chapters: readonly Chapter[];
  readonly seen: readonly PlaceKey[];
  /** Lines of the newest leaves, as they are written. */
  readonly lines: readonly string[];
}

/** Undefined for whoever has not set out yet: that is no story. */
export function keptOf(room: Island, person: Person): Json | undefined {
  const { things, chapters, seen } = person;
  if (seen.length <= 1 && chapters.length === 0) return undefined;
  const place = placeOf(person);
  const lines = newestLines(room, person.seat);
  const summary = summaryOf(place, person);
  return { place, things: [...things], chapters: [...chapters], seen, lines, summary };
}

/** What tells a story from another one of its player's, in a line. */
function summaryOf(place: PlaceKey, { things, chapters }: Person): string {
  const carried = things.length === 1 ? "1 thing" : `${things.length} things`;
  const come = `; ${chapters.length} of ${CHAPTER_KEYS.length} chapters`;
  return `${PLACES[place].name}, with ${carried}${chapters.length === 0 ? "" : come}`;
}

function newestLines(room: Island, seat: number): string[] {
  const sight = room.state.sights.get(seat);
  const end = sight?.leaves ?? 0;
  const lines: string[] = [];
  for (let leaf = Math.max(0, end - LEAVES_KEPT); leaf < end; leaf++) {
    lines.push(...(sight?.[leafField(leaf)] ?? []));
  }
  return lines;
}

/** A save as it can be used: what this world does not know, or holds only one of, is left out. */
export function readKept(save: Json): Kept | undefined {
  if (typeof save !== "object" || save === null || Array.isArray(save)) return undefined;
  const { place, things, chapters, seen, lines } = save as Readonly<Record<string, unknown>>;
  return {
    place: isPlaceKey(place) ? place : LANDING,
    things: among(things, (key): key is ThingKey => isThingKey(key) && !isShared(key)),
    chapters: among(chapters, (key): key is Chapter => CHAPTER_KEYS.includes(key as Chapter)),
    seen: among(seen, isPlaceKey),
    lines: Array.isArray(lines) ? lines.filter(isLine).slice(-LEAVES_KEPT * LEAF_LINES_MAX) : [],
  };
}

function isLine(line: unknown): line is string {
  return typeof line === "string" && line.length <= LINE_LENGTH_MAX && !/\p{Surrogate}/u.test(line);
}

function among<T>(listed: unknown, is: (key: unknown) => key is T): readonly T[] {
  return Array.isArray(listed) ? both([], listed.filter(is)) : [];
}

/** What is in either list, once. */
export function both<T>(one: readonly T[], other: readonly T[]): readonly T[] {
  return [...new Set([...one, ...other])];
}
