// Check saves: what a seat saved when its player left comes back to them once, in whatever room they
// sit down next. A pure function over what the store was seen to take.

import type { History } from "./history.ts";
import type { Check, SeatCopy } from "./replay.ts";

interface Bank {
  readonly accounts: Iterable<{ readonly owner: number; readonly lean: number }>;
}

/** How often somebody left, as the seat they have in the end was told. */
interface Restored {
  readonly seat: SeatCopy;
  readonly times: number | undefined;
}

/** I3: every seat that was given up is counted in its player's save, each once. */
export function checkSaves({ game }: History): Check {
  const saves = game.rules.lifecycle.save !== undefined;
  const left = new Map<string, number>();
  const rooms = new Map<string, readonly Restored[]>();
  return {
    visit({ entry: { room }, seats, face }) {
      if (!saves) return;
      for (const { seat } of rooms.get(room) ?? []) {
        if (seats.some(({ id, identity }) => id === seat.id && identity === seat.identity))
          continue;
        left.set(seat.identity, (left.get(seat.identity) ?? 0) + 1);
      }
      const accounts = [...(face as unknown as Bank).accounts];
      const timesOf = ({ id }: SeatCopy) => accounts.find(({ owner }) => owner === id)?.lean;
      rooms.set(
        room,
        seats.map((seat) => ({ seat, times: timesOf(seat) })),
      );
    },
    finish() {
      // Another page of theirs may have a seat in another room.
      const saved = new Map<string, number>();
      for (const { seat, times = 0 } of [...rooms.values()].flat())
        saved.set(seat.identity, (saved.get(seat.identity) ?? 0) + times);
      return [...saved].flatMap(([identity, times]) => {
        const right = left.get(identity) ?? 0;
        return times === right
          ? []
          : [`I3 ${identity} left ${right} times, and ${times} are saved`];
      });
    },
  };
}
