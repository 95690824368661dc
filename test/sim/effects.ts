// Effects: everything that nodes do to the world, counted: questions to the store, messages to other
// nodes and to pages. It may have one of them die at a boundary between two; it performs nothing.

import type { Life, World } from "./world.ts";

/** A moment at which a node can die: before or after an effect, which is counted from 1. */
export interface Boundary {
  readonly effect: number;
  readonly side: "before" | "after";
}

export class Effects {
  /** What was done, in order. */
  readonly names: string[] = [];
  readonly #world: World;
  #strike: { readonly at: Boundary; readonly kill: (life: Life) => void } | undefined;
  /** Who has just done its last. */
  #dying: Life | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whoever does that effect dies there. */
  killAt(at: Boundary, kill: (life: Life) => void): void {
    this.#strike = { at, kill };
  }

  /** A node is about to do something; it does not if it is dead then. */
  about(life: Life, what: string): void {
    if (life.isDead) return;
    if (life === this.#dying) return this.#strike?.kill(life);
    this.names.push(`${life.name} ${what}`);
    const { at, kill } = this.#strike ?? {};
    if (at?.effect !== this.names.length) return;
    if (at.side === "before") return kill?.(life);
    // It does this, and neither anything else of the same turn nor anything later.
    this.#dying = life;
    this.#world.plan(0, this.#world.nature, () => kill?.(life));
  }
}
