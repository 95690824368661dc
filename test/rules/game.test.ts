// Game: what an author declares is laid out as declared, or refused with the mistake named.

import { expect, expectTypeOf, test } from "vitest";
import type { Kind } from "../../shared/field.ts";
import {
  bool,
  defineGame,
  type Game,
  type Json,
  json,
  list,
  many,
  one,
  optional,
  refuse,
  seatIndex,
  text,
  u8,
} from "../../shared/game.ts";
import { roomRecords } from "../../shared/seats.ts";

const idle = (): undefined => undefined;

/** A game that declares one thing of everything, with parts exchanged. */
function declare(parts: Readonly<Record<string, unknown>> = {}): Game {
  const declared = {
    name: "chess",
    version: 1,
    seats: { min: 2, max: 2 },
    records: {
      board: one({ turn: seatIndex }),
      pieces: many(
        { plan: text(9).server, owner: seatIndex, rank: u8, hand: u8.private },
        { seat: "owner" },
      ),
    },
    commands: { move: { from: u8, to: u8 } },
    inputs: { point: { at: u8 } },
    events: { taken: { at: u8 } },
    rules: { start: idle, move: () => refuse("not-your-turn") },
    timers: { flag: idle },
    ...parts,
  };
  // An author who writes JavaScript is not stopped by a compiler.
  return defineGame(declared as unknown as Parameters<typeof defineGame>[0]) as unknown as Game;
}

test("[K60] records are laid out as declared, public fields first, the room's own after the game's", () => {
  const { shapes } = declare();
  expect(shapes.map(({ name }) => name)).toEqual(["board", "pieces", ...Object.keys(roomRecords)]);
  expect(shapes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
  const pieces = shapes[1];
  expect(pieces?.fields.map(({ name }) => name)).toEqual(["owner", "rank", "hand", "plan"]);
  expect(pieces).toMatchObject({
    single: false,
    publicEnd: 2,
    privateEnd: 3,
    ownerAt: 0,
    selective: false,
  });
  expect(shapes[0]).toMatchObject({ single: true, publicEnd: 1, privateEnd: 1, ownerAt: -1 });
  const foggy = declare({ visibleTo: { pieces: () => true } });
  expect(foggy.shapes.map(({ selective }) => selective)).toEqual([
    false,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(declare().seats).toEqual({
    ...{ min: 2, max: 2 },
    ...{ graceMs: 60_000, idleMs: 3_600_000, secondPage: "takes-over" },
  });
});

test("[K61] a mistake in a declaration is refused while it is declared, and named", () => {
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, u8 as Kind<number>]));
  const mistakes: readonly (readonly [parts: Record<string, unknown>, named: string])[] = [
    [{ name: "Chess" }, '"Chess"'],
    [{ name: "" }, 'game ""'],
    [{ name: "x".repeat(25) }, "1–24"],
    [{ version: 0 }, "version"],
    [{ version: 1.5 }, "version"],
    [{ seats: { min: 0, max: 2 } }, "seats"],
    [{ seats: { min: 3, max: 2 } }, "seats"],
    [{ seats: { min: 1, max: 65 } }, "seats"],
    [{ seats: { min: 1, max: 2, graceMs: -1 } }, "graceMs"],
    [{ seats: { min: 1, max: 2, graceMs: Number.NaN } }, "graceMs"],
    [{ seats: { min: 1, max: 2, idleMs: 999 } }, "idleMs"],
    [{ seats: { min: 1, max: 2, idleMs: Number.POSITIVE_INFINITY } }, "idleMs"],
    [{ seats: { min: 1, max: 2, idleMs: Number.NaN } }, "idleMs"],
    [{ tickHz: 0 }, "tickHz"],
    [{ tickHz: 61 }, "tickHz"],
    [{ tickHz: Number.NaN }, "tickHz"],
    [{ records: { $seats: one({ a: u8 }) } }, "$seats"],
    [{ records: { Board: one({ a: u8 }) } }, "Board"],
    [{ records: { board: one({ id: u8 }) } }, "board.id"],
    [{ records: { board: one({ toJSON: u8 }) } }, "board.toJSON"],
    [{ records: { board: one({ $own: u8 }) } }, "board.$own"],
    [{ records: { board: one(fields(32)) } }, "more than 31 fields"],
    [{ records: { board: one({ a: u8.private }) } }, "name their seat's field"],
    [{ records: { board: many({ a: u8.private }) } }, "name their seat's field"],
    [{ records: { board: many({ a: u8 }, { seat: "a" }) } }, "must be a seatIndex field"],
    [{ records: { board: many({ a: u8 }, { seat: "b" as "a" }) } }, "must be a seatIndex field"],
    [{ records: { board: many({ a: seatIndex.server }, { seat: "a" }) } }, "must be public"],
    [{ commands: { Move: {} }, rules: { Move: idle } }, '"Move"'],
    [{ commands: { move: { at: u8.server } } }, "move.at"],
    [{ commands: { move: { id: u8 } } }, "move.id"],
    [{ commands: { undo: {} } }, '"undo" has no rule'],
    [{ commands: { toString: {} }, rules: {} }, '"toString" has no rule'],
    [{ commands: { tick: {} }, rules: { tick: idle } }, '"tick" has the name of a lifecycle rule'],
    [{ rules: { move: idle, moves: idle } }, 'did you mean "move"?'],
    [{ rules: { move: idle, castle: idle } }, "rules.castle is of no command"],
    [{ rules: { move: idle, onTick: idle } }, "there are move, start, tick, join"],
    [{ rulez: {} }, 'the game has no "rulez": did you mean "rules"?'],
    [{ tickHZ: 20 }, 'did you mean "tickHz"?'],
    [{ colour: "red" }, "there are name, version, seats"],
    [{ seats: { min: 1, max: 2, grace: 5 } }, 'seats has no "grace"'],
    [{ seats: { min: 1, max: 2, graceMS: 5 } }, 'did you mean "graceMs"?'],
    [{ absence: { toldAfter: 5 } }, 'did you mean "toldAfterMs"?'],
    [{ absence: { graceMs: "5" } }, "absence.graceMs is 0 ms or more"],
    [{ absence: { clockStandsMs: Number.POSITIVE_INFINITY } }, "clockStandsMs"],
    [{ absence: 5 }, "absence is no function"],
    [{ watchers: "no" }, "watchers is true or false"],
    [{ rules: { move: idle, tick: idle } }, "rules.tick never runs"],
    [{ rules: { move: idle }, tickHz: 20 }, "tickHz needs a rule"],
    [{ tickHz: "20" }, "tickHz"],
    [{ rules: { move: idle, meanwhile: idle } }, "rules.meanwhile never runs"],
    [{ rules: { move: idle, meanwhile: idle }, absence: {} }, "rules.meanwhile never runs"],
    [{ absence: { meanwhileEveryMs: 5_000 } }, "needs a rule to run as often: rules.meanwhile"],
    [{ migrate: { 1: {} } }, "migrate 1"],
    [{ inputs: { point: { at: text(3) } } }, "point.at"],
    [{ inputs: { point: { at: optional(u8) } } }, "fixed length"],
    [{ inputs: { point: { at: list(u8, 2) } } }, "fixed length"],
    [{ inputs: { point: { at: u8.private } } }, "point.at"],
    [{ events: { taken: { at: u8.server } } }, "taken.at"],
    [{ timers: { "a b": () => undefined } }, "a b"],
    [{ seats: undefined }, "seats"],
    [{ records: undefined }, "records"],
    [{ records: [] }, "records is an object"],
    [{ commands: [] }, "commands is an object"],
    [{ commands: { move: [] } }, '"move" is an object of kinds'],
    [{ inputs: [] }, "inputs is an object"],
    [{ events: [] }, "events is an object"],
    [{ rules: [] }, "rules is an object"],
    [{ records: { board: { a: u8 } } }, "records.board is made by one"],
    [{ records: { board: one({ a: "u8" as unknown as typeof u8 }) } }, "board.a"],
    [{ commands: { move: { to: "u8" } } }, '"move.to" needs a kind'],
    [{ rules: undefined }, "rules"],
    [{ rules: { move: idle, start: 3 } }, "rules.start is no function"],
    [{ rules: { move: 3 } }, "rules.move is no function"],
    [{ timers: { over: 3 } }, "timers.over is no function"],
    [{ visibleTo: { pieces: true } }, "visibleTo.pieces is no function"],
    [{ visibleTo: { board: () => true } }, '"board"'],
    [{ visibleTo: { nothing: () => true } }, '"nothing"'],
  ];
  for (const [parts, named] of mistakes) {
    expect(() => declare(parts), JSON.stringify(parts)).toThrow(TypeError);
    expect(() => declare(parts), JSON.stringify(parts)).toThrow(named);
  }
  // What has a `then` is taken for a promise.
  for (const part of ["commands", "events"]) {
    const named = JSON.parse('{ "then": {} }') as Record<string, unknown>;
    expect(() => declare({ [part]: named })).toThrow('"then"');
  }
  expect(() =>
    declare({ records: { board: one(fields(31)) }, rules: { move: idle } }),
  ).not.toThrow();
});

test("[K62] the shape of a game changes with whatever both ends must agree on, and with nothing else", () => {
  const same = declare();
  const others = [
    declare({ name: "draughts" }),
    declare({ version: 2 }),
    declare({ records: { board: one({ turn: u8 }) } }),
    declare({ records: { board: one({ turn: seatIndex }), pieces: many({ rank: u8 }) } }),
    declare({ records: { board: one({ turn: seatIndex, over: bool }) } }),
    declare({ commands: { move: { from: u8, to: u8, how: bool } } }),
    declare({ commands: { move: { to: u8, from: u8 } } }),
    declare({ inputs: { point: { at: bool } } }),
    declare({ events: { taken: { at: u8, by: u8 } } }),
    declare({ events: {} }),
  ];
  expect(new Set([same, ...others].map(({ shape }) => shape)).size).toBe(others.length + 1);
  expect(declare({ rules: { move: idle, tick: idle }, tickHz: 20 }).shape).toBe(same.shape);
  expect(declare({ seats: { min: 1, max: 8 } }).shape).toBe(same.shape);
  expect(same.shape).toMatch(/^[0-9a-f]{8}$/);
});

test("[K63] a refusal has a short plain reason", () => {
  expect(refuse("not-your-turn")).toEqual({ refused: "not-your-turn" });
  for (const reason of ["", "Not", "two words", "9lives", "-", "x".repeat(33)]) {
    expect(() => refuse(reason), reason).toThrow(TypeError);
  }
  expect(refuse("x".repeat(32)).refused).toHaveLength(32);
});

test("[K64] rules that wait, and states that do not fit, are refused by the compiler", () => {
  const declaring = () =>
    defineGame({
      name: "typed",
      version: 1,
      seats: { min: 1, max: 2 },
      records: { table: one({ turn: seatIndex, note: json(64), winner: optional(seatIndex) }) },
      commands: { take: { count: u8 } },
      rules: {
        // @ts-expect-error: a rule is synchronous
        async start() {
          await undefined;
        },
        take(room, seat, { count }) {
          const turn: number = room.state.table.turn + seat + count;
          room.state.table.winner = undefined;
          // @ts-expect-error: a field holds what its kind says
          room.state.table.turn = String(turn % 2);
        },
      },
    });
  expect(declaring).toThrow("rules.start is async");
});

test("[K65] a name that means nothing in a declaration is refused by the compiler too", () => {
  const parts = { name: "typed", version: 1, records: {} } as const;
  const declaring = [
    () =>
      defineGame({
        ...parts,
        seats: { min: 1, max: 2 },
        rules: {},
        // @ts-expect-error: no such part
        tickHZ: 20,
      }),
    () =>
      defineGame({
        ...parts,
        // @ts-expect-error: seats have no such part
        seats: { min: 1, max: 2, grace: 1_000 },
        rules: {},
      }),
    () =>
      defineGame({
        ...parts,
        seats: { min: 1, max: 2 },
        commands: { take: { count: u8 } },
        rules: {
          take: idle,
          // @ts-expect-error: neither a command nor a rule that is ever called
          takes: idle,
        },
      }),
    () =>
      defineGame({
        ...parts,
        seats: { min: 1, max: 2 },
        rules: {},
        // @ts-expect-error: an absence has no such part
        absence: { toldAfter: 1_000 },
      }),
  ];
  for (const declare of declaring) expect(declare).toThrow("did you mean");
});

test("[K66] what no client could send is no argument of a command, and may be a field", () => {
  const tooMuch = {
    text: [text(2_049), text(2_048)],
    list: [list(u8, 257), list(u8, 256)],
    json: [json(8_193), json(8_192)],
    "a list of texts": [list(text(2_049), 2), list(text(2_048), 2)],
    "an optional text": [optional(text(2_049)), optional(text(2_048))],
  };
  for (const [what, [never, just]] of Object.entries(tooMuch)) {
    const declared = (kind: unknown) => () => declare({ commands: { move: { what: kind } } });
    expect(declared(never), what).toThrow('command "move.what" is for');
    expect(declared(just), what).not.toThrow();
    expect(() =>
      declare({ records: { board: one({ what: never as Kind<string> }) } }),
    ).not.toThrow();
  }
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, bool]));
  expect(() => declare({ commands: { move: many(65) } })).toThrow("has 65 arguments");
  expect(() => declare({ commands: { move: many(64) } })).not.toThrow();
});

test("[K67] a rule that waits, or runs bit by bit, is refused where it is declared", () => {
  const waits = async () => undefined;
  const bits = function* () {
    yield 1;
  };
  for (const rule of [waits, bits]) {
    expect(() => declare({ rules: { move: rule } })).toThrow("rules.move is async or a generator");
    expect(() => declare({ rules: { move: idle, start: rule } })).toThrow("rules.start is async");
    expect(() => declare({ timers: { flag: rule } })).toThrow("timers.flag is async");
    expect(() => declare({ absence: rule })).toThrow("absence is async");
    expect(() => declare({ visibleTo: { pieces: rule } })).toThrow("visibleTo.pieces is async");
  }
});

test("[K68] the arguments of a lifecycle rule have their own types, whatever the commands are", () => {
  const declaring = () =>
    defineGame({
      name: "typed",
      version: 1,
      seats: { min: 1, max: 2 },
      records: {},
      commands: { take: { count: u8 } },
      rules: {
        take: (_room, _seat, { count }) => void expectTypeOf(count).toEqualTypeOf<number>(),
        back: (_room, _seat, awayMs) => void expectTypeOf(awayMs).toEqualTypeOf<number>(),
        leave: (_room, _seat, why) => void expectTypeOf(why).toEqualTypeOf<"left" | "absent">(),
        save: () => null,
        restore: (_room, _seat, save) => void expectTypeOf(save).toEqualTypeOf<Json>(),
      },
    });
  expect(declaring).not.toThrow();
});

test("[K70] a grace that holds in every phase of a game is its seats', so that pages know it", () => {
  const seats = { min: 1, max: 2, graceMs: 90_000 };
  const graceOf = (absence: object) => declare({ seats, absence }).seats.graceMs;
  expect(graceOf({ graceMs: 5_000 })).toBe(5_000);
  expect(graceOf({ toldAfterMs: 1_000 })).toBe(90_000);
  expect(graceOf(() => ({ graceMs: 5_000 }))).toBe(90_000);
});

test("[K69] a grace that can only have been meant in seconds is refused, and the sentence says so", () => {
  for (const graceMs of [1, 60, 999]) {
    const seats = { min: 1, max: 2, graceMs };
    expect(() => declare({ seats })).toThrow("seats.graceMs is 0 ms, or 1,000 and more");
    expect(() => declare({ absence: { graceMs } })).toThrow("absence.graceMs is 0 ms, or 1,000");
  }
  for (const graceMs of [undefined, 0, 1_000]) {
    const seats = { min: 1, max: 2, graceMs };
    expect(() => declare({ seats, absence: { graceMs } })).not.toThrow();
  }
});
