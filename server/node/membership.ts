// Membership: the machine that judges which nodes live, by life signs, by what is announced, and by
// how well it hears itself. A wrong judgement costs a needless take-over, never a commit.

import type { NodeId } from "../../shared/ids.ts";
import type { NodeSign, SignAnswer } from "../store/nodeStore.ts";

/** How often a node signs. */
export const SIGN_EVERY_MS = 1_000;
/** How long a sign lives: some of them may be late. */
export const SIGN_LIFE_MS = 4_000;
/** A store that owes an answer for longer is silent, and so may be the others' signs. */
const SILENCE_MS = 1_000;

/**
 * - `living`: it signed
 * - `dead`: it does not sign any more, or its end was announced
 * - `unsure`: it does not sign, but the store was silent a moment ago, or has forgotten what it had:
 *   its signs may have run out, or be forgotten as well
 * - `unknown`: it never signed as far as this node knows: ask who signs, then `settle`
 */
export type Judgement = "living" | "dead" | "unsure" | "unknown";

export class Membership {
  readonly #self: NodeId;
  #signs: ReadonlyMap<NodeId, NodeSign> = new Map();
  /** Nodes whose end is certain; their ids are never used again. */
  readonly #buried = new Set<NodeId>();
  /** Nodes that do not sign any more; one that was only frozen signs again. */
  readonly #gone = new Set<NodeId>();
  /** Since when an answer is owed; undefined if none is. */
  #askedMs: number | undefined;
  /** Nobody is judged dead before. */
  #unsureUntilMs = Number.NEGATIVE_INFINITY;

  constructor(self: NodeId) {
    this.#self = self;
  }

  /** Every node that signed, this one among them. */
  get living(): readonly NodeSign[] {
    return [...this.#signs.values()];
  }

  /** The life sign was sent. */
  asked(nowMs: number): void {
    this.#askedMs ??= nowMs;
  }

  /** No answer came: the next one may be asked for, and this one is still owed. */
  unanswered(nowMs: number): void {
    this.#noteSilence(nowMs);
  }

  /** The store answered who signs; gives those judged dead that were living before. */
  answered({ living, stood }: SignAnswer, nowMs: number): readonly NodeId[] {
    this.#noteSilence(nowMs);
    // Where our own sign does not stand any more, the others' may have gone the same way.
    const isFirst = !this.#signs.has(this.#self);
    if (!stood && !isFirst) this.#unsureUntilMs = nowMs + SIGN_LIFE_MS;
    this.#askedMs = undefined;
    const before = this.#signs;
    for (const { node, phase } of living) if (phase === "ended") this.#buried.add(node);
    const now = new Map(
      living.filter(({ node }) => !this.#buried.has(node)).map((sign) => [sign.node, sign]),
    );
    const missing = [...before.values()].filter(({ node }) => !now.has(node));
    // While it is unsure they stay: the answer that finds them missing is yet to come.
    if (nowMs < this.#unsureUntilMs)
      for (const sign of missing) if (!this.#buried.has(sign.node)) now.set(sign.node, sign);
    this.#signs = now;
    for (const node of now.keys()) this.#gone.delete(node);
    const dead = missing.map(({ node }) => node).filter((node) => !now.has(node));
    for (const node of dead) this.#gone.add(node);
    return dead;
  }

  /** Those of them who were judged dead; to be asked before the answer that has them is taken. */
  back(living: readonly NodeSign[]): readonly NodeId[] {
    const isBack = ({ node, phase }: NodeSign) =>
      phase !== "ended" && this.#gone.has(node) && !this.#buried.has(node);
    return living.filter(isBack).map(({ node }) => node);
  }

  /** A node's end is certain; true if it was living. */
  announced(node: NodeId): boolean {
    this.#buried.add(node);
    const wasLiving = this.#signs.has(node);
    this.#signs = new Map([...this.#signs].filter(([other]) => other !== node));
    return wasLiving;
  }

  judge(node: NodeId, nowMs: number): Judgement {
    if (node === this.#self || this.#signs.has(node)) return "living";
    if (this.#buried.has(node)) return "dead";
    const silent = this.#askedMs !== undefined && nowMs - this.#askedMs > SILENCE_MS;
    if (silent || nowMs < this.#unsureUntilMs) return "unsure";
    return this.#gone.has(node) ? "dead" : "unknown";
  }

  /** Judges a node after the store has just answered who signs. */
  settle(node: NodeId, nowMs: number): Exclude<Judgement, "unknown"> {
    const judgement = this.judge(node, nowMs);
    if (judgement !== "unknown") return judgement;
    this.#gone.add(node);
    return "dead";
  }

  #noteSilence(nowMs: number): void {
    if (this.#askedMs !== undefined && nowMs - this.#askedMs > SILENCE_MS)
      this.#unsureUntilMs = nowMs + SIGN_LIFE_MS;
  }
}
