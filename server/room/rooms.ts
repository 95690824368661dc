// Rooms: everything that this node's gate may ask of rooms: find one, make one, put something before
// one. It has them loaded, parked and removed; what happens inside is their machines' business.

import type { Clock } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import type { ConnectionId, IdentityId, NodeId, RoomId } from "../../shared/ids.ts";
import type { JoinRequest } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { RoomMetrics } from "../metrics.ts";
import { type Store, StoreAway } from "../store/store.ts";
import { adoptRooms } from "./adoption.ts";
import { Claiming } from "./claiming.ts";
import { type ErrandParts, Errands } from "./errands.ts";
import { Host, type HostLog, type ReleasedRoom } from "./host.ts";
import type { HostedRoom } from "./hosted.ts";
import { IncomingRooms } from "./incoming.ts";
import { Lobby } from "./lobby.ts";
import type { LoopGuard } from "./loopGuard.ts";
import type { FoundRoom } from "./meeting.ts";
import type { Neighbours } from "./neighbours.ts";
import { roomOfPage } from "./pageSeat.ts";
import { Parking } from "./parking.ts";
import { type Failing, Quarantine } from "./quarantine.ts";
import { Retention } from "./retention.ts";
import { RoomMachine } from "./room.ts";
import { dropTaken } from "./taken.ts";
import { Trials } from "./trials.ts";
import { type Arrival, isArriving, type RoomInput, type Tell } from "./turn.ts";

export interface RoomsParts extends Pick<ErrandParts, "ticketReused" | "hashOf"> {
  readonly node: NodeId;
  readonly store: Store;
  readonly clock: Clock;
  readonly games: ReadonlyMap<string, Game>;
  readonly guard: LoopGuard;
  readonly log: HostLog;
  readonly metrics: RoomMetrics;
  /** Grants somebody at an address one more room: undefined; or says how long to wait, in ms. */
  mayCreate(address: string, identity: IdentityId): Promise<number | undefined>;
  /** A seed for a new room's generator, a whole number. */
  seed(): number;
  defer(callback: () => void): void;
  deliver(room: RoomId, tells: readonly Tell[]): void;
  /** The other nodes; without them every room is this one's. */
  readonly neighbours?: Neighbours;
}

export class Rooms {
  readonly lobby: Lobby;
  readonly #parts: RoomsParts;
  readonly #host: Host;
  readonly #errands: Errands;
  readonly #parking: Parking;
  readonly #retention: Retention;
  readonly #claiming: Claiming;
  readonly #incoming: IncomingRooms;
  readonly #quarantine = new Quarantine();

  constructor(parts: RoomsParts) {
    this.#parts = parts;
    const { node, store, clock, games, log, metrics } = parts;
    this.lobby = new Lobby({
      store,
      clock,
      games,
      takes: (room) => this.#host.get(room)?.machine.takesPlayers ?? !this.#isUnfit(room),
      sits: (asking) => roomOfPage(this.#host.rooms, asking),
      opens: (room) => this.#opens(room),
    });
    this.#errands = new Errands({
      store,
      clock,
      log,
      ticketReused: parts.ticketReused,
      hashOf: parts.hashOf,
      listed: (listing) => this.lobby.note(listing),
      // A room that is no longer here asks again when it is loaded.
      answer: (room, input) => void this.#host.post(room, input),
    });
    this.#host = new Host({
      node,
      store,
      clock,
      log,
      metrics,
      guard: parts.guard,
      errands: this.#errands,
      defer: (callback) => parts.defer(callback),
      deliver: (room, tells) => parts.deliver(room, tells),
      dropped: (room, unanswered, reason) => {
        this.lobby.forget();
        for (const input of unanswered) this.refuse(room, input, reason);
      },
      failed: (...failed) => this.#failed(...failed),
    });
    this.#parking = new Parking({
      store,
      clock,
      log,
      metrics,
      host: this.#host,
      errands: this.#errands,
      removed: () => this.lobby.forget(),
    });
    const trials = new Trials();
    this.#claiming = new Claiming({
      node,
      store,
      clock,
      games,
      log,
      metrics,
      trials,
      isHost: async (other) => (await parts.neighbours?.isHost(other)) === true,
      quarantined: (core, why) => this.#isolate(new RoomMachine(core), why),
    });
    this.#incoming = new IncomingRooms({
      node,
      store,
      clock,
      claiming: this.#claiming,
      trials,
      host: this.#host,
      errands: this.#errands,
      neighbours: parts.neighbours,
      seed: () => parts.seed(),
      post: (room, input) => this.post(room, input),
      refuse: (room, input, reason) => this.refuse(room, input, reason),
    });
    this.#retention = new Retention({
      store,
      clock,
      log,
      isOurs: (room) => parts.neighbours?.isOurs(room) !== false,
      forsake: (room) => this.#forsake(room),
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
    await this.adopt();
    this.#parking.start();
    this.#retention.start();
  }

  /** Takes over every room in play that nobody hosts, that falls to this node and that it can run. */
  adopt(): Promise<void> {
    const { store, clock, neighbours } = this.#parts;
    return adoptRooms({
      store,
      clock,
      claiming: this.#claiming,
      quarantine: this.#quarantine,
      isOurs: (room) => neighbours?.isOurs(room) !== false,
      has: (room) => this.has(room),
      isUnfit: (room) => this.#isUnfit(room),
      load: (room) => this.#incoming.load(room, "adopted"),
    });
  }

  /** Lets go of rooms that another node has claimed without this one's hearing of it. */
  dropTaken(): Promise<void> {
    const { store, log } = this.#parts;
    return dropTaken({ store, log, host: this.#host });
  }

  /** Takes over a room that its host has just let go of in favour of this node. */
  take(room: RoomId): void {
    if (!this.has(room)) void this.#incoming.load(room, "given");
  }

  /** Whether the room is in this node's memory, or about to be. */
  has(room: RoomId): boolean {
    return this.#incoming.has(room) || this.#host.get(room) !== undefined;
  }

  /** Lets go of a room for another node; see `Host.release`. */
  release(room: RoomId): Promise<ReleasedRoom | undefined> {
    return this.#host.release(room);
  }

  /** Lets go of every room, with a snapshot; what was confirmed is in the log already. */
  async stop(): Promise<void> {
    this.#parking.stop();
    this.#retention.stop();
    await this.#incoming.stop();
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
      return await this.lobby.find(request, arrival, async (game, open) => {
        const retryInMs = await this.#parts.mayCreate(address, arrival.identity);
        if (retryInMs !== undefined)
          return { kind: "refused", reason: "creations-too-many", retryInMs };
        return { kind: "room", room: await this.#incoming.create(game, open) };
      });
    } catch (cause) {
      if (!(cause instanceof StoreAway)) throw cause;
      return { kind: "refused", reason: "store-away" };
    }
  }

  /** Whether this node has found that it cannot run the room. */
  #isUnfit(room: RoomId): boolean {
    return this.#quarantine.has(room) || this.#claiming.isUnreadable(room);
  }

  /** Whether the room is hosted; one that nobody hosts is from here on, if this node can run it. */
  async #opens(room: RoomId): Promise<boolean> {
    if (this.has(room)) return true;
    if (this.#isUnfit(room)) return false;
    const standing = await this.#claiming.standingOf(room);
    if (standing === "hosted" || this.has(room)) return true;
    if (standing !== "orphan") return false;
    return (await this.#incoming.load(room, "arrival")).kind !== "refused";
  }

  /** Puts something before a room; one that is not in memory is loaded first. */
  post(room: RoomId, input: RoomInput): void {
    if (this.#incoming.keep(room, input) || this.#host.post(room, input)) return;
    if (this.#quarantine.has(room)) return this.refuse(room, input, "room-quarantined");
    if (!isArriving(input)) return this.refuse(room, input, "not-seated");
    void this.#incoming.load(room, "arrival", input);
  }

  /** Nobody has come for so long that the room goes. Somebody may do so at this very moment. */
  async #forsake(room: RoomId): Promise<Reason | undefined> {
    if (this.has(room)) return undefined;
    const claimed = await this.#incoming.load(room, "forsaken");
    if (claimed.kind === "claimed") this.#host.post(room, { kind: "forsaken" });
    return claimed.kind === "refused" ? claimed.reason : undefined;
  }

  /** Whether a room that failed is not to be run again. */
  #failed(hosted: HostedRoom, failing: Failing, why: string): boolean {
    const isHeld = this.#quarantine.note(hosted, failing, this.#parts.clock.now());
    if (isHeld) this.#isolate(hosted.machine, why);
    return isHeld;
  }

  #isolate(machine: RoomMachine, why: string): void {
    this.#errands.quarantine(machine, { sinceMs: this.#parts.clock.wallMs(), why });
  }

  /** Answers an input that no room takes. */
  refuse(room: RoomId, input: RoomInput, reason: Reason): void {
    const to = connectionOf(input);
    if (to === undefined || input.kind === "gone") return;
    const request = input.kind === "join" ? input.request : undefined;
    this.#parts.deliver(room, [
      { kind: "refusal", to, request, reason, seq: undefined, detail: undefined },
    ]);
  }
}

function connectionOf(input: RoomInput): ConnectionId | undefined {
  if ("arrival" in input) return input.arrival.connection;
  return "connection" in input ? input.connection : undefined;
}
