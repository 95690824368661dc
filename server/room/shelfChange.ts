// Shelf change: replaces what is on a shelf by what becomes of it, also when others change it at the same
// time. It decides nothing about what may become of it.

import type { IdentityId } from "../../shared/ids.ts";
import { ROOM_LIFE_MS, type RoomStore } from "../store/store.ts";
import { isNote, type Shelf, shelfOf } from "./shelf.ts";

/** What nobody has come for in a year is forgotten, long after a guest's cookie. */
export const SHELF_LIFE_MS = 365 * 86_400_000;
/** What comes late is still in the log of its room. */
const NOTE_LIFE_MS = ROOM_LIFE_MS;

/** Whose progress, and in which game. */
export interface ShelfPlace {
  readonly identity: IdentityId;
  readonly game: string;
}

/**
 * Applies `change` to what is there, again if somebody else was faster, until `next` is kept; resolves to
 * what it gave last. One that gives undefined changes nothing. Rejects with StoreAway.
 */
export async function changeShelf<Changed extends { readonly next: Shelf } | undefined>(
  store: Pick<RoomStore, "readShelf" | "replaceShelf">,
  { identity, game }: ShelfPlace,
  change: (shelf: Shelf) => Changed,
): Promise<Changed> {
  for (;;) {
    const expected = await store.readShelf(identity, game);
    const shelf = shelfOf(expected);
    const changed = change(shelf);
    if (changed === undefined || changed.next === shelf) return changed;
    const { next } = changed;
    const lifeMs = isNote(next) ? NOTE_LIFE_MS : SHELF_LIFE_MS;
    const kept = { expected, next: JSON.stringify(next), lifeMs };
    if (await store.replaceShelf(identity, game, kept)) return changed;
  }
}
