// Gathering: what waits a moment for company and is then written in few batches, one after the other.
// It knows nothing of what it gathers, and no failure of a write may stop the ones behind it.

import type { Clock } from "../../shared/clock.ts";

export interface GatheringParts<Item> {
  readonly clock: Pick<Clock, "after">;
  /** Never rejects: whoever writes knows what a failure means for what was written. */
  readonly write: (batch: readonly Item[]) => Promise<void>;
}

/** Unnoticeable in the life of a session, and long enough for a network that dies to be one write. */
const GATHER_MS = 50;
/** Larger batches hold the loop up for longer than a tick (measured: 1,000 take 14 to 26 ms). */
const ITEMS_PER_BATCH = 500;

export class Gathering<Item> {
  readonly #parts: GatheringParts<Item>;
  #waiting: Item[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: GatheringParts<Item>) {
    this.#parts = parts;
  }

  add(item: Item): void {
    if (this.#waiting.push(item) === 1) this.#parts.clock.after(GATHER_MS, () => this.#flush());
  }

  /** Resolves when everything added so far has been written, or has failed. */
  async settled(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    const items = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < items.length; at += ITEMS_PER_BATCH) {
      const batch = items.slice(at, at + ITEMS_PER_BATCH);
      this.#writing = this.#writing.then(() => this.#parts.write(batch));
    }
  }
}
