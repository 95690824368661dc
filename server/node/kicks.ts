// Kicks: who is to leave rooms of other nodes, said with the life sign because messages between nodes may
// be lost. It remembers what came which way, so that nobody is put out twice for one word.

import type { NodeId } from "../../shared/ids.ts";
import type { Kick, NodeSign } from "../store/nodeStore.ts";
import { BREAK_MS } from "./link.ts";

type Whom = Pick<Kick, "room" | "identity" | "keepOut">;

/** More than moderators ask for within seconds; what is older waits for nothing any more. */
const ASKED_MAX = 100;

export class Kicks {
  #count = 0;
  #asked: readonly Kick[] = [];
  /** The last that was taken of each node's: also of one that is gone, which may have been frozen only. */
  readonly #taken = new Map<NodeId, number>();
  /** Who was put out lately, and by which way the word came. */
  readonly #lately = new Map<
    string,
    { readonly way: "relay" | "sign"; readonly untilMs: number }
  >();

  /** What the next life sign says. */
  get asked(): readonly Kick[] {
    return this.#asked;
  }

  /** Asks from here on; returns what ends the asking. */
  ask(whom: Omit<Kick, "n">): () => void {
    this.#count += 1;
    const kick = { ...whom, n: this.#count };
    this.#asked = [...this.#asked, kick].slice(-ASKED_MAX);
    return () => {
      this.#asked = this.#asked.filter((other) => other !== kick);
    };
  }

  /** What another node asks of this one that is new; each is given once. */
  take(self: NodeId, { node, kicks }: NodeSign, nowMs: number): readonly Kick[] {
    const last = this.#taken.get(node) ?? 0;
    const fresh = kicks.filter(({ n, host }) => n > last && host === self);
    const newest = fresh.at(-1);
    if (newest !== undefined) this.#taken.set(node, newest.n);
    return fresh.filter((kick) => this.isFirst(kick, "sign", nowMs));
  }

  /** False for what was taken the other way, in as long as the relay may carry the same word. */
  isFirst({ room, identity, keepOut }: Whom, way: "relay" | "sign", nowMs: number): boolean {
    for (const [word, { untilMs }] of this.#lately) if (untilMs <= nowMs) this.#lately.delete(word);
    const word = `${room} ${identity} ${keepOut}`;
    const known = this.#lately.get(word);
    if (known !== undefined && known.way !== way) return false;
    this.#lately.set(word, { way, untilMs: nowMs + BREAK_MS });
    return true;
  }
}
