// Deadlines: every reason for which a room wakes by time alone. It runs what is due and says when
// the next is; it arms nothing and asks no clock.

import type { RoomCore, SeatRecord } from "./core.ts";
import type { Rules } from "./rules.ts";

/**
 * In a game moved by events, room time passes without commits. While something waits for it, it is
 * logged this often, so that a killed host sets a clock back by at most that.
 */
const LOG_TIME_EVERY_MS = 5_000;

/** Timers that may run in one turn; a rule that always sets one for "now" must not stop the world. */
const TIMERS_A_TURN_MAX = 64;

export class Deadlines {
  readonly #core: RoomCore;
  readonly #rules: Rules;
  /** Host time of the next tick; undefined while the room does not tick. */
  #nextTickMs: number | undefined;
  #loggedMs = Number.NEGATIVE_INFINITY;
  #endNoted = false;

  constructor(core: RoomCore, rules: Rules) {
    this.#core = core;
    this.#rules = rules;
    this.#endNoted = core.own.$room.status === "ended";
  }

  get #stepMs(): number | undefined {
    return this.#core.ticking ? 1000 / (this.#core.game.tickHz ?? 1) : undefined;
  }

  /** Moves room time on. Between ticks it never runs ahead of the next one: a late host is slow motion. */
  advance(nowMs: number): void {
    const step = this.#stepMs;
    if (step === undefined) return this.#core.time.advance(nowMs);
    this.#nextTickMs ??= nowMs + step;
    this.#core.time.advance(nowMs, step);
  }

  /** The game has begun: the first tick is one step from now. */
  started(): void {
    this.#nextTickMs = undefined;
  }

  /** Whether the end of the game is news. */
  ended(): boolean {
    const news = !this.#endNoted;
    this.#endNoted = true;
    return news;
  }

  /** Away seats whose grace has passed. */
  gracesOver(): readonly SeatRecord[] {
    const { nowMs } = this.#core.time;
    return [...this.#core.own.$seats].filter(
      ({ untilMs }) => untilMs !== undefined && untilMs <= nowMs,
    );
  }

  /** Runs timers that are due, in the order of their times, and one tick if it is time. */
  runDue(nowMs: number): void {
    for (let count = 0; count < TIMERS_A_TURN_MAX; count++) {
      const timer = this.#dueTimer();
      if (timer === undefined) break;
      this.#core.own.$timers.delete(timer.id);
      this.#rules.timer(timer.name, timer.args);
    }
    const step = this.#stepMs;
    if (step === undefined || this.#nextTickMs === undefined || nowMs < this.#nextTickMs) return;
    // Late by more than a step: the missed ticks are not made up for, or a stall would end in a burst.
    this.#nextTickMs = Math.max(this.#nextTickMs + step, nowMs);
    this.#rules.tick();
  }

  #dueTimer() {
    const { $timers, $room } = this.#core.own;
    if ($room.status === "ended") return undefined;
    let first: { id: number; name: string; dueMs: number; args: never } | undefined;
    for (const timer of $timers) {
      if (timer.dueMs > this.#core.time.nowMs) continue;
      if (first === undefined || timer.dueMs < first.dueMs) first = timer as never;
    }
    return first;
  }

  /** Whether room time alone is worth a commit now. */
  timeIsDue(nowMs: number): boolean {
    return nowMs - this.#loggedMs >= LOG_TIME_EVERY_MS && this.#waitsForTime();
  }

  /** A commit has just carried the time. */
  logged(nowMs: number): void {
    this.#loggedMs = nowMs;
  }

  /** Host time of the next turn that is due by time alone. */
  nextMs(nowMs: number): number | undefined {
    const { time, own } = this.#core;
    const due: number[] = [];
    for (const { untilMs } of own.$seats) {
      if (untilMs !== undefined) due.push(time.hostTimeOf(untilMs));
    }
    if (own.$room.status !== "ended") {
      for (const { dueMs } of own.$timers) due.push(time.hostTimeOf(dueMs));
    }
    if (this.#core.ticking) due.push(this.#nextTickMs ?? nowMs);
    else if (due.length > 0) due.push(Math.max(nowMs, this.#loggedMs + LOG_TIME_EVERY_MS));
    return due.length === 0 ? undefined : Math.min(...due);
  }

  #waitsForTime(): boolean {
    const { $seats, $timers } = this.#core.own;
    return $timers.size > 0 || [...$seats].some(({ untilMs }) => untilMs !== undefined);
  }
}
