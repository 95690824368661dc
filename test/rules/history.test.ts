// History: what a page is told since the version it holds: events once, changes or the whole view,
// nothing that is not for its eyes, and never a step that stands on what it does not hold.

import { expect, test } from "vitest";
import { Table, type VirtualPlayer } from "../../server/testing/testing.ts";
import type { JsonFrame } from "../../shared/frame.ts";
import { HORIZON_ITEMS_MAX, HORIZON_MS } from "../../shared/limits.ts";
import { beacon, SECRET, SIGHT } from "./beacon.ts";
import { clockwork, tide } from "./smallGames.ts";

type Page = Pick<VirtualPlayer, "page" | "events">;

function beaconTable(frames: "binary" | "json" = "binary") {
  const table = new Table(beacon);
  const ann = table.player("Ann", frames).join();
  const bob = table.player("Bob", frames).join();
  table.pass(50);
  return { table, ann, bob };
}

/** Numbers of the events of a name, as told. */
function numbers({ events }: Page, name: string): unknown[] {
  return events.filter((event) => event.name === name).map(({ values }) => values.number);
}

function frames({ page }: Page): JsonFrame[] {
  return page.received.filter((frame): frame is JsonFrame => !(frame instanceof Uint8Array));
}

function lastFrame(page: Page): JsonFrame {
  const frame = frames(page).at(-1);
  if (frame === undefined) throw new Error("no frame came");
  return frame;
}

/** Steers a seat's boat until it is at x. */
function sailTo(
  { table }: { readonly table: ReturnType<typeof beaconTable>["table"] },
  player: ReturnType<typeof beaconTable>["ann"],
  x: number,
): void {
  for (let ticks = 0; ticks < 500; ticks++) {
    const at = table.state.boats.get(player.seat ?? -1)?.x ?? x;
    player.input("steer", { dx: Math.max(-9, Math.min(9, x - at)) });
    if (at === x) break;
    table.pass(50);
  }
  table.pass(50);
}

test("[R21] an event for everybody comes once to everybody, watchers too", () => {
  const { table, ann, bob } = beaconTable();
  const eve = table.player("Eve", "json").watch();
  ann.send("shout", { number: 1 });
  ann.send("shout", { number: 2 });
  table.pass(100);
  for (const page of [ann, bob, eve]) expect(numbers(page, "shouted")).toEqual([1, 2]);
  table.check();
});

test("[R21] an event for one seat comes to no other, and to no watcher", () => {
  const { table, ann, bob } = beaconTable();
  const eve = table.player("Eve").watch();
  ann.send("whisper", { to: 1, number: 3 });
  table.pass(50);
  expect([ann, bob, eve].map((page) => numbers(page, "whispered"))).toEqual([[], [3], []]);
  table.check();
});

test("[R21] an event about a record comes to those who see it when it happens", () => {
  const scene = beaconTable();
  const { table, ann, bob } = scene;
  const eve = table.player("Eve").watch();
  const at = table.state.boats.get(0)?.x ?? 0;
  const far = at > 500 ? 0 : 1_000;
  sailTo(scene, bob, far);
  ann.send("lay", {});
  table.pass(50);
  const [buoy] = table.state.buoys;
  const point = (number: number) => {
    ann.send("point", { buoy: buoy?.id ?? -1, number });
    table.pass(50);
  };
  point(1);
  sailTo(scene, bob, at);
  point(2);
  sailTo(scene, bob, far);
  bob.drop();
  point(3);
  bob.resume();
  expect([ann, bob, eve].map((page) => numbers(page, "pointed"))).toEqual([[1, 2, 3], [2], []]);
  table.check();
});

test("[R21] events of an absence are told on the way back, in order, once", () => {
  const { table, ann, bob } = beaconTable();
  ann.send("shout", { number: 1 });
  table.pass(50);
  bob.drop();
  for (const number of [2, 3]) {
    ann.send("shout", { number });
    ann.send("whisper", { to: 1, number: number + 10 });
    ann.send("whisper", { to: 0, number: number + 20 });
    table.pass(50);
  }
  table.kill();
  bob.resume();
  bob.resume();
  bob.sync();
  expect(numbers(bob, "shouted")).toEqual([1, 2, 3]);
  expect(numbers(bob, "whispered")).toEqual([12, 13]);
  table.check();
});

test("[R68] whoever takes a seat is told nothing that was told to it before, whatever they say they hold", () => {
  for (const isTakenOver of [false, true]) {
    const { table, ann, bob } = beaconTable();
    const eve = table.player("Eve", "json").watch();
    const { bookmark } = eve;
    ann.send("whisper", { to: 1, number: 1 });
    ann.send("shout", { number: 2 });
    table.pass(50);
    table.together(() => {
      ann.send("whisper", { to: 1, number: 3 });
      bob.leave();
      eve.join();
    });
    expect(eve.seat).toBe(1);
    ann.send("whisper", { to: 1, number: 4 });
    table.pass(50);
    if (isTakenOver) table.kill();
    eve.resume().sync(bookmark);
    const told = (name: string) =>
      frames(eve)
        .flatMap(({ events = [] }) => events)
        .flatMap(([, event, values]) => (event === name ? [values] : []))
        .map((values) => (values as { number: number }).number);
    expect([...new Set(told("whispered"))]).toEqual([4]);
    expect(told("shouted")).toContain(2);
    expect(numbers(bob, "whispered")).toEqual([1]);
    table.check();
  }
});

test("[R22] who joins is told the events of that very commit, and none from before", () => {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob", "json").join();
  const eve = table.player("Eve").watch();
  const boarded = (page: Page) =>
    page.events.filter(({ name }) => name === "boarded").map(({ values }) => values.seat);
  expect([ann, bob, eve].map(boarded)).toEqual([[0, 1], [1], []]);
  bob.sync();
  const twin = bob.secondPage().join();
  expect([boarded(bob), boarded(twin)]).toEqual([[1], []]);
  table.check();
});

test("[R23] a page that holds the newest version is told so, in an answer without changes", () => {
  const { table, ann } = beaconTable("json");
  const { version } = table.machine.core;
  ann.sync();
  expect(lastFrame(ann)).toMatchObject({ base: version, version, events: [] });
  expect(lastFrame(ann).full).toBeUndefined();
  // Only the set of a selective collection, which is whole in every answer.
  expect(lastFrame(ann).changes).toEqual({ buoys: { "*": true } });
});

test("[R23] a page that was away is told what changed since its bookmark, and nothing else", () => {
  const { table, ann, bob } = beaconTable("json");
  ann.send("note", { number: 1 });
  table.pass(50);
  const held = bob.bookmark?.version;
  bob.drop();
  ann.send("note", { number: 2 });
  table.pass(50);
  bob.resume();
  const { version } = table.machine.core;
  expect(lastFrame(bob)).toMatchObject({ base: held, version });
  const { ledger, boats, lamp } = lastFrame(bob).changes;
  expect(ledger).toEqual({ 2: { "+": true, seat: 0, number: 2 } });
  expect([boats, lamp]).toEqual([undefined, undefined]);
  table.check();
});

test("[R23] a page that holds nothing is sent its whole view", () => {
  const { table, ann } = beaconTable("json");
  ann.resume({ bookmark: false });
  expect(lastFrame(ann)).toMatchObject({ full: true, version: table.machine.core.version });
  expect(Object.keys(lastFrame(ann).changes)).toEqual(
    expect.arrayContaining(["lamp", "boats", "$seats", "$room"]),
  );
  table.check();
});

test("[R24] a bookmark of an earlier host is good as far as its successor took over from it", () => {
  const { table, ann } = beaconTable("json");
  ann.send("note", { number: 1 });
  table.pass(50);
  const held = ann.bookmark;
  for (let kills = 0; kills < 3; kills++) {
    table.kill();
    table.pass(50);
  }
  ann.resume();
  expect(lastFrame(ann).base).toBe(held?.version);
  expect(ann.bookmark?.epoch).toBeGreaterThan(held?.epoch ?? Number.NaN);
  table.check();
});

test("[R24] a bookmark of a moment that was lost gets the whole view, though the version exists again", () => {
  const { table, ann, bob } = beaconTable("json");
  ann.send("shout", { number: 1 });
  table.pass(50);
  ann.send("note", { number: 2 });
  table.pass(50);
  const held = bob.bookmark?.version ?? 0;
  table.kill({ losing: 1 });
  ann.join();
  while (table.machine.core.version < held + 3) {
    ann.send("note", { number: table.machine.core.version });
    table.pass(50);
  }
  bob.resume();
  expect(lastFrame(bob).full).toBe(true);
  expect([...bob.view.ledger].some(({ number }) => number === 2)).toBe(false);
  table.check();
});

test("[R24] a bookmark that this room never gave gets the whole view", () => {
  const { ann } = beaconTable("json");
  const { epoch, version } = ann.bookmark ?? { epoch: 0, version: 0 };
  for (const bookmark of [
    { epoch: epoch + 1, version },
    { epoch: 5, version: 0 },
    { epoch, version: version + 1 },
  ]) {
    ann.sync(bookmark);
    expect(lastFrame(ann).full).toBe(true);
  }
  ann.sync({ epoch, version });
  expect(lastFrame(ann).full).toBeUndefined();
});

test("[R25] what was deleted is told for two minutes of room time; then the whole view is", () => {
  const { table, ann, bob } = beaconTable("json");
  ann.send("lay", {});
  ann.send("note", { number: 0 });
  table.pass(50);
  const young = bob.bookmark;
  const [buoy] = table.state.buoys;
  ann.send("lift", { buoy: buoy?.id ?? -1 });
  ann.send("shout", { number: 1 });
  table.pass(HORIZON_MS - 1_000);
  bob.sync(young);
  expect(lastFrame(bob).base).toBe(young?.version);
  for (let beats = 0; beats < 3; beats++) {
    ann.send("note", { number: beats });
    table.pass(10_000);
  }
  bob.sync(young);
  expect(lastFrame(bob).full).toBe(true);
  const { history, state } = table.machine.core;
  expect(history.events.filter(({ name }) => name === "shouted")).toEqual([]);
  expect(state.collections.flatMap(({ tombstones }) => [...tombstones])).toEqual([]);
  table.check();
});

test("[R25] and for no more than so many deletions and events, however young", () => {
  const { table, ann, bob } = beaconTable("json");
  const young = bob.bookmark;
  for (let number = 1; number <= HORIZON_ITEMS_MAX + 200; number++) {
    ann.send("shout", { number });
    if (number % 60 === 0) table.pass(50);
  }
  table.pass(50);
  const { history } = table.machine.core;
  expect(history.events.length).toBeLessThanOrEqual(HORIZON_ITEMS_MAX);
  expect(history.events.length).toBeGreaterThan(HORIZON_ITEMS_MAX / 4);
  bob.sync(young);
  expect(lastFrame(bob).full).toBe(true);
  const newest = { epoch: history.epoch, version: table.machine.core.version - 1 };
  bob.sync(newest);
  expect(lastFrame(bob).base).toBe(newest.version);
});

test("[R25] with the whole view comes what is still kept of the events since", () => {
  const { table, ann, bob } = beaconTable("json");
  const young = bob.bookmark;
  if (young === undefined) throw new Error("bob has seen nothing");
  for (const number of [1, 2, 3]) {
    ann.send("shout", { number });
    ann.send("whisper", { to: ann.seat ?? 0, number });
    table.pass(HORIZON_MS / 2);
  }
  bob.sync(young);
  expect(lastFrame(bob)).toMatchObject({
    full: true,
    events: [
      [expect.any(Number), "shouted", { number: 2 }],
      [expect.any(Number), "shouted", { number: 3 }],
    ],
  });
  // Of a moment that was never there nobody can say what has happened since.
  bob.sync({ ...young, epoch: young.epoch - 1 });
  expect(lastFrame(bob)).toMatchObject({ full: true, events: [] });
  table.check();
});

test("[R26] a record enters a view when its seat may see it and leaves it when it may not", () => {
  const scene = beaconTable();
  const { table, ann, bob } = scene;
  const at = table.state.boats.get(0)?.x ?? 0;
  const far = at > 500 ? 0 : 1_000;
  sailTo(scene, bob, far);
  ann.send("lay", {});
  table.pass(50);
  expect([ann.view.buoys.size, bob.view.buoys.size]).toEqual([1, 0]);
  sailTo(scene, bob, far > at ? at + SIGHT : at - SIGHT);
  expect([...bob.view.buoys].map(({ owner, note }) => [owner, note])).toEqual([[0, undefined]]);
  table.check();
  sailTo(scene, bob, far > at ? at + SIGHT + 1 : at - SIGHT - 1);
  expect(bob.view.buoys.size).toBe(0);
  table.check();
});

test("[R26] a record that passes to another seat brings its private fields and takes the other's away", () => {
  const scene = beaconTable();
  const { table, ann, bob } = scene;
  ann.send("lay", {});
  table.pass(50);
  const [buoy] = table.state.buoys;
  sailTo(scene, bob, table.state.boats.get(0)?.x ?? 0);
  expect([...bob.view.buoys][0]?.note).toBeUndefined();
  ann.send("pass", { buoy: buoy?.id ?? -1, to: 1 });
  table.pass(50);
  expect([[...ann.view.buoys][0]?.note, [...bob.view.buoys][0]?.note]).toEqual([
    undefined,
    `${SECRET} 1`,
  ]);
  table.check();
});

test("[R26] what may be seen can change without a version: the next answer tells it, and steps go on from there", () => {
  for (const frames of ["binary", "json"] as const) {
    const table = new Table(tide);
    const ann = table.player("Ann", frames).join();
    expect(ann.view.rocks.size).toBe(0);
    table.pass(1_000);
    const { version } = table.machine.core;
    ann.sync();
    expect([frames, table.machine.core.version, ann.view.rocks.size]).toEqual([frames, version, 1]);
    table.pass(1_000);
    ann.send("wait", {});
    expect([frames, ann.view.rocks.size]).toEqual([frames, 0]);
    table.check();
  }
});

test("[R27] a commit shown to anybody goes to everybody, as the bare number to who sees nothing of it", () => {
  const { table, ann, bob } = beaconTable("json");
  const eve = table.player("Eve", "json").watch();
  const { version } = table.machine.core;
  ann.send("whisper", { to: 1, number: 1 });
  table.pass(50);
  const bare = { base: version, version: version + 1, changes: {}, events: [] };
  expect(lastFrame(eve)).toMatchObject(bare);
  expect(lastFrame(eve).applied).toBeUndefined();
  expect(lastFrame(ann)).toMatchObject({ ...bare, applied: 1 });
  expect(lastFrame(bob)).toMatchObject({ base: version, version: version + 1 });
  expect(lastFrame(bob).events).toEqual([[version + 1, "whispered", { seat: 0, number: 1 }]]);
  table.check();
});

test("[R27] commits shown to nobody are skipped, and the next frame's base spans them", () => {
  const table = new Table(clockwork());
  const ann = table.player("Ann", "json").join();
  const eve = table.player("Eve").watch();
  ann.send("set", { name: "bell", afterMs: 17_000 });
  const { version } = table.machine.core;
  const { length } = eve.page.received;
  table.pass(17_000);
  expect(table.machine.core.version).toBe(version + 4);
  expect(lastFrame(ann)).toMatchObject({ base: version, version: version + 4 });
  expect(eve.page.received.length).toBe(length + 1);
  expect([eve.bookmark?.version, eve.page.gaps]).toEqual([version + 4, 0]);
  table.check();
});

test("[R28] whoever is answered after skipped commits takes nobody out of step", () => {
  const table = new Table(clockwork());
  const ann = table.player("Ann").join();
  const eve = table.player("Eve", "json").watch();
  ann.send("set", { name: "bell", afterMs: 60_000 });
  table.pass(16_000);
  expect(ann.bookmark?.version).toBeLessThan(table.machine.core.version);
  ann.sync();
  expect(ann.bookmark?.version).toBe(table.machine.core.version);
  expect(eve.bookmark).toEqual(ann.bookmark);
  table.pass(10_000);
  const cas = table.player("Cas").watch();
  table.pass(60_000);
  ann.send("cancel", {});
  for (const page of [ann, eve, cas]) {
    expect([page.bookmark?.version, page.page.gaps]).toEqual([table.machine.core.version, 0]);
  }
  table.check();
});

test("[R29] frames as JSON mean the same as the binary ones", () => {
  const seen = (["binary", "json"] as const).map((kind) => {
    const scene = beaconTable(kind);
    const { table, ann, bob } = scene;
    const eve = table.player("Eve", kind).watch();
    const looks: string[] = [];
    const look = () => {
      for (const { page } of [ann, bob, eve]) {
        const { view, events, bookmark } = page.replica ?? {};
        const records = Object.entries(view?.face ?? {}).map(([name, collection]) => {
          const single =
            typeof collection === "object" && collection !== null && "id" in collection;
          return [name, single ? collection : [...(collection as Iterable<unknown>)]];
        });
        const { acknowledged } = page;
        looks.push(JSON.stringify({ records, events, bookmark, acknowledged }));
      }
      table.check();
    };
    for (let round = 1; round <= 6; round++) {
      ann.send("lay", {});
      bob.send("lay", {});
      ann.send("waver", {});
      bob.input("steer", { dx: 9 });
      ann.send("whisper", { to: 1, number: round });
      table.pass(100);
      look();
      ann.send("pass", { buoy: round, to: 1 });
      bob.send("lift", { buoy: round * 2 });
      bob.send("point", { buoy: 1, number: round });
      table.pass(100);
      look();
      if (round === 3) bob.drop();
      look();
      if (round === 3) bob.resume();
      if (round === 5) table.player("Cas", kind).join();
      look();
    }
    return looks;
  });
  expect(seen[1]).toEqual(seen[0]);
  expect(new Set(seen[0]).size).toBeGreaterThan(20);
});

test("[R30] nothing that only the server or another seat may know is in any byte that is sent", () => {
  for (const kind of ["binary", "json"] as const) {
    const { table, ann, bob } = beaconTable(kind);
    const eve = table.player("Eve", kind).watch();
    for (let round = 1; round <= 8; round++) {
      ann.send("lay", {});
      bob.send("lay", {});
      ann.send("sink", { gold: 4_711 });
      ann.send("light", { afterMs: 40 });
      ann.send("pass", { buoy: round, to: 1 });
      table.pass(100);
      if (round % 3 === 0) bob.reload().resume();
      if (round % 4 === 0) table.kill();
      for (const player of [ann, bob]) if (player.standing === "apart") player.resume();
      if (eve.standing === "apart") eve.watch();
      eve.sync();
    }
    const textOf = (frame: Uint8Array | JsonFrame) =>
      frame instanceof Uint8Array ? Buffer.from(frame).toString("latin1") : JSON.stringify(frame);
    for (const player of [ann, bob, eve]) {
      const sent = player.page.received.map(textOf).join("\n");
      const secrets = new Set(sent.match(new RegExp(`${SECRET} (the lamp|trap \\d+|\\d)`, "g")));
      const own = player.seat === undefined ? [] : [`${SECRET} ${player.seat}`];
      expect([...secrets], player.name).toEqual(own);
      expect(sent).not.toMatch(/identity|session|node1|page-of/);
    }
    table.check();
  }
});

test("[R30] of records that have only server fields no client learns that they exist", () => {
  const { table, ann } = beaconTable("json");
  ann.send("sink", { gold: 1 });
  ann.send("light", { afterMs: 5_000 });
  table.pass(50);
  ann.sync(undefined);
  expect(table.state.wrecks.size).toBe(1);
  expect(table.machine.core.own.$timers.size).toBe(1);
  const named = frames(ann).flatMap(({ changes }) => Object.keys(changes));
  expect(named).not.toContain("wrecks");
  expect(named).not.toContain("$timers");
});
