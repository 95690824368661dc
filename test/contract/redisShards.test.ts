// Several Redis servers: a Cluster whose slots move and whose masters end, a master watched by a
// Sentinel. Nothing is written where it was not sent, and nothing that was written is skipped.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { keysWith, SLOT_COUNT, slotOf } from "../../server/store/keys.ts";
import { type Store, StoreAway } from "../../server/store/store.ts";
import { type HostedRoom, NODE, newRoom } from "./newcomers.ts";
import {
  type RedisCluster,
  type RedisServer,
  startRedisCluster,
  startRedisSentinel,
  stopServers,
} from "./redisServer.ts";
import { closeStores, KEY_PREFIX, openStore } from "./redisStores.ts";
import { until } from "./until.ts";

const keys = keysWith(KEY_PREFIX);
let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster(1);
});

afterEach(closeStores);
afterAll(stopServers);

/** The masters, one of which serves the slot first. */
function mastersFor(slot: number): [RedisServer, ...RedisServer[]] {
  const index = Math.floor(slot / Math.ceil(SLOT_COUNT / cluster.masters.length));
  const first = cluster.masters[index];
  if (first === undefined) throw new Error(`no master serves slot ${slot}`);
  return [first, ...cluster.masters.filter((master) => master !== first)];
}

/** A new room whose keys the first of these masters has. */
async function newRoomAt(server: RedisServer, store: Store): Promise<HostedRoom> {
  for (;;) {
    const made = await newRoom(store);
    if (mastersFor(slotOf(keys.log(made.room)))[0] === server) return made;
  }
}

test("[D51] keys go to the slots that Redis puts them in", async () => {
  const names = ["", "a", "{a}b", "{}b", "a{b", "a}b{c}d", "{{a}}", "{a}{b}", "ä{ö}ü"];
  for (const name of [...names, keys.log("roomroom" as HostedRoom["room"]), keys.listings(7)]) {
    const slot = await cluster.masters[0]?.command("CLUSTER", "KEYSLOT", name);
    expect(`${name} ${slotOf(name)}`).toBe(`${name} ${slot}`);
  }
});

test("[D52] one append covers rooms of all shards, and each room has its own outcome", async () => {
  const store = await openStore(cluster.url);
  const rooms = await Promise.all(cluster.masters.map((master) => newRoomAt(master, store)));
  const [lost, ...others] = rooms;
  if (lost === undefined) throw new Error("no room");
  await store.removeRoom(lost.room);
  const outcomes = await store.append(rooms.map(({ commit }) => commit(1)));
  expect(outcomes).toEqual([{ kind: "missing" }, ...others.map(() => ({ kind: "appended" }))]);
});

test("[D53] while a slot moves its rooms wait; no redirection of an append is followed", async () => {
  const store = await openStore(cluster.url);
  const { room, epoch, commit } = await newRoom(store);
  const slot = slotOf(keys.log(room));
  const [from, to, third] = mastersFor(slot);
  if (to === undefined || third === undefined) throw new Error("three masters are needed");
  const [fromId, toId] = await Promise.all([from, to].map((s) => s.command("CLUSTER", "MYID")));
  await to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", String(fromId));
  await from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", String(toId));
  const moved = (await from.command("CLUSTER", "GETKEYSINSLOT", slot, 100)) as string[];
  await from.command("MIGRATE", "127.0.0.1", to.port, "", 0, 5_000, "KEYS", ...moved);

  const asked = { kind: "unknown", cause: expect.stringContaining("ASK") };
  expect(await store.append([commit(1)])).toEqual([asked]);
  await expect(store.logTop(room)).rejects.toBeInstanceOf(StoreAway);

  for (const server of [to, from, third]) {
    await server.command("CLUSTER", "SETSLOT", slot, "NODE", String(toId));
  }
  const [outcome] = await store.append([commit(1)]);
  expect(outcome).toEqual({ kind: "unknown", cause: expect.stringContaining("MOVED") });
  expect(await to.command("XLEN", keys.log(room))).toBe(1);
  await until("the store has learnt of the move by being refused", async () => {
    const [again] = await store.append([commit(1)]);
    return again?.kind === "appended";
  });
  expect(await to.command("XLEN", keys.log(room))).toBe(2);
  expect(await store.logTop(room)).toEqual({ epoch, version: 1, node: NODE });

  await to.command("CLUSTER", "SETSLOT", slot, "MIGRATING", String(fromId));
  await from.command("CLUSTER", "SETSLOT", slot, "IMPORTING", String(toId));
  const back = (await to.command("CLUSTER", "GETKEYSINSLOT", slot, 100)) as string[];
  await to.command("MIGRATE", "127.0.0.1", from.port, "", 0, 5_000, "KEYS", ...back);
  for (const server of [from, to, third]) {
    await server.command("CLUSTER", "SETSLOT", slot, "NODE", String(fromId));
  }
});

test("[D54] a shard that was emptied gives the store another incarnation", async () => {
  const [store, other] = await Promise.all([openStore(cluster.url), openStore(cluster.url)]);
  for (const master of cluster.masters) {
    const before = store.incarnation;
    expect(other.incarnation).toBe(before);
    await master.command("FLUSHALL");
    await until(
      "both stores know",
      () => store.incarnation !== before && store.incarnation === other.incarnation,
    );
  }
});

/** Resolves when the replica has all that its master has. */
async function replicated(master: RedisServer, replica: RedisServer): Promise<void> {
  const offsetOf = async (server: RedisServer, name: string) =>
    new RegExp(`${name}:(\\d+)`).exec(String(await server.command("INFO", "replication")))?.[1];
  await until("the replica has everything", async () => {
    const offset = await offsetOf(replica, "slave_repl_offset");
    return offset !== undefined && offset === (await offsetOf(master, "master_repl_offset"));
  });
}

test("[D55] when a master of a Cluster ends, its replica serves its rooms", async () => {
  const [master] = cluster.masters;
  const [replica] = cluster.replicas;
  if (master === undefined || replica === undefined) throw new Error("a replica is needed");
  const store = await openStore(cluster.url);
  const told: string[] = [];
  store.watch((status) => told.push(status));
  const { commit, ...at } = await newRoomAt(master, store);
  await store.append([commit(1)]);
  await replicated(master, replica);
  const before = store.incarnation;
  await master.kill();
  await until("the store is away", () => told.includes("away"));
  expect((await store.append([commit(2)]))[0]?.kind).toBe("unknown");
  await until("the replica takes over", async () =>
    replica.command("CLUSTER", "FAILOVER", "TAKEOVER").then(
      () => true,
      () => false,
    ),
  );
  await until("the store is back", () => told.at(-1) === "back");
  expect(store.incarnation).not.toBe(before);
  expect(await store.logTop(at.room)).toEqual({ epoch: at.epoch, version: 1, node: NODE });
  expect(await store.append([commit(2)])).toEqual([{ kind: "appended" }]);
});

test("[D56] when a Sentinel promotes a replica, the store finds it and counts on a loss", async () => {
  const servers = await startRedisSentinel();
  const store = await openStore(servers.url);
  const { room, commit } = await newRoom(store);
  await store.append([commit(1)]);
  const before = store.incarnation;
  await replicated(servers.master, servers.replica);
  await servers.master.kill();
  const isPromoted = async () => {
    const [outcome] = await store.append([commit(2)]);
    return outcome?.kind === "appended" && store.logTop(room);
  };
  // A Sentinel that was disturbed at its first attempt makes the next one after a while.
  const top = await until("the replica is promoted", isPromoted, 60_000);
  expect(top.version).toBe(2);
  await until("the store knows", () => store.incarnation !== before);
  await closeStores();
  await servers.stop();
});
