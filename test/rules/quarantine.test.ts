// Quarantine: rooms that keep failing, and how an operator lets them out, over real rooms, the in-process
// store and virtual time.
import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { letOut, quarantinedRooms } from "../../server/room/letOut.ts";
import type { LoopGuard } from "../../server/room/loopGuard.ts";
import { Quarantine } from "../../server/room/quarantine.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { type Store, StoreAway } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/testing.ts";
import { defineGame, type Game, migration, one, u8 } from "../../shared/game.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import { newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";

const logbook = defineGame({
  name: "logbook",
  version: 1,
  seats: { min: 1, max: 2 },
  records: { book: one({ lines: u8 }) },
  commands: { write: {} },
  rules: {
    write(room) {
      room.state.book.lines += 1;
    },
  },
});

const paged = { book: one({ lines: u8, pages: u8 }) };

/** What fails is mended in the next version. */
const mended = defineGame({
  name: "logbook",
  version: 2,
  seats: { min: 1, max: 2 },
  records: paged,
  commands: {},
  rules: {},
  migrate: {
    1: migration({ from: logbook, records: paged }, (old, next) => {
      next.book.lines = old.book.lines;
    }),
  },
}) as unknown as Game;

/** Ann has written a line in a room of one node; further nodes share its store. */
async function writtenScene() {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const faults: string[] = [];
  const ending: { as: ReturnType<LoopGuard> } = { as: "done" };
  const guard: LoopGuard = (work) => {
    const ended = ending.as;
    ending.as = "done";
    if (ended === "done") work();
    if (ended === "timed-out") clock.advance(1_000);
    return ended;
  };
  const log = {
    ...silentLog,
    fault: (event: string, { reason, remedy }: { reason?: string; remedy?: string } = {}) =>
      void faults.push(`${event}: ${reason}; ${remedy}`),
  };
  const nodeAt = (at: number, isOurs = true, game = logbook as unknown as Game) =>
    nodeOver(
      {
        ...{ store, clock, game, guard, log },
        neighbours: {
          isHost: () => Promise.resolve(false),
          isOurs: () => isOurs,
          elsewhere: () => undefined,
          taken: () => undefined,
        },
      },
      at,
    );
  const node = nodeAt(1, false);
  const room = await newRoom(node);
  const post = sitDown(node, room, 1);
  await pass(clock, 500);
  const write = (seq: number) => {
    const seat = [...node.rooms.hosted][0]?.machine.core.own.$seats.get(0);
    const instance = [seat?.instanceEpoch ?? 0, seat?.instanceCount ?? 0] as const;
    post({ kind: "commands", instance, commands: [{ seq, name: "write", args: {} }] });
  };
  write(1);
  await pass(clock, 500);
  return { clock, store, room, node, nodeAt, write, ending, faults };
}

/** A host that claims the room and ends before it writes anything, and another, and a third. */
async function killHosts(store: Store, room: RoomId): Promise<void> {
  for (const host of ["nodedead01", "nodedead02", "nodedead03"]) {
    const top = await store.logTop(room);
    const claimed = await store.claimRoom(room, host as NodeId, top?.epoch ?? 0);
    expect(claimed.kind).toBe("claimed");
  }
}

const linesIn = ({ rooms }: ReturnType<typeof nodeOver>) =>
  [...rooms.hosted].map(({ machine }) => {
    const book = machine.core.state.gameFace as { book: { lines: number } };
    return [book.book.lines, machine.core.own.$seats.get(0)?.identity];
  });

async function codeOf(store: Store): Promise<string> {
  return (await store.rooms())[0]?.code ?? "";
}

test("[N150] a room that ended its hosts or ran without end is told of once, and listed with why, since when and how to let it out", async () => {
  const killed = await writtenScene();
  await killHosts(killed.store, killed.room);
  const finder = killed.nodeAt(2);
  await finder.rooms.adopt();
  await pass(killed.clock, 100);
  await finder.rooms.adopt();
  expect(linesIn(finder)).toEqual([]);
  const looped = await writtenScene();
  looped.ending.as = "timed-out";
  looped.write(2);
  await pass(looped.clock, 1_000);
  expect(linesIn(looped.node)).toEqual([]);
  for (const [{ store, faults, clock }, why] of [
    [killed, "hosts ended before they wrote"],
    [looped, "looped"],
  ] as const) {
    expect(faults).toEqual([expect.stringMatching(new RegExp(`${why}.*npm run admin`))]);
    const [listing] = await store.rooms();
    expect(listing).toMatchObject({ status: "quarantined", quarantine: {} });
    expect(listing?.quarantine?.why).toContain(why);
    const since = new Date(listing?.quarantine?.sinceMs ?? 0).toISOString();
    expect(Date.parse(since)).toBeLessThanOrEqual(clock.wallMs());
    const said = `${listing?.code}: logbook, version 1, 1 of 2 seats taken, since ${since}: `;
    expect(await quarantinedRooms(store)).toEqual([expect.stringContaining(said)]);
  }
});

test("[N151] a room that ended its hosts and is let out goes on from what was confirmed, with its seats", async () => {
  const { store, room, nodeAt, clock } = await writtenScene();
  await killHosts(store, room);
  const node = nodeAt(2);
  await node.rooms.adopt();
  await pass(clock, 100);
  expect(await letOut(store, "nosuch")).toBeUndefined();
  expect(await letOut(store, (await codeOf(store)).toUpperCase())).toMatchObject({ room });
  expect(await quarantinedRooms(store)).toEqual([expect.stringContaining("released")]);
  await node.rooms.adopt();
  expect(linesIn(node)).toEqual([[1, "identityann"]]);
  await pass(clock, 500);
  expect(await quarantinedRooms(store)).toEqual([]);
  expect(await store.rooms()).toMatchObject([{ room, status: "running" }]);
  expect(await letOut(store, await codeOf(store))).toBeUndefined();
});

test("[N151] a room whose mended rules are of a newer version is listed and goes on in that", async () => {
  const { store, room, nodeAt, clock } = await writtenScene();
  await killHosts(store, room);
  const node = nodeAt(2, true, mended);
  await node.rooms.adopt();
  await pass(clock, 100);
  expect(await quarantinedRooms(store)).toEqual([expect.stringContaining("logbook, version 1")]);
  await letOut(store, await codeOf(store));
  await node.rooms.adopt();
  expect(linesIn(node)).toEqual([[1, "identityann"]]);
  expect(node.rooms.gameOf(room)?.version).toBe(2);
});

test("[N151] a room that ran without end goes on where it was, though it would fall to another node", async () => {
  const { store, room, node, ending, clock } = await writtenScene();
  for (let time = 0; time < 2; time++) {
    // At once, while the room is still to be listed as one that is played.
    ending.as = "timed-out";
    sitDown(node, room, time + 2);
    await pass(clock, 1_000);
    await node.rooms.adopt();
    expect(linesIn(node)).toEqual([]);
    expect(await letOut(store, await codeOf(store))).toMatchObject({ room });
    await node.rooms.adopt();
    expect(linesIn(node)).toEqual([[1, "identityann"]]);
  }
});

test("[N151] a release during which the store falls silent is not forgotten", async () => {
  const { store, room, node, write, ending, clock } = await writtenScene();
  ending.as = "timed-out";
  write(2);
  await pass(clock, 1_000);
  await letOut(store, await codeOf(store));
  const logTop = store.logTop;
  store.logTop = () => Promise.reject(new StoreAway("away for a test"));
  await expect(node.rooms.adopt()).rejects.toThrow(StoreAway);
  store.logTop = logTop;
  await node.rooms.adopt();
  expect(linesIn(node)).toEqual([[1, "identityann"]]);
  expect(node.rooms.has(room)).toBe(true);
});

test("[N150] a room that was to be listed as played when it failed is listed as in quarantine", async () => {
  const { store, room, node, ending, clock } = await writtenScene();
  for (let time = 0; time < 3; time++) {
    ending.as = "held-up";
    sitDown(node, room, time + 2);
    await pass(clock, 100);
  }
  await pass(clock, 1_000);
  expect(await quarantinedRooms(store)).toEqual([expect.stringMatching(/interrupted$/)]);
});

test("[N151] what a room did before it was let out counts no more, and a release of before does not count again", () => {
  const quarantine = new Quarantine();
  const id = "roomroomroom" as RoomId;
  const fail = (epoch: number) => quarantine.note({ id, epoch }, "threw", 1_000);
  expect([fail(7), fail(7), fail(7)]).toEqual([false, false, true]);
  const isHeldAfterReleaseOf = (epoch: number) => {
    quarantine.release(id, epoch);
    return quarantine.has(id);
  };
  expect([isHeldAfterReleaseOf(6), isHeldAfterReleaseOf(7)]).toEqual([true, false]);
  expect([fail(8), fail(8), fail(8)]).toEqual([false, false, true]);
  expect(isHeldAfterReleaseOf(7)).toBe(true);
});

test("[N151] a node that learns of a quarantine after the release lists the room no more", async () => {
  const { store, room, nodeAt, clock } = await writtenScene();
  await killHosts(store, room);
  await nodeAt(2).rooms.adopt();
  await pass(clock, 100);
  await letOut(store, await codeOf(store));
  const late = nodeAt(3, false);
  sitDown(late, room, 2);
  await pass(clock, 100);
  expect(late.tells).toMatchObject([{ kind: "refusal", reason: "room-quarantined" }]);
  expect((await store.rooms())[0]?.quarantine).toHaveProperty("isReleased", true);
});

test("[N152] a release is used up by the next claim: a room that goes on ending its hosts is in quarantine again", async () => {
  const { store, room, nodeAt, clock } = await writtenScene();
  await killHosts(store, room);
  await nodeAt(2).rooms.adopt();
  await pass(clock, 100);
  await letOut(store, await codeOf(store));
  // No time passes: none of these gets as far as its first turn.
  const hosts = [nodeAt(3), nodeAt(4), nodeAt(5), nodeAt(6)];
  for (const host of hosts) await host.rooms.adopt();
  expect(hosts.map(({ rooms }) => [...rooms.hosted].length)).toEqual([1, 1, 0, 0]);
  const top = await store.logTop(room);
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
  expect(await store.rooms()).toMatchObject([{ status: "quarantined", epoch: top?.epoch }]);
  expect((await store.rooms())[0]?.quarantine).not.toHaveProperty("isReleased");
});
