// Redis nodes: life signs in one hash, and messages by sharded publish and subscribe, over
// connections of their own. It hears nothing while Redis is away and never says so: who listens numbers.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { Keys } from "./keys.ts";
import {
  decodeSign,
  encodeSign,
  type NodeSign,
  type NodeStore,
  type SignAnswer,
} from "./nodeStore.ts";
import { listOf, numberOf, textOf } from "./replies.ts";
import { SCRIPTS } from "./scripts.ts";
import { Shards, type Topology } from "./shards.ts";

/**
 * A subscription ends with its connection, and when its slot moves to another server. Asking again
 * costs nothing where it stands, and mends every such case.
 */
const SUBSCRIBE_EVERY_MS = 500;

type Ear = (message: Uint8Array) => void;

/** What it wants to know of its connections. */
export interface Ears {
  /** A connection was lost or made. */
  onChange(): void;
  onMessage(channel: string, message: Uint8Array): void;
}

export class RedisNodes implements NodeStore {
  readonly #shards: Shards;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #ears = new Map<string, Ear>();
  #again: Cancel | undefined;

  constructor(connect: (ears: Ears) => Topology, keys: Keys, clock: Clock) {
    const onMessage: Ears["onMessage"] = (channel, message) => this.#ears.get(channel)?.(message);
    this.#shards = new Shards(connect({ onChange: () => this.#subscribeAll(), onMessage }));
    this.#keys = keys;
    this.#clock = clock;
  }

  async sign(sign: NodeSign, lifeMs: number): Promise<SignAnswer> {
    const given = [sign.node, encodeSign(sign), lifeMs] as const;
    const reply = await this.#shards.run(SCRIPTS.signNode, [this.#keys.nodes], ...given);
    const [stood, living] = listOf(reply);
    const signs = listOf(living).flatMap((text) => decodeSign(textOf(text)) ?? []);
    return { living: signs, stood: numberOf(stood) === 1 };
  }

  async remove(node: NodeId): Promise<void> {
    await this.#shards.call("HDEL", this.#keys.nodes, node);
  }

  async publish(to: NodeId, message: Uint8Array): Promise<void> {
    await this.#shards.call("SPUBLISH", this.#keys.channel(to), message);
  }

  async listen(node: NodeId, hear: Ear): Promise<() => void> {
    const channel = this.#keys.channel(node);
    this.#ears.set(channel, hear);
    await this.#shards.call("ssubscribe", channel);
    this.#again ??= this.#subscribeLater();
    return () => void this.#ears.delete(channel);
  }

  async close(): Promise<void> {
    this.#ears.clear();
    this.#again?.();
    await this.#shards.close();
  }

  #subscribeLater(): Cancel {
    return this.#clock.after(SUBSCRIBE_EVERY_MS, () => {
      this.#subscribeAll();
      this.#again = this.#subscribeLater();
    });
  }

  #subscribeAll(): void {
    for (const channel of this.#ears.keys()) {
      // What fails now is done again in a moment; what was missed meanwhile is noticed by its numbers.
      this.#shards.call("ssubscribe", channel).catch(() => undefined);
    }
  }
}
