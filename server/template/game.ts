// The rules of lamps: a wall of lamps, and whoever lit the most of them wins when the time is up.
// The server runs this file and the page reads it; nothing in it is about lines, reloads or crashes.

import { bool, defineGame, int, many, one, optional, refuse, seatIndex } from "holdfast/game";

export const LAMPS = 25;
export const ROUND_MS = 30_000;

export const lamps = defineGame({
  name: "lamps",
  version: 1,
  seats: { min: 2, max: 4, graceMs: 300_000 },
  records: {
    lamps: many({ seat: optional(seatIndex) }),
    round: one({ isOn: bool, winner: optional(seatIndex) }),
  },
  commands: { light: { lamp: int(1, LAMPS) }, again: {} },
  rules: {
    start(room) {
      for (let lamp = 1; lamp <= LAMPS; lamp++) room.state.lamps.add({}, lamp);
      room.state.round.isOn = true;
      room.timer("over", ROUND_MS);
    },
    light(room, seat, { lamp }) {
      const wanted = room.state.lamps.get(lamp);
      if (!room.state.round.isOn || wanted === undefined) return refuse("not-playing");
      if (wanted.seat !== undefined) return refuse("already-lit");
      wanted.seat = seat;
    },
    again(room) {
      if (room.state.round.isOn) return refuse("still-playing");
      for (const lamp of room.state.lamps) lamp.seat = undefined;
      room.state.round.winner = undefined;
      room.state.round.isOn = true;
      room.timer("over", ROUND_MS);
    },
  },
  timers: {
    over(room) {
      const lit = (seat: number) =>
        [...room.state.lamps].filter((lamp) => lamp.seat === seat).length;
      const [first, second] = room.seats.toSorted((a, b) => lit(b.index) - lit(a.index));
      const isTied = first && second && lit(first.index) === lit(second.index);
      room.state.round.winner = isTied ? undefined : first?.index;
      room.state.round.isOn = false;
    },
  },
});
