// Virtual clock: time that passes only when a test says so, in no time at all. It never asks the
// platform what time it is; the same calls give the same order, always.

import { assert } from "../../shared/assert.ts";
import type { Cancel, Clock } from "../../shared/clock.ts";

interface Armed {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Some moment: wall-clock times are for people, and no rule may depend on them. */
const WALL_START_MS = 1_800_000_000_000;

/** Callbacks that may run at one and the same moment; more is a timer that arms itself for "now" without end. */
const RUNS_AT_ONCE_MAX = 10_000;

export class VirtualClock implements Clock {
  #nowMs = 0;
  /** In the order of their times, and of their arming where those are the same. */
  readonly #armed: Armed[] = [];

  now(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return WALL_START_MS + this.#nowMs;
  }

  /** When the next callback is due; undefined if none is armed. */
  get nextMs(): number | undefined {
    return this.#armed[0]?.atMs;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const armed = { atMs: this.#nowMs + Math.max(0, delayMs), callback };
    const later = this.#armed.findIndex(({ atMs }) => atMs > armed.atMs);
    this.#armed.splice(later < 0 ? this.#armed.length : later, 0, armed);
    return () => {
      const at = this.#armed.indexOf(armed);
      if (at >= 0) this.#armed.splice(at, 1);
    };
  }

  /**
   * Lets `ms` (≥ 0) pass. Callbacks run in the order of their times, each at its own; those they arm
   * for within that time run as well. Whatever one throws ends the call, with the time at its moment.
   */
  advance(ms: number): void {
    assert(ms >= 0, "time passes forwards");
    const untilMs = this.#nowMs + ms;
    for (let atOnce = 0; ; atOnce++) {
      const due = this.#armed[0];
      if (due === undefined || due.atMs > untilMs) break;
      if (due.atMs > this.#nowMs) atOnce = 0;
      assert(atOnce < RUNS_AT_ONCE_MAX, "a timer arms itself for now, without end");
      this.#armed.shift();
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
    }
    this.#nowMs = untilMs;
  }

  /** Lets `ms` (≥ 0) pass as on a machine that sleeps: what was due meanwhile runs at its end, each once. */
  sleep(ms: number): void {
    assert(ms >= 0, "time passes forwards");
    this.#nowMs += ms;
    this.advance(0);
  }
}
