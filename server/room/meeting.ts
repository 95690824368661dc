// Meeting: strangers who come to a node at the same moment meet in the room that is made for the first
// of them. It holds what is under way and nothing else; it neither makes rooms nor knows who may.

import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";

/** What a request to join comes to. */
export type FoundRoom =
  | { readonly kind: "room"; readonly room: RoomId }
  | { readonly kind: "refused"; readonly reason: Reason; readonly retryInMs?: number };

/** A listed room that is being made. */
interface Coming {
  readonly found: Promise<FoundRoom>;
  /** Seats for which nobody waits yet. */
  seatsLeft: number;
}

export class Meeting {
  /** By game, the newest. */
  readonly #coming = new Map<string, Coming>();

  /** A listed room is being made: whoever wants any seat waits for it. */
  expect(game: Game, found: Promise<FoundRoom>): void {
    const coming = { found, seatsLeft: game.seats.max - 1 };
    const over = () => {
      if (this.#coming.get(game.name) === coming) this.#coming.delete(game.name);
    };
    this.#coming.set(game.name, coming);
    found.then(over, over);
  }

  /**
   * The room that is being made, if it has a seat left; else `make` makes one. Nobody waits longer than
   * whom it is made for, whom the store answers or keeps waiting for so long at most. If that one may not
   * make a room, the next tries. Rejects as `make` does.
   */
  async wait(game: Game, make: () => Promise<FoundRoom>): Promise<FoundRoom> {
    const coming = this.#coming.get(game.name);
    if (coming === undefined || coming.seatsLeft === 0) return make();
    coming.seatsLeft -= 1;
    const found = await coming.found;
    return found.kind === "room" ? found : this.wait(game, make);
  }
}
