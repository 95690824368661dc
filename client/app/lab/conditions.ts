// Conditions: how a spoilt line treats what travels on it: delay, jitter, loss and holes. It says
// when something arrives; it carries nothing.

export interface Conditions {
  /** One way, in ms. */
  readonly delayMs: number;
  /** Up to this much more, evenly drawn. */
  readonly jitterMs: number;
  /** Of a hundred packets. A lost one comes late, as it is sent again, and holds up those behind it. */
  readonly lossPercent: number;
  /** Nothing arrives while this lasts, and nobody is told. */
  readonly isBlackHole: boolean;
  /** There is no network: lines are cut and none can be opened. */
  readonly isOffline: boolean;
}

export const CALM: Conditions = {
  delayMs: 0,
  jitterMs: 0,
  lossPercent: 0,
  isBlackHole: false,
  isOffline: false,
};

/** The shortest time after which TCP sends again what was not acknowledged. */
const RESEND_MS_MIN = 200;

/** When something that leaves now arrives, if no black hole swallows it. `random` draws from [0, 1). */
export function arrivalMs(conditions: Conditions, nowMs: number, random: () => number): number {
  const { delayMs, jitterMs, lossPercent } = conditions;
  const isLost = random() * 100 < lossPercent;
  const resendMs = isLost ? RESEND_MS_MIN + 2 * delayMs : 0;
  return nowMs + delayMs + random() * jitterMs + resendMs;
}

/** One direction of a line: things arrive in the order they left, never before the one ahead. */
export class Lane {
  readonly #waiting: { readonly atMs: number; deliver(): void }[] = [];

  put(atMs: number, deliver: () => void): void {
    this.#waiting.push({ atMs, deliver });
  }

  /** Delivers what has arrived by now; gives when the next will, or undefined if nothing is under way. */
  run(nowMs: number): number | undefined {
    let next = this.#waiting[0];
    while (next !== undefined && next.atMs <= nowMs) {
      this.#waiting.shift();
      next.deliver();
      next = this.#waiting[0];
    }
    return next?.atMs;
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}
