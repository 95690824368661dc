// Scroll: writes into people's stories. What is told to somebody stands in their own leaves, so it
// outlives a dropped line, a reload and another device; nobody else is ever sent it.

import { LEAF_LINES_MAX, leafField } from "./declared.ts";
import type { Island } from "./island.ts";
import { peopleAt } from "./island.ts";
import { type Line, type LineSort, writeLine } from "./line.ts";
import type { PlaceKey } from "./world/places.ts";

/** A leaf with more characters is full: a change of it is sent as a whole. */
const LEAF_CHARACTERS = 900;

/** Begins a new leaf, in place of the oldest. */
export function turnLeaf(room: Island, seat: number): void {
  const sight = room.state.sights.get(seat);
  if (sight === undefined) return;
  sight[leafField(sight.leaves)] = [];
  sight.leaves += 1;
}

export function tell(room: Island, seat: number, line: Line | string): void {
  const sight = room.state.sights.get(seat);
  if (sight === undefined) return;
  const written = writeLine(typeof line === "string" ? { sort: "text", text: line } : line);
  if (sight.leaves === 0 || isFull(sight[leafField(sight.leaves - 1)], written)) {
    turnLeaf(room, seat);
  }
  const field = leafField(sight.leaves - 1);
  sight[field] = [...sight[field], written];
}

function isFull(leaf: readonly string[], written: string): boolean {
  if (leaf.length === 0) return false;
  if (leaf.length >= LEAF_LINES_MAX) return true;
  return leaf.reduce((sum, line) => sum + line.length, written.length) > LEAF_CHARACTERS;
}

/** What to tell, how, and whom to leave out. */
export interface Telling {
  readonly text: string;
  readonly sort?: LineSort;
  /** A seat that is not told, as it is its own doing. */
  readonly but?: number;
  /** Whether these are the words of the one who is left out: whoever muted them is not told either. */
  readonly isSaid?: boolean;
}

/** Tells everybody who stands in a place. */
export function tellPlace(room: Island, place: PlaceKey, telling: Telling): void {
  for (const { seat } of peopleAt(room, place)) tellOne(room, seat, telling);
}

/** Tells everybody on the island. */
export function tellAll(room: Island, telling: Telling): void {
  for (const { seat } of room.state.people) tellOne(room, seat, telling);
}

function tellOne(room: Island, seat: number, telling: Telling): void {
  const { text, sort = "text", but, isSaid = false } = telling;
  if (seat === but || (isSaid && but !== undefined && !hears(room, seat, but))) return;
  tell(room, seat, { sort, text });
}

/** Whether somebody wants to hear what another says. */
export function hears(room: Island, seat: number, speaker: number): boolean {
  return room.state.sights.get(seat)?.muted.includes(speaker) !== true;
}
