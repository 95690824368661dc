// Game: what an author declares is laid out as declared, or refused with the mistake named.

import { expect, test } from "vitest";
import type { Kind } from "../../shared/field.ts";
import {
  bool,
  defineGame,
  type Game,
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
    ...{ graceMs: 60_000, idleMs: 3_600_000 },
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
    [{ rules: { move: idle, mvoe: idle } }, '"mvoe" is neither'],
    [{ inputs: { point: { at: text(3) } } }, "point.at"],
    [{ inputs: { point: { at: optional(u8) } } }, "fixed length"],
    [{ inputs: { point: { at: list(u8, 2) } } }, "fixed length"],
    [{ inputs: { point: { at: u8.private } } }, "point.at"],
    [{ events: { taken: { at: u8.server } } }, "taken.at"],
    [{ timers: { "a b": () => undefined } }, "a b"],
    [{ seats: undefined }, "seats"],
    [{ records: undefined }, "records"],
    [{ records: { board: { a: u8 } } }, "records.board is made by one"],
    [{ records: { board: one({ a: "u8" as unknown as typeof u8 }) } }, "board.a"],
    [{ commands: { move: { to: "u8" } } }, '"move.to" needs a kind'],
    [{ rules: undefined }, "rules"],
    [{ rules: { move: idle, start: 3 } }, '"start" is no function'],
    [{ timers: { over: 3 } }, '"over" is no function'],
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
  expect(declare({ rules: { move: idle }, tickHz: 20, timers: {} }).shape).toBe(same.shape);
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
});
