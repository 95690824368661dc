// Page seat: where a page sits already that asks for any seat. A page whose answer was lost asks
// again, and must not get a second seat; another page of the same person may want one.

import type { RoomId } from "../../shared/ids.ts";
import type { RoomMachine } from "./room.ts";
import type { Arrival, RoomInput } from "./turn.ts";

/** A room in memory, and what waits for its next turn. */
interface RoomHere {
  readonly id: RoomId;
  readonly machine: Pick<RoomMachine, "core">;
  readonly inbox: readonly RoomInput[];
}

/** Who asks for a seat in which game. */
export interface Asking extends Pick<Arrival, "identity" | "page"> {
  readonly game: string;
}

/** The room in memory that a request for any seat or for a new room has led this page to already. */
export function roomOfPage(rooms: Iterable<RoomHere>, asking: Asking): RoomId | undefined {
  for (const hosted of rooms) {
    const { game, own } = hosted.machine.core;
    const fits = game.name === asking.game && own.$room.status !== "ended";
    if (fits && (sits(hosted, asking) || waits(hosted, asking))) return hosted.id;
  }
  return undefined;
}

function sits({ machine }: RoomHere, { identity, page }: Asking): boolean {
  for (const seat of machine.core.own.$seats)
    if (seat.identity === identity && seat.page === page) return true;
  return false;
}

/** What the page asked first may not have had its turn: the log is slow, or the store is away. */
function waits({ inbox }: RoomHere, { identity, page }: Asking): boolean {
  return inbox.some(
    (input) =>
      input.kind === "join" &&
      !input.watch &&
      input.arrival.identity === identity &&
      input.arrival.page === page,
  );
}
