// Standstill: when a room's timers stand still because somebody is away, and for how long at most. It
// keeps that account in the room's records; it runs no timer.

import type { RoomCore, SeatRecord } from "./core.ts";
import type { Rules } from "./rules.ts";

export class Standstill {
  readonly #core: RoomCore;
  readonly #rules: Rules;

  constructor(core: RoomCore, rules: Rules) {
    this.#core = core;
    this.#rules = rules;
  }

  /** Lets the clock stand or go as of now. Called whenever time has passed or something has changed. */
  settle(): void {
    const core = this.#core;
    if (core.game.rules.absence === undefined) return;
    const { $seats, $room } = core.own;
    const { nowMs } = core.time;
    for (const seat of $seats) this.#settleSeat(seat);
    const untilMs = latest([...$seats].map(({ standsUntilMs }) => standsUntilMs));
    if (untilMs !== undefined) $room.standsSinceMs ??= nowMs;
    else if ($room.standsSinceMs !== undefined) {
      // It went on by itself when the last seat it stood for had used up what it had.
      const wentOnMs = Math.min(nowMs, $room.standsUntilMs ?? nowMs);
      $room.stoodMs += wentOnMs - $room.standsSinceMs;
      $room.standsSinceMs = undefined;
    }
    $room.standsUntilMs = untilMs;
  }

  /** Lets the clock stand for a seat, or ends that. */
  #settleSeat(seat: SeatRecord): void {
    const { nowMs } = this.#core.time;
    const leftMs = this.#leftMs(seat);
    const { standsSinceMs, standsUntilMs = nowMs } = seat;
    if (standsSinceMs === undefined) {
      if (leftMs <= 0) return;
      seat.standsSinceMs = nowMs;
      seat.standsUntilMs = nowMs + leftMs;
    } else if (leftMs <= 0 || nowMs >= standsUntilMs) {
      seat.stoodForMs += Math.min(nowMs, standsUntilMs) - standsSinceMs;
      seat.standsSinceMs = undefined;
      seat.standsUntilMs = undefined;
    }
  }

  /** For how long the clock may still stand for a seat, as the game is now; 0 for one that is there. */
  #leftMs({ id, absentSinceMs, stoodForMs }: SeatRecord): number {
    const isRunning = this.#core.own.$room.status === "running";
    if (!isRunning || absentSinceMs === undefined) return 0;
    const { clockStandsMs = 0 } = this.#rules.absence(id);
    return clockStandsMs - stoodForMs;
  }
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
