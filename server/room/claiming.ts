// Claiming: how a room that is in the store becomes this node's: read, claimed, and read again if
// somebody wrote in between. It hosts nothing; who lives and whose a room is, it asks.

import type { Clock } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { RoomMetrics } from "../metrics.ts";
import { Once } from "../once.ts";
import { type RoomStore, StoreAway } from "../store/store.ts";
import type { RoomCore } from "./core.ts";
import type { HostLog } from "./host.ts";
import { type LoadOutcome, loadRoom } from "./loading.ts";
import { QUARANTINE_REMEDY } from "./quarantine.ts";
import { RoomMachine } from "./room.ts";
import type { Trials } from "./trials.ts";

export interface ClaimingParts {
  readonly node: NodeId;
  readonly store: RoomStore;
  readonly games: ReadonlyMap<string, Game>;
  readonly clock: Pick<Clock, "now">;
  readonly log: HostLog;
  readonly metrics: Pick<RoomMetrics, "takeOvers" | "takeOversFailed" | "takeOverMs">;
  readonly trials: Trials;
  /** Whether that node is another one that lives, or may live: what it claimed is its own. */
  isHost(node: NodeId): Promise<boolean>;
  /** A room ended the hosts that claimed it, each before it wrote anything. */
  quarantined(core: RoomCore, why: string): void;
}

/** What a room is taken over for: somebody came, nobody had it, its host gave it, or it is to go. */
export type TakeOverCause = "arrival" | "adopted" | "given" | "forsaken";

export type Claimed =
  | { readonly kind: "claimed"; readonly core: RoomCore; readonly epoch: number }
  | { readonly kind: "elsewhere"; readonly host: NodeId }
  | { readonly kind: "refused"; readonly reason: Reason };

const refused = (reason: Reason): Claimed => ({ kind: "refused", reason });

const HOSTS_ENDED = "its newest hosts ended before they wrote anything";
const FOREIGN_REMEDY =
  "in a deploy raise version and write migrate; while developing, delete DATA_DIR";

export class Claiming {
  readonly #parts: ClaimingParts;
  /** Rooms that this build cannot load: it will not learn to, and each is told of once. */
  readonly #unreadable = new Set<RoomId>();
  /** Rooms in quarantine by the epoch of the newest claim: each is told of once. */
  readonly #quarantined = new Map<RoomId, number>();
  /** What went wrong with rooms that are tried again: a host may write one back that is damaged now. */
  readonly #faults = new Once();

  constructor(parts: ClaimingParts) {
    this.#parts = parts;
  }

  /** Whether this node has found that its build cannot load the room. */
  isUnreadable(room: RoomId): boolean {
    return this.#unreadable.has(room);
  }

  /**
   * A room that is given was let go of in favour of this node by a host that may still live. One that may have
   * ended its host is on trial then, until whoever asked says that this is over. Never rejects.
   */
  async claim(room: RoomId, cause: TakeOverCause): Promise<Claimed> {
    const { metrics, clock } = this.#parts;
    const askedMs = clock.now();
    const claimed = await this.#claimed(room, cause === "given");
    if (claimed.kind === "claimed") {
      metrics.takeOvers.add(cause);
      metrics.takeOverMs.observe(clock.now() - askedMs);
    } else {
      metrics.takeOversFailed.add(claimed.kind === "refused" ? claimed.reason : "elsewhere");
    }
    return claimed;
  }

  async #claimed(room: RoomId, isGiven: boolean): Promise<Claimed> {
    try {
      return await this.#claim(room, isGiven);
    } catch (cause) {
      if (cause instanceof StoreAway) return refused("store-away");
      this.#tellOnce("room-not-loaded", room, cause);
      return refused("server-fault");
    }
  }

  /** Whether a listed room is nobody's, or there no more. Rejects with StoreAway. */
  async standingOf(room: RoomId): Promise<"orphan" | "hosted" | "gone" | "damaged"> {
    const { store, isHost } = this.#parts;
    try {
      const top = await store.logTop(room);
      if (top === undefined) return "gone";
      return (await isHost(top.node)) ? "hosted" : "orphan";
    } catch (cause) {
      if (cause instanceof StoreAway) throw cause;
      // One room whose log is damaged must not keep the others from being taken over.
      this.#tellOnce("room-not-located", room, cause);
      return "damaged";
    }
  }

  /**
   * Lets a room out of quarantine if the newest claim is that of `epoch`: a snapshot at the end of its
   * log takes the place of the claims in a row. Rejects with StoreAway.
   */
  async release(room: RoomId, epoch: number): Promise<void> {
    const { store, games, log } = this.#parts;
    try {
      const stored = await store.loadRoom(room);
      const loaded = stored?.top.epoch === epoch ? loadRoom(room, games, stored) : undefined;
      // What cannot be loaded is told of when it is claimed.
      if (stored === undefined || loaded?.kind !== "loaded") return;
      const { bytes } = new RoomMachine(loaded.stored).snapshot();
      if ((await store.keepSnapshot(room, stored.top, bytes)) !== "kept") return;
      log.note("room-released", { room, game: loaded.core.game.name });
    } catch (cause) {
      if (cause instanceof StoreAway) throw cause;
      log.fault("room-not-released", { room, cause });
    }
  }

  async #claim(room: RoomId, isGiven: boolean): Promise<Claimed> {
    const { store, node, games, trials, isHost } = this.#parts;
    const stored = await store.loadRoom(room);
    if (stored === undefined) return this.#gone(room);
    if (!isGiven && (await isHost(stored.node))) return { kind: "elsewhere", host: stored.node };
    // Its newest host wrote nothing: it may have been ended by this room, or by another that came with it.
    if (!isGiven && stored.entries.at(-1)?.kind === "claim" && !trials.has(room)) {
      await trials.begin(room);
      return this.#claim(room, isGiven);
    }
    const loaded = loadRoom(room, games, stored);
    if (loaded.kind !== "loaded") {
      if (!this.#unreadable.has(room)) this.#tellUnreadable(room, loaded);
      this.#unreadable.add(room);
      return refused(loaded.kind === "foreign" ? "wrong-version" : "server-fault");
    }
    const claim = await store.claimRoom(room, node, stored.top.epoch);
    if (claim.kind === "missing") return this.#gone(room);
    if (claim.kind === "quarantined") {
      // As it stands in the log: what a migration makes of it has no epoch yet, and would be listed as older.
      this.#tellQuarantined(loaded.stored);
      return refused("room-quarantined");
    }
    // Handed over once: whoever claimed it since then did so in its own right.
    const overtaken = claim.kind === "hosted" || claim.version !== loaded.core.version;
    // Somebody wrote between the reading and the claim: what was read is out of date.
    if (overtaken) return this.#claim(room, false);
    if (loaded.core !== loaded.stored) {
      // In place of the older build's, before anything is written after it; that build claims it no more.
      const place = { epoch: claim.epoch, version: claim.version };
      const { bytes } = new RoomMachine(loaded.core).snapshot();
      if ((await store.keepSnapshot(room, place, bytes)) !== "kept")
        return this.#claim(room, false);
    }
    return { kind: "claimed", core: loaded.core, epoch: claim.epoch };
  }

  async #gone(room: RoomId): Promise<Claimed> {
    return refused((await this.#parts.store.whyRemoved(room)) ?? "room-unknown");
  }

  #tellOnce(event: string, room: RoomId, cause: unknown): void {
    if (this.#faults.isFirst(`${event} ${room} ${cause}`))
      this.#parts.log.fault(event, { room, cause });
  }

  #tellQuarantined(core: RoomCore): void {
    const { id: room, game, history } = core;
    if (this.#quarantined.get(room) === history.epoch) return;
    this.#quarantined.set(room, history.epoch);
    const said = { room, game: game.name, reason: HOSTS_ENDED, remedy: QUARANTINE_REMEDY };
    this.#parts.log.fault("room-quarantined", said);
    this.#parts.quarantined(core, HOSTS_ENDED);
  }

  #tellUnreadable(room: RoomId, why: Exclude<LoadOutcome, { kind: "loaded" }>): void {
    const { log } = this.#parts;
    if (why.kind === "damaged") return log.fault("room-damaged", { room, reason: why.why });
    const reason = `made by another declaration of ${why.game}, version ${why.gameVersion}`;
    log.fault("room-foreign", { room, reason, cause: why.cause, remedy: FOREIGN_REMEDY });
  }
}
