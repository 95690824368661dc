// Deadlines: every reason for which a room wakes by time alone. It runs what is due and says when
// the next is; it arms nothing and asks no clock.

import type { RoomCore, TimerRecord } from "./core.ts";
import type { Rules } from "./rules.ts";

/**
 * In a game moved by events, room time passes without commits. While something waits for it, it is
 * logged this often, so that a killed host sets a clock back by at most that.
 */
const LOG_TIME_EVERY_MS = 5_000;

/** Timers that may run in one turn; a rule that always sets one for "now" must not stop the world. */
const TIMERS_A_TURN_MAX = 64;

/**
 * How much later than asked for a turn may come and still count in full. A host that is later was
 * stopped or waited for its log: what it missed is no time of the room, or graces and clocks would
 * run out while nobody could do anything about it.
 */
const LATE_MS_MAX = 1_000;

/** By so small a part of a step may the moment of a tick be off: a thirtieth of a second is no whole number. */
export const ROUNDING = 1e-6;

export class Deadlines {
  readonly #core: RoomCore;
  readonly #rules: Rules;
  /** Host time of the next tick; undefined until one has been planned. */
  #nextTickMs: number | undefined;
  /** Whether the turn being run is a tick. */
  #tickDue = false;
  /** Host time for which the turn being run was asked for; undefined if none was. */
  #awaitedMs: number | undefined;
  #logged: { readonly epoch: number; readonly atMs: number } | undefined;
  #endNoted: boolean;

  constructor(core: RoomCore, rules: Rules) {
    this.#core = core;
    this.#rules = rules;
    this.#endNoted = core.own.$room.status === "ended";
  }

  /** Host time of the newest commit; undefined before the epoch's first. */
  get #loggedMs(): number | undefined {
    return this.#logged?.epoch === this.#core.history.epoch ? this.#logged.atMs : undefined;
  }

  get #stepMs(): number | undefined {
    return this.#core.ticking ? 1000 / (this.#core.game.tickHz ?? 1) : undefined;
  }

  /**
   * Moves room time on. In a ticking room a tick is a fixed step of it and nothing else moves it: a
   * late host is slow motion.
   */
  advance(nowMs: number): void {
    const { time } = this.#core;
    const stepMs = this.#stepMs;
    this.#tickDue = false;
    if (stepMs === undefined) return time.advance(nowMs, this.#mostMs());
    if (nowMs < this.#tickDueMs(stepMs)) return;
    time.step(nowMs, stepMs);
    this.#tickDue = true;
    // A little late keeps the beat. Missed ticks are not made up for, or a stall would end in a burst.
    this.#nextTickMs = nextTickMs(nowMs, stepMs);
  }

  #mostMs(): number {
    if (this.#awaitedMs === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#awaitedMs - this.#core.time.hostMs) + LATE_MS_MAX;
  }

  /** A room that ticks already when it is loaded has its first tick within a step, too. */
  #tickDueMs(stepMs: number): number {
    this.#nextTickMs ??= nextTickMs(this.#core.time.hostMs, stepMs);
    return this.#nextTickMs;
  }

  /** The game has begun: the first tick is within a step from now. */
  started(): void {
    this.#nextTickMs = undefined;
  }

  /** Whether the end of the game is news. */
  ended(): boolean {
    const news = !this.#endNoted;
    this.#endNoted = true;
    return news;
  }

  /** Runs timers that are due, in the order of their times, and one tick if it is time. */
  runDue(): void {
    for (let count = 0; count < TIMERS_A_TURN_MAX; count++) {
      const timer = this.#dueTimer();
      if (timer === undefined) break;
      this.#core.own.$timers.delete(timer.id);
      this.#rules.timer(timer.name, timer.args);
    }
    if (this.#tickDue && this.#core.ticking) this.#rules.tick();
  }

  #dueTimer() {
    const { $timers, $room } = this.#core.own;
    if ($room.status === "ended") return undefined;
    let first: TimerRecord | undefined;
    for (const timer of $timers) {
      if (timer.dueMs > this.#core.clockMs) continue;
      if (first === undefined || timer.dueMs < first.dueMs) first = timer;
    }
    return first;
  }

  /**
   * Whether room time alone is worth a commit now. An epoch's first turn always is: it fences the host
   * before it, tells a room that kills its hosts from one in which nothing happens, and no bookmark
   * of the epoch can be of a moment before it.
   */
  timeIsDue(nowMs: number): boolean {
    if (this.#loggedMs === undefined) return true;
    // The very sum that `nextMs` names: a difference may be a hair below it, and the turn be asked for again.
    return nowMs >= this.#loggedMs + LOG_TIME_EVERY_MS && this.#waitsForTime();
  }

  /** A commit has just carried the time. */
  logged(nowMs: number): void {
    this.#logged = { epoch: this.#core.history.epoch, atMs: nowMs };
  }

  /** The turn is over. */
  rest(nowMs: number): void {
    this.#awaitedMs = this.nextMs(nowMs);
  }

  /** Host time of the next turn that is due by time alone. */
  nextMs(nowMs: number): number | undefined {
    const stepMs = this.#stepMs;
    if (this.#loggedMs === undefined) return nowMs;
    // In a ticking room time stands still between ticks: nothing else can come due.
    if (stepMs !== undefined) return this.#tickDueMs(stepMs);
    const due = this.#roomTimesDue().map((ms) => this.#core.time.hostTimeOf(ms));
    if (due.length > 0) due.push(this.#loggedMs + LOG_TIME_EVERY_MS);
    return due.length === 0 ? undefined : Math.max(nowMs, Math.min(...due));
  }

  /** The room times at which something comes due. */
  #roomTimesDue(): number[] {
    const { $seats, $room, $timers } = this.#core.own;
    const due: (number | undefined)[] = [];
    for (const { untilMs, tellAtMs, meanwhileAtMs, standsUntilMs } of $seats) {
      due.push(untilMs, tellAtMs, meanwhileAtMs, standsUntilMs);
    }
    const timersRun = $room.status !== "ended" && $room.standsSinceMs === undefined;
    if (timersRun) for (const { dueMs } of $timers) due.push(dueMs + $room.stoodMs);
    return due.filter((ms) => ms !== undefined);
  }

  #waitsForTime(): boolean {
    return this.#core.own.$timers.size > 0 || this.#roomTimesDue().length > 0;
  }
}

/**
 * Within a step, and at the same moment for all rooms of a host that tick as often: one guarded call and one
 * append serve them all.
 */
function nextTickMs(nowMs: number, stepMs: number): number {
  return (Math.floor(nowMs / stepMs + ROUNDING) + 1) * stepMs;
}
