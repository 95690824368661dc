// Seat desk: what is asked of seats from outside their rooms, wherever those are hosted: to pass one on
// with the progress that waits for its next, to put somebody out, to say who sits there. It asks the rooms
// and reads what they logged; it knows not who may ask.

import type { Clock } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import { loadRoom } from "../room/loading.ts";
import { noteBrought, noteJoined } from "../room/shelf.ts";
import { changeShelf } from "../room/shelfChange.ts";
import { allOf, bring } from "../room/stories.ts";
import type { RoomStore, SeatListing } from "../store/store.ts";
import type { Node } from "./node.ts";
import type { Router } from "./router.ts";

export interface SeatDeskParts {
  readonly store: Pick<RoomStore, "seatsOf" | "logTop" | "loadRoom" | "readShelf" | "replaceShelf">;
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
   * The guest's stories go along, but for those of a game in which a seat stays.
   */
  async move(
    from: IdentityId,
    { id: to, name }: { readonly id: IdentityId; readonly name: string },
  ): Promise<boolean> {
    const { store } = this.#parts;
    const [left, taken] = await Promise.all([store.seatsOf(from), store.seatsOf(to)]);
    const kept = new Set(taken.map(({ room }) => room));
    const tops = await Promise.all(left.map(({ room }) => store.logTop(room)));
    // A room that is gone has no seat to pass on.
    const waiting = left.filter(({ room }, at) => !kept.has(room) && tops[at] !== undefined);
    for (const seat of waiting) await this.#passSeat(seat, from, { id: to, name });
    if (waiting.length > 0) return false;
    const staying = new Set(left.filter(({ room }) => kept.has(room)).map(({ game }) => game));
    for (const game of this.#savingGames()) {
      if (!staying.has(game)) await this.#moveShelf(from, to, game);
    }
    return true;
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
   * The guest's stories are the player's from here on. They are held back first, so that no seat of the
   * guest's is given any, and the player's shelf knows whose it has: whoever goes on after a node that
   * died doubles nothing.
   */
  async #moveShelf(from: IdentityId, to: IdentityId, game: string): Promise<void> {
    const { store } = this.#parts;
    const { next: held } = await changeShelf(store, { identity: from, game }, (shelf) => {
      const isLeft = shelf.goingTo !== "" || allOf(shelf).length === 0;
      return { next: isLeft ? shelf : { ...shelf, goingTo: to } };
    });
    if (held.goingTo !== to) return;
    await changeShelf(store, { identity: to, game }, (shelf) => {
      const isDone = shelf.joined.includes(from);
      return { next: isDone ? shelf : noteJoined(bring(shelf, held), from) };
    });
    await store.replaceShelf(from, game, { expected: JSON.stringify(held), next: "", lifeMs: 1 });
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
