// Faulty store: one real in-process store as several nodes meet it over a bad line: its answers come
// late, never, or after it was given up; what it was asked may have been done all the same.

import {
  type Append,
  type AppendOutcome,
  type ClaimOutcome,
  type LogPlace,
  type Reseed,
  type ReseedOutcome,
  type Store,
  StoreAway,
} from "../../server/store/store.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import { type BusWeather, busOf, CALM_BUS } from "./bus.ts";
import type { Effects } from "./effects.ts";
import type { History } from "./history.ts";
import { RedisModel, shardOfLog } from "./redisModel.ts";
import { StoreSight } from "./storeSight.ts";
import type { Life, World } from "./world.ts";

/** How the store is met now. Probabilities are per call. */
export interface StoreWeather {
  delayMs: number;
  jitterMs: number;
  /** The question never arrives. */
  lostBefore: number;
  /** It is done and the answer never comes. */
  lostAfter: number;
  /** It is done long after it was given up. */
  strayed: number;
  isAway: boolean;
}

export const CALM: StoreWeather = {
  delayMs: 0.5,
  jitterMs: 1,
  lostBefore: 0,
  lostAfter: 0,
  strayed: 0,
  isAway: false,
};

/** A question without an answer is given up after this. */
const PATIENCE_MS = 500;
const STRAYED_MS_MAX = 2_500;
/** A store that is away is found to be so at once. */
const AWAY_MS = 5;

const NO_BYTES = new Uint8Array(0);

/** What of a node's line to the store is cut: what it asks, what it is answered, or both. */
export type Cut = "asks" | "answers" | "both";

type Fate = "done" | "lost-before" | "lost-after" | "strayed" | "away";

interface Answered {
  readonly method: string;
  readonly given: readonly unknown[];
  readonly answer: unknown;
}

export class FaultyStore {
  readonly weather: StoreWeather = { ...CALM };
  readonly busWeather: BusWeather = { ...CALM_BUS };
  /** Nodes whose line to the store is cut, by their names. */
  readonly cuts = new Map<string, Cut>();
  readonly #world: World;
  readonly #history: History;
  readonly #model: RedisModel;
  /** Counts losses: who was answered by another Redis than was asked is not answered. */
  #generation = 0;
  readonly #sights = new Map<Life, StoreSight>();
  readonly #effects: Effects;

  constructor(world: World, history: History, effects: Effects) {
    this.#world = world;
    this.#effects = effects;
    this.#history = history;
    this.#model = new RedisModel(world.nature.clock, () => history.next());
  }

  /** The store without its faults, for whoever looks when all is over. */
  get inside(): Store {
    return this.#model.store;
  }

  /**
   * A replica takes over that lacks what was written within the last `ms`: every connection breaks, and
   * nodes find out at moments of their own. With all of it, life signs are gone too; with one shard of
   * a Cluster, what the others hold stays.
   */
  async forget(ms: number, signs: readonly NodeId[], shard?: number): Promise<void> {
    const forgotten = this.#model.forget(ms, shard);
    this.#generation += 1;
    const concerns = (room: RoomId) => shard === undefined || shardOfLog(room) === shard;
    if (forgotten !== undefined) this.#history.noteLoss({ since: forgotten, concerns });
    this.#history.note(
      "store",
      `forgets ${ms} ms${shard === undefined ? "" : ` of shard ${shard}`}`,
    );
    for (const sight of this.#sights.values()) sight.lookSoon();
    await Promise.all(signs.map((node) => this.#model.nodes.remove(node)));
  }

  /** The store as one node meets it. */
  as(life: Life): Store {
    const nodes = busOf(life, {
      world: this.#world,
      weather: this.busWeather,
      inside: () => this.#model.nodes,
      ask: (method, run) => this.#ask(life, method, run),
      publishes: () => this.#effects.about(life, "publishes"),
      isCut: (way) => this.#isCut(life, way),
    });
    const sight = new StoreSight(life, this.#world, () => this.inside);
    this.#sights.set(life, sight);
    return new Proxy(this.inside, {
      get: (_first, name) => {
        if (name === "nodes") return nodes;
        if (name === "incarnation") return sight.incarnation;
        const store = this.inside;
        const method: unknown = Reflect.get(store, name, store);
        if (typeof method !== "function" || typeof name !== "string") return method;
        if (name === "append") return (entries: readonly Append[]) => this.#append(life, entries);
        if (name === "watch") return () => () => undefined;
        return (...given: unknown[]) =>
          this.#ask(life, name, async () => {
            const answer: unknown = await method.apply(store, given);
            this.#noteAnswer(life, { method: name, given, answer });
            return sight.answered(name, given, answer);
          });
      },
    });
  }

  async #append(life: Life, entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    // Each entry has a fate of its own: a pipeline can fail half way.
    return Promise.all(entries.map((entry) => this.#appendOne(life, entry)));
  }

  async #appendOne(life: Life, entry: Append): Promise<AppendOutcome> {
    const copy = { ...entry, bytes: entry.bytes.slice() };
    try {
      return await this.#ask(life, "append", async () => {
        const [outcome] = await this.inside.append([copy]);
        const { room, node, epoch, version, bytes } = copy;
        if (outcome?.kind === "appended")
          this.#history.noteEntry({ room, kind: "commit", node, epoch, version, bytes });
        this.#history.note(life.name, `append ${epoch}-${version} ${outcome?.kind}`);
        return outcome ?? { kind: "missing" };
      });
    } catch (cause) {
      if (!(cause instanceof StoreAway)) throw cause;
      return { kind: "unknown", cause: cause.message };
    }
  }

  #ask<T>(life: Life, method: string, run: () => Promise<T>): Promise<T> {
    this.#effects.about(life, `asks ${method}`);
    const { delayMs, jitterMs } = this.weather;
    const travelMs = () => delayMs + this.#world.random() * jitterMs;
    const fate = this.#fate(life);
    if (fate !== "done") this.#history.note(life.name, `${method} ${fate}`);
    return new Promise((resolve, reject) => {
      // A dead node's questions never left; one that dies later leaves them behind.
      if (life.isDead) return;
      const giveUp = (afterMs: number) =>
        this.#world.plan(afterMs, life, () => reject(new StoreAway(`${method}: ${fate}`)));
      if (fate !== "done") giveUp(fate === "away" ? AWAY_MS : PATIENCE_MS);
      if (fate === "away" || fate === "lost-before") return;
      const wayMs =
        fate === "strayed" ? PATIENCE_MS + this.#world.random() * STRAYED_MS_MAX : travelMs();
      const generation = this.#generation;
      this.#world.plan(wayMs, this.#world.nature, () => {
        // What was sent to a Redis that is none any more never comes to the next.
        if (generation !== this.#generation) return void (fate === "done" && giveUp(AWAY_MS));
        run().then(
          (answer) => {
            if (fate === "done") this.#world.plan(travelMs(), life, () => resolve(answer));
          },
          (cause: unknown) => {
            if (fate === "done") this.#world.plan(travelMs(), life, () => reject(cause as Error));
          },
        );
      });
    });
  }

  #isCut(life: Life, way: "asks" | "answers"): boolean {
    const cut = this.cuts.get(life.name);
    return cut === way || cut === "both";
  }

  #fate(life: Life): Fate {
    const { lostBefore, lostAfter, strayed, isAway } = this.weather;
    const draw = this.#world.random();
    if (isAway) return "away";
    if (this.#isCut(life, "asks")) return "lost-before";
    if (this.#isCut(life, "answers")) return "lost-after";
    if (draw < lostBefore) return "lost-before";
    if (draw < lostBefore + lostAfter) return "lost-after";
    return draw < lostBefore + lostAfter + strayed ? "strayed" : "done";
  }

  #noteAnswer(life: Life, { method, given, answer }: Answered): void {
    const [room, node] = given as [RoomId, NodeId];
    if (method === "createRoom") {
      const { kind, epoch } = answer as { readonly kind: string; readonly epoch: number };
      if (kind !== "created") return;
      const [, , bytes] = given as [RoomId, NodeId, Uint8Array];
      const place = { room, node, epoch, version: 0 };
      this.#history.noteEntry({ ...place, kind: "created", bytes: bytes.slice() });
      this.#history.noteEntry({ ...place, kind: "claim", bytes: NO_BYTES });
    }
    if (method === "reseedRoom") {
      const reseeded = answer as ReseedOutcome;
      this.#history.note(life.name, `reseed ${reseeded.kind}`);
      if (reseeded.kind !== "reseeded") return;
      const [, { epoch, version, bytes }] = given as [RoomId, Reseed];
      const from = { room, node: life.name as NodeId, version };
      this.#history.noteEntry({ ...from, kind: "reseed", epoch, bytes: bytes.slice() });
      this.#history.noteEntry({ ...from, kind: "claim", epoch: reseeded.epoch, bytes: NO_BYTES });
    }
    if (method === "keepSnapshot" && answer === "kept") {
      const [, { epoch, version }, bytes] = given as [RoomId, LogPlace, Uint8Array];
      const place = { room, node: life.name as NodeId, epoch, version };
      this.#history.noteEntry({ ...place, kind: "kept", bytes: bytes.slice() });
    }
    if (method === "claimRoom") {
      const claim = answer as ClaimOutcome;
      this.#history.note(node, `claim ${claim.kind} ${"epoch" in claim ? claim.epoch : ""}`);
      if (claim.kind !== "claimed") return;
      const { epoch, version } = claim;
      this.#history.noteEntry({ room, kind: "claim", node, epoch, version, bytes: NO_BYTES });
    }
  }
}
