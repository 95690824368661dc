// Quarantine: which rooms this node no longer runs because their rules keep failing. It counts and
// answers; the rooms' logs are kept as they are.

import type { RoomId } from "../../shared/ids.ts";

/**
 * What a room failed of: a rule that threw where nothing can be undone, one that ran without end, or
 * an interruption that may be no rule's fault.
 */
export type Failing = "threw" | "looped" | "interrupted";

export const QUARANTINE_REMEDY =
  "mend what fails; npm run admin -- quarantined names the room, and release <code> lets it out";

const FAILURES_MAX = 3;
const WINDOW_MS = 60_000;

/** A room as a host had it. */
interface Held {
  readonly id: RoomId;
  readonly epoch: number;
}

interface Failure {
  readonly room: RoomId;
  readonly atMs: number;
}

export class Quarantine {
  /** Of the newest minute only. */
  #failures: readonly Failure[] = [];
  /** With the epochs under which they failed. */
  readonly #rooms = new Map<RoomId, number>();

  /**
   * Notes a failure; true if the room is not to be run again. A loop holds up every room of the node
   * for as long as the guard lets it, and what set it off comes again with the player's outbox: once
   * is enough. Anything else is tried again, three times a minute at most.
   */
  note({ id: room, epoch }: Held, failing: Failing, nowMs: number): boolean {
    const recent = this.#failures.filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
    this.#failures = [...recent, { room, atMs: nowMs }];
    const failed = this.#failures.filter((failure) => failure.room === room);
    if (failing === "looped" || failed.length >= FAILURES_MAX) this.#rooms.set(room, epoch);
    return this.#rooms.has(room);
  }

  has(room: RoomId): boolean {
    return this.#rooms.has(room);
  }

  /** Forgets a room that was let out, if it is held for what it did under that very epoch. */
  release(room: RoomId, epoch: number): void {
    if (this.#rooms.get(room) !== epoch) return;
    this.#failures = this.#failures.filter((failure) => failure.room !== room);
    this.#rooms.delete(room);
  }
}
