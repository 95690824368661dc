// Vigil: players take turns on a clock, and much is declared of their absences, for tests.

import { defineGame, many, one, type Room, seatIndex, text, u8, u32 } from "../../shared/game.ts";

export const TURN_MS = 20_000;
/** Held back from the others for so long. */
export const TOLD_MS = 2_000;
export const BUDGET_MS = 30_000;

const records = {
  watch: one({ turn: seatIndex, phase: u8, turnEndsMs: u32 }),
  log: many({ line: text(40) }),
};
type Vigil = Room<typeof records, Record<never, never>, Record<never, never>>;

const note = (room: Vigil, line: string) => void room.state.log.add({ line });

function pass(room: Vigil, seat: number): undefined {
  const { watch } = room.state;
  watch.turn = (seat + 1) % room.seats.length;
  watch.turnEndsMs = room.clockMs + TURN_MS;
  room.timer("turn", TURN_MS);
}

/**
 * The clock stands for whoever's turn it is; in phase 1 for nobody; in phase 2 the rule is broken. In
 * phase 3 something is done for nobody but whoever's turn it is.
 */
export const vigil = defineGame({
  name: "vigil",
  version: 1,
  seats: { min: 2, max: 2, graceMs: 60_000 },
  records,
  commands: { pass: {}, phase: { to: u8 }, dismiss: {}, wait: { ms: u32 } },
  absence({ state }, seat) {
    const { watch } = state;
    if (watch.phase === 2) throw new Error("no terms");
    const stands = watch.turn === seat && watch.phase === 0;
    return {
      toldAfterMs: TOLD_MS,
      clockStandsMs: stands ? BUDGET_MS : 0,
      meanwhileEveryMs: watch.phase === 3 && watch.turn !== seat ? 0 : 5_000,
    };
  },
  rules: {
    start: (room) => pass(room, 1),
    pass: pass,
    phase(room, _seat, { to }) {
      room.state.watch.phase = to;
    },
    dismiss: (room, seat) => room.giveUp(1 - seat),
    wait: (room, seat, { ms }) => room.keep(1 - seat, ms),
    away: (room, seat) => note(room, `away ${seat} at ${room.nowMs}`),
    meanwhile: (room, seat) => note(room, `meanwhile ${seat} at ${room.nowMs}`),
    back: (room, seat, awayMs) => note(room, `back ${seat} after ${awayMs}`),
    leave: (room, seat, why) => note(room, `${why} ${seat} at ${room.nowMs}`),
  },
  timers: {
    turn(room) {
      note(room, `late ${room.state.watch.turn} at ${room.nowMs}`);
      pass(room, room.state.watch.turn);
    },
  },
});
