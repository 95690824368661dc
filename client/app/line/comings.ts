// Comings: how each seat of a room stands as this page saw it come and go: here, away, just back, or
// given up a moment ago. It remembers seats; it asks for no time and decides nothing.

import type { SeatView } from "../../seat.ts";

export interface Sitting extends SeatView {
  /**
   * - `here`: connected, or gone for too short to be told
   * - `away`: the seat is kept
   * - `returning`: the room has them again since a moment, and sends what they missed
   * - `gone`: the seat was given up or not come back to, a moment ago
   */
  readonly state: "here" | "away" | "returning" | "gone";
}

/** As long as it takes to be seen by somebody who looks elsewhere. */
export const RETURNING_MS = 3_000;
export const GONE_MS = 10_000;

interface Seen {
  readonly seat: SeatView;
  readonly backMs: number | undefined;
  /** When it was not there any more. */
  readonly goneMs: number | undefined;
}

export class Comings {
  readonly #seen = new Map<number, Seen>();

  /** Takes in the seats as they are now; gives them with those that were given up, by index. */
  look(seats: readonly SeatView[], nowMs: number): readonly Sitting[] {
    for (const seat of seats) this.#see(seat, nowMs);
    for (const [index, { seat, backMs, goneMs = nowMs }] of this.#seen) {
      if (seats.some((each) => each.index === index)) continue;
      if (nowMs - goneMs >= GONE_MS) this.#seen.delete(index);
      else this.#seen.set(index, { seat, backMs, goneMs });
    }
    const sittings = [...this.#seen.values()].map((seen) => sittingOf(seen, nowMs));
    return sittings.sort((one, other) => one.index - other.index);
  }

  #see(seat: SeatView, nowMs: number): void {
    const before = this.#seen.get(seat.index);
    const isBack =
      before?.goneMs === undefined &&
      before?.seat.presence === "away" &&
      seat.presence === "held" &&
      before.seat.name === seat.name;
    const backMs = isBack ? nowMs : before?.backMs;
    this.#seen.set(seat.index, { seat, backMs, goneMs: undefined });
  }
}

function sittingOf({ seat, backMs, goneMs }: Seen, nowMs: number): Sitting {
  if (goneMs !== undefined) return { ...seat, state: "gone" };
  if (seat.presence === "away") return { ...seat, state: "away" };
  const isReturning = backMs !== undefined && nowMs - backMs < RETURNING_MS;
  return { ...seat, state: isReturning ? "returning" : "here" };
}
