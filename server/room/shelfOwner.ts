// Shelf owner: whose shelf progress belongs on by now: its player's, that of the player whom a guest turned
// out to be, or nobody's. It leaves notes that say so, and lays nothing where nobody would find it.

import { type IdentityId, NOBODY } from "../../shared/ids.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import type { RoomStore } from "../store/store.ts";
import { isNote, joinShelves, noteOf, type Shelf, shelfOf } from "./shelf.ts";
import { changeShelf, type ShelfPlace } from "./shelfChange.ts";

export type OwnerStore = Pick<RoomStore, "readShelf" | "replaceShelf"> &
  Pick<IdentityStore, "readIdentity">;

/** From a guest to a player, and from there to nobody: more notes in a row there are not. */
const NOTES_MAX = 4;

/**
 * Applies `change` to the shelf that something of that place belongs on, as `changeShelf` does; undefined
 * if it is nobody's. `guest` is given if it came from a guest whose shelf this is not.
 */
export async function changeOwnersShelf<Changed extends { readonly next: Shelf }>(
  store: OwnerStore,
  place: ShelfPlace,
  change: (shelf: Shelf, guest: IdentityId | undefined) => Changed,
): Promise<Changed | undefined> {
  const { identity, game } = place;
  for (let owner: IdentityId | undefined = identity; owner !== undefined; ) {
    const guest = owner === identity ? undefined : identity;
    const changed: Changed | undefined = await changeShelf(
      store,
      { identity: owner, game },
      (shelf) => (shelf.goingTo === "" ? change(shelf, guest) : undefined),
    );
    if (changed !== undefined) return changed;
    owner = await ownerOf(store, place);
  }
  return undefined;
}

/**
 * Everything on a guest's shelf, and what comes to it from here on, is a player's. May be repeated:
 * nothing comes twice. The guest must be nobody any more.
 */
export async function leadShelf(
  store: OwnerStore,
  place: ShelfPlace,
  to: IdentityId,
): Promise<void> {
  await changeShelf(store, place, (shelf) =>
    shelf.goingTo === "" ? { next: { ...shelf, goingTo: to } } : undefined,
  );
  await ownerOf(store, place);
}

/** Forgets what is on a shelf, and what comes to it from here on. */
export async function closeShelf(store: OwnerStore, place: ShelfPlace): Promise<void> {
  await changeShelf(store, place, () => ({ next: noteOf(NOBODY) }));
}

async function ownerOf(
  store: OwnerStore,
  { identity, game }: ShelfPlace,
): Promise<IdentityId | undefined> {
  let owner: IdentityId = identity;
  for (let notes = 0; notes < NOTES_MAX && owner !== NOBODY; notes++) {
    const next = await goesTo(store, { identity: owner, game });
    if (next === undefined) return owner;
    owner = next;
  }
  return undefined;
}

/** Who comes after that one; undefined if it is theirs. What still stands on the shelf goes along. */
async function goesTo(store: OwnerStore, place: ShelfPlace): Promise<IdentityId | undefined> {
  const shelf = shelfOf(await store.readShelf(place.identity, place.game));
  const { goingTo } = shelf;
  if (goingTo === "") return undefined;
  // A note is of somebody who is nobody any more: whoever registers or comes back after all is somebody.
  const { role = "guest" } = (await store.readIdentity(place.identity)) ?? {};
  if (role !== "guest") {
    await changeShelf(store, place, (now) => ({ next: { ...now, goingTo: "" } }));
    return undefined;
  }
  if (!isNote(shelf)) await carry(store, place, { ...shelf, goingTo });
  return goingTo;
}

/**
 * No seat is given anything of a shelf that goes to somebody, and theirs knows whose it has: whoever goes
 * on after a node that died doubles nothing.
 */
async function carry(
  store: OwnerStore,
  place: ShelfPlace,
  held: Shelf & { readonly goingTo: IdentityId },
): Promise<void> {
  const { identity: guest, game } = place;
  const owner = await ownerOf(store, { identity: held.goingTo, game });
  if (owner !== undefined) {
    await changeShelf(store, { identity: owner, game }, (shelf) =>
      shelf.goingTo === "" ? { next: joinShelves(shelf, guest, held) } : undefined,
    );
  }
  await changeShelf(store, place, ({ goingTo }) =>
    goingTo === held.goingTo ? { next: noteOf(held.goingTo) } : undefined,
  );
}
