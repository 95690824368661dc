// Loss watch: tells when what the store holds may not be what was written to it any more. It compares
// incarnations; it asks the store for nothing and repairs nothing.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { Store } from "./store.ts";

export interface LossWatchParts {
  readonly store: Pick<Store, "incarnation">;
  readonly clock: Clock;
  /** Something may have been lost since it was told last. */
  mayHaveLost(): void;
}

/** The store itself finds out within a second or so; a look costs nothing. */
const LOOK_EVERY_MS = 250;

export class LossWatch {
  readonly #parts: LossWatchParts;
  #seen: string;
  #cancel: Cancel | undefined;

  /** Takes what the store holds now for whole. */
  constructor(parts: LossWatchParts) {
    this.#parts = parts;
    this.#seen = parts.store.incarnation;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      const { incarnation } = this.#parts.store;
      if (incarnation !== this.#seen) this.#parts.mayHaveLost();
      this.#seen = incarnation;
      this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
  }
}
