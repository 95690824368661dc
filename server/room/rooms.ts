// Rooms: everything that this node's gate may ask of rooms: find one, make one, put something before
// one. It loads, parks and removes them; what happens inside is their machines' business.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import type { ConnectionId, IdentityId, NodeId, RoomId } from "../../shared/ids.ts";
import type { JoinRequest } from "../../shared/protocol.ts";
import { randomCode } from "../../shared/random.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { RoomMetrics } from "../metrics.ts";
import { type RoomListing, type Store, StoreAway } from "../store/store.ts";
import type { RoomCore } from "./core.ts";
import { Errands } from "./errands.ts";
import { Host, type HostLog } from "./host.ts";
import type { HostedRoom } from "./hosted.ts";
import { beginHosting, loadRoom, newRoom } from "./loading.ts";
import { Lobby } from "./lobby.ts";
import type { LoopGuard } from "./loopGuard.ts";
import { roomOfPage } from "./pageSeat.ts";
import { Quarantine } from "./quarantine.ts";
import { RoomMachine } from "./room.ts";
import type { Arrival, RoomInput, Tell } from "./turn.ts";

export interface RoomsParts {
  readonly node: NodeId;
  readonly store: Store;
  readonly clock: Clock;
  readonly games: ReadonlyMap<string, Game>;
  readonly guard: LoopGuard;
  readonly log: HostLog;
  readonly metrics: RoomMetrics;
  /** Grants an address one more room: undefined; or says how long it has to wait, in ms. */
  mayCreate(address: string): Promise<number | undefined>;
  /** A seed for a new room's generator, a whole number. */
  seed(): number;
  defer(callback: () => void): void;
  deliver(room: RoomId, tells: readonly Tell[]): void;
}

export type FoundRoom =
  | { readonly kind: "room"; readonly room: RoomId }
  | { readonly kind: "refused"; readonly reason: Reason; readonly retryInMs?: number };

/** A room with nobody connected is put into the store after this long. */
const PARK_AFTER_MS = 30_000;
/** A room whose game is over can be looked at for this long. */
const ENDED_KEPT_MS = 600_000;
const SWEEP_EVERY_MS = 5_000;
const ROOM_ID_LENGTH = 14;
const CODE_LENGTH = 6;
/** What may wait for a room that is being loaded. */
const WAITING_INPUTS_MAX = 1_000;

export class Rooms {
  readonly lobby: Lobby;
  readonly #parts: RoomsParts;
  readonly #host: Host;
  readonly #errands: Errands;
  readonly #quarantine = new Quarantine();
  /** Inputs for rooms that are being loaded. */
  readonly #loading = new Map<RoomId, RoomInput[]>();
  #sweep: Cancel | undefined;

  constructor(parts: RoomsParts) {
    this.#parts = parts;
    const { store, clock, games, log } = parts;
    this.lobby = new Lobby({ store, clock, games });
    this.#errands = new Errands({
      ...{ store, clock, log },
      listed: () => this.lobby.forget(),
      // A room that is no longer here asks again when it is loaded.
      answer: (room, input) => void this.#host.post(room, input),
    });
    this.#host = new Host({
      ...parts,
      run: (machine, errand) => this.#errands.run(machine, errand),
      dropped: () => this.lobby.forget(),
      failed: (room, failing) => this.#quarantine.note(room, failing, clock.now()),
    });
  }

  get hosted(): Iterable<HostedRoom> {
    return this.#host.rooms;
  }

  gameOf(room: RoomId): Game | undefined {
    return this.#host.get(room)?.machine.core.game;
  }

  /** Takes over the rooms that were being played, so that their clocks and graces go on. */
  async start(): Promise<void> {
    for (const listing of await this.#parts.store.rooms()) {
      if (listing.status === "parked") continue;
      await this.#load(listing.room);
    }
    this.#sweepLater();
  }

  /** Lets go of every room, with a snapshot; what was confirmed is in the log already. */
  async stop(): Promise<void> {
    this.#sweep?.();
    await this.#host.stop();
    await this.#errands.stop();
  }

  /** The room that a request to join leads to; a new one if it asks for one. */
  async find(
    request: JoinRequest,
    arrival: Pick<Arrival, "identity" | "page">,
    address: string,
  ): Promise<FoundRoom> {
    try {
      const answer = await this.lobby.find(request, arrival.identity, () =>
        roomOfPage(this.#host.rooms, request, arrival),
      );
      if (answer.kind !== "create") return answer;
      const retryInMs = await this.#parts.mayCreate(address);
      if (retryInMs !== undefined)
        return { kind: "refused", reason: "creations-too-many", retryInMs };
      return { kind: "room", room: await this.#create(answer.game, answer.open) };
    } catch (cause) {
      if (!(cause instanceof StoreAway)) throw cause;
      return { kind: "refused", reason: "store-away" };
    }
  }

  /** Puts something before a room; one that is not in memory is loaded first. */
  post(room: RoomId, input: RoomInput): void {
    const waiting = this.#loading.get(room);
    if (waiting !== undefined) {
      if (waiting.length < WAITING_INPUTS_MAX) waiting.push(input);
      else this.#refuse(room, input, "server-busy");
      return;
    }
    if (this.#host.post(room, input)) return;
    if (this.#quarantine.has(room)) return this.#refuse(room, input, "room-quarantined");
    // Whoever is not attached cannot be known to a room that is not in memory.
    if (input.kind !== "join" && input.kind !== "resume")
      return this.#refuse(room, input, "not-seated");
    this.#loading.set(room, [input]);
    void this.#load(room).then((reason) => {
      const inputs = this.#loading.get(room) ?? [];
      this.#loading.delete(room);
      for (const waited of inputs) {
        if (reason === undefined) this.post(room, waited);
        else this.#refuse(room, waited, reason);
      }
    });
  }

  async #create(game: Game, open: "listed" | "private"): Promise<RoomId> {
    const { store, node, clock } = this.#parts;
    const id = randomCode(ROOM_ID_LENGTH) as RoomId;
    const core = newRoom({
      id,
      game,
      code: randomCode(CODE_LENGTH),
      open,
      seed: this.#parts.seed(),
    });
    const machine = new RoomMachine(core);
    const made = await store.createRoom(id, node, machine.snapshot().bytes);
    if (made.kind === "exists") return this.#create(game, open);
    core.history.begin(made.epoch, 0);
    beginHosting(core, clock.now());
    this.#host.begin(machine, made.epoch);
    await this.#errands.list(machine);
    return id;
  }

  /** Brings a room into memory; gives the reason if it cannot be had. Never rejects. */
  async #load(room: RoomId): Promise<Reason | undefined> {
    if (this.#host.get(room) !== undefined) return undefined;
    try {
      return await this.#claimAndLoad(room);
    } catch (cause) {
      if (cause instanceof StoreAway) return "store-away";
      this.#parts.log.fault("room-not-loaded", { room, cause });
      return "server-fault";
    }
  }

  async #claimAndLoad(room: RoomId): Promise<Reason | undefined> {
    const { store, node, games, log } = this.#parts;
    const stored = await store.loadRoom(room);
    if (stored === undefined) return "room-unknown";
    const loaded = loadRoom(room, games, stored);
    if (loaded.kind !== "loaded") {
      const reason =
        loaded.kind === "foreign" ? `of ${loaded.game} ${loaded.gameVersion}` : loaded.why;
      log.fault(`room-${loaded.kind}`, { room, reason });
      return loaded.kind === "foreign" ? "wrong-version" : "server-fault";
    }
    const claim = await store.claimRoom(room, node, stored.top.epoch);
    if (claim.kind === "missing") return "room-unknown";
    if (claim.kind === "quarantined") return "room-quarantined";
    const overtaken = claim.kind === "hosted" || claim.version !== loaded.core.version;
    // Somebody wrote between the reading and the claim: what was read is out of date.
    if (overtaken) return this.#claimAndLoad(room);
    this.#begin(loaded.core, claim.epoch);
    return undefined;
  }

  /** Hosts a loaded room; seats that connections of a dead node held are put away first. */
  #begin(core: RoomCore, epoch: number): void {
    core.history.begin(epoch, core.version);
    beginHosting(core, this.#parts.clock.now());
    const machine = new RoomMachine(core);
    this.#host.begin(machine, epoch);
    this.#host.post(core.id, { kind: "nodes", alive: [this.#parts.node] });
    this.#errands.repair(machine);
  }

  #refuse(room: RoomId, input: RoomInput, reason: Reason): void {
    const to = connectionOf(input);
    if (to === undefined || input.kind === "gone") return;
    const request = input.kind === "join" ? input.request : undefined;
    this.#parts.deliver(room, [
      { kind: "refusal", to, request, reason, seq: undefined, incident: undefined },
    ]);
  }

  #sweepLater(): void {
    this.#sweep = this.#parts.clock.after(SWEEP_EVERY_MS, () => {
      for (const hosted of [...this.#host.rooms]) this.#sweepRoom(hosted);
      this.#sweepLater();
    });
  }

  #sweepRoom(hosted: HostedRoom): void {
    const nowMs = this.#parts.clock.now();
    const { attachedCount, core } = hosted.machine;
    // A save on its way out is copied before the room sleeps: nobody may wake it for weeks.
    const isBusy = attachedCount > 0 || core.own.$saves.size > 0;
    if (isBusy || hosted.phase.kind !== "idle") {
      hosted.emptySinceMs = undefined;
      return;
    }
    hosted.emptySinceMs ??= nowMs;
    const emptyMs = nowMs - hosted.emptySinceMs;
    const ended = core.own.$room.status === "ended";
    if (ended && emptyMs >= ENDED_KEPT_MS) void this.#remove(hosted);
    if (!ended && emptyMs >= PARK_AFTER_MS) void this.#park(hosted);
  }

  async #park(hosted: HostedRoom): Promise<void> {
    await this.#letGo(hosted, () => this.#errands.list(hosted.machine, "parked"));
  }

  async #remove(hosted: HostedRoom): Promise<void> {
    await this.#letGo(hosted, async () => {
      for (const { identity } of hosted.machine.core.own.$seats) {
        await this.#parts.store.unlinkSeat(identity as IdentityId, hosted.id);
      }
      await this.#parts.store.removeRoom(hosted.id);
      this.lobby.forget();
    });
  }

  /** Writes what must be written of a room that nobody needs in memory, then drops it. */
  async #letGo(hosted: HostedRoom, write: () => Promise<void>): Promise<void> {
    try {
      await this.#host.keepSnapshot(hosted);
      await write();
      const wanted = hosted.machine.attachedCount > 0 || hosted.inbox.length > 0;
      if (!wanted) this.#host.drop(hosted.id, "room-stopped");
      else this.#errands.repair(hosted.machine);
    } catch (cause) {
      this.#parts.log.warn("room-not-put-away", { room: hosted.id, cause });
    }
  }
}

function connectionOf(input: RoomInput): ConnectionId | undefined {
  if ("arrival" in input) return input.arrival.connection;
  return "connection" in input ? input.connection : undefined;
}

/** What the lobby shows of a room to somebody who may not be in it. */
export type PublicListing = Pick<
  RoomListing,
  "room" | "game" | "status" | "seatsTaken" | "seatsMax"
>;
