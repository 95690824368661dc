// Redis model: the in-process store as a Redis that may forget: the writes of its last moments, when a
// replica that had not heard of them takes over, or everything. It decides nothing else anew.

import type { Fact } from "../../server/store/facts.ts";
import { memoryStoreOver } from "../../server/store/memory.ts";
import { MemoryMaps } from "../../server/store/memoryMaps.ts";
import type { NodeStore } from "../../server/store/nodeStore.ts";
import { UNSEALED } from "../../server/store/seal.ts";
import type { Store } from "../../server/store/store.ts";
import { assert } from "../../shared/assert.ts";
import type { Clock } from "../../shared/clock.ts";
import { hashBytes } from "../../shared/hash.ts";
import type { RoomId } from "../../shared/ids.ts";

/** Something that became true, and its place in the order of everything. */
interface Noted {
  readonly fact: Fact;
  readonly order: number;
  readonly atMs: number;
}

class RecordedMaps extends MemoryMaps {
  readonly #note: (fact: Fact) => void;

  constructor(clock: Clock, note: (fact: Fact) => void) {
    super(clock, UNSEALED);
    this.#note = note;
  }

  override apply(fact: Fact): void {
    this.#note(fact);
    super.apply(fact);
  }
}

export class RedisModel {
  /** Whoever listens goes on to: nodes subscribe again by themselves. */
  readonly nodes: NodeStore;
  readonly #clock: Clock;
  readonly #order: () => number;
  #facts: Noted[] = [];
  #store: Store;

  /** `order` gives each thing that happens its place among all others. */
  constructor(clock: Clock, order: () => number) {
    this.#clock = clock;
    this.#order = order;
    this.#store = this.#open();
    this.nodes = this.#store.nodes;
  }

  /** The store as it is now; another one after a loss, with another incarnation. */
  get store(): Store {
    return this.#store;
  }

  /**
   * Forgets what was written within the last `ms`, on one shard of a Cluster alone if one is named.
   * Gives the place of the first thing that is forgotten, undefined if nothing is.
   */
  forget(ms: number, shard?: number): number | undefined {
    const sinceMs = this.#clock.now() - ms;
    const facts = this.#facts;
    const first = facts.findIndex(({ atMs }) => atMs >= sinceMs);
    const at = first < 0 ? facts.length : beginOf(facts, first);
    const isLost = ({ fact }: Noted) => shard === undefined || shardOf(fact) === shard;
    const forgotten = facts.slice(at).find(isLost)?.order;
    this.#facts = facts.filter((noted, place) => place < at || !isLost(noted));
    this.#store = this.#open(this.#facts);
    return forgotten;
  }

  #open(before: readonly Noted[] = []): Store {
    let isReplayed = false;
    const maps = new RecordedMaps(this.#clock, (fact) => {
      if (isReplayed) this.#facts.push({ fact, order: this.#order(), atMs: this.#clock.now() });
    });
    for (const { fact } of before) maps.apply(fact);
    isReplayed = true;
    return memoryStoreOver(maps);
  }
}

/** A Cluster has as many masters at least. */
export const SHARD_COUNT = 3;

/** The shard that holds a room's log and snapshot. */
export function shardOfLog(room: RoomId): number {
  return shardAt(room);
}

/** A room's log, its listing and the links of its seats may be anywhere, each by itself. */
function shardOf(fact: Fact): number {
  return shardAt(slotOf(fact));
}

function shardAt(slot: string): number {
  return hashBytes(Buffer.from(slot)) % SHARD_COUNT;
}

function slotOf(fact: Fact): string {
  if (fact.fact === "listed") return `listing of ${fact.listing.room}`;
  if (fact.fact === "identity") return fact.identity.id;
  if (fact.fact === "session") return fact.session.id;
  if ("identity" in fact) return fact.identity;
  if ("session" in fact) return fact.session;
  return "room" in fact ? fact.room : fact.fact;
}

/** A room's snapshot and the claim that follows it are one write: a replica has both or none. */
function beginOf(facts: readonly Noted[], at: number): number {
  const [before, fact] = [facts[at - 1]?.fact, facts[at]?.fact];
  assert(fact !== undefined, "a fact that is forgotten");
  const isSecond = fact.fact === "entry" && fact.kind === "claim" && before?.fact === "snapshot";
  return isSecond && before.room === fact.room ? at - 1 : at;
}
