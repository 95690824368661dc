// Seat desk: what is asked of seats from outside their rooms, wherever those are hosted: to pass one on,
// to put somebody out, to say who sits there. It asks the rooms and reads what they logged; it decides
// nothing, and knows not who may ask.

import type { Clock } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import { loadRoom } from "../room/loading.ts";
import type { RoomStore } from "../store/store.ts";
import type { Router } from "./router.ts";

export interface SeatDeskParts {
  readonly store: Pick<RoomStore, "seatsOf" | "logTop" | "loadRoom">;
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
    return waiting.length === 0;
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
