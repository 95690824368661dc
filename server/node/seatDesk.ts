// Seat desk: what is asked of seats from outside their rooms, wherever those are hosted: to pass one on
// with the progress that waits for its next, to put somebody out, to say who sits there. It asks the rooms
// and reads what they logged; it knows not who may ask.

import type { Clock } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import { SHELF_LIFE_MS } from "../room/errands.ts";
import { loadRoom } from "../room/loading.ts";
import { isOffered, shelfOf } from "../room/shelf.ts";
import type { RoomStore } from "../store/store.ts";
import type { Router } from "./router.ts";

export interface SeatDeskParts {
  readonly store: Pick<RoomStore, "seatsOf" | "logTop" | "loadRoom" | "readShelf" | "replaceShelf">;
  readonly clock: Pick<Clock, "after">;
  readonly games: ReadonlyMap<string, Game>;
  /** Puts something before a room, wherever it is. */
  post: Router["post"];
}

/** A taken seat as moderators see it. */
export interface SeatTaken {
  readonly seat: number;
  readonly name: string;
  readonly identity: IdentityId;
}

/** A room commits within some of these. */
const LOOKS_MS = [10, 20, 40, 80, 160, 320, 640] as const;

export class SeatDesk {
  readonly #parts: SeatDeskParts;

  constructor(parts: SeatDeskParts) {
    this.#parts = parts;
  }

  /**
   * Asks every room in which a guest sits to pass the seat on to the player that the guest became. True
   * if none has to any more: a room says so by its links, after it is logged. Who sits there as both stays.
   * What waits on the guest's shelves goes along.
   */
  async move(
    from: IdentityId,
    { id: to, name }: { readonly id: IdentityId; readonly name: string },
  ): Promise<boolean> {
    const { store, post } = this.#parts;
    const [left, taken] = await Promise.all([store.seatsOf(from), store.seatsOf(to)]);
    const kept = new Set(taken.map(({ room }) => room));
    const tops = await Promise.all(left.map(({ room }) => store.logTop(room)));
    // A room that is gone has no seat to pass on.
    const waiting = left.filter(({ room }, at) => !kept.has(room) && tops[at] !== undefined);
    for (const { room } of waiting) post(room, { kind: "pass", from, to, name });
    if (waiting.length > 0) return false;
    for (const game of this.#parts.games.keys()) await this.#moveShelf(from, to, game);
    return true;
  }

  /**
   * Progress that no seat has is the player's from here on, unless there is some already. It is claimed
   * first, so that no seat of the guest's is given it any more and whoever goes on after a node that
   * died doubles nothing.
   */
  async #moveShelf(from: IdentityId, to: IdentityId, game: string): Promise<void> {
    const { store } = this.#parts;
    const claim = `for ${to}`;
    const [left, had] = [await store.readShelf(from, game), await store.readShelf(to, game)];
    const [shelf, own] = [shelfOf(left), shelfOf(had)];
    const isFree = own.origins.length === 0;
    const lifeMs = SHELF_LIFE_MS;
    if (shelf.claim !== claim) {
      if (!isFree || !isOffered(shelf)) return;
      const next = JSON.stringify({ ...shelf, claim });
      await store.replaceShelf(from, game, { expected: left, next, lifeMs });
      return this.#moveShelf(from, to, game);
    }
    const next = JSON.stringify({ ...shelf, claim: "", returned: own.returned });
    const change = { expected: had, next, lifeMs };
    // Somebody else wrote meanwhile: that is looked at anew.
    if (isFree && !(await store.replaceShelf(to, game, change)))
      return this.#moveShelf(from, to, game);
    await store.replaceShelf(from, game, { expected: left, next: "", lifeMs: 1 });
  }

  /**
   * Has a room give up somebody's seat, and with `keepOut` take them in no more. `asked`: the room has not
   * said within a second that it did; asking again does no harm.
   */
  async putOut(
    room: RoomId,
    identity: IdentityId,
    keepOut: boolean,
  ): Promise<"out" | "asked" | "room-unknown"> {
    const { store, clock, post } = this.#parts;
    if ((await store.logTop(room)) === undefined) return "room-unknown";
    post(room, { kind: "put-out", identity, keepOut });
    for (const lookMs of LOOKS_MS) {
      const seats = await store.seatsOf(identity);
      if (!seats.some((seat) => seat.room === room)) return "out";
      await new Promise<void>((passed) => void clock.after(lookMs, passed));
    }
    return "asked";
  }

  /** Who sits in a room, by its log; undefined if it cannot be read here. */
  async seatsIn(room: RoomId): Promise<readonly SeatTaken[] | undefined> {
    const stored = await this.#parts.store.loadRoom(room);
    const read = stored && loadRoom(room, this.#parts.games, stored);
    if (read?.kind !== "loaded") return undefined;
    return [...read.core.own.$seats].map(({ id, name, identity }) => {
      return { seat: id, name, identity: identity as IdentityId };
    });
  }
}
