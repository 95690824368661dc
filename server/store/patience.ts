// Patience: a start asks a store that is away for a moment again, until it is there or the patience is
// at its end. What fails for any other reason is never tried again.

import { type Clock, pause } from "../../shared/clock.ts";
import { StoreAway } from "./store.ts";

/** How long a start waits for a store that is away or loading. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 20;

export interface Patience {
  readonly clock: Clock;
  /** How long at most, in ms; 15 s if not given. */
  readonly forMs?: number | undefined;
  /** Hears each time why it is not there yet. */
  readonly missed?: ((why: string) => void) | undefined;
}

/** What the attempt comes to, which may be made several times. Rejects with the last StoreAway, or at once with anything else. */
export async function outlast<T>(
  attempt: () => Promise<T>,
  { clock, forMs = PATIENCE_MS, missed }: Patience,
): Promise<T> {
  const deadlineMs = clock.now() + forMs;
  for (;;) {
    try {
      return await attempt();
    } catch (cause) {
      if (!(cause instanceof StoreAway) || clock.now() >= deadlineMs) throw cause;
      missed?.(cause.message);
    }
    await pause(clock, PAUSE_MS);
  }
}
