// Lobby: the rooms there are, as strangers may see them. It shows what is listed; it keeps nothing.

import type { Lobby as RoomLobby } from "../room/lobby.ts";
import type { RoomListing } from "../store/store.ts";

/** More than anybody reads. */
const ROOMS_SHOWN_MAX = 100;

export class Lobby {
  readonly #rooms: Pick<RoomLobby, "shown">;

  constructor(rooms: Pick<RoomLobby, "shown">) {
    this.#rooms = rooms;
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

  /**
   * How these rooms stand; those that are not in play, and those that are newer than a second, are left
   * out. Most visitors have none: for them nothing is asked.
   */
  async statusesOf(rooms: readonly string[]): Promise<ReadonlyMap<string, RoomListing["status"]>> {
    if (rooms.length === 0) return new Map();
    const asked = (await this.listings()).filter(({ room }) => rooms.includes(room));
    return new Map(asked.map(({ room, status }) => [room, status]));
  }

  /** Every room of the store, up to a second old. Rejects with StoreAway. */
  listings(): Promise<readonly RoomListing[]> {
    return this.#rooms.shown();
  }
}

function fullness({ seatsTaken, seatsMax }: RoomListing): number {
  return seatsTaken < seatsMax ? 0 : 1;
}
