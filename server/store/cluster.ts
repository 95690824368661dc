// Cluster: which masters a Redis Cluster has and which slots each serves, with one connection to
// each. It asks the servers whenever something does not fit; it follows no redirection.

import type { Cancel, Clock } from "../../shared/clock.ts";
import { SLOT_COUNT } from "./keys.ts";
import { RedisConnection } from "./redisConnection.ts";
import type { ClusterAddress, HostPort } from "./redisUrl.ts";
import { nameOfHost } from "./redisUrl.ts";
import { listOf, numberOf, type Reply, textOf } from "./replies.ts";
import type { Topology } from "./shards.ts";

/** Pause between two askings while a master is missing: a fail-over takes seconds. */
const REFRESH_PAUSE_MS = 200;

export interface ClusterOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly onChange: () => void;
  readonly onMessage?: (channel: string, message: Uint8Array) => void;
}

interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly master: HostPort;
}

interface Master {
  readonly at: HostPort;
  readonly to: RedisConnection;
}

export class Cluster implements Topology {
  readonly isSplit = true;
  readonly #address: ClusterAddress;
  readonly #options: ClusterOptions;
  readonly #masters = new Map<string, Master>();
  #refreshes = 0;
  /** Name of the master that serves a slot. */
  #slots: (string | undefined)[] = [];
  #trouble = "none of its servers has answered yet";
  #refreshing: Promise<void> | undefined;
  /** Connections to servers that are masters no more. */
  readonly #closing: Promise<void>[] = [];
  #again: Cancel | undefined;
  #isClosed = false;

  constructor(address: ClusterAddress, options: ClusterOptions) {
    this.#address = address;
    this.#options = options;
    this.refresh();
  }

  get connections(): readonly RedisConnection[] {
    return [...this.#masters.values()].map(({ to }) => to);
  }

  get isReady(): boolean {
    return (
      this.#slots.length === SLOT_COUNT &&
      !this.#slots.includes(undefined) &&
      this.connections.every((connection) => connection.isReady)
    );
  }

  get trouble(): string {
    return this.connections.find(({ isReady }) => !isReady)?.trouble ?? this.#trouble;
  }

  connectionOf(slot: number): RedisConnection | undefined {
    const master = this.#slots[slot];
    return master === undefined ? undefined : this.#masters.get(master)?.to;
  }

  refresh(): void {
    this.refreshed().catch(() => undefined);
  }

  async refreshed(): Promise<void> {
    this.#refreshing ??= this.#refreshNow().finally(() => {
      this.#refreshing = undefined;
      if (!this.isReady) this.#refreshLater();
      this.#options.onChange();
    });
    await this.#refreshing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#again?.();
    await this.#refreshing;
    await Promise.all([...this.#closing, ...this.connections.map((to) => to.close())]);
  }

  #refreshLater(): void {
    if (this.#isClosed) return;
    this.#again?.();
    this.#again = this.#options.clock.after(REFRESH_PAUSE_MS, () => {
      if (!this.isReady) this.refresh();
    });
  }

  async #refreshNow(): Promise<void> {
    for (const { at, to } of this.#inTurn()) if (await this.#learnFrom(to, at)) return;
    for (const seed of this.#address.seeds) {
      if (this.#isClosed) return;
      const connection = this.#connect(seed, `${this.#options.name}-seed`);
      try {
        if (await this.#learnFrom(connection, seed)) return;
      } finally {
        await connection.close();
      }
    }
  }

  /** The masters that can be asked, each time another one first: who is cut off from the others learns nothing new. */
  #inTurn(): readonly Master[] {
    const masters = [...this.#masters.values()].filter(({ to }) => to.isReady);
    this.#refreshes += 1;
    const first = this.#refreshes % Math.max(1, masters.length);
    return [...masters.slice(first), ...masters.slice(0, first)];
  }

  async #learnFrom(connection: RedisConnection, asked: HostPort): Promise<boolean> {
    try {
      await connection.untilReady(this.#options.clock);
      const ranges = rangesOf(await connection.call("CLUSTER", "SLOTS"), asked);
      if (!this.#isClosed) this.#learn(ranges);
      return true;
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  #learn(ranges: readonly SlotRange[]): void {
    const slots = Array.from<string | undefined>({ length: SLOT_COUNT }).fill(undefined);
    const seen = new Set<string>();
    for (const { from, to, master } of ranges) {
      const name = nameOfHost(master);
      slots.fill(name, from, to + 1);
      seen.add(name);
      if (this.#masters.has(name)) continue;
      this.#masters.set(name, { at: master, to: this.#connect(master, this.#options.name) });
    }
    this.#slots = slots;
    for (const [name, { to }] of this.#masters) {
      if (seen.has(name)) continue;
      this.#masters.delete(name);
      this.#closing.push(to.close());
    }
  }

  #connect({ host, port }: HostPort, name: string): RedisConnection {
    const { username, password, tls } = this.#address;
    const { onMessage } = this.#options;
    return new RedisConnection(
      {
        kind: "host",
        host,
        port,
        database: 0,
        tls,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      },
      {
        name,
        ...(onMessage === undefined ? {} : { onMessage }),
        onChange: () => {
          if (!this.isReady) this.#refreshLater();
          this.#options.onChange();
        },
      },
    );
  }
}

/** A server that does not know its own name leaves it empty; it is then where it was asked. */
function rangesOf(reply: Reply, asked: HostPort): SlotRange[] {
  return listOf(reply).map((range) => {
    const [from, to, master] = listOf(range);
    const [host, port] = listOf(master);
    const name = host === null ? "" : textOf(host);
    return {
      from: numberOf(from),
      to: numberOf(to),
      master: { host: name || asked.host, port: numberOf(port) },
    };
  });
}
