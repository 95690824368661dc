// Incarnation: whether Redis still holds what was written to it. It compares the marks of the shards
// with those seen before; it repairs nothing and never touches what it watches over.

import { createHash } from "node:crypto";
import type { Clock } from "../../shared/clock.ts";
import { randomSecret } from "../../shared/random.ts";
import { type Keys, MARK_COUNT } from "./keys.ts";
import { textOf } from "./replies.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Shards } from "./shards.ts";

const MARK_BYTES = 12;

export class Incarnation {
  readonly #shards: Shards;
  readonly #keys: Keys;
  readonly #clock: Clock;
  #name = "";
  #changedMs: number | undefined;

  constructor(shards: Shards, keys: Keys, clock: Clock) {
    this.#shards = shards;
    this.#keys = keys;
    this.#clock = clock;
  }

  /** The same on every node; another one means that something may have been lost. */
  get name(): string {
    return this.#name;
  }

  /**
   * Looks at the marks. Rejects with StoreAway if not all can be seen. On a Cluster a shard that
   * serves none of the marked slots is not watched.
   */
  async observe(): Promise<void> {
    const count = this.#shards.topology.isSplit ? MARK_COUNT : 1;
    const marks = await Promise.all(
      Array.from({ length: count }, async (_, index) =>
        textOf(
          await this.#shards.run(SCRIPTS.mark, [this.#keys.mark(index)], randomSecret(MARK_BYTES)),
        ),
      ),
    );
    const name = createHash("sha256").update(marks.join(" ")).digest("hex").slice(0, 16);
    if (this.#name !== "" && this.#name !== name) this.#changedMs = this.#clock.now();
    this.#name = name;
  }

  /**
   * Whether something that lives for `lifeMs` after each touch may have been lost, if it is missing
   * now. What was there when the change was seen, and was touched since, is missing within
   * `lifeMs`; what is missing later has run out.
   */
  mayHaveLost(lifeMs: number): boolean {
    return this.#changedMs !== undefined && this.#clock.now() - this.#changedMs < lifeMs;
  }
}
