// Allowance: how many may come in a time, and when those who may not should come again. Pure
// arithmetic over one number (GCRA, ITU-T I.371); whom it counts is decided elsewhere.

export interface Allowance {
  readonly perSecond: number;
  /** How many may come at once after a silence. */
  readonly burst: number;
}

export class Turnstile {
  readonly #intervalMs: number;
  readonly #slackMs: number;
  /** When the next would come if all came evenly: ahead of now by what was used up of the burst. */
  #nextMs = -Infinity;
  /** The last moment that somebody was sent away until. */
  #promisedMs = -Infinity;

  constructor({ perSecond, burst }: Allowance) {
    this.#intervalMs = 1_000 / perSecond;
    this.#slackMs = (burst - 1) * this.#intervalMs;
  }

  /**
   * Lets one through: 0. Otherwise how long to stay away, in ms: each who is sent away gets a later
   * moment, so that a crowd comes back in the order and at the pace that fits through.
   */
  pass(nowMs: number): number {
    const openMs = this.#nextMs - this.#slackMs;
    if (nowMs >= openMs) {
      this.#nextMs = Math.max(this.#nextMs, nowMs) + this.#intervalMs;
      return 0;
    }
    this.#promisedMs = Math.max(this.#promisedMs, openMs) + this.#intervalMs;
    return this.#promisedMs - nowMs;
  }

  /** Whether nobody has come for so long that forgetting it changes nothing. */
  isRested(nowMs: number): boolean {
    return nowMs >= this.#nextMs && nowMs >= this.#promisedMs;
  }
}
