// Memory nodes: life signs and messages between nodes of one process, as tests run them. A process
// that serves has one node and talks to nobody. Nothing of it is kept.

import type { NodeId } from "../../shared/ids.ts";
import type { NodeSign, NodeStore, SignAnswer } from "./nodeStore.ts";

type Ear = (message: Uint8Array) => void;

export class MemoryNodes implements NodeStore {
  readonly #nowMs: () => number;
  readonly #signs = new Map<NodeId, { readonly sign: NodeSign; readonly untilMs: number }>();
  readonly #ears = new Map<NodeId, Set<Ear>>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async sign(sign: NodeSign, lifeMs: number): Promise<SignAnswer> {
    const nowMs = this.#nowMs();
    for (const [node, { untilMs }] of this.#signs) {
      if (untilMs <= nowMs) this.#signs.delete(node);
    }
    const stood = this.#signs.has(sign.node);
    this.#signs.set(sign.node, { sign, untilMs: nowMs + lifeMs });
    return { living: [...this.#signs.values()].map((kept) => kept.sign), stood };
  }

  async remove(node: NodeId): Promise<void> {
    this.#signs.delete(node);
  }

  async publish(to: NodeId, message: Uint8Array): Promise<void> {
    const copy = message.slice();
    // Arrives in a later turn, as from another process.
    await Promise.resolve();
    for (const ear of this.#ears.get(to) ?? []) ear(copy);
  }

  async listen(node: NodeId, hear: Ear): Promise<() => void> {
    const own: Ear = (message) => hear(message);
    const ears = this.#ears.get(node) ?? new Set();
    ears.add(own);
    this.#ears.set(node, ears);
    return () => void ears.delete(own);
  }
}
