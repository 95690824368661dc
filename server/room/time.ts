// Room time: hosted milliseconds. It moves only while somebody hosts the room and never jumps; it
// is told the host's clock and never asks for it.

/** Sums of fractions of a millisecond end a hair below the whole number they stand for. */
const FRACTION_MS = 1e-6;

/** A room's time, anchored to the clock of the node that hosts it. */
export class RoomTime {
  #roomMs: number;
  #hostMs: number;

  constructor(roomMs: number, hostMs: number) {
    this.#roomMs = roomMs;
    this.#hostMs = hostMs;
  }

  /** Whole milliseconds of room time, as of the last move. */
  get nowMs(): number {
    return Math.floor(this.#roomMs + FRACTION_MS);
  }

  /** The host's time of the last move. */
  get hostMs(): number {
    return this.#hostMs;
  }

  /** Moves on to the host's `nowMs`, by at most `mostMs`. */
  advance(nowMs: number, mostMs = Number.POSITIVE_INFINITY): void {
    this.#roomMs += Math.max(0, Math.min(nowMs - this.#hostMs, mostMs));
    this.#hostMs = Math.max(this.#hostMs, nowMs);
  }

  /** Moves on by exactly `stepMs`, however long that took the host. */
  step(nowMs: number, stepMs: number): void {
    this.#roomMs += stepMs;
    this.#hostMs = Math.max(this.#hostMs, nowMs);
  }

  /** The host's time at which room time will be `roomMs`, if nothing slows it down. */
  hostTimeOf(roomMs: number): number {
    return this.#hostMs + (roomMs - this.#roomMs);
  }
}
