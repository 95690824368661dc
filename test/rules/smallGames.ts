// Small games: each the least that shows one thing of the room, for tests.

import { defineGame, int, list, many, one, type Room, text, u32 } from "../../shared/game.ts";

const diary = { diary: many({ line: text(24) }) };
type DiaryRoom = Room<typeof diary, Record<never, never>, Record<never, never>>;

function write(room: DiaryRoom, line: string): undefined {
  room.state.diary.add({ line });
  return undefined;
}

/** Moved by events alone; notes what it is told of seats. Nobody may watch. */
export const idler = defineGame({
  name: "idler",
  version: 1,
  seats: { min: 2, max: 2 },
  watchers: false,
  records: diary,
  commands: { finish: {} },
  rules: {
    start: (room) => write(room, `start ${room.seats.length}`),
    join: (room, seat) => write(room, `join ${seat} of ${room.seats.length}`),
    away: (room, seat) => write(room, `away ${seat} of ${room.seats.length}`),
    back: (room, seat) => write(room, `back ${seat} of ${room.seats.length}`),
    leave: (room, seat) => write(room, `leave ${seat} of ${room.seats.length}`),
    finish: (room) => room.end("finished"),
  },
});

/** A second page of a player watches, or is refused. */
export const guarded = (secondPage: "watches" | "is-refused") =>
  defineGame({
    name: "guarded",
    version: 1,
    seats: { min: 1, max: 2, secondPage },
    records: diary,
    commands: { note: {} },
    rules: { note: (room) => write(room, "note") },
  });

const bells = { log: one({ ticks: list(u32, 4096), rang: list(text(24), 4096) }) };
type BellRoom = Room<typeof bells, Record<never, never>, Record<never, never>>;

function ring(room: BellRoom, line: string): undefined {
  const { log } = room.state;
  log.rang = [...log.rang, `${line} at ${room.nowMs}`];
  return undefined;
}

function noteTick(room: BellRoom): undefined {
  const { log } = room.state;
  log.ticks = [...log.ticks, room.nowMs];
}

/** Notes the room time of everything that happens by time alone. */
export const clockwork = (tickHz?: number) =>
  defineGame({
    name: "clockwork",
    version: 1,
    seats: { min: 1, max: 2 },
    ...(tickHz === undefined ? {} : { tickHz }),
    records: bells,
    inputs: { turn: { by: int(0, 100) } },
    commands: {
      set: { name: text(8), afterMs: u32 },
      cancel: {},
      chain: { afterMs: u32 },
      finish: {},
    },
    rules: {
      ...(tickHz === undefined ? {} : { tick: noteTick }),
      set: (room, _seat, { name, afterMs }) => room.timer(name === "b" ? "b" : "a", afterMs, name),
      cancel: (room) => room.cancelTimer("a"),
      chain: (room, _seat, { afterMs }) => room.timer("chain", afterMs),
      finish: (room) => room.end(),
    },
    timers: {
      a: (room, name) => ring(room, `a ${String(name)}`),
      b: (room, name) => ring(room, `b ${String(name)}`),
      chain(room) {
        ring(room, "chain");
        room.timer("chain", 0);
      },
    },
  });

/** A rock that shows for a second of each two, whatever anybody does. */
export const tide = defineGame({
  name: "tide",
  version: 1,
  seats: { min: 1, max: 1 },
  records: { rocks: many({ name: text(8) }), log: one({ waits: u32 }) },
  commands: { wait: {} },
  rules: {
    start: (room) => {
      room.state.rocks.add({ name: "skerry" });
    },
    wait: (room) => {
      room.state.log.waits += 1;
    },
  },
  visibleTo: { rocks: (_rock, _seat, { nowMs }) => Math.floor(nowMs / 1_000) % 2 === 1 },
});
