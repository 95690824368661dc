// Nim: the rules of a table with 21 sticks. Two players in turn take one to three; who takes the
// last one wins. Holds rules only: no line, no page, no clock.

import { defineGame, int, one, optional, refuse, seatIndex, u8 } from "../game.ts";

export const STICKS = 21;

export const nim = defineGame({
  name: "nim",
  version: 1,
  seats: { min: 2, max: 2 },
  records: { table: one({ sticks: u8, turn: seatIndex, winner: optional(seatIndex) }) },
  commands: { take: { count: int(1, 3) }, rematch: {} },
  events: { took: { seat: seatIndex, count: int(1, 3) } },
  rules: {
    start: (room) => deal(room.state.table, room.random() < 0.5 ? 0 : 1),
    take(room, seat, { count }) {
      const { table } = room.state;
      if (table.winner !== undefined) return refuse("game-over");
      if (seat !== table.turn) return refuse("not-your-turn");
      if (count > table.sticks) return refuse("too-few-sticks");
      table.sticks -= count;
      if (table.sticks === 0) table.winner = seat;
      else table.turn = 1 - seat;
      room.emit("took", { seat, count });
      return undefined;
    },
    rematch(room) {
      const { table } = room.state;
      if (table.winner === undefined) return refuse("still-playing");
      if (room.seats.length < 2) return refuse("no-opponent");
      // Whoever lost begins.
      return deal(table, 1 - table.winner);
    },
    /** Giving up a seat, or not coming back in time, loses the game to the one who stays. */
    leave(room, seat) {
      room.state.table.winner ??= 1 - seat;
    },
  },
});

interface Table {
  sticks: number;
  turn: number;
  winner: number | undefined;
}

function deal(table: Table, first: number): undefined {
  table.sticks = STICKS;
  table.turn = first;
  table.winner = undefined;
}
