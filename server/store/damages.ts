// Damages: what stands in a store and cannot be read where others go on without it: each is told of once. It
// tells nobody what stands there, and mends nothing.

import { StoreDamaged } from "./store.ts";

/** Places that are remembered; beyond them one may be told of again. */
const PLACES_MAX = 1_000;

export class Damages {
  readonly #tell: (what: string) => void;
  readonly #told = new Set<string>();

  /** `tell` hears what it is, in a few words. */
  constructor(tell: (what: string) => void = () => undefined) {
    this.#tell = tell;
  }

  /** What stands at that place, as `read` gives it; undefined for what is damaged. */
  without<T>(place: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof StoreDamaged)) throw cause;
      this.#note(place, cause.message);
      return undefined;
    }
  }

  #note(place: string, what: string): void {
    if (this.#told.has(place)) return;
    if (this.#told.size >= PLACES_MAX) this.#told.clear();
    this.#told.add(place);
    this.#tell(what);
  }
}
