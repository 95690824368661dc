// Store sight: what one node knows of whether the store is still the one it was: it looks now and
// then, and whenever it misses something, as a node on Redis does. It repairs nothing.

import type { Touch, TouchOutcome } from "../../server/store/sessionStore.ts";
import type { Store } from "../../server/store/store.ts";
import type { Life, World } from "./world.ts";

/** A node looks at the marks of its Redis this often. */
const LOOK_MS_MAX = 1_000;

export class StoreSight {
  readonly #life: Life;
  readonly #world: World;
  readonly #store: () => Store;
  #incarnation: string;
  #changedMs = Number.NEGATIVE_INFINITY;

  constructor(life: Life, world: World, store: () => Store) {
    this.#life = life;
    this.#world = world;
    this.#store = store;
    this.#incarnation = store().incarnation;
  }

  /** As this node saw it last. */
  get incarnation(): string {
    return this.#incarnation;
  }

  /** It will look at a moment of its own. */
  lookSoon(): void {
    this.#world.plan(this.#world.random() * LOOK_MS_MAX, this.#life, () => this.#look());
  }

  /** An answer as the node takes it: what is missing may have run out, or be lost. */
  answered(method: string, given: readonly unknown[], answer: unknown): unknown {
    if (method === "readSession" && answer === undefined) this.#look();
    if (method !== "touch") return answer;
    const [touches] = given as [readonly Touch[]];
    const outcomes = answer as readonly TouchOutcome[];
    if (outcomes.some(({ kind }) => kind === "ended")) this.#look();
    return outcomes.map((outcome, at) => {
      const sinceMs = this.#world.nowMs - this.#changedMs;
      const mayBeLost = outcome.kind === "ended" && sinceMs < (touches[at]?.lifeMs ?? 0);
      return mayBeLost ? { kind: "lost" } : outcome;
    });
  }

  #look(): void {
    const { incarnation } = this.#store();
    if (incarnation === this.#incarnation) return;
    this.#incarnation = incarnation;
    this.#changedMs = this.#world.nowMs;
  }
}
