// Life signs: drives membership: says that this node lives, and learns who else does from the answers and
// from the processes of this machine. What follows from a death is for its node.

import type { Clock } from "../../shared/clock.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import type { NodeMetrics } from "../metrics.ts";
import type { NodeSign, NodeStore, SignAnswer } from "../store/nodeStore.ts";
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
  said(): Pick<NodeSign, "shapes" | "kicks"> & { readonly phase: "serving" | "draining" };
  /** Another node said this. */
  heard(sign: NodeSign): void;
  /** A node that lived does not any more. */
  died(node: NodeId): void;
  /** The same node, later perhaps: whether it had said that it ends. */
  explained(node: NodeId, how: "left" | "died"): void;
  /** A node that was taken for dead signs again. */
  returned(node: NodeId): void;
}

export class LifeSigns {
  readonly #parts: LifeSignsParts;
  readonly #membership: Membership;
  /** Whose process on this machine has ended; the next answer tells how. */
  readonly #unexplained = new Set<NodeId>();
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

  /** The same, until the end; the next one is a second away, and until then nobody is judged. */
  giveOrMiss(): void {
    if (this.#hasEnded) return;
    this.give().catch((cause: unknown) => {
      if (!(cause instanceof StoreAway)) this.#parts.log.fault("node-not-signed", { cause });
    });
  }

  /** The end of a process on this machine is certain at once. */
  look(): void {
    const { node: self, hasEnded, died } = this.#parts;
    const ended = this.#membership.living.filter(
      ({ node, place }) => node !== self && hasEnded(place),
    );
    for (const { node } of ended) {
      this.#membership.announced(node);
      this.#unexplained.add(node);
      died(node);
    }
    if (ended.length > 0) this.giveOrMiss();
  }

  /** Leaves word that this node has ended by itself. */
  async end(): Promise<void> {
    const { bus, node, place, log, said } = this.#parts;
    this.#hasEnded = true;
    const last = { node, place, ...said(), phase: "ended" } as const;
    await bus
      .sign(last, SIGN_LIFE_MS)
      .catch((cause: unknown) => log.warn("node-not-signed-off", { cause }));
  }

  async #giveOnce(): Promise<void> {
    const { bus, clock, node, place, metrics, said, returned, heard } = this.#parts;
    const membership = this.#membership;
    membership.asked(clock.now());
    try {
      const answer = await bus.sign({ node, place, ...said() }, SIGN_LIFE_MS);
      const back = membership.back(answer.living);
      this.#mourn(membership.answered(answer, clock.now()), answer);
      for (const other of back) returned(other);
      for (const sign of answer.living)
        if (sign.node !== node && sign.phase !== "ended") heard(sign);
      metrics.nodes.set(membership.living.length);
    } catch (cause) {
      membership.unanswered(clock.now());
      throw cause;
    }
    this.look();
  }

  #mourn(dead: readonly NodeId[], { living }: SignAnswer): void {
    const { bus, died, explained } = this.#parts;
    const left = new Set(living.filter(({ phase }) => phase === "ended").map(({ node }) => node));
    for (const node of dead) died(node);
    for (const node of [...dead, ...this.#unexplained])
      explained(node, left.has(node) ? "left" : "died");
    // The others on this machine see it themselves, those elsewhere with their next answer.
    for (const node of this.#unexplained)
      if (!left.has(node)) bus.remove(node).catch(() => undefined);
    this.#unexplained.clear();
  }
}
