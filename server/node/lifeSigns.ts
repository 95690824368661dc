// Life signs: drives membership: says that this node lives, and learns who else does from the answers and
// from the processes of this machine. What follows from a death is for its node.

import type { Clock } from "../../shared/clock.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import type { NodeMetrics } from "../metrics.ts";
import type { NodeSign, NodeStore } from "../store/nodeStore.ts";
import { StoreAway } from "../store/store.ts";
import { Membership, SIGN_LIFE_MS } from "./membership.ts";

export interface LifeSignsParts {
  readonly node: NodeId;
  readonly bus: NodeStore;
  readonly clock: Pick<Clock, "now">;
  readonly log: Pick<Log, "warn" | "fault">;
  readonly metrics: Pick<NodeMetrics, "nodes">;
  /** This process, for nodes of the same machine; empty if it cannot be told. */
  readonly place: string;
  /** Whether the process of a place is known to have ended. */
  hasEnded(place: string): boolean;
  /** What the next sign says besides. */
  said(): Pick<NodeSign, "phase" | "shapes" | "kicks">;
  /** Another node said this. */
  heard(sign: NodeSign): void;
  /** A node that lived does not any more. */
  died(node: NodeId): void;
  /** A node that was taken for dead signs again. */
  returned(node: NodeId): void;
}

export class LifeSigns {
  readonly #parts: LifeSignsParts;
  readonly #membership: Membership;
  #signing: Promise<void> | undefined;
  #hasEnded = false;

  constructor(parts: LifeSignsParts) {
    this.#parts = parts;
    this.#membership = new Membership(parts.node);
  }

  /** Every node that signed, this one among them. */
  get living(): readonly NodeSign[] {
    return this.#membership.living;
  }

  /** Whether another node lives, by what is known now. Rejects with StoreAway. */
  async judge(node: NodeId): Promise<"living" | "dead" | "unsure"> {
    const { clock } = this.#parts;
    const judgement = this.#membership.judge(node, clock.now());
    if (judgement !== "unknown") return judgement;
    // To ask is to sign: whoever has ended would live on for the others.
    if (this.#hasEnded) return "unsure";
    await this.give();
    return this.#membership.settle(node, clock.now());
  }

  /** Signs, learns who else does, and tells of those that do not. Rejects with StoreAway. */
  give(): Promise<void> {
    this.#signing ??= this.#giveOnce().finally(() => {
      this.#signing = undefined;
    });
    return this.#signing;
  }

  /** The same; the next one is a second away, and until then nobody is judged. */
  giveOrMiss(): void {
    this.give().catch((cause: unknown) => {
      if (!(cause instanceof StoreAway)) this.#parts.log.fault("node-not-signed", { cause });
    });
  }

  /** The end of a process on this machine is certain at once. */
  look(): void {
    const { node: self, bus, hasEnded, died } = this.#parts;
    for (const { node, place } of this.#membership.living) {
      if (node === self || !hasEnded(place)) continue;
      this.#membership.announced(node);
      // The others on this machine see it themselves, those elsewhere with their next answer.
      bus.remove(node).catch(() => undefined);
      died(node);
    }
  }

  /** Takes this node's sign back. */
  async end(): Promise<void> {
    const { bus, node, log } = this.#parts;
    this.#hasEnded = true;
    await bus.remove(node).catch((cause: unknown) => log.warn("node-not-signed-off", { cause }));
  }

  async #giveOnce(): Promise<void> {
    const { bus, clock, node, place, metrics, said, died, returned, heard } = this.#parts;
    const membership = this.#membership;
    membership.asked(clock.now());
    try {
      const answer = await bus.sign({ node, place, ...said() }, SIGN_LIFE_MS);
      const back = membership.back(answer.living);
      for (const dead of membership.answered(answer, clock.now())) died(dead);
      for (const other of back) returned(other);
      for (const sign of answer.living) if (sign.node !== node) heard(sign);
      metrics.nodes.set(membership.living.length);
    } catch (cause) {
      membership.unanswered(clock.now());
      throw cause;
    }
    this.look();
  }
}
