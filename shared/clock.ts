// Clock: the only place that asks what time it is or arms a timer. Machines never see it;
// their drivers do, and tests hand the drivers a virtual one.

/** Cancels what it was returned for; calling it again does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** Monotonic milliseconds since an arbitrary start; never jumps with the wall clock. */
  now(): number;
  /** Wall-clock milliseconds since 1970: for log lines and expiry dates shown to people only. */
  wallMs(): number;
  /** Runs `callback` once, not before `delayMs` (≥ 0) have passed. */
  after(delayMs: number, callback: () => void): Cancel;
}

/** The longest delay a timer of the platform can hold (2^31 − 1 ms); longer ones fire at once. */
const TIMER_MS_MAX = 0x7fff_ffff;

export const systemClock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), TIMER_MS_MAX));
    return () => clearTimeout(timer);
  },
};

/** Resolves once, not before `delayMs` (≥ 0) have passed. */
export function pause(clock: Pick<Clock, "after">, delayMs: number): Promise<void> {
  return new Promise((passed) => void clock.after(delayMs, passed));
}

/** A wall clock that is ahead by so much more than before was not set right by a little: the machine slept. */
const SLEPT_MS_MIN = 1_000;

/**
 * The clock of a page: it counts the time for which the machine slept. Most browsers leave that out
 * (w3c/hr-time#115), so that a line which is long dead would seem to have been heard a moment ago.
 */
export function wakefulClock(clock: Clock): Clock {
  let beforeMs = Infinity;
  let sleptMs = 0;
  return {
    now() {
      const nowMs = clock.now();
      const aheadMs = clock.wallMs() - nowMs;
      if (aheadMs - beforeMs > SLEPT_MS_MIN) sleptMs += aheadMs - beforeMs;
      beforeMs = aheadMs;
      return nowMs + sleptMs;
    },
    wallMs: () => clock.wallMs(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  };
}

/** Runs a callback after what runs now and before any timer, where the platform can; else as soon as it can. */
export function soon(callback: () => void): void {
  if (typeof setImmediate === "function") setImmediate(callback);
  else setTimeout(callback, 0);
}
