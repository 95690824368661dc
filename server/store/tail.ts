// Tail: whether the entries after a snapshot are one unbroken history. Every store asks here before
// it hands a room out; nothing is repaired, because nobody can know what stood in a gap.

import type { RoomId } from "../../shared/ids.ts";
import { type LogEntry, type LogPlace, StoreDamaged } from "./store.ts";

/** Throws StoreDamaged unless each entry follows from the one before it, the first from `place`. */
export function checkTail(room: RoomId, place: LogPlace, entries: readonly LogEntry[]): void {
  let before = place;
  for (const entry of entries) {
    if (!follows(before, entry)) {
      throw new StoreDamaged(
        `room ${room}: ${entry.kind} ${nameOf(entry)} cannot follow ${nameOf(before)}`,
      );
    }
    before = entry;
  }
}

/** A commit is the next version under the same epoch; a claim is a new epoch of the same version. */
function follows(before: LogPlace, entry: LogEntry): boolean {
  return entry.kind === "commit"
    ? entry.epoch === before.epoch && entry.version === before.version + 1
    : entry.epoch > before.epoch && entry.version === before.version;
}

/** Whether an entry at `place` would be refused by a log whose newest entry is at `top`. */
export function isAtOrBelow(place: LogPlace, top: LogPlace): boolean {
  return place.epoch === top.epoch ? place.version <= top.version : place.epoch < top.epoch;
}

export function isSame(one: LogPlace | undefined, other: LogPlace): boolean {
  return one?.epoch === other.epoch && one.version === other.version;
}

/** A place as log lines and Redis write it: `<epoch>-<version>`. */
export function nameOf(place: LogPlace): string {
  return `${place.epoch}-${place.version}`;
}
