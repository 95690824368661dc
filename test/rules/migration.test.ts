// Migration: rooms of an older build of a game, taken over by a newer one, and only in that direction.

import { expect, test } from "vitest";
import { openMemoryStore } from "../../server/store/memory.ts";
import type { Store } from "../../server/store/store.ts";
import { Table, VirtualClock } from "../../server/testing/testing.ts";
import { defineGame, type Game, list, migration, one, u8, u16 } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import { type Node, newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";

const seats = { min: 1, max: 2 } as const;

const older = defineGame({
  name: "tally",
  version: 1,
  seats,
  records: { tally: one({ fives: u8, ones: u8 }) },
  commands: { count: {} },
  rules: {
    count(room) {
      const { tally } = room.state;
      tally.ones = (tally.ones + 1) % 5;
      if (tally.ones === 0) tally.fives += 1;
    },
  },
});

const records = { tally: one({ total: u16, steps: list(u8, 8) }) };
/** The build after it; `isBroken` as its author first had it. */
const newer = (isBroken = false) =>
  defineGame({
    name: "tally",
    version: 2,
    seats,
    records,
    commands: { count: {} },
    rules: {
      count(room) {
        const { tally } = room.state;
        tally.total += 1;
        tally.steps = [...tally.steps, 1].slice(-8);
      },
    },
    migrate: {
      1: migration({ from: older, records }, (old, next) => {
        next.tally.total = old.tally.fives * 5 + old.tally.ones;
        next.tally.steps = [99];
        if (isBroken) throw new Error("not yet");
      }),
    },
  });

interface Builds {
  readonly clock: VirtualClock;
  readonly store: Store;
}

/** A node with that build of the game, started. */
async function start({ clock, store }: Builds, game: unknown, at: number): Promise<Node> {
  const node = nodeOver({ store, clock, game: game as Game }, at);
  await node.rooms.start();
  await pass(clock, 100);
  return node;
}

/** Ann sits down and counts; gives what the room says of it. */
async function count(node: Node, room: RoomId, times: number): Promise<string | undefined> {
  const before = node.tells.length;
  const ann = sitDown(node, room, at++);
  await pass(node.clock, 100);
  const told = node.tells.slice(before).find(({ kind }) => kind === "seated" || kind === "refusal");
  if (told?.kind !== "seated") return told?.kind === "refusal" ? told.reason : "nothing";
  const commands = Array.from({ length: times }, (_, index) => {
    return { seq: told.seated.applied + index + 1, name: "count", args: {} };
  });
  ann({ kind: "commands", instance: told.seated.instance, commands });
  await pass(node.clock, 100);
  return undefined;
}
let at = 1;

const tallyIn = (node: Node, room: RoomId) => {
  const { core } = [...node.rooms.hosted].find(({ id }) => id === room)?.machine ?? {};
  const { tally } = (core?.state.face ?? {}) as { readonly tally?: object };
  return { tally, seats: [...(core?.own.$seats ?? [])].map(({ name }) => name) };
};

async function played() {
  const clock = new VirtualClock();
  const builds = { clock, store: await openMemoryStore({ clock }) };
  const node = await start(builds, older, 1);
  const room = await newRoom(node);
  await count(node, room, 7);
  expect(tallyIn(node, room)).toMatchObject({ tally: { fives: 1, ones: 2 }, seats: ["Ann"] });
  await node.rooms.stop();
  return { builds, room };
}

test("[R60] a newer build takes over an older room with its seats, and it is a newer room from then on", async () => {
  const { builds, room } = await played();
  const second = await start(builds, newer(), 2);
  expect(await count(second, room, 1)).toBeUndefined();
  expect(tallyIn(second, room)).toMatchObject({
    tally: { total: 8, steps: [99, 1] },
    seats: ["Ann"],
  });
  // Not stopped in order: the log goes on from the migrated room, and it is not migrated again.
  const third = await start(builds, newer(), 3);
  expect(await count(third, room, 1)).toBeUndefined();
  expect(tallyIn(third, room).tally).toMatchObject({ total: 9, steps: [99, 1, 1] });
});

test("[R60] a node that dies between its claim and the migrated room leaves the older one whole", async () => {
  const { builds, room } = await played();
  const { store } = builds;
  let asked = 0;
  const keepSnapshot: Store["keepSnapshot"] = () => {
    asked += 1;
    return new Promise(() => undefined);
  };
  const dying = new Proxy(store, {
    get: (target, name) => {
      const member: unknown = name === "keepSnapshot" ? keepSnapshot : Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const node = nodeOver({ ...builds, store: dying, game: newer() as unknown as Game }, 2);
  void node.rooms.start();
  await pass(builds.clock, 200);
  expect(asked).toBe(1);
  const after = await start(builds, newer(), 3);
  expect(await count(after, room, 1)).toBeUndefined();
  expect(tallyIn(after, room).tally).toMatchObject({ total: 8, steps: [99, 1] });
});

test("[R61] an older build never takes over a newer room", async () => {
  const { builds, room } = await played();
  const second = await start(builds, newer(), 2);
  await count(second, room, 1);
  await second.rooms.stop();
  const before = await builds.store.logTop(room);
  const third = await start(builds, older, 3);
  expect(await count(third, room, 1)).toBe("wrong-version");
  expect(await builds.store.logTop(room)).toEqual(before);
});

test("[R62] a migration that throws leaves the room as it was, for the older build", async () => {
  const { builds, room } = await played();
  const before = await builds.store.loadRoom(room);
  const second = await start(builds, newer(true), 2);
  expect(await count(second, room, 1)).toBe("wrong-version");
  await second.rooms.stop();
  expect(await builds.store.loadRoom(room)).toEqual(before);
  const third = await start(builds, older, 3);
  expect(await count(third, room, 1)).toBeUndefined();
  expect(tallyIn(third, room).tally).toMatchObject({ fives: 1, ones: 3 });
});

test("[R64] a timer that the newer build has no rule for is gone, and the others run on", () => {
  const parts = { name: "clocks", seats, records: { log: one({ rung: u8 }) } } as const;
  const first = defineGame({
    ...parts,
    version: 1,
    rules: {
      start(room) {
        room.timer("bell", 5_000);
        room.timer("gong", 1_000);
      },
    },
    timers: { bell: () => undefined, gong: () => undefined },
  });
  const second = defineGame({
    ...parts,
    version: 2,
    rules: {},
    timers: {
      bell(room) {
        room.state.log.rung += 1;
      },
    },
    migrate: { 1: migration({ from: first, records: parts.records }, () => undefined) },
  });
  const older = new Table(first);
  older.player("Ann").join();
  const newer = older.deploy(second);
  newer.player("Ann").join();
  newer.pass(10_000);
  expect(newer.state.log.rung).toBe(1);
});
