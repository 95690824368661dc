// What a line to Redis, or Redis itself, may do to an append: every case ends in an outcome that is
// true, and nothing is written later or twice.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Store } from "../../server/store/store.ts";
import { StoreAway } from "../../server/store/store.ts";
import { type Clock, systemClock } from "../../shared/clock.ts";
import { NODE, newRoom, newSession, RIVAL } from "./newcomers.ts";
import { RedisLine } from "./redisLine.ts";
import { RedisServer, startRedisServer, stopServers, USER } from "./redisServer.ts";
import { closeStores, openStore } from "./redisStores.ts";
import { until } from "./until.ts";

let redis: RedisServer;
const lines: RedisLine[] = [];

beforeAll(async () => {
  redis = await startRedisServer();
});

afterEach(async () => {
  await closeStores();
  await Promise.all(lines.splice(0).map((line) => line.close()));
});

afterAll(stopServers);

async function openLine(): Promise<RedisLine> {
  const line = await RedisLine.open(redis.port);
  lines.push(line);
  return line;
}

/** Statuses as they are told. */
function statusesOf(store: Store): string[] {
  const told: string[] = [];
  store.watch((status) => told.push(status));
  return told;
}

test("[D40] a reply that is lost leaves the outcome unknown, and the log's top tells it", async () => {
  const line = await openLine();
  const store = await openStore(line.url);
  const { room, epoch, commit } = await newRoom(store);
  // The second one is of the usual kind: the first was compared with the end of the log.
  await store.append([commit(1)]);
  await store.append([commit(2)]);
  line.hold("replies");
  const appending = store.append([commit(3)]);
  await until("Redis has answered the append", async () => {
    const length = await redis.command("XLEN", `hf:{${room}}:log`);
    return length === 4 && line.heldBytes("replies") > 0;
  });
  line.cut();
  expect(await appending).toEqual([{ kind: "unknown", cause: expect.any(String) }]);
  line.release("replies");
  const top = await until("Redis is back", () => store.logTop(room).catch(() => undefined));
  expect(top).toEqual({ epoch, version: 3, node: NODE });
  expect(await store.append([commit(3)])).toEqual([{ kind: "fenced", top: { epoch, version: 3 } }]);
  expect(await store.append([commit(4)])).toEqual([{ kind: "appended" }]);
});

test("[D41] an append that did not reach Redis is not sent again when the line is back", async () => {
  const line = await openLine();
  const store = await openStore(line.url);
  const { room, epoch, commit } = await newRoom(store);
  line.hold("requests");
  const appending = store.append([commit(1)]);
  await until("the append is on its way", () => line.heldBytes("requests") > 0);
  line.cut();
  expect(await appending).toEqual([{ kind: "unknown", cause: expect.any(String) }]);
  line.drop("requests");
  const top = await until("Redis is back", () => store.logTop(room).catch(() => undefined));
  expect(top).toEqual({ epoch, version: 0, node: NODE });
  expect(await store.append([commit(1)])).toEqual([{ kind: "appended" }]);
});

test("[D42] while Redis is away an append is refused at once and is not sent when it returns", async () => {
  const server = await startRedisServer({ fsync: "always" });
  const store = await openStore(server.url);
  const { room, epoch, commit } = await newRoom(store);
  const told = statusesOf(store);
  await server.kill();
  await until("the store knows", () => told.includes("away"));
  expect(await store.append([commit(1)])).toEqual([{ kind: "unknown", cause: expect.any(String) }]);
  await expect(store.logTop(room)).rejects.toBeInstanceOf(StoreAway);
  await expect(store.timeMs()).rejects.toBeInstanceOf(StoreAway);
  await server.start();
  await until("the store is back", () => told.includes("back"));
  expect(told).toEqual(["away", "back"]);
  expect(await store.logTop(room)).toEqual({ epoch, version: 0, node: NODE });
  expect(await store.append([commit(1)])).toEqual([{ kind: "appended" }]);
  await server.stop();
});

test("[D43] a host whose bytes were held while another claimed writes nothing any more", async () => {
  const line = await openLine();
  const zombie = await openStore(line.url);
  const heir = await openStore(redis.url);
  const { room, epoch, commit } = await newRoom(zombie);
  line.hold("requests");
  const late = zombie.append([commit(1)]);
  await until("the append is on its way", () => line.heldBytes("requests") > 0);
  const claim = await heir.claimRoom(room, RIVAL, epoch);
  if (claim.kind !== "claimed") throw new Error(`not claimed but ${claim.kind}`);
  line.release("requests");
  const top = { epoch: claim.epoch, version: 0 };
  expect(await late).toEqual([{ kind: "fenced", top }]);
  expect((await heir.loadRoom(room))?.entries).toEqual([
    { ...top, kind: "claim", node: RIVAL, bytes: new Uint8Array(0) },
  ]);
});

test("[D138] a Redis that forgot the newest entries takes no commit after them once the line or the incarnation is new", async () => {
  const store = await openStore(redis.url);
  const told = statusesOf(store);
  const { room, epoch, commit } = await newRoom(store);
  for (let version = 1; version <= 5; version++) await store.append([commit(version)]);
  const log = `hf:{${room}}:log`;
  await redis.command("XDEL", log, `${epoch}-4`, `${epoch}-5`);
  await redis.command("CLIENT", "KILL", "TYPE", "normal");
  await until("the store is back", () => told.includes("back"));
  const behind = { kind: "behind", top: { epoch, version: 3 } };
  expect(await store.append([commit(6)])).toEqual([behind]);
  const reseed = { node: NODE, epoch, version: 5, bytes: Uint8Array.of(5) };
  const outcome = await store.reseedRoom(room, reseed);
  if (outcome.kind !== "reseeded") throw new Error(`not reseeded but ${outcome.kind}`);
  const next = { epoch: outcome.epoch };
  for (const version of [6, 7]) {
    expect(await store.append([commit(version, next)])).toEqual([{ kind: "appended" }]);
  }
  // Another incarnation over the same line: emptied, and filled again by somebody's older copy.
  await redis.command("XDEL", log, `${outcome.epoch}-7`);
  await redis.command("DEL", "hf:mark:{0}");
  const { incarnation } = store;
  await until("the store has seen it", () => store.incarnation !== incarnation);
  expect((await store.append([commit(8, next)]))[0]?.kind).toBe("behind");
});

test("[D44] a Redis that says nothing is given up, and taken back when it speaks", async () => {
  const server = await startRedisServer();
  const store = await openStore(server.url);
  const { room, commit } = await newRoom(store);
  const told = statusesOf(store);
  server.freeze();
  expect(await store.append([commit(1)])).toEqual([{ kind: "unknown", cause: expect.any(String) }]);
  await until("the store is away", () => told.includes("away"));
  server.thaw();
  await until("the store is back", () => told.includes("back"));
  const top = await store.logTop(room);
  const again = await store.append([commit(1)]);
  expect(again[0]?.kind).toBe(top?.version === 1 ? "fenced" : "appended");
  expect(await store.append([commit(2)])).toEqual([{ kind: "appended" }]);
  await server.stop();
});

test("[D45] of many rivals who claim at once exactly one hosts", async () => {
  const rivals = await Promise.all([openStore(redis.url), openStore(redis.url)]);
  const { room, epoch } = await newRoom(rivals[0]);
  const claims = await Promise.all(
    [...rivals, ...rivals, ...rivals].map((store) => store.claimRoom(room, RIVAL, epoch)),
  );
  const won = claims.flatMap((claim) => (claim.kind === "claimed" ? [claim.epoch] : []));
  expect(won).toHaveLength(1);
  expect(claims.filter(({ kind }) => kind === "hosted")).toHaveLength(claims.length - 1);
  const [host] = won;
  expect(await rivals[1].logTop(room)).toEqual({ epoch: host, version: 0, node: RIVAL });
});

const MIN_REPLICAS = "min-replicas-to-write";

test("[D46] a Redis that is full, read-only or without its replicas refuses with what to do, and the outcome says that it is not known", async () => {
  const server = await startRedisServer();
  const store = await openStore(server.url);
  const { room, epoch, commit } = await newRoom(store);
  const refusals = [
    ["OOM", "maxmemory", ["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"]],
    ["READONLY", "REDIS_URL", ["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"]],
    [
      "NOREPLICAS",
      MIN_REPLICAS,
      ["CONFIG", "SET", MIN_REPLICAS, "1"],
      ["CONFIG", "SET", MIN_REPLICAS, "0"],
    ],
  ] as const;
  for (const [code, remedy, refuse, allow] of refusals) {
    await server.command(...refuse);
    const cause = expect.stringMatching(new RegExp(`${code} .*\\(.*${remedy}`));
    expect(await store.append([commit(1)])).toEqual([{ kind: "unknown", cause }]);
    await until(`a snapshot is refused by ${code}`, () =>
      store.keepSnapshot(room, { epoch, version: 0 }, Uint8Array.of(1)).then(
        () => false,
        (error) => error instanceof StoreAway && error.message.includes(code),
      ),
    );
    await server.command(...allow);
    const top = await until("Redis is back", () => store.logTop(room).catch(() => undefined));
    expect(top).toEqual({ epoch, version: 0, node: NODE });
  }
  await until("appends are taken again", async () => {
    const [outcome] = await store.append([commit(1)]);
    return outcome?.kind === "appended";
  });
  await server.stop();
});

test("[D47] a Redis that is still loading is waited for, at the start and later", async () => {
  const server = await startRedisServer({ fsync: "always" });
  const store = await openStore(server.url);
  const { room, commit } = await newRoom(store);
  // Loads for about a second: ten thousand commands, a tenth of a millisecond each.
  const fill = "for i = 1, 10000 do redis.call('SET', 'hf:{fill}' .. i, 1) end";
  await server.command("EVAL", fill, 0);
  await server.kill();
  const slow = new RedisServer(server.port, server.directory, [
    ...["--port", String(server.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"],
    ...["--key-load-delay", "50", ...USER],
  ]);
  await slow.launch();
  await until("it is loading", async () =>
    slow.command("GET", "x").then(
      () => false,
      (error) => String(error).includes("LOADING"),
    ),
  );
  expect((await store.append([commit(1)]))[0]?.kind).toBe("unknown");
  const late = await openStore(slow.url);
  expect((await late.logTop(room))?.version).toBe(0);
  await until("the first store is back as well", async () => {
    const [outcome] = await store.append([commit(1)]);
    return outcome?.kind === "appended";
  });
  await slow.stop();
});

test("[D48] scripts that Redis forgot are sent to it again", async () => {
  const store = await openStore(redis.url);
  const { commit } = await newRoom(store);
  await redis.command("SCRIPT", "FLUSH");
  expect(await store.append([commit(1)])).toEqual([{ kind: "appended" }]);
  const session = await newSession(store);
  await redis.command("SCRIPT", "FLUSH");
  await store.openSession(session, 60_000);
  await redis.command("SCRIPT", "FLUSH");
  expect(await store.touch([{ session: session.id, revision: 1, lifeMs: 60_000 }])).toEqual([
    { kind: "touched", lifeMs: 60_000 },
  ]);
});

test("[D49] a closed store leaves no connection and no timer behind, even while Redis is silent", async () => {
  const server = await startRedisServer();
  const names = async () =>
    String(await server.command("CLIENT", "LIST")).match(/name=holdfast\S*/g);
  const timers = new Set<() => void>();
  const clock: Clock = {
    ...systemClock,
    after(delayMs, callback) {
      const fire = () => {
        timers.delete(fire);
        callback();
      };
      timers.add(fire);
      const cancel = systemClock.after(delayMs, fire);
      return () => {
        timers.delete(fire);
        cancel();
      };
    },
  };
  const store = await openStore(server.url, { clock });
  // The log, everything else, and what nodes tell each other.
  expect(await names()).toHaveLength(3);
  expect(timers.size).toBeGreaterThan(0);
  await store.close();
  expect(timers.size).toBe(0);
  await until("Redis has noticed", async () => (await names()) === null);

  const frozen = await openStore(server.url, { clock });
  server.freeze();
  await frozen.close();
  expect(timers.size).toBe(0);
  await expect(frozen.timeMs()).rejects.toBeInstanceOf(StoreAway);
  server.thaw();
  await until("Redis has noticed", async () => (await names()) === null);
  await server.stop();
});

test("[D50] a server's user may do what the store needs and nothing that harms others", async () => {
  const store = await openStore(redis.url);
  const { commit } = await newRoom(store);
  expect(await store.append([commit(1)])).toEqual([{ kind: "appended" }]);
  const denied = [
    ["CONFIG", "GET", "*"],
    ["KEYS", "*"],
    ["FLUSHALL"],
    ["FLUSHDB"],
    ["SCRIPT", "FLUSH"],
    ["RESTORE", "hf:x", "0", "x"],
    ["DEBUG", "JMAP"],
    ["SHUTDOWN"],
    ["ACL", "LIST"],
    ["CLIENT", "LIST"],
    ["GET", "other:key"],
    ["PUBLISH", "other", "x"],
    ["EVAL", "return redis.call('GET', KEYS[1])", "1", "other:key"],
  ];
  for (const words of denied) {
    const verdict = await redis.command("ACL", "DRYRUN", "holdfast", ...words).catch(String);
    expect(`${words.join(" ")}: ${verdict}`).toMatch(/no permissions|can't access/i);
  }
});
