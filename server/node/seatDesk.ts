// Seat desk: what is asked of seats from outside their rooms, wherever those are hosted: to pass one on
// with the progress that waits for its next, to put somebody out, to say who sits there. It asks the rooms
// and reads what they logged; it knows not who may ask.

import { type Clock, pause } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import { loadRoom } from "../room/loading.ts";
import { noteBrought } from "../room/shelf.ts";
import { changeShelf } from "../room/shelfChange.ts";
import { leadShelf, type OwnerStore } from "../room/shelfOwner.ts";
import type { RoomStore, SeatListing } from "../store/store.ts";
import type { Node } from "./node.ts";
import type { Router } from "./router.ts";

export interface SeatDeskParts {
  readonly store: OwnerStore & Pick<RoomStore, "seatsOf" | "logTop" | "loadRoom">;
  readonly clock: Pick<Clock, "after">;
  readonly games: ReadonlyMap<string, Game>;
  /** This node, which reaches every room wherever it is. */
  among(): Pick<Node, "kick"> & { readonly router: Pick<Router, "post"> };
}

/** A taken seat as moderators see it. */
export interface SeatTaken {
  readonly seat: number;
  readonly name: string;
  readonly identity: IdentityId;
}

/** A room commits within some of these, and within all of them where its host only reads life signs. */
const LOOKS_MS = [
  10, 20, 40, 80, 160, 320, 640, 500, 500, 500, 500, 1_000, 1_000, 1_000, 1_000,
] as const;
/** So long a life sign says whom a room's host is to put out: it is read once a second. */
const SAID_MS = 5_000;

export class SeatDesk {
  readonly #parts: SeatDeskParts;

  constructor(parts: SeatDeskParts) {
    this.#parts = parts;
  }

  /**
   * Asks every room in which a guest sits to pass the seat on to the player that the guest became. True
   * if none has to any more: a room says so by its links, after it is logged. Who sits there as both stays.
   * The guest's stories go before, and whatever the guest's seats leave later goes after them.
   */
  async move(
    from: IdentityId,
    { id: to, name }: { readonly id: IdentityId; readonly name: string },
  ): Promise<boolean> {
    const { store } = this.#parts;
    for (const game of this.#savingGames()) await leadShelf(store, { identity: from, game }, to);
    const [left, taken] = await Promise.all([store.seatsOf(from), store.seatsOf(to)]);
    const kept = new Set(taken.map(({ room }) => room));
    const tops = await Promise.all(left.map(({ room }) => store.logTop(room)));
    // A room that is gone has no seat to pass on.
    const waiting = left.filter(({ room }, at) => !kept.has(room) && tops[at] !== undefined);
    for (const seat of waiting) await this.#passSeat(seat, from, { id: to, name });
    return waiting.length === 0;
  }

  #savingGames(): readonly string[] {
    const all = [...this.#parts.games.values()];
    return all.filter(({ rules }) => rules.lifecycle.save !== undefined).map(({ name }) => name);
  }

  /** What such a seat leaves one day was begun as a guest. */
  async #passSeat(
    { room, game }: SeatListing,
    from: IdentityId,
    { id: to, name }: { readonly id: IdentityId; readonly name: string },
  ): Promise<void> {
    const { store, among } = this.#parts;
    if (this.#savingGames().includes(game)) {
      const place = { identity: to, game };
      await changeShelf(store, place, (shelf) => ({ next: noteBrought(shelf, room) }));
    }
    among().router.post(room, { kind: "pass", from, to, name });
  }

  /**
   * Has a room give up somebody's seat, and with `keepOut` take them in no more. `asked`: the room has not
   * said within ten seconds that it did; asking again does no harm.
   */
  async putOut(
    room: RoomId,
    identity: IdentityId,
    keepOut: boolean,
  ): Promise<"out" | "asked" | "room-unknown"> {
    const { store, clock, among } = this.#parts;
    const top = await store.logTop(room);
    if (top === undefined) return "room-unknown";
    among().router.post(room, { kind: "put-out", identity, keepOut });
    // Where nodes do not hear each other, and somebody who only looks on has no seat to be gone.
    clock.after(SAID_MS, among().kick({ host: top.node, room, identity, keepOut }));
    for (const lookMs of LOOKS_MS) {
      const seats = await store.seatsOf(identity);
      if (!seats.some((seat) => seat.room === room)) return "out";
      await pause(clock, lookMs);
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
