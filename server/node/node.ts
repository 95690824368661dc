// Node: one server among others: when it signs, what it does with its rooms, and what when another ends.
// Who lives is for the life signs to say, who hosts for the log, and where inputs go for the router.

import type { Cancel } from "../../shared/clock.ts";
import type { IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import type { AlertTold } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Log } from "../log.ts";
import type { NodeMetrics } from "../metrics.ts";
import { Rooms, type RoomsParts } from "../room/rooms.ts";
import type { Kick, NodeSign, NodeStore } from "../store/nodeStore.ts";
import { StoreAway } from "../store/store.ts";
import { handOverRooms } from "./drain.ts";
import type { Item } from "./item.ts";
import { Kicks } from "./kicks.ts";
import { LifeSigns } from "./lifeSigns.ts";
import { SIGN_EVERY_MS } from "./membership.ts";
import { Relay } from "./relay.ts";
import { Router } from "./router.ts";
import { shareOf } from "./shares.ts";

export interface NodeParts extends Omit<RoomsParts, "deliver" | "neighbours" | "log" | "metrics"> {
  readonly bus: NodeStore;
  readonly log: Pick<Log, "note" | "warn" | "fault">;
  readonly metrics: NodeMetrics;
  /** This process, for nodes of the same machine; empty if it cannot be told. */
  readonly place: string;
  /** Grants an address one more join by code: undefined; or says how long it has to wait, in ms. */
  mayNameCode(address: string): Promise<number | undefined>;
  /** Whether the process of a place is known to have ended. */
  hasEnded(place: string): boolean;
}

/** How often the processes of this machine's other nodes are looked at. */
const LOOK_EVERY_MS = 100;
/** After a node's end its rooms with people in them are claimed first, by whoever has the people. */
const ADOPT_AFTER_MS = 500;
/** Rooms that nobody claimed are looked for this often, and those that somebody claimed from us. */
export const ADOPT_EVERY_MS = 10_000;
const TIDY_EVERY_MS = 30_000;
const DIED_REMEDY =
  "it was killed, hangs or cannot reach the store: its own log tells; others take its rooms over";

const NOT_ADOPTED =
  "look at the store: rooms that ended nodes left behind are looked for again every ten seconds";
/** Whoever looks so late ten times a second did nothing else either. */
const FROZEN_MS = 2_000;
const FROZEN =
  "the process or its machine stood still: paused, out of memory or processor, or a rule that blocks; other nodes may have its rooms by now";

export class Node {
  readonly rooms: Rooms;
  readonly router: Router;
  readonly #parts: NodeParts;
  readonly #signs: LifeSigns;
  readonly #relay: Relay;
  readonly #kicks = new Kicks();
  readonly #cancels = new Set<Cancel>();
  #phase: "serving" | "draining" = "serving";
  #adopting: Promise<void> | undefined;
  /** Whoever could not start at first starts again. */
  #isSigning = false;
  #isStopped = false;
  #lookedMs = 0;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    const { node, clock, games, store, bus, log, metrics } = parts;
    const shapes = [...games.values()].map(({ shape }) => shape);
    this.#signs = new LifeSigns({
      node,
      bus,
      clock,
      log,
      metrics,
      place: parts.place,
      hasEnded: (place) => parts.hasEnded(place),
      said: () => ({ phase: this.#phase, shapes, kicks: this.#kicks.asked }),
      heard: (sign) => this.#putOut(sign),
      died: (other) => this.#died(other),
      explained: (other, how) => this.#explained(other, how),
      // Nothing that it has with this node counts any more, which it would not learn from silence.
      returned: (other) => this.#relay.hail(other),
    });
    this.#relay = new Relay({
      node,
      bus,
      clock,
      log,
      metrics,
      defer: (callback) => parts.defer(callback),
      hear: (from, items) => this.#hear(from, items),
      broken: (peer) => this.#brokenWith(peer),
    });
    this.rooms = new Rooms({
      ...parts,
      deliver: (room, tells) => this.router.deliver(room, tells),
      neighbours: {
        isHost: async (other) => other !== node && (await this.judge(other)) !== "dead",
        isOurs: (room) => this.#shareOf(room) === node,
        elsewhere: (room, host, inputs) => this.router.elsewhere(room, host, inputs),
        taken: (room) => this.router.taken(room),
      },
    });
    this.router = new Router({
      node,
      rooms: this.rooms,
      store,
      relay: this.#relay,
      games,
      clock,
      log,
      judge: (other) => this.judge(other),
      mayNameCode: (address) => parts.mayNameCode(address),
    });
  }

  /** Lives from here on, and takes over what falls to it. Rejects with StoreAway. */
  async start(): Promise<void> {
    await this.#relay.start();
    await this.#signs.give();
    this.#keepSigning();
    await this.rooms.start();
    this.#every(ADOPT_EVERY_MS, () => {
      this.#adopt();
      void this.rooms.dropTaken();
    });
    this.#every(TIDY_EVERY_MS, () => this.#tidy());
  }

  /** Also while it takes over thousands of rooms at its start, which whoever took it for dead would take from it. */
  #keepSigning(): void {
    if (this.#isSigning) return;
    this.#isSigning = true;
    this.#every(SIGN_EVERY_MS, () => this.#signs.giveOrMiss());
    this.#lookedMs = this.#parts.clock.now();
    this.#every(LOOK_EVERY_MS, () => {
      this.#tellFrozen();
      this.#signs.look();
    });
  }

  #tellFrozen(): void {
    const { clock, log } = this.#parts;
    const durationMs = clock.now() - this.#lookedMs - LOOK_EVERY_MS;
    this.#lookedMs += durationMs + LOOK_EVERY_MS;
    if (durationMs < FROZEN_MS) return;
    log.warn("was-frozen", { durationMs: Math.round(durationMs), why: FROZEN });
  }

  /**
   * Takes nothing new from here on and hands its rooms over to nodes that stay; relays on until it is
   * stopped. False if there is nobody to hand over to.
   */
  async drain(): Promise<boolean> {
    const { node } = this.#parts;
    this.#phase = "draining";
    this.router.isDraining = true;
    // Others learn of it with their next sign; that this one is late costs nothing.
    this.#signs.giveOrMiss();
    await this.#adopting;
    const successors = this.#signs.living.filter(
      (sign) => sign.node !== node && sign.phase === "serving",
    );
    if (successors.length === 0) return false;
    const { rooms, router } = this;
    const successorOf = (room: RoomId) => {
      // While nodes of this build serve, nobody who plays has to load a page of the next one.
      const shape = rooms.gameOf(room)?.shape ?? "";
      const same = successors.filter(({ shapes }) => shapes.includes(shape));
      const nodes = (same.length > 0 ? same : successors).map((sign) => sign.node);
      return shareOf(room, nodes);
    };
    await handOverRooms({ node, rooms, router, relay: this.#relay, successorOf });
    return true;
  }

  /** Puts every room away and leaves word that this node has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const cancel of this.#cancels) cancel();
    this.router.close();
    await this.#adopting;
    await this.rooms.stop();
    await this.#relay.stop();
    await this.#signs.end();
  }

  /** Tells the other nodes that a session has ended, so that they close its connections at once. */
  endSession(session: SessionId, reason: Reason): void {
    this.#sendAll({ kind: "session-over", session, reason });
  }

  /** Tells the other nodes of something unusual, for whoever of its owner's pages is there. */
  alert(identity: IdentityId, alert: AlertTold): void {
    this.#sendAll({ kind: "alert", identity, ...alert });
  }

  /** Has another host put somebody out by the life sign as well, until what is returned ends it. */
  kick(whom: Omit<Kick, "n">): () => void {
    const end = this.#kicks.ask(whom);
    this.#signs.giveOrMiss();
    return end;
  }

  /** What a life sign has said already is not done again. */
  #hear(from: NodeId, items: readonly Item[]): void {
    const nowMs = this.#parts.clock.now();
    const isNew = (item: Item) =>
      item.kind !== "input" ||
      item.input.kind !== "put-out" ||
      this.#kicks.isFirst({ room: item.room, ...item.input }, "relay", nowMs);
    this.router.hear(from, items.filter(isNew));
  }

  #putOut(sign: NodeSign): void {
    const { node, clock } = this.#parts;
    const kicks = this.#kicks.take(node, sign, clock.now());
    const items = kicks.map(({ room, identity, keepOut }) => {
      return { kind: "input", room, input: { kind: "put-out", identity, keepOut } } as const;
    });
    this.router.hear(sign.node, items);
  }

  #sendAll(item: Item): void {
    for (const { node } of this.#signs.living)
      if (node !== this.#parts.node) this.#relay.send(node, item);
  }

  /** Whether another node lives, by what is known now. Rejects with StoreAway. */
  judge(node: NodeId): Promise<"living" | "dead" | "unsure"> {
    return this.#signs.judge(node);
  }

  #explained(peer: NodeId, how: "left" | "died"): void {
    const { log, metrics } = this.#parts;
    metrics.nodesDied.add(how);
    if (how === "died") log.warn("node-died", { peer, remedy: DIED_REMEDY });
    else log.note("node-left", { peer, why: "it ended by itself: a stop or a deploy" });
  }

  #died(node: NodeId): void {
    this.#relay.forget(node);
    this.router.lost(node);
    this.#after(ADOPT_AFTER_MS, () => this.#adopt());
  }

  /** Of a dead node there may be a late word, which is answered: the answer must not be tried for ever. */
  #brokenWith(peer: NodeId): void {
    this.router.lost(peer);
    if (!this.#signs.living.some(({ node }) => node === peer)) this.#relay.forget(peer);
  }

  #tidy(): void {
    this.router.tidy();
    this.#relay.keepOnly(new Set(this.#signs.living.map(({ node }) => node)));
  }

  #adopt(): void {
    if (this.#phase === "draining") return;
    this.#adopting ??= this.rooms
      .adopt()
      .catch((cause: unknown) => {
        const { log } = this.#parts;
        // As long as the store is away this says what is wrong by now: it may be something else than at first.
        if (cause instanceof StoreAway)
          log.warn("rooms-not-adopted", { reason: cause.message, remedy: NOT_ADOPTED });
        else log.fault("rooms-not-adopted", { cause });
      })
      .finally(() => {
        this.#adopting = undefined;
      });
  }

  #shareOf(room: RoomId): NodeId | undefined {
    const serving = this.#signs.living.filter(({ phase }) => phase === "serving");
    return shareOf(
      room,
      serving.map(({ node }) => node),
    );
  }

  #every(ms: number, run: () => void): void {
    this.#after(ms, () => {
      run();
      this.#every(ms, run);
    });
  }

  #after(ms: number, run: () => void): void {
    if (this.#isStopped) return;
    const cancel = this.#parts.clock.after(ms, () => {
      this.#cancels.delete(cancel);
      run();
    });
    this.#cancels.add(cancel);
  }
}
