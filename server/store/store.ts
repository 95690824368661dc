// Store: what Holdfast keeps outside its processes, as one interface with several implementations.
// It stores and fences what it is given; it never decides about games, seats or sessions.

import type { IdentityId, NodeId, PageId, RoomId, SessionId } from "../../shared/ids.ts";
import type { IdentityStore } from "./identityStore.ts";
import type { ListingOrder } from "./listingOrder.ts";
import type { NodeStore } from "./nodeStore.ts";
import type { SessionStore } from "./sessionStore.ts";

/** Identifies an entry of a room's log. Entries are ordered by epoch, then by version. */
export interface LogPlace {
  readonly epoch: number;
  readonly version: number;
}

export interface LogEntry extends LogPlace {
  /** A commit has bytes; a claim repeats the version before it and has none. */
  readonly kind: "commit" | "claim";
  readonly node: NodeId;
  readonly bytes: Uint8Array;
}

export interface Append extends LogPlace {
  readonly room: RoomId;
  readonly node: NodeId;
  readonly bytes: Uint8Array;
}

/**
 * - `appended`: durable as far as the store promises
 * - `fenced`: the log has an entry at or above this place; nothing was written. `top` is its newest
 * - `missing`: the room has no log; nothing was written
 * - `behind`: the log ends before what the entry follows, which it had acknowledged; nothing was written
 * - `unknown`: no answer came; it may or may not have been written. Compare `logTop` before anything else
 */
export type AppendOutcome =
  | { readonly kind: "appended" }
  | { readonly kind: "fenced"; readonly top: LogPlace }
  | { readonly kind: "missing" }
  | { readonly kind: "behind"; readonly top: LogPlace }
  | { readonly kind: "unknown"; readonly cause: string };

export type ClaimOutcome =
  /** This node hosts the room from here on; every older host's appends are refused. */
  | { readonly kind: "claimed"; readonly epoch: number; readonly version: number }
  /** Somebody claimed it since `expectedEpoch` was read. */
  | { readonly kind: "hosted"; readonly epoch: number; readonly node: NodeId }
  /** `CLAIMS_WITHOUT_COMMIT_MAX` claims in a row: the room keeps killing its hosts. */
  | { readonly kind: "quarantined" }
  | { readonly kind: "missing" };

/** After so many claims without a commit between them a room is claimed no more. */
export const CLAIMS_WITHOUT_COMMIT_MAX = 3;

/** A room as its host has it in memory, for a store that lost it. */
export interface Reseed extends LogPlace {
  readonly node: NodeId;
  /** Its snapshot at that place. */
  readonly bytes: Uint8Array;
}

export type ReseedOutcome =
  /** What the host had stands in the log, and the host goes on under this epoch. */
  | { readonly kind: "reseeded"; readonly epoch: number }
  /** The log reaches that far, or somebody has claimed the room since; nothing was written. */
  | { readonly kind: "held"; readonly top: LogPlace & { readonly node: NodeId } };

/** A room as stored: the newest snapshot and every entry after it, contiguous. */
export interface StoredRoom {
  readonly snapshot: { readonly place: LogPlace; readonly bytes: Uint8Array };
  /** Entries above the snapshot's place, claims among them, oldest first. */
  readonly entries: readonly LogEntry[];
  /** Node of the newest claim. */
  readonly node: NodeId;
  readonly top: LogPlace;
}

/** What the lobby and the start of a node need to know of a room without loading it. */
export interface RoomListing extends ListingOrder {
  readonly room: RoomId;
  readonly game: string;
  readonly gameVersion: number;
  readonly code: string;
  readonly open: "listed" | "private";
  readonly status: "waiting" | "running" | "ended" | "parked" | "quarantined";
  readonly seatsTaken: number;
  readonly seatsMax: number;
  /** When it was listed, in ms since 1970 by the clock of the node that did. */
  readonly listedMs: number;
  /** Store time in ms from which on a parked room may go; not given of rooms in play. */
  readonly goesMs?: number;
  /** Given of rooms in quarantine. */
  readonly quarantine?: QuarantineListing;
}

/** A room that nobody runs any more, because it failed again and again under the epoch it is listed with. */
export interface QuarantineListing {
  /** In ms since 1970, by the clock of the node that found it so; for the operator, like `why`. */
  readonly sinceMs: number;
  readonly why: string;
  /** An operator has let it out; whoever claims it uses that up. */
  readonly isReleased?: boolean;
}

/** What is left of a room that was removed: why, for whoever comes back. */
export interface RemovalNote {
  readonly why: "room-ended" | "room-removed";
  /** How long it is kept, in ms; so long the room's code leads to it too. */
  readonly lifeMs: number;
}

/**
 * Log and snapshot end by themselves when no snapshot was kept for so long, in ms: the way out of
 * rooms that nobody can load or has listed. Any other is removed before, or hosted and kept.
 */
export const ROOM_LIFE_MS = 90 * 86_400_000;
/** A seat's link ends when it was not written anew for so long, in ms. */
export const SEAT_LINK_LIFE_MS = ROOM_LIFE_MS;

/** A seat of an identity, for "your game is still on". */
export interface SeatListing extends ListingOrder {
  readonly room: RoomId;
  readonly game: string;
  readonly seat: number;
  readonly since: number;
  /** Of the page that was the last to have it; both missing in what older builds wrote. */
  readonly session?: SessionId;
  readonly page?: PageId;
}

export interface ShelfChange {
  readonly expected: string;
  readonly next: string;
  readonly lifeMs: number;
}

/** A room's log, snapshot and listing. Every method rejects with StoreAway when no answer can be had. */
export interface RoomStore {
  /**
   * Makes a room: its snapshot at version 0 and a first claim by `node`. The epoch is the store's
   * time in ms. `exists` if there is a log under that id already; nothing is changed then.
   */
  createRoom(
    room: RoomId,
    node: NodeId,
    snapshot: Uint8Array,
  ): Promise<{ readonly kind: "created"; readonly epoch: number } | { readonly kind: "exists" }>;

  /**
   * Appends one entry for each of several rooms, each on its own: outcomes in the order given, one
   * room's failure leaves the others alone. Never rejects, never retries, never follows a redirection
   * by itself.
   */
  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]>;

  /** The newest place in a room's log; undefined if there is no log. */
  logTop(room: RoomId): Promise<(LogPlace & { readonly node: NodeId }) | undefined>;

  /** Snapshot and tail. Undefined if there is no log. Rejects with StoreDamaged if the tail has a gap. */
  loadRoom(room: RoomId): Promise<StoredRoom | undefined>;

  /**
   * Takes over: appends a claim at `max(expectedEpoch + 1, store time in ms)` with the version of
   * the newest entry, if the newest epoch is still `expectedEpoch`.
   */
  claimRoom(room: RoomId, node: NodeId, expectedEpoch: number): Promise<ClaimOutcome>;

  /**
   * Writes a room back from its host's memory if the store has lost it or its newest entries: if the
   * log is missing, or ends below the place given. The snapshot stands at that place, a claim by
   * `node` at `max(epoch + 1, store time in ms)` after it, and nothing else. Asked twice because an
   * answer was lost, it says `held` by this very node at this very version.
   */
  reseedRoom(room: RoomId, reseed: Reseed): Promise<ReseedOutcome>;

  /**
   * Replaces the snapshot and drops entries below `place`, in one step, if the newest epoch is
   * `place.epoch` and the log reaches `place.version`.
   */
  keepSnapshot(
    room: RoomId,
    place: LogPlace,
    bytes: Uint8Array,
  ): Promise<"kept" | "fenced" | "missing">;

  /** Removes log, snapshot, listing and code of a room, but for a note if one is given. */
  removeRoom(room: RoomId, note?: RemovalNote): Promise<void>;
  /** Why a room was removed, as long as that is kept. */
  whyRemoved(room: RoomId): Promise<RemovalNote["why"] | undefined>;

  /** Writes or replaces a room's listing if no later one is there, and makes its code lead to it. */
  listRoom(listing: RoomListing): Promise<void>;
  /** How a room is listed, in play or parked; undefined if it is not. */
  listingOf(room: RoomId): Promise<RoomListing | undefined>;
  /** Parked rooms whose time has come, a few of them: the others when these are gone. */
  dueRooms(): Promise<readonly RoomListing[]>;
  /** Every room that is listed and not parked; a node walks it at its start. */
  rooms(): Promise<readonly RoomListing[]>;
  roomByCode(code: string): Promise<RoomId | undefined>;

  /** Links a seat to its identity, in place of the one before of that room, unless a later one is there. */
  linkSeat(identity: IdentityId, seat: SeatListing): Promise<void>;
  /** Ends the link of a room, unless it was made later; without an ordinal, any of that epoch. */
  unlinkSeat(identity: IdentityId, room: RoomId, until: ListingOrder): Promise<void>;
  seatsOf(identity: IdentityId): Promise<readonly SeatListing[]>;

  /**
   * What is kept of an identity's progress in a game, as the text it was written as; "" for nothing.
   * Where something stands that nobody wrote there it is that, unopened.
   */
  readShelf(identity: IdentityId, game: string): Promise<string>;
  /**
   * Writes it anew, if it still is `expected`; false if it is not. It is forgotten after `lifeMs`
   * without another writing, never sooner.
   */
  replaceShelf(identity: IdentityId, game: string, change: ShelfChange): Promise<boolean>;
}

export interface Store extends RoomStore, SessionStore, IdentityStore {
  /** Life signs of nodes, and what they send one another. */
  readonly nodes: NodeStore;
  /** Store time in ms since 1970: the one clock that expiry and epochs go by. */
  timeMs(): Promise<number>;
  /** Changes when what was stored may have been lost; compare it before judging a missing key. */
  readonly incarnation: string;
  /** One line for the operator: what this is and what it does not survive. */
  readonly description: string;
  /** Tells of the store going away and coming back. Returns what ends the telling. */
  watch(listener: (status: "away" | "back") => void): () => void;
  /** Finishes what is under way and lets go of files, sockets and processes. */
  close(): Promise<void>;
}

/** The store gave no answer in time, or cannot be reached. Nothing is known about what was asked. */
export class StoreAway extends Error {}

/** What is stored contradicts itself; it is left as it is for the operator. */
export class StoreDamaged extends Error {}
