// Lobby: the rooms there are, as strangers may see them. Asked as often as they like, it asks the
// store once a second at most.

import type { Clock } from "../../shared/clock.ts";
import type { RoomListing, RoomStore } from "../store/store.ts";

const KEEP_MS = 1_000;
/** More than anybody reads. */
export const ROOMS_SHOWN_MAX = 100;

export class Lobby {
  readonly #store: Pick<RoomStore, "rooms">;
  readonly #clock: Clock;
  #asked: { readonly atMs: number; readonly listings: Promise<readonly RoomListing[]> } | undefined;

  constructor(store: Pick<RoomStore, "rooms">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Rooms anybody may join or watch, those with free seats first, the newest first among them. */
  async open(game: string | undefined): Promise<readonly RoomListing[]> {
    const all = await this.listings();
    const isShown = (room: RoomListing) =>
      room.open === "listed" && (room.status === "waiting" || room.status === "running");
    return all
      .filter((room) => isShown(room) && (game === undefined || room.game === game))
      .sort((a, b) => fullness(a) - fullness(b) || b.listedMs - a.listedMs)
      .slice(0, ROOMS_SHOWN_MAX);
  }

  /** Every room of the store, up to a second old. Rejects with StoreAway. */
  listings(): Promise<readonly RoomListing[]> {
    const nowMs = this.#clock.now();
    if (this.#asked !== undefined && nowMs - this.#asked.atMs < KEEP_MS)
      return this.#asked.listings;
    const asked = { atMs: nowMs, listings: this.#store.rooms() };
    this.#asked = asked;
    // A failure is told to whoever waits for it, and not to those who ask next.
    asked.listings.catch(() => {
      if (this.#asked === asked) this.#asked = undefined;
    });
    return asked.listings;
  }
}

function fullness({ seatsTaken, seatsMax }: RoomListing): number {
  return seatsTaken < seatsMax ? 0 : 1;
}
