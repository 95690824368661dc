// Whole node: one node beside others that are hardly there: how long it takes over rooms that nobody hosts,
// what it says of itself meanwhile, and what it does about the word of a dead one.
import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import { nameConnection } from "../../server/node/connectionName.ts";
import { writeItem } from "../../server/node/item.ts";
import { Node, type NodeParts } from "../../server/node/node.ts";
import { encodePacket } from "../../server/node/packet.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { MemoryNodes } from "../../server/store/memoryNodes.ts";
import type { NodeSign } from "../../server/store/nodeStore.ts";
import type { Store } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { ByteWriter } from "../../shared/bytes.ts";
import { pause } from "../../shared/clock.ts";
import type { IdentityId, NodeId, PageId, RoomId, SessionId } from "../../shared/ids.ts";
import { nook } from "./gateScene.ts";
import { newRoom, nodeOver, pass } from "./roomsScene.ts";

/** Rooms in play whose host has gone, and their store, of which each answer takes so long from now on. */
async function orphans(count: number, answerMs: number) {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const host = nodeOver({ store, clock, game: nook }, 1);
  while ([...host.rooms.hosted].length < count) await newRoom(host);
  const stopping = host.rooms.stop();
  await pass(clock, 100);
  await stopping;
  const loading = { now: 0, most: 0 };
  const slow = new Proxy(store, {
    get(inside, name) {
      const part: unknown = Reflect.get(inside, name);
      if (typeof part !== "function") return part;
      if (name !== "loadRoom" && name !== "logTop" && name !== "claimRoom")
        return part.bind(inside);
      return async (room: RoomId, ...given: unknown[]) => {
        loading.now += 1;
        loading.most = Math.max(loading.most, loading.now);
        await pause(clock, answerMs);
        loading.now -= 1;
        return part.call(inside, room, ...given);
      };
    },
  });
  return { clock, slow: slow satisfies Store, loading };
}

const [ANN, BOB] = ["nodeofann0001", "nodeofbob0001"] as [NodeId, NodeId];
const arrival = {
  node: BOB,
  identity: "identityofbob" as IdentityId,
  session: "sessionofbob1" as SessionId,
  page: "pageofbob12345678" as PageId,
  ...{ name: "Bob", frames: "json" as const },
};
const signOfBob: NodeSign = { node: BOB, phase: "serving", place: "", shapes: [], kicks: [] };

const annOver = (ground: Pick<NodeParts, "store" | "bus" | "clock">) =>
  new Node({
    ...ground,
    ...{ node: ANN, log: silentLog, metrics: openMetrics(), place: "", seed: () => 1 },
    games: new Map([[nook.name, nook]]),
    guard: (work) => {
      work();
      return "done";
    },
    mayCreate: async () => undefined,
    mayNameCode: async () => undefined,
    hasEnded: () => false,
    defer: (callback) => void ground.clock.after(0, callback),
  });

test("[N176] rooms that nobody hosts are taken over some at a time, and never all at once", async () => {
  const { clock, slow, loading } = await orphans(60, 50);
  const heir = nodeOver({ store: slow, clock, game: nook }, 2);
  const adopting = heir.rooms.adopt();
  // Each room is three answers, one after the other: nine seconds for sixty of them in a row.
  await pass(clock, 900);
  await adopting;
  expect([...heir.rooms.hosted]).toHaveLength(60);
  expect(loading.most).toBeLessThan(30);
});

test("[N191] rooms whose newest host ended before it wrote anything are taken over one after the other, each once the one before has written", async () => {
  const { clock, slow } = await orphans(8, 10);
  const rooms = (await slow.rooms()).map(({ room }) => room);
  const suspects = new Set(rooms.slice(0, 5));
  for (const room of suspects) {
    const claiming = slow.logTop(room).then((top) => {
      if (top === undefined) throw new Error(`${room} has no log`);
      return slow.claimRoom(room, BOB, top.epoch);
    });
    await pass(clock, 50, 10);
    expect(await claiming).toMatchObject({ kind: "claimed" });
  }
  const written: string[] = [];
  const watched = Object.assign(Object.create(slow) as Store, {
    claimRoom: (...asked: Parameters<Store["claimRoom"]>) => {
      if (suspects.has(asked[0])) written.push(`claim ${asked[0]}`);
      return slow.claimRoom(...asked);
    },
    append: async (entries: Parameters<Store["append"]>[0]) => {
      const outcomes = await slow.append(entries);
      for (const { room } of entries) if (suspects.has(room)) written.push(`entry ${room}`);
      return outcomes;
    },
  });
  const heir = nodeOver({ store: watched, clock, game: nook }, 2);
  const adopting = heir.rooms.adopt();
  await pass(clock, 1_500, 5);
  await adopting;
  expect([...heir.rooms.hosted]).toHaveLength(8);
  const order = written.filter((line) => line.startsWith("claim")).map((line) => line.slice(6));
  expect(order.toSorted()).toEqual([...suspects].toSorted());
  const alone = order.flatMap((room) => [`claim ${room}`, `entry ${room}`]);
  expect(written.slice(0, alone.length)).toEqual(alone);
});

test("[N177] a node that takes over rooms at its start for long is not taken for dead by the others", async () => {
  const { clock, slow } = await orphans(100, 500);
  const bus = new MemoryNodes(() => clock.now());
  const node = annOver({ store: slow, bus, clock });
  const starting = node.start();
  await pass(clock, 5_500);
  expect([...node.rooms.hosted].length).toBeLessThan(100);
  const { living } = await bus.sign(signOfBob, 4_000);
  expect(living.map((sign) => sign.node)).toContain(ANN);
  await pass(clock, 5_000);
  await starting;
  const stopping = node.stop();
  await pass(clock, 1_000);
  await stopping;
});

test("[N179] whoever answers a late word of a dead node gives that up after ten seconds, and for good", async () => {
  const clock = new VirtualClock();
  const bus = new MemoryNodes(() => clock.now());
  let said = 0;
  await bus.listen(BOB, () => {
    said += 1;
  });
  const store = await openMemoryStore({ clock });
  const node = annOver({ store, bus, clock });
  const starting = node.start();
  await pass(clock, 100);
  await starting;
  // Bob has signed, and does not any more.
  await bus.sign(signOfBob, 2_000);
  await pass(clock, 5_000);
  const writer = new ByteWriter();
  const connection = nameConnection(BOB, "c1");
  const room = "roomofthetest1" as RoomId;
  writeItem(writer, {
    kind: "input",
    room,
    input: { kind: "join", arrival: { ...arrival, connection }, request: 1, watch: false },
  });
  const payload = writer.finish();
  await bus.publish(
    ANN,
    encodePacket(BOB, { stream: 1, seq: 1, heard: 0, ack: 0, wants: false, payload }),
  );
  await pass(clock, 12_000);
  expect(said).toBeGreaterThan(1);
  said = 0;
  await pass(clock, 60_000);
  expect(said).toBe(0);
  const stopping = node.stop();
  await pass(clock, 1_000);
  await stopping;
});
