// History: which bookmarks of a room can still be answered with changes, and the events that go with
// them. It knows versions and epochs; it never reads records or frames.

import type { Bookmark, SeenEvent } from "../../shared/frame.ts";
import { HORIZON_ITEMS_MAX, HORIZON_MS } from "../../shared/limits.ts";

/** An event as the room keeps it: with who may learn of it. */
export interface KeptEvent extends SeenEvent {
  /** Undefined for everybody, else the seats that learn of it. */
  readonly seats: readonly number[] | undefined;
  /** Whether those without a seat learn of it. */
  readonly watchers: boolean;
}

/** From `version` on, commits carry `epoch`. */
export interface EpochStart {
  readonly epoch: number;
  readonly version: number;
}

/** Epochs older than this many take-overs are forgotten; their bookmarks get the full view. */
const EPOCHS_KEPT = 64;

/** How finely the room's time is noted beside its version, to find the version of two minutes ago. */
const MARK_EVERY_MS = 5_000;

/** The newest commit of a stretch of time. */
interface Mark {
  readonly beganMs: number;
  readonly timeMs: number;
  readonly version: number;
}

export class History {
  /** Oldest first. */
  epochs: EpochStart[] = [];
  /** Oldest first. */
  events: KeptEvent[] = [];
  /** Bookmarks below this version get the full view: what was deleted before it is forgotten. */
  floor = 0;
  #marks: Mark[] = [];

  get epoch(): number {
    return this.epochs.at(-1)?.epoch ?? 0;
  }

  /** Begins a host's time: commits after `version` carry `epoch`. */
  begin(epoch: number, version: number): void {
    this.epochs = [...this.epochs, { epoch, version }].slice(-EPOCHS_KEPT);
  }

  /**
   * Whether a bookmark's moment belongs to the room's history. A version alone lies after a rollback:
   * if the host of epoch 7 showed version 12 and its successor took over at 10, then (7, 12) is on no
   * branch that still exists, although the room may have a version 12 again. Changes since it can be
   * told if it is not below the floor as well.
   */
  knows(bookmark: Bookmark, version: number): boolean {
    const at = this.epochs.findIndex((start) => start.epoch === bookmark.epoch);
    if (at < 0) return false;
    const branchEnd = this.epochs[at + 1]?.version ?? version;
    return bookmark.version <= branchEnd;
  }

  /**
   * Where a bookmark that was shown what is lost by now parts from the room's history; undefined if
   * nothing of it is lost, or if it is older than any epoch that is still known. In the example above
   * that is the successor's start at version 10; (7, 9) has lost nothing.
   *
   * An epoch that is not listed was forgotten with its claim: whoever came next had not heard of it, and
   * as each epoch begins with a commit, nothing was shown under it that is not lost. If whoever came
   * next was the host before, its own commits stand where those that were shown had stood.
   */
  parting(bookmark: Bookmark, version: number): EpochStart | undefined {
    const at = this.epochs.findLastIndex((start) => start.epoch <= bookmark.epoch);
    const start = this.epochs[at];
    if (start === undefined) return undefined;
    const next = this.epochs[at + 1] ?? { epoch: this.epoch, version };
    if (bookmark.version > next.version) return next;
    const isForgotten = start.epoch !== bookmark.epoch && bookmark.version > start.version;
    return isForgotten ? start : undefined;
  }

  /** Notes a commit's time and forgets what lies beyond the horizon. Returns the version below which tombstones may go. */
  pass(version: number, timeMs: number, tombstoneCount: number): number {
    this.#mark(version, timeMs);
    while ((this.#marks[1]?.timeMs ?? timeMs) <= timeMs - HORIZON_MS) this.#marks.shift();
    const oldest = this.#marks[0];
    if (oldest !== undefined && oldest.timeMs <= timeMs - HORIZON_MS) this.raise(oldest.version);
    // Rather a full view for the few who were away long than memory without end.
    if (this.events.length + tombstoneCount > HORIZON_ITEMS_MAX) {
      this.raise(Math.floor((this.floor + version + 1) / 2));
    }
    return this.floor;
  }

  #mark(version: number, timeMs: number): void {
    const newest = this.#marks.at(-1);
    const same = newest !== undefined && timeMs - newest.beganMs < MARK_EVERY_MS;
    if (same) this.#marks.pop();
    this.#marks.push({ beganMs: same ? newest.beganMs : timeMs, timeMs, version });
  }

  /** Forgets everything that only bookmarks below `floor` would need. */
  raise(floor: number): void {
    if (floor <= this.floor) return;
    this.floor = floor;
    const kept = this.events.findIndex((event) => event.version > floor);
    this.events = kept < 0 ? [] : this.events.slice(kept);
  }

  /** Somebody new has a seat: what was told to it before was told to somebody else. */
  seatTaken(seat: number): void {
    this.events = withoutSeat(this.events, seat);
  }

  /** Events after a version that a seat, or somebody without one, may learn of. */
  eventsSince(version: number, seat: number | undefined): readonly SeenEvent[] {
    const found: SeenEvent[] = [];
    for (let at = this.events.length - 1; at >= 0; at--) {
      const event = this.events[at];
      if (event === undefined || event.version <= version) break;
      if (mayLearn(event, seat)) found.push(event);
    }
    return found.reverse();
  }
}

/** The events without what a seat was told that not everybody could learn. */
export function withoutSeat(events: readonly KeptEvent[], seat: number): KeptEvent[] {
  return events.map((event) => {
    const { seats, watchers } = event;
    if (watchers || seats?.includes(seat) !== true) return event;
    return { ...event, seats: seats.filter((other) => other !== seat) };
  });
}

export function mayLearn(event: KeptEvent, seat: number | undefined): boolean {
  if (event.seats === undefined) return true;
  return seat === undefined ? event.watchers : event.seats.includes(seat);
}
