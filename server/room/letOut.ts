// Let out: what an operator may do about rooms in quarantine: see them, and let one out. It writes a
// room's listing and nothing else; the nodes that run act upon it.

import { plainCode } from "../../shared/ids.ts";
import type { RoomListing, RoomStore } from "../store/store.ts";

/** A sentence for each room in quarantine, those that have waited longest first. Rejects with StoreAway. */
export async function quarantinedRooms(store: RoomStore): Promise<readonly string[]> {
  const held = (await store.rooms()).filter(({ quarantine }) => quarantine !== undefined);
  return held.sort((one, other) => sinceMsOf(one) - sinceMsOf(other)).map(sentenceOf);
}

/**
 * Lets the room with that code out of quarantine: whichever node it falls to takes it over when it next
 * looks at the listings. Gives what was released; undefined if no room of that code is in quarantine.
 * Rejects with StoreAway.
 */
export async function letOut(
  store: RoomStore,
  code: string,
): Promise<Pick<RoomListing, "room" | "game"> | undefined> {
  const named = (each: RoomListing) => each.code === plainCode(code);
  // By what the operator was shown: where a store has lost a code, the listing is still there.
  const listing = (await store.rooms()).find((each) => named(each) && each.quarantine);
  if (listing?.quarantine === undefined) return undefined;
  await store.listRoom({ ...listing, quarantine: { ...listing.quarantine, isReleased: true } });
  return listing;
}

function sentenceOf(listing: RoomListing): string {
  const { code, game, gameVersion, seatsTaken, seatsMax, quarantine } = listing;
  const since = new Date(sinceMsOf(listing)).toISOString();
  const isReleased = quarantine?.isReleased === true ? "; released, and not taken over yet" : "";
  const what = `${code}: ${game}, version ${gameVersion}, ${seatsTaken} of ${seatsMax} seats taken`;
  return `${what}, since ${since}: ${quarantine?.why}${isReleased}`;
}

const sinceMsOf = ({ quarantine }: RoomListing): number => quarantine?.sinceMs ?? 0;
