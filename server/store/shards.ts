// Shards: the Redis servers that hold the keys together, one or many, and the question which of them
// holds a key. What is not certain is answered StoreAway; only what was surely not done is repeated.

import { SLOT_COUNT, slotOf } from "./keys.ts";
import {
  type RedisArgument,
  type RedisConnection,
  RedisRefusal,
  type ScriptCall,
} from "./redisConnection.ts";
import type { Reply } from "./replies.ts";
import type { Script } from "./scripts.ts";
import { StoreAway } from "./store.ts";

/** Which connection leads to which slot, now. */
export interface Topology {
  readonly connections: readonly RedisConnection[];
  /** All connections are ready, and every slot has one. */
  readonly isReady: boolean;
  /** What went wrong last, for people. */
  readonly trouble: string;
  /** Keys of several slots may not be used in one call. */
  readonly isSplit: boolean;
  connectionOf(slot: number): RedisConnection | undefined;
  /** Asks anew who serves what. Tells nobody how that went: the next question finds out. */
  refresh(): void;
  /** After the asking that is under way, or one that begins now. Never rejects. */
  refreshed(): Promise<void>;
  close(): Promise<void>;
}

/** A call takes at most so many items: it keeps a shard busy for about a millisecond. */
const ITEMS_PER_CALL_MAX = 200;

/** Errors of a server that is not the one to ask, or not yet or no longer. It has done nothing. */
const MISPLACED = new Set(["ASK", "CLUSTERDOWN", "MASTERDOWN", "MOVED", "READONLY", "TRYAGAIN"]);

/** Errors of a server that cannot do its work now. It has done nothing. */
const UNABLE = new Set(["BUSY", "LOADING", "MISCONF", "NOREPLICAS", "OOM"]);

export class Shards {
  readonly topology: Topology;
  readonly #refused: (code: string) => void;

  /** `refused` hears the first word of each refusal. */
  constructor(topology: Topology, refused: (code: string) => void = () => undefined) {
    this.topology = topology;
    this.#refused = refused;
  }

  /** One command about `key`. Repeats it once if the key turned out to be elsewhere. */
  async call(command: string, key: string, ...args: readonly RedisArgument[]): Promise<Reply> {
    return await this.#ask(key, (connection) => connection.call(command, key, ...args));
  }

  /** A command about no key, asked of the shard that holds `key`. */
  async callAt(key: string, command: string): Promise<Reply> {
    return await this.#ask(key, (connection) => connection.call(command));
  }

  /** One script; all its keys are in the slot of the first. Repeats it as `call` does. */
  async run(
    script: Script,
    keys: readonly string[],
    ...args: readonly RedisArgument[]
  ): Promise<Reply> {
    return await this.#ask(keys[0] ?? "", (connection) => connection.run(script, { keys, args }));
  }

  /**
   * Several calls of a script, never repeated, each with its own reply or failure; what goes to the
   * same server travels in one piece.
   */
  async runAll(script: Script, calls: readonly ScriptCall[]): Promise<readonly (Reply | Error)[]> {
    const replies = calls.map((): Reply | Error => null);
    const together = new Map<
      RedisConnection,
      { readonly call: ScriptCall; readonly at: number }[]
    >();
    for (const [at, call] of calls.entries()) {
      const connection = this.#find(call.keys[0] ?? "");
      if (connection instanceof StoreAway) replies[at] = connection;
      else if (!together.get(connection)?.push({ call, at }))
        together.set(connection, [{ call, at }]);
    }
    await Promise.all(
      [...together].map(async ([connection, sent]) => {
        const got = await connection.runAll(
          script,
          sent.map(({ call }) => call),
        );
        for (const [index, { at }] of sent.entries()) {
          const reply = got[index] ?? null;
          replies[at] = reply instanceof Error ? this.judge(reply) : reply;
        }
      }),
    );
    return replies;
  }

  /** Splits items into those that may go into one call together. */
  group<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
    if (!this.topology.isSplit) return chunksOf(items);
    const bySlot = new Map<number, T[]>();
    for (const item of items) {
      const slot = slotOf(keyOf(item));
      const group = bySlot.get(slot);
      if (group === undefined) bySlot.set(slot, [item]);
      else group.push(item);
    }
    return [...bySlot.values()].flatMap(chunksOf);
  }

  /** What an error means to the asker. Starts what may mend it, and does not wait for that. */
  judge<E>(error: E): E | StoreAway {
    if (!(error instanceof RedisRefusal)) return error;
    this.#refused(error.code);
    const isMisplaced = MISPLACED.has(error.code);
    if (isMisplaced) this.topology.refresh();
    return isMisplaced || UNABLE.has(error.code)
      ? new StoreAway(`Redis refused: ${error.message}`)
      : error;
  }

  async close(): Promise<void> {
    await this.topology.close();
  }

  async #ask(key: string, perform: (to: RedisConnection) => Promise<Reply>): Promise<Reply> {
    try {
      return await perform(this.#connectionOf(key));
    } catch (error) {
      if (!(error instanceof RedisRefusal) || error.code !== "MOVED") throw this.judge(error);
      this.#refused(error.code);
    }
    await this.topology.refreshed();
    try {
      return await perform(this.#connectionOf(key));
    } catch (error) {
      throw this.judge(error);
    }
  }

  #connectionOf(key: string): RedisConnection {
    const connection = this.#find(key);
    if (connection instanceof StoreAway) throw connection;
    return connection;
  }

  #find(key: string): RedisConnection | StoreAway {
    const connection = this.topology.connectionOf(this.topology.isSplit ? slotOf(key) : 0);
    if (connection?.isReady) return connection;
    return new StoreAway(`Redis is away: ${connection?.trouble ?? this.topology.trouble}`);
  }
}

function chunksOf<T>(items: readonly T[]): (readonly T[])[] {
  if (items.length <= ITEMS_PER_CALL_MAX) return items.length === 0 ? [] : [items];
  const chunks: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += ITEMS_PER_CALL_MAX) {
    chunks.push(items.slice(at, at + ITEMS_PER_CALL_MAX));
  }
  return chunks;
}

/** The topology of a single server: every slot is there, and a new connection finds the master. */
export function singleServer(connection: RedisConnection): Topology {
  return {
    connections: [connection],
    isSplit: false,
    get isReady() {
      return connection.isReady;
    },
    get trouble() {
      return connection.trouble;
    },
    connectionOf: (slot) => (slot < SLOT_COUNT ? connection : undefined),
    refresh: () => connection.reconnect(),
    refreshed: async () => connection.reconnect(),
    close: () => connection.close(),
  };
}
