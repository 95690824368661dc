// Shelf change: replaces what is on a shelf by what becomes of it, also when others change it at the same
// time. It decides nothing about what may become of it.

import type { IdentityId } from "../../shared/ids.ts";
import type { RoomStore } from "../store/store.ts";
import { type Shelf, shelfOf } from "./shelf.ts";

/** What nobody has come for in a year is forgotten, long after a guest's cookie. */
export const SHELF_LIFE_MS = 365 * 86_400_000;

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
    const kept = { expected, next: JSON.stringify(changed.next), lifeMs: SHELF_LIFE_MS };
    if (await store.replaceShelf(identity, game, kept)) return changed;
  }
}
