// Damages: what stands in a store and cannot be read where others go on without it: each is told of once. It
// tells nobody what stands there, and mends nothing.

import { Once } from "../once.ts";
import { StoreDamaged } from "./store.ts";

export class Damages {
  readonly #tell: (what: string) => void;
  /** By their places. */
  readonly #told = new Once();

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
      if (this.#told.isFirst(place)) this.#tell(cause.message);
      return undefined;
    }
  }
}
