// Breakable: a game that breaks in any way it is asked to, to see that only the right thing breaks.

import {
  defineGame,
  int,
  list,
  many,
  one,
  oneOf,
  type Refusal,
  type Room,
  text,
  u32,
} from "../../shared/game.ts";

const BREAKS = [
  "promise",
  "lateThrow",
  "lateWrite",
  "lateDraw",
  "lateEvent",
  "lateTimer",
  "lateEnd",
  "longReason",
  "oddReason",
  "number",
  "text",
  "object",
  "misfit",
  "frozen",
  "ownRoom",
  "ownState",
  "noInput",
  "noField",
  "noEvent",
  "inheritedEvent",
  "eventMisfit",
  "noSeat",
  "noAudience",
  "noRecord",
  "noTimer",
  "inheritedTimer",
  "timerBackwards",
  "timerNever",
  "timerArgs",
  "noCancel",
  "longEnding",
  "ghost",
  "haunt",
] as const;
export type Break = (typeof BREAKS)[number];

const PLANS = ["none", "tick", "timer", "seats", "sight", "drawing", "telling", "writing"] as const;

const records = {
  count: one({ acts: u32, heard: list(u32, 3), plan: oneOf(...PLANS) }),
  ghosts: many({ name: text(8) }),
};
const events = { acted: { acts: u32 } };
type BreakableRoom = Room<typeof records, Record<never, never>, typeof events>;

/** What no compiler would let through, and what a rule written in JavaScript may do anyway. */
interface Untyped {
  emit(name: string, values: unknown, to?: unknown): void;
  input(seat: number, name: string): unknown;
  timer(name: string, afterMs: number, args?: unknown): void;
}

/** What became of everything that a rule did after it had returned. */
export const late: ("done" | "threw")[] = [];

async function later(act: () => unknown): Promise<void> {
  await undefined;
  try {
    act();
    late.push("done");
  } catch (cause) {
    late.push("threw");
    throw cause;
  }
}

const acts: Readonly<Record<Break, (room: BreakableRoom, untyped: Untyped) => unknown>> = {
  promise: () => Promise.resolve(),
  lateThrow: () => Promise.reject(new Error("too late")),
  lateWrite: (room) =>
    later(() => {
      room.state.count.acts = 99;
    }),
  lateDraw: (room) => later(() => room.random()),
  lateEvent: (room) => later(() => room.emit("acted", { acts: 99 })),
  lateTimer: (room) => later(() => room.timer("storm", 1)),
  lateEnd: (room) => later(() => room.end("late")),
  longReason: (): Refusal => ({ refused: "x".repeat(10_000) }),
  oddReason: () => ({ refused: 5 }),
  number: () => 5,
  text: () => "refused",
  object: () => ({ done: true }),
  misfit: (room) => {
    room.state.count.acts = -1;
  },
  frozen: (room) => (room.state.count.heard as number[]).push(1),
  ownRoom: (room) => Object.assign(room, { acts: 1 }),
  ownState: (room) => Object.assign(room.state, { ghost: {} }),
  noInput: (_room, { input }) => input(0, "steer"),
  noField: (room) => room.state.ghosts.add({ face: "pale" } as never),
  noEvent: (_room, { emit }) => emit("sunk", {}),
  inheritedEvent: (_room, { emit }) => emit("toString", {}),
  eventMisfit: (_room, { emit }) => emit("acted", { acts: "many" }),
  noSeat: (_room, { emit }) => emit("acted", { acts: 1 }, { seat: 300 }),
  noAudience: (_room, { emit }) => emit("acted", { acts: 1 }, 1 as never),
  noRecord: (_room, { emit }) => emit("acted", { acts: 1 }, { seeing: { id: 1 } }),
  noTimer: (_room, { timer }) => timer("alarm", 1),
  inheritedTimer: (_room, { timer }) => timer("toString", 1),
  timerBackwards: (_room, { timer }) => timer("storm", -1),
  timerArgs: (_room, { timer }) => timer("storm", 1, { at: Number.NaN }),
  noCancel: (room) => room.cancelTimer("strom"),
  timerNever: (_room, { timer }) => timer("storm", Number.POSITIVE_INFINITY),
  longEnding: (room) => room.end("x".repeat(100)),
  ghost: (room) => room.state.ghosts.add({ name: "boo" }),
  haunt: (room) => {
    const seeing = room.state.ghosts.add({ name: "boo" });
    room.emit("acted", { acts: 7 }, { seeing });
  },
};

function tick(room: BreakableRoom): undefined {
  if (room.state.count.plan === "tick" && room.nowMs >= 1_000) throw new Error("storm");
}

const make = (more: { readonly name: string; readonly tickHz?: number }) =>
  defineGame({
    ...more,
    version: 1,
    seats: { min: 2, max: 2 },
    records,
    commands: {
      act: { how: oneOf(...BREAKS) },
      plan: { how: oneOf(...PLANS), afterMs: int(0, 5_000) },
    },
    events,
    rules: {
      start(room) {
        if (room.seats.some(({ name }) => name === "Storm")) throw new Error("storm");
      },
      ...(more.tickHz === undefined ? {} : { tick }),
      join: disturb,
      leave: disturb,
      away: disturb,
      back: disturb,
      act(room, _seat, { how }) {
        room.state.count.acts += 1;
        return acts[how](room, room as unknown as Untyped) as undefined;
      },
      plan(room, _seat, { how, afterMs }) {
        room.state.count.plan = how;
        if (how === "timer") room.timer("storm", afterMs);
      },
    },
    timers: {
      storm() {
        throw new Error("storm");
      },
    },
    visibleTo: {
      ghosts(_ghost, _seat, room) {
        const { count } = room.state;
        const { random, emit } = room as unknown as BreakableRoom;
        if (count.plan === "sight") throw new Error("fog");
        if (count.plan === "drawing") random();
        if (count.plan === "telling") emit("acted", { acts: 1 });
        if (count.plan === "writing") count.acts = 77;
        return true;
      },
    },
  });

/** Moved by events. */
export const breakable = make({ name: "breakable" });
/** The same, ticking. */
export const stormy = make({ name: "stormy", tickHz: 20 });

function disturb(room: BreakableRoom): undefined {
  if (room.state.count.plan !== "seats") return undefined;
  room.state.count.acts += 1;
  throw new Error("unsettled");
}
