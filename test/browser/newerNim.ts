// Newer nim: the nim of a build that is yet to come: the same rules over records of another shape. It
// takes over rooms of today's, and no page of today fits to it.

import { defineGame, migration, one, optional, seatIndex, u8, u16 } from "../../shared/game.ts";
import { STICKS as DEALT, nim as today } from "../../shared/games/nim.ts";

/** As the pages know it. */
export const STICKS = DEALT;

const { name, seats, commands, events, rules } = today;
const records = {
  table: one({ sticks: u8, turn: seatIndex, winner: optional(seatIndex), games: u16 }),
};

export const nim = defineGame({
  name,
  version: today.version + 1,
  seats,
  records,
  commands,
  events,
  rules: { ...rules.lifecycle, ...rules.commands } as never,
  migrate: {
    [today.version]: migration({ from: today, records }, (old, next) => {
      next.table.sticks = old.table.sticks;
      next.table.turn = old.table.turn;
      next.table.winner = old.table.winner;
    }),
  },
});
