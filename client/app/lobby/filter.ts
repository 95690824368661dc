// Filter: which of the open rooms somebody wants to see. Pure.

import type { ListedRoom } from "../../join.ts";
import type { GameName } from "../route.ts";

export interface Filter {
  /** Undefined for all games. */
  readonly game: GameName | undefined;
  /** Only rooms where somebody may still sit down. */
  readonly hasSeat: boolean;
}

export function shownRooms(
  rooms: readonly ListedRoom[],
  { game, hasSeat }: Filter,
): readonly ListedRoom[] {
  const isMeant = (room: ListedRoom) => game === undefined || room.game === game;
  const isOpen = ({ seatsTaken, seatsMax }: ListedRoom) => !hasSeat || seatsTaken < seatsMax;
  return rooms.filter((room) => isMeant(room) && isOpen(room));
}
