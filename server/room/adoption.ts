// Adoption: which listed rooms a node brings into its memory unasked: those in play that nobody hosts,
// and those that an operator let out of quarantine. It looks at listings; it hosts nothing itself.

import type { Clock } from "../../shared/clock.ts";
import type { RoomId } from "../../shared/ids.ts";
import { ROOM_LIFE_MS, type RoomListing, type RoomStore } from "../store/store.ts";
import type { Claiming } from "./claiming.ts";
import type { Quarantine } from "./quarantine.ts";

export interface AdoptionParts {
  readonly store: RoomStore;
  readonly clock: Pick<Clock, "wallMs">;
  readonly claiming: Claiming;
  readonly quarantine: Quarantine;
  /** Whether a room that nobody hosts falls to this node. */
  isOurs(room: RoomId): boolean;
  /** Whether the room is in this node's memory, or about to be. */
  has(room: RoomId): boolean;
  /** Whether this node has found that it cannot run the room. */
  isUnfit(room: RoomId): boolean;
  load(room: RoomId): Promise<unknown>;
}

/** Rooms that are taken over together: each is some round trips, and a server that starts has nobody wait for all. */
const ADOPTED_AT_ONCE = 20;

/**
 * Takes over every room that nobody hosts and that this node can run, if it is in play and falls to this
 * node, or was let out. Rejects with StoreAway.
 */
export async function adoptRooms(parts: AdoptionParts): Promise<void> {
  const listings = await parts.store.rooms();
  for (const listing of listings) {
    const released = releasedEpochOf(listing);
    if (released !== undefined) parts.quarantine.release(listing.room, released);
  }
  const waiting = listings.filter((listing) => isWanted(listing, parts));
  while (waiting.length > 0) {
    const some = waiting.splice(0, ADOPTED_AT_ONCE);
    await Promise.all(some.map((listing) => adopt(listing, parts)));
  }
}

function isWanted(listing: RoomListing, { has, isOurs }: AdoptionParts): boolean {
  const { room } = listing;
  // One that was let out is anybody's: as long as its last host lives, to all others it is hosted.
  return !has(room) && (releasedEpochOf(listing) !== undefined || isOurs(room));
}

async function adopt(listing: RoomListing, parts: AdoptionParts): Promise<void> {
  const { store, clock, claiming } = parts;
  const { room, listedMs } = listing;
  const released = releasedEpochOf(listing);
  const standing = await claiming.standingOf(room);
  const isFree = standing === "orphan" && !parts.isUnfit(room);
  if (isFree && released !== undefined) await claiming.release(room, released);
  if (isFree && !parts.has(room)) await parts.load(room);
  // What is gone for less may be written back by its host.
  if (standing === "gone" && clock.wallMs() - listedMs > ROOM_LIFE_MS) await store.removeRoom(room);
}

/** The epoch whose failures an operator has forgiven; undefined if nobody has. */
function releasedEpochOf({ quarantine, epoch }: RoomListing): number | undefined {
  return quarantine?.isReleased === true ? epoch : undefined;
}
