// Tables: the games these pages can show, and the seats at them. The one place where a page names
// its games' rules.

import { unreachable } from "../../shared/assert.ts";
import { adventureForPages } from "../../shared/games/adventure/forPages.ts";
import { arena } from "../../shared/games/arena.ts";
import { eights } from "../../shared/games/eights.ts";
import { nim } from "../../shared/games/nim.ts";
import { type EventTold, join, type Seat, type SeatOf } from "../join.ts";
import { lab } from "./lab/lab.ts";
import type { GameName, Place, TableWanted } from "./route.ts";
import { visitor } from "./visitor.ts";

export type NimSeat = SeatOf<typeof nim>;
export type ArenaSeat = SeatOf<typeof arena>;
export type AdventureSeat = SeatOf<typeof adventureForPages>;
export type EightsSeat = SeatOf<typeof eights>;
export type EightsEvent = EventTold<typeof eights.events>;
export type ArenaEvent = EventTold<typeof arena.events>;

export type Taken =
  | { readonly game: "nim"; readonly seat: NimSeat }
  | { readonly game: "arena"; readonly seat: ArenaSeat }
  | { readonly game: "adventure"; readonly seat: AdventureSeat }
  | { readonly game: "eights"; readonly seat: EightsSeat };

/** Whether somebody without a seat may look on. */
export function hasWatchers(game: GameName): boolean {
  return { nim, arena, adventure: adventureForPages, eights }[game].watchers;
}

/** Whether somebody who is alone there has bots to play with. */
export function hasBots(game: GameName): boolean {
  return game === "arena";
}

/** Takes the seat that an address asks for. Rejects with RefusedError. */
export async function take(wanted: TableWanted, name: string): Promise<Taken> {
  const settings = {
    session: visitor,
    ...asked(wanted.place),
    ...(name === "" ? {} : { name }),
    ...(wanted.isWatching ? { watch: true } : {}),
    ...(lab === undefined ? {} : { WebSocket: lab.WebSocket }),
  };
  const { game } = wanted;
  switch (game) {
    case "nim":
      return { game, seat: await join({ ...settings, game: nim }) };
    case "arena":
      return { game, seat: await join({ ...settings, game: arena }) };
    case "adventure":
      return { game, seat: await join({ ...settings, game: adventureForPages }) };
    case "eights":
      return { game, seat: await join({ ...settings, game: eights }) };
    default:
      return unreachable(game);
  }
}

function asked(place: Place) {
  switch (place.kind) {
    case "any":
      return {};
    case "private":
      return { create: "private" as const };
    case "code":
      return { code: place.code };
    case "room":
      return { room: place.room };
    default:
      return unreachable(place);
  }
}

/** Whether only those with its code find the seat's room: the room's own record says it. */
export function isPrivate(seat: Seat): boolean {
  const { $room } = seat.state as unknown as { readonly $room: { readonly open: string } };
  return $room.open === "private";
}

/** What all seats have in common: a page's frame needs no more. */
export function plainSeat({ seat }: Taken): Seat {
  return seat as unknown as Seat;
}
