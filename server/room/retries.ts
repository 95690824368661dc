// Retries: when what failed is tried again: each time later than before, and at once when a store that
// was away is back. It does not know what is tried, and ends nothing by itself.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { Store } from "../store/store.ts";

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 60_000;

/** Tries once more; `failures` is how often it has failed in a row before. */
type Again = (failures: number) => void;

export class Retries {
  readonly #clock: Clock;
  readonly #waiting = new Map<Again, Cancel>();
  readonly #unwatch: () => void;

  constructor(clock: Clock, store: Pick<Store, "watch">) {
    this.#clock = clock;
    this.#unwatch = store.watch((status) => {
      if (status === "back") this.#hurry();
    });
  }

  /** To be called with what has failed, and with how often it had before. */
  later(again: Again, failures: number): void {
    const delayMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** failures);
    const cancel = this.#clock.after(delayMs, () => {
      this.#waiting.delete(again);
      again(failures + 1);
    });
    this.#waiting.set(again, cancel);
  }

  /** Nothing is tried again from here on. */
  stop(): void {
    this.#unwatch();
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  /** What failed because the store was away has not failed by itself. */
  #hurry(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [again, cancel] of waiting) {
      cancel();
      again(0);
    }
  }
}
