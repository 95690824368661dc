// Ticking: room time, ticks, inputs and timers: what moves a room when nobody says anything.

import { expect, test } from "vitest";
import { decodeEntry } from "../../server/room/entry.ts";
import type { LoopGuard } from "../../server/room/loopGuard.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { Table, VirtualClock } from "../../server/testing/testing.ts";
import type { Game } from "../../shared/game.ts";
import { nim } from "../../shared/games/nim.ts";
import { beacon } from "./beacon.ts";
import { newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";
import { clockwork } from "./smallGames.ts";

function clockworkTable(tickHz?: number) {
  const table = new Table(clockwork(tickHz));
  const ann = table.player("Ann").join();
  return { table, ann };
}

test("[R17] a tick is a fixed step of room time, also where the step is no whole millisecond", () => {
  const { table } = clockworkTable(20);
  table.pass(250);
  expect(table.state.log.ticks).toEqual([50, 100, 150, 200, 250]);
  const { table: fast } = clockworkTable(60);
  fast.pass(10_000);
  expect(fast.state.log.ticks.length).toBe(600);
  expect(fast.state.log.ticks.at(-1)).toBe(10_000);
});

test("[R17] between ticks room time stands still, whoever comes or asks", () => {
  const { table, ann } = clockworkTable(20);
  table.pass(70);
  const bob = table.player("Bob").join();
  table.pass(20);
  ann.sync();
  bob.drop();
  table.pass(10);
  expect(table.state.log.ticks).toEqual([50, 100]);
  expect(table.machine.core.own.$seats.get(1)?.untilMs).toBe(60_100);
});

test("[R17] a little late keeps the beat; later than a step is slow motion without a burst", () => {
  const { table } = clockworkTable(20);
  table.pass(40);
  // The tick due at 50 comes at 70, the next one is due at 100 all the same.
  table.stall(30);
  table.pass(30);
  expect(table.state.log.ticks).toEqual([50, 100]);
  table.stall(1_000);
  expect(table.state.log.ticks).toEqual([50, 100, 150]);
  table.pass(49);
  expect(table.state.log.ticks.length).toBe(3);
  table.pass(1);
  expect(table.state.log.ticks).toEqual([50, 100, 150, 200]);
  table.pass(500);
  expect(table.state.log.ticks.length).toBe(14);
});

test("[R17] ticks begin within a step of the start, go on after a kill where the log left off, and end with the game", () => {
  const { table, ann } = clockworkTable(20);
  table.pass(120);
  table.kill();
  table.pass(29);
  expect(table.state.log.ticks).toEqual([50, 100]);
  table.pass(1);
  expect(table.state.log.ticks).toEqual([50, 100, 150]);
  ann.resume().send("finish", {});
  table.pass(500);
  // The command came with a tick, and ended the game before the tick's rule.
  expect(table.state.log.ticks).toEqual([50, 100, 150]);
  table.check();
});

test("[R70] rooms that tick as often tick in one guarded call, whenever they began, and evenly", async () => {
  for (const tickHz of [20, 30]) {
    const clock = new VirtualClock();
    const store = await openMemoryStore({ clock });
    const calledMs: number[] = [];
    const guard: LoopGuard = (work) => {
      calledMs.push(clock.now());
      work();
      return "done";
    };
    const game = clockwork(tickHz) as unknown as Game;
    const node = nodeOver({ store, clock, game, guard }, 1);
    for (const seat of [1, 2, 3]) {
      sitDown(node, await newRoom(node), seat);
      await pass(clock, 7 * seat, 1);
    }
    await pass(clock, 100, 1);
    const versions = () => [...node.rooms.hosted].map(({ machine }) => machine.core.version);
    const before = versions();
    calledMs.length = 0;
    await pass(clock, 1_000, 1);
    expect(versions()).toEqual(before.map((version) => version + tickHz));
    expect(calledMs.length).toBe(tickHz);
    const gaps = calledMs.slice(1).map((ms, at) => ms - (calledMs[at] ?? 0));
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  }
});

test("[R15] the newest input wins; a frame tells the number of the newest that a tick has seen", () => {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  table.player("Bob").join();
  const { x } = table.state.boats.get(0) ?? { x: 0 };
  const sign = x > 500 ? -1 : 1;
  table.pass(50);
  expect(ann.page.acknowledged?.input).toBeUndefined();
  ann.input("steer", { dx: 9 });
  ann.input("steer", { dx: 3 * sign });
  // The room has them, but no tick has seen them yet.
  ann.sync();
  expect(ann.page.acknowledged?.input).toBeUndefined();
  table.pass(50);
  expect(ann.page.acknowledged?.input).toBe(2);
  expect(table.state.boats.get(0)?.x).toBe(x + 3 * sign);
  // It goes on being the newest.
  table.pass(50);
  expect(table.state.boats.get(0)?.x).toBe(x + 6 * sign);
  table.check();
});

test("[R15] an input that changed nothing is told to its page all the same, and to nobody else", () => {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  table.pass(50);
  const { version } = table.machine.core;
  const heard = bob.page.received.length;
  ann.input("steer", { dx: 0 });
  table.pass(50);
  expect(ann.page.acknowledged?.input).toBe(1);
  expect(table.machine.core.version).toBe(version);
  expect(bob.page.received.length).toBe(heard);
  expect(ann.page.gaps).toBe(0);
  table.check();
});

test("[R15] an older input that comes late changes nothing", () => {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  table.player("Bob").join();
  const { connection } = ann;
  const { x } = table.state.boats.get(0) ?? { x: 0 };
  if (connection === undefined) throw new Error("connected");
  const post = (n: number, dx: number) =>
    table.post({ kind: "input", connection, n, name: "steer", values: { dx } });
  post(5, x > 500 ? -1 : 1);
  post(4, 9);
  post(5, 9);
  table.pass(50);
  expect(Math.abs((table.state.boats.get(0)?.x ?? 0) - x)).toBe(1);
  expect(ann.page.acknowledged?.input).toBe(5);
});

test("[R16] an input that is not declared or does not fit is refused and changes nothing", () => {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  table.player("Bob").join();
  const { connection } = ann;
  if (connection === undefined) throw new Error("connected");
  const given: readonly (readonly [string, unknown])[] = [
    ["steer", { dx: 10 }],
    ["steer", { dx: 1, dy: 1 }],
    ["steer", undefined],
    ["toString", {}],
    ["__proto__", {}],
    ["fly", {}],
  ];
  for (const [name, values] of given) {
    table.post({ kind: "input", connection, n: 1, name, values });
    table.pass(50);
    expect([name, ann.page.refusals.at(-1)?.reason]).toEqual([name, "input-invalid"]);
    ann.page.refusals.length = 0;
  }
  expect(ann.page.acknowledged?.input).toBeUndefined();
  table.post({ kind: "input", connection: "nobody" as never, n: 1, name: "steer", values: {} });
  table.pass(50);
  expect(table.told.at(-1)).toMatchObject({ kind: "refusal", reason: "not-seated" });
});

test("[R16] a page that takes the seat up begins its inputs at 1; the one before steers no more", () => {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  table.player("Bob").join();
  ann.input("steer", { dx: 5 });
  ann.input("steer", { dx: 5 });
  table.pass(50);
  ann.reload().resume();
  const { x } = table.state.boats.get(0) ?? { x: 0 };
  table.pass(50);
  expect(table.state.boats.get(0)?.x).toBe(x);
  expect(ann.input("steer", { dx: x > 500 ? -1 : 1 })).toBe(1);
  table.pass(50);
  expect(ann.page.acknowledged?.input).toBe(1);
  expect(table.state.boats.get(0)?.x).not.toBe(x);
});

test("[R18] timers run at their times and in their order; one of the same name takes the other's place", () => {
  const { table, ann } = clockworkTable();
  ann.send("set", { name: "first", afterMs: 300 });
  ann.send("set", { name: "b", afterMs: 100 });
  table.pass(99);
  expect(table.state.log.rang).toEqual([]);
  ann.send("set", { name: "again", afterMs: 101 });
  table.pass(1);
  expect(table.state.log.rang).toEqual(["b b at 100"]);
  table.pass(1_000);
  expect(table.state.log.rang).toEqual(["b b at 100", "a again at 200"]);
});

test("[R18] timers that fell due together run in the order of their times; a cancelled one does not", () => {
  const { table, ann } = clockworkTable();
  ann.send("set", { name: "late", afterMs: 200 });
  ann.send("set", { name: "b", afterMs: 100 });
  table.stall(500);
  expect(table.state.log.rang).toEqual(["b b at 500", "a late at 500"]);
  ann.send("set", { name: "never", afterMs: 100 });
  ann.send("cancel", {});
  table.pass(1_000);
  expect(table.state.log.rang.length).toBe(2);
});

test("[R18] a timer survives a killed host and runs on time, give or take what was not logged", () => {
  const { table, ann } = clockworkTable();
  ann.send("set", { name: "kept", afterMs: 20_000 });
  table.pass(14_000);
  table.kill();
  table.pass(9_999);
  expect(table.state.log.rang).toEqual([]);
  table.pass(1);
  expect(table.state.log.rang).toEqual(["a kept at 20000"]);
  table.check();
});

test("[R18] a timer that sets itself for now leaves the rest of the world its turn", () => {
  const { table, ann } = clockworkTable();
  ann.send("chain", { afterMs: 10 });
  table.stall(10);
  expect(table.state.log.rang.length).toBe(64);
  expect(table.machine.deadlineMs(table.clock.now())).toBe(table.clock.now());
});

test("[R18] after the end of the game no timer runs", () => {
  const { table, ann } = clockworkTable();
  ann.send("set", { name: "late", afterMs: 100 });
  ann.send("finish", {});
  table.pass(1_000);
  expect(table.state.log.rang).toEqual([]);
  expect(table.machine.core.own.$timers.size).toBe(0);
});

test("[R19] while a deadline is armed the time is logged every five seconds, and not otherwise", () => {
  const { table, ann } = clockworkTable();
  const times = () =>
    table.log.entries.flatMap(({ kind, version, bytes }) =>
      kind === "claim" ? [] : [decodeEntry(table.machine.core.game, version, bytes).timeMs],
    );
  const before = times().length;
  table.pass(60_000);
  expect(times().length).toBe(before);
  ann.send("set", { name: "far", afterMs: 17_000 });
  table.pass(60_000);
  expect(times().slice(before)).toEqual([60_000, 65_000, 70_000, 75_000, 77_000]);
  expect(ann.page.gaps).toBe(0);
  table.check();
});

test("[R19] the time is logged in one turn at whatever fraction of a millisecond it is due", () => {
  const { table, ann } = clockworkTable();
  for (let round = 1; round <= 100; round++) {
    table.pass(997.31 * round + 1 / round);
    ann.send("set", { name: "far", afterMs: 17_000 });
    // A turn that comes to nothing and is due again at once never lets this end.
    table.pass(20_000);
    expect(table.state.log.rang.length).toBe(round);
  }
  table.check();
});

test("[R19] what is logged for the time alone is shown to nobody", () => {
  const { table, ann } = clockworkTable();
  ann.send("set", { name: "far", afterMs: 17_000 });
  const { length } = ann.page.received;
  table.pass(16_999);
  expect(ann.page.received.length).toBe(length);
  table.pass(1);
  expect(ann.page.received.length).toBe(length + 1);
  table.check();
});

test("[R19] a killed host sets room time back by five seconds at most", () => {
  const { table, ann } = clockworkTable();
  ann.send("set", { name: "far", afterMs: 100_000 });
  for (let kills = 0; kills < 10; kills++) {
    table.pass(7_321);
    const { nowMs } = table.machine.core.time;
    table.kill();
    expect(nowMs - table.machine.core.time.nowMs).toBeLessThanOrEqual(5_000);
  }
});

test("[R20] a host's first turn always writes, so that the one before it is fenced", () => {
  const table = new Table(nim);
  table.pass(0);
  expect(table.log.top.version).toBe(1);
  const before = table.log.top;
  table.kill();
  table.pass(0);
  expect(table.log.top.epoch).toBeGreaterThan(before.epoch);
  expect(table.log.top.version).toBe(before.version + 1);
  table.pass(60_000);
  expect(table.log.top.version).toBe(before.version + 1);
});
