// Lobby: which rooms there are, and which one somebody who wants to play comes to. It reads and
// writes listings; it never looks inside a room.

import type { Clock } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import { isRoomId, plainCode, type RoomId } from "../../shared/ids.ts";
import type { JoinRequest } from "../../shared/protocol.ts";
import { isLater } from "../store/listingOrder.ts";
import type { RoomListing, RoomStore, SeatListing } from "../store/store.ts";
import { type FoundRoom, Meeting } from "./meeting.ts";
import type { Asking } from "./pageSeat.ts";
import type { Arrival } from "./turn.ts";

/** How old the list may be that people are shown and spread by; the room itself has the last word. */
const LIST_AGE_MS_MAX = 1_000;

/** How many rooms are tried for somebody who wants any seat, before a new one is made. */
const ROOMS_TRIED_MAX = 3;

/** Rooms that are neither ended nor parked in which one identity may have a seat and still make another. */
const LIVE_ROOMS_MAX = 3;

/** Makes a room for whoever asks, if they may make another. Rejects with StoreAway. */
export type MakeRoom = (game: Game, open: "listed" | "private") => Promise<FoundRoom>;

export interface LobbyParts {
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly games: ReadonlyMap<string, Game>;
  /** Whether a room takes somebody now, as far as this node knows without asking. */
  takes?(room: RoomId): boolean;
  /** The room in this node's memory where the page sits that asks. */
  sits?(asking: Asking): RoomId | undefined;
  /** Whether somebody may be led to a room; one that nobody hosts is tried. Rejects with StoreAway. */
  opens?(room: RoomId): Promise<boolean>;
}

interface Listed {
  readonly atMs: number;
  readonly rooms: Promise<readonly RoomListing[]>;
  /** What this node has listed since it was asked for. */
  readonly since: Map<RoomId, RoomListing>;
}

export class Lobby {
  readonly #parts: LobbyParts;
  readonly #meeting = new Meeting();
  /** What pages asked that want a seat and have no answer yet. */
  readonly #open = new Map<string, Promise<FoundRoom>>();
  #listed: Listed | undefined;
  /** Whether a room of this node has gone since the list was read. */
  #isStale = false;

  constructor(parts: LobbyParts) {
    this.#parts = parts;
  }

  /** Every listing, at most a second old, for strangers: however often they ask, the store is asked once a second. */
  shown(): Promise<readonly RoomListing[]> {
    const nowMs = this.#parts.clock.now();
    return this.#newest(nowMs)?.rooms ?? this.#read(nowMs);
  }

  /** This node has listed a room: whoever wants to play is spread by that, and no other room is asked for. */
  note(listing: RoomListing): void {
    const since = this.#newest(this.#parts.clock.now())?.since;
    // One that was tried again may come after a newer one, and changes nothing.
    if (!isLater(since?.get(listing.room), listing)) since?.set(listing.room, listing);
  }

  /** A room of this node has gone: whoever wants to play is not spread by the older list. */
  forget(): void {
    this.#isStale = true;
  }

  /** The list there is; one that is too old is none. */
  #newest(nowMs: number): Listed | undefined {
    const isOld = this.#listed !== undefined && nowMs - this.#listed.atMs >= LIST_AGE_MS_MAX;
    if (isOld) this.#listed = undefined;
    return this.#listed;
  }

  async #rooms(): Promise<readonly RoomListing[]> {
    const read = this.#isStale ? this.#read(this.#parts.clock.now()) : this.shown();
    const since = this.#listed?.since ?? new Map<RoomId, RoomListing>();
    const others = (await read).filter(({ room }) => !since.has(room));
    return [...others, ...since.values()];
  }

  #read(nowMs: number): Promise<readonly RoomListing[]> {
    const listed = { atMs: nowMs, rooms: this.#parts.store.rooms(), since: new Map() };
    this.#listed = listed;
    this.#isStale = false;
    // A list that could not be had is asked for anew, not remembered.
    listed.rooms.catch(() => {
      if (this.#listed === listed) this.#listed = undefined;
    });
    return listed.rooms;
  }

  /**
   * Where a request to join leads. A page that asks for a seat again, on another connection, before it
   * could be answered is led to where the first request leads. Rejects with StoreAway.
   */
  find(
    request: JoinRequest,
    by: Pick<Arrival, "identity" | "page">,
    make: MakeRoom,
  ): Promise<FoundRoom> {
    const { game, room, code, watch } = request;
    const wantsSeat = room === undefined && code === undefined && watch !== true;
    if (!wantsSeat) return this.#find(request, by, make);
    const question = `${by.identity} ${by.page} ${game}`;
    const open = this.#open.get(question);
    if (open !== undefined) return open;
    const found = this.#find(request, by, make);
    const answered = () => this.#open.delete(question);
    this.#open.set(question, found);
    found.then(answered, answered);
    return found;
  }

  async #find(
    request: JoinRequest,
    { identity, page }: Pick<Arrival, "identity" | "page">,
    make: MakeRoom,
  ): Promise<FoundRoom> {
    const game = this.#parts.games.get(request.game);
    if (game === undefined) return { kind: "refused", reason: "game-unknown" };
    if (game.shape !== request.shape) return { kind: "refused", reason: "wrong-version" };
    if (request.room !== undefined) {
      if (!isRoomId(request.room)) return { kind: "refused", reason: "room-unknown" };
      return { kind: "room", room: request.room };
    }
    if (request.code !== undefined) {
      const plain = plainCode(request.code);
      const room = plain === "" ? undefined : await this.#parts.store.roomByCode(plain);
      return room === undefined
        ? { kind: "refused", reason: "room-unknown" }
        : { kind: "room", room };
    }
    const seats = await this.#parts.store.seatsOf(identity);
    const asking = { identity, page, game: game.name };
    const seated = request.watch === true ? undefined : await this.#seated(asking, seats);
    if (seated !== undefined) return { kind: "room", room: seated };
    const listed = () => this.#listedRoom(game, seats, make);
    if (request.create === "listed") return listed();
    if (request.create === "private") return this.#newRoom(seats, () => make(game, "private"));
    return (await this.#openRoom(game)) ?? this.#meeting.wait(game, listed);
  }

  #listedRoom(game: Game, seats: readonly SeatListing[], make: MakeRoom): Promise<FoundRoom> {
    const found = this.#newRoom(seats, () => make(game, "listed"));
    this.#meeting.expect(game, found);
    return found;
  }

  /**
   * Where the page sits that asked before and had no answer, perhaps by way of a node that died with it.
   * A room that is over, or that nobody can run, is not what it asks for.
   */
  async #seated(asking: Asking, seats: readonly SeatListing[]): Promise<RoomId | undefined> {
    const here = this.#parts.sits?.(asking);
    // Links that builds of before wrote name no page.
    const linked = seats.filter(({ game, page }) => game === asking.game && page === asking.page);
    if (here !== undefined || linked.length === 0) return here;
    const stopped = (await this.#rooms()).filter(
      ({ status }) => status === "ended" || status === "quarantined",
    );
    for (const { room } of linked) {
      if (stopped.some((listing) => listing.room === room)) continue;
      if ((await this.#parts.opens?.(room)) !== false) return room;
    }
    return undefined;
  }

  /**
   * The fullest listed room with a free seat that this build can run: company first. A room of this
   * node knows better than its listing.
   */
  async #openRoom(game: Game): Promise<FoundRoom | undefined> {
    const open = (await this.#rooms()).filter(
      (listing) =>
        listing.game === game.name &&
        listing.gameVersion === game.version &&
        listing.open === "listed" &&
        (listing.status === "waiting" || listing.status === "running") &&
        listing.seatsTaken < listing.seatsMax &&
        this.#parts.takes?.(listing.room) !== false,
    );
    open.sort((one, other) => other.seatsTaken - one.seatsTaken);
    for (const { room } of open.slice(0, ROOMS_TRIED_MAX)) {
      if ((await this.#parts.opens?.(room)) !== false) return { kind: "room", room };
    }
    return undefined;
  }

  async #newRoom(
    seats: readonly SeatListing[],
    make: () => Promise<FoundRoom>,
  ): Promise<FoundRoom> {
    if (seats.length >= LIVE_ROOMS_MAX) {
      const live = new Set(
        (await this.#rooms())
          .filter(({ status }) => status === "waiting" || status === "running")
          .map(({ room }) => room),
      );
      if (seats.filter(({ room }) => live.has(room)).length >= LIVE_ROOMS_MAX) {
        return { kind: "refused", reason: "rooms-too-many" };
      }
    }
    return make();
  }
}
