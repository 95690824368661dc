// Bucket: how many packets of one sort a connection may send. It counts; what follows from too many
// is decided elsewhere.

export interface Allowance {
  readonly perSecond: number;
  /** How many may come at once after a silence, e.g. when a stalled line delivers what it held back. */
  readonly burst: number;
}

/** A token bucket that keeps counting below zero, so that whoever never stops is told from whoever slips. */
export class Bucket {
  readonly #allowance: Allowance;
  #tokens: number;
  #filledMs: number;

  constructor(allowance: Allowance, nowMs: number) {
    this.#allowance = allowance;
    this.#tokens = allowance.burst;
    this.#filledMs = nowMs;
  }

  /** Takes one token if there is one; whoever asks in vain loses nothing by it. */
  takeIfAny(nowMs: number): boolean {
    if (this.take(nowMs) === 0) return true;
    this.#tokens += 1;
    return false;
  }

  /** Takes one token. 0 if there was one, else how many have been taken that were not there. */
  take(nowMs: number): number {
    const { perSecond, burst } = this.#allowance;
    const filled = this.#tokens + ((nowMs - this.#filledMs) / 1000) * perSecond;
    this.#tokens = Math.min(burst, filled) - 1;
    this.#filledMs = nowMs;
    return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens);
  }
}
