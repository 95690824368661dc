// Stillness: when somebody who does not stir is asked whether they are there. Pure.

/** How long before the seat is put away a reader is asked. */
export const ASKED_MS = 10 * 60_000;

export interface Asking {
  /** Time left until the seat is put away. */
  readonly leftMs: number;
  readonly isAway: boolean;
}

/** What to ask after `stillMs` without a sign; undefined while nobody needs to be asked. */
export function stillness(stillMs: number, idleMs: number): Asking | undefined {
  const leftMs = idleMs - stillMs;
  if (leftMs > ASKED_MS) return undefined;
  return { leftMs: Math.max(0, leftMs), isAway: leftMs <= 0 };
}
