// What stands in Redis, and for how long: names of keys, ends of sessions and cookies, tombstones,
// and the mark by which a store knows that Redis is not what it was.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { AUDIT_LIFE_MS } from "../../server/store/identityStore.ts";
import { bucketOf, keysWith } from "../../server/store/keys.ts";
import { RedisUnfit } from "../../server/store/redisServer.ts";
import { ROOM_LIFE_MS, SEAT_LINK_LIFE_MS, StoreDamaged } from "../../server/store/store.ts";
import type { ConnectionId, RoomId } from "../../shared/ids.ts";
import {
  NODE,
  newCookie,
  newIdentityId,
  newListing,
  newRoom,
  newRoomId,
  newSession,
  newSessionId,
  RIVAL,
} from "./newcomers.ts";
import { DEFAULT_OFF, type RedisServer, startRedisServer, stopServers } from "./redisServer.ts";
import { closeStores, KEY_PREFIX, openStore } from "./redisStores.ts";
import { until } from "./until.ts";

const keys = keysWith(KEY_PREFIX);
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedisServer({ fsync: "always" });
});

afterEach(closeStores);
afterAll(stopServers);

const LIFE_MS = 60_000;

async function number(...words: readonly (string | number)[]): Promise<number> {
  return Number(await redis.command(...words));
}

test("[D57] every key carries the prefix, its kind and the id or hash it was given, nothing else", async () => {
  const server = await startRedisServer();
  const store = await openStore(server.url);
  const { room, commit } = await newRoom(store);
  await store.append([commit(1)]);
  const session = await newSession(store);
  const { id, identity } = session;
  const listing = { room, game: "nim", gameVersion: 1, code: "abcde", open: "listed" } as const;
  const seats = { status: "running", seatsTaken: 1, seatsMax: 2, listedMs: 1 } as const;
  await store.listRoom({ ...listing, ...seats });
  await store.linkSeat(identity, { room, game: "nim", seat: 0, since: 1 });
  await store.replaceShelf(identity, "nim", { expected: "", next: "far", lifeMs: LIFE_MS });
  const times = { createdMs: 1, cookieIdleMs: LIFE_MS, cookieEndsMs: session.endsMs };
  const ada = { id: identity, name: "Ada", role: "guest", revision: 1, ...times } as const;
  await store.createIdentity(ada);
  await store.keepCookie(newCookie(ada, "hash0001"));
  await store.createAccount({ name: "Ada {x}", identity, passwordHash: "$x", revision: 1 });
  await store.count("sign-in Ada", LIFE_MS);
  await store.noteAudit({ event: "user_created", atMs: 1, node: NODE });
  await store.openSession(session, LIFE_MS);
  const link = { connection: "connection1" as ConnectionId, node: NODE, device: "Firefox" };
  await store.linkConnection(id, link);
  const revoked = newSessionId();
  await store.revokeSession(revoked, { reason: "banned" }, LIFE_MS);
  const bucket = Number(/\d+/.exec(String(await server.command("KEYS", "hf:listings:*")))?.[0]);
  expect([...((await server.command("KEYS", "*")) as string[])].sort()).toEqual(
    [
      ...[keys.log(room), keys.snapshot(room), keys.code("abcde"), keys.listings(bucket)],
      ...[keys.identity(identity), keys.seats(identity), keys.sessions(identity)],
      keys.shelf(identity, "nim"),
      ...[keys.cookie("hash0001"), keys.session(id), keys.tombstone(revoked), keys.mark(0)],
      ...[keys.cookies(identity), keys.account("Ada {x}"), keys.count("sign-in Ada")],
      ...[keys.revocations, keys.audit, keys.seal],
    ].sort(),
  );
  for (const name of (await server.command("KEYS", "*")) as string[]) {
    expect(name).toMatch(/^hf:([a-z]+:)?\{[a-z0-9]+\}(:[a-z]+)?$/);
  }
  await server.stop();
});

test("[D167] a line of the audit ends after ninety days", async () => {
  const store = await openStore(redis.url);
  const nowMs = await store.timeMs();
  const [ended, lives] = [nowMs - AUDIT_LIFE_MS - LIFE_MS, nowMs - AUDIT_LIFE_MS + LIFE_MS];
  await redis.command("DEL", keys.audit);
  for (const atMs of [ended, lives]) {
    const line = JSON.stringify({ event: "user_created", atMs, node: NODE });
    await redis.command("XADD", keys.audit, `${atMs}-0`, "entry", line);
  }
  await store.noteAudit({ event: "user_created", atMs: nowMs, node: NODE });
  const left = (await store.auditTail(100)).map(({ atMs }) => atMs);
  expect(left).toEqual([nowMs, lives]);
});

test("[D58] Redis itself ends a session: its life is the key's, and never passes the absolute end", async () => {
  const store = await openStore(redis.url);
  const session = await newSession(store, { endsMs: (await store.timeMs()) + LIFE_MS });
  const key = keys.session(session.id);
  await store.openSession(session, 10_000);
  expect(await number("PTTL", key)).toBeLessThanOrEqual(10_000);
  await store.touch([{ session: session.id, revision: 1, lifeMs: 30_000 }]);
  expect(await number("PTTL", key)).toBeGreaterThan(20_000);
  const [touched] = await store.touch([{ session: session.id, revision: 1, lifeMs: 10 * LIFE_MS }]);
  const leftMs = await number("PTTL", key);
  expect(leftMs).toBeGreaterThan(LIFE_MS - 10_000);
  expect(leftMs).toBeLessThanOrEqual(LIFE_MS);
  expect(touched?.kind === "touched" && touched.lifeMs).toBeGreaterThanOrEqual(leftMs);
  const endsMs = await number("PEXPIRETIME", key);
  expect(endsMs).toBeLessThanOrEqual(session.endsMs);
});

test("[D59] neither a touch, a link nor an unlink makes a key of a session that is missing", async () => {
  const store = await openStore(redis.url);
  const session = newSessionId();
  const link = { connection: "connection1" as ConnectionId, node: NODE, device: "Firefox" };
  const attempts = [
    () => store.touch([{ session, revision: 1, lifeMs: LIFE_MS }]),
    () => store.linkConnection(session, link),
    () => store.unlinkConnections([{ session, connection: link.connection }]),
  ];
  for (const attempt of attempts) {
    await attempt();
    expect(await number("EXISTS", keys.session(session), keys.tombstone(session))).toBe(0);
  }
});

test("[D80] many touches go in few calls, each with its own outcome", async () => {
  const store = await openStore(redis.url);
  const session = await newSession(store);
  await store.openSession(session, LIFE_MS);
  const calls = async () => {
    const stats = String(await redis.command("INFO", "commandstats"));
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  };
  const before = await calls();
  const touches = Array.from({ length: 1_000 }, (_, at) => ({
    session: at === 500 ? session.id : newSessionId(),
    revision: 1,
    lifeMs: LIFE_MS,
  }));
  const outcomes = await store.touch(touches);
  expect(outcomes[500]).toEqual({ kind: "touched", lifeMs: LIFE_MS });
  expect(outcomes.filter(({ kind }) => kind === "ended")).toHaveLength(999);
  expect((await calls()) - before).toBeLessThan(10);
});

test("[D100] commits of several nodes in one call are each kept with their own node", async () => {
  const store = await openStore(redis.url);
  const [one, other] = [await newRoom(store), await newRoom(store)];
  await store.append([one.commit(1), other.commit(1, { node: RIVAL })]);
  expect((await store.logTop(one.room))?.node).toBe(NODE);
  expect((await store.logTop(other.room))?.node).toBe(RIVAL);
});

test("[D81] a snapshot drops the entries below it from the stream, and no older one replaces it", async () => {
  const store = await openStore(redis.url);
  const { room, epoch, commit } = await newRoom(store);
  for (let version = 1; version <= 5; version++) await store.append([commit(version)]);
  expect(await store.keepSnapshot(room, { epoch, version: 3 }, Uint8Array.of(3))).toBe("kept");
  expect(await number("XLEN", keys.log(room))).toBe(3);
  expect(await store.keepSnapshot(room, { epoch, version: 2 }, Uint8Array.of(2))).toBe("fenced");
  const stored = await store.loadRoom(room);
  expect(stored?.snapshot).toEqual({ place: { epoch, version: 3 }, bytes: Uint8Array.of(3) });
  expect(stored?.entries.map(({ version }) => version)).toEqual([4, 5]);
});

test("[D82] a room without its snapshot, or with a hole in its log, is damaged and is not handed out", async () => {
  const store = await openStore(redis.url);
  const [bare, holed, cut] = [await newRoom(store), await newRoom(store), await newRoom(store)];
  await redis.command("DEL", keys.snapshot(bare.room));
  await store.append([holed.commit(1), cut.commit(1)]);
  await store.append([holed.commit(2), cut.commit(2)]);
  await redis.command("XDEL", keys.log(holed.room), `${holed.epoch}-1`);
  await store.keepSnapshot(cut.room, { epoch: cut.epoch, version: 2 }, Uint8Array.of(2));
  await redis.command("DEL", keys.log(cut.room));
  await redis.command(
    "XADD",
    keys.log(cut.room),
    `${cut.epoch}-1`,
    "kind",
    "commit",
    "node",
    NODE,
    "bytes",
    "",
  );
  for (const { room } of [bare, holed, cut]) {
    await expect(store.loadRoom(room)).rejects.toThrow(room);
  }
});

test("[D83] what is missing after Redis was emptied is lost, on every node, even unnoticed before", async () => {
  const server = await startRedisServer();
  const [store, other] = [await openStore(server.url), await openStore(server.url)];
  const session = await newSession(store);
  await store.openSession(session, LIFE_MS);
  const before = store.incarnation;
  const touch = { session: session.id, revision: 1, lifeMs: LIFE_MS };
  const unknown = { ...touch, session: newSessionId() };
  expect(await store.touch([touch, unknown])).toEqual([
    { kind: "touched", lifeMs: LIFE_MS },
    { kind: "ended" },
  ]);
  await server.command("FLUSHALL");
  expect(await store.touch([touch])).toEqual([{ kind: "lost" }]);
  expect(await other.readSession(session.id)).toBeUndefined();
  expect(store.incarnation).not.toBe(before);
  expect(other.incarnation).toBe(store.incarnation);
  await server.stop();
});

test("[D84] a Redis that was started again may have lost something, one that was only out of reach has not", async () => {
  const server = await startRedisServer({ fsync: "always" });
  const store = await openStore(server.url);
  const session = await newSession(store);
  await store.openSession(session, LIFE_MS);
  const touch = { session: session.id, revision: 1, lifeMs: LIFE_MS };
  const unknown = { ...touch, session: newSessionId() };
  const told: string[] = [];
  store.watch((status) => told.push(status));
  const first = store.incarnation;

  await server.command("CLIENT", "KILL", "TYPE", "normal");
  await until("the store is back", () => told.join() === "away,back");
  expect(store.incarnation).toBe(first);
  expect(await store.touch([unknown])).toEqual([{ kind: "ended" }]);

  await server.kill();
  await server.start();
  await until("the store is back", () => told.join() === "away,back,away,back");
  expect(store.incarnation).not.toBe(first);
  expect(await store.touch([touch, unknown])).toEqual([
    { kind: "touched", lifeMs: LIFE_MS },
    { kind: "lost" },
  ]);
  await server.stop();
});

test("[D184] a Redis that lets nobody in without a name keeps everything when it is killed, if its default user keeps its rights", async () => {
  const server = await startRedisServer({ fsync: "always", settings: DEFAULT_OFF });
  const store = await openStore(server.url);
  const { room, commit } = await newRoom(store);
  for (const version of [1, 2]) await store.append([commit(version)]);
  await store.listRoom(newListing(room));
  const session = await newSession(store);
  await store.openSession(session, LIFE_MS);
  await store.linkSeat(session.identity, { room, game: "nim", seat: 0, since: 1 });
  await store.revokeSession(newSessionId(), { reason: "banned" }, LIFE_MS);
  await closeStores();
  const keptIn = async (key: string) => {
    if ((await server.command("TYPE", key)) !== "hash") return server.command("DUMP", key);
    // Redis keeps the fields of a hash in any order.
    const fields = (await server.command("HGETALL", key)) as readonly string[];
    return fields.map((field, at) => (at % 2 === 0 ? `${field} ${fields[at + 1]}` : "")).sort();
  };
  const everything = async () => {
    const [, keys] = (await server.command("SCAN", 0, "COUNT", 1_000)) as [string, string[]];
    return Promise.all(keys.sort().map(async (key) => [key, await keptIn(key)]));
  };
  const before = await everything();
  expect(before.length).toBeGreaterThan(8);
  await server.kill();
  await server.start();
  expect(await everything()).toEqual(before);
});

test("[D85] the list of an identity's sessions forgets those that ended, and ends with the last", async () => {
  const store = await openStore(redis.url);
  const nowMs = await store.timeMs();
  const short = await newSession(store, { endsMs: nowMs + 100 });
  const { identity } = short;
  const long = await newSession(store, { identity, endsMs: nowMs + 10 * LIFE_MS });
  const middle = await newSession(store, { identity, endsMs: nowMs + LIFE_MS });
  await store.openSession(short, LIFE_MS);
  await store.openSession(long, LIFE_MS);
  expect(await number("ZCARD", keys.sessions(identity))).toBe(2);
  await until("the short one has ended", async () => (await store.timeMs()) > short.endsMs);
  await store.openSession(middle, LIFE_MS);
  expect(await redis.command("ZRANGE", keys.sessions(identity), 0, -1)).toEqual([
    middle.id,
    long.id,
  ]);
  expect(await number("PEXPIRETIME", keys.sessions(identity))).toBe(long.endsMs);
});

test("[D86] a record that lacks what it must have is damage and is not completed by guessing", async () => {
  const store = await openStore(redis.url);
  const session = await newSession(store);
  await store.openSession(session, LIFE_MS);
  const { endsMs: _, ...less } = session;
  for (const record of [JSON.stringify(less), "{", "null"]) {
    await redis.command("HSET", keys.session(session.id), "record", record);
    await expect(store.readSession(session.id)).rejects.toBeInstanceOf(StoreDamaged);
    // Whoever ends all sessions of somebody must still know of it.
    expect(await store.sessionsOf(session.identity)).toEqual({ living: [], damaged: [session.id] });
  }
  await redis.command("SET", keys.session(session.id), "no hash at all");
  expect((await store.sessionsOf(session.identity)).damaged).toEqual([session.id]);
});

test("[D87] a Redis that forgets keys when it is full, or is part of a Cluster, is refused in a sentence", async () => {
  const evicting = await startRedisServer({
    settings: ["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"],
  });
  await expect(openStore(evicting.url)).rejects.toThrow(/maxmemory-policy noeviction/);
  await expect(openStore(evicting.url)).rejects.toBeInstanceOf(RedisUnfit);
  await evicting.stop();
  const part = await startRedisServer({ settings: ["--cluster-enabled", "yes"] });
  await expect(openStore(part.url)).rejects.toThrow(/redis\+cluster:/);
  await part.stop();
});

test("[D88] the description says what this Redis does not survive", async () => {
  const saying: readonly [Parameters<typeof startRedisServer>[0], RegExp][] = [
    [{ fsync: "always" }, /survives all but the loss of its disk/],
    [{ fsync: "everysec" }, /may lose its last seconds when it is killed/],
    [{}, /does not survive its own end/],
  ];
  for (const [options, sentence] of saying) {
    const server = await startRedisServer(options);
    expect((await openStore(server.operatorUrl)).description).toMatch(sentence);
    await closeStores();
    await server.stop();
  }
  // The user of a server may not ask how often Redis writes to its disk.
  const server = await startRedisServer({ fsync: "always" });
  expect((await openStore(server.url)).description).toMatch(/how much a kill loses is not known/);
  await closeStores();
  await server.stop();
});

test("[D89] a start without a Redis ends with where it looked and what went wrong", async () => {
  const server = await startRedisServer();
  await server.command("CONFIG", "SET", "requirepass", "open sesame");
  const failing = [
    [server.operatorUrl, /NOAUTH/],
    [server.url.replace("limited", "wrong%20word"), /WRONGPASS/],
    [server.url.replace("redis://", "redis+cluster://"), /cluster support disabled/],
  ] as const;
  for (const [url, trouble] of failing) {
    const failure = await openStore(url, { openMs: 300 }).then(String, String);
    expect(failure).toMatch(trouble);
    expect(failure).toContain(String(server.port));
    expect(failure).not.toMatch(/wrong word|limited/);
  }
  await server.stop();
  await expect(openStore(server.url, { openMs: 300 })).rejects.toThrow(/ECONNREFUSED/);
});

test("[D90] a room that is removed leaves no key and no code behind, and takes no code of another", async () => {
  const store = await openStore(redis.url);
  const room = newRoomId();
  const other = newRoomId();
  const listing = (of: RoomId, code: string) => ({
    ...({ room: of, game: "nim", gameVersion: 1, code, open: "listed" } as const),
    ...({ status: "running", seatsTaken: 1, seatsMax: 2, listedMs: 1 } as const),
  });
  await store.createRoom(room, NODE, Uint8Array.of(0));
  await store.listRoom(listing(room, "first"));
  await store.listRoom(listing(room, "second"));
  expect(await store.roomByCode("first")).toBeUndefined();
  await store.listRoom(listing(other, "second"));
  await store.removeRoom(room);
  expect(await store.roomByCode("second")).toBe(other);
  expect(await number("EXISTS", keys.log(room), keys.snapshot(room))).toBe(0);
  expect((await store.rooms()).map((listed) => listed.room)).toEqual([other]);
});

test("[D148] a room of which no snapshot is kept any more ends by itself, and so do the links of seats", async () => {
  const store = await openStore(redis.url);
  const { room, epoch, commit } = await newRoom(store);
  const ends = () =>
    Promise.all([keys.log(room), keys.snapshot(room)].map((key) => number("PTTL", key)));
  const full = (lifeMs: number) => lifeMs > ROOM_LIFE_MS - 60_000 && lifeMs <= ROOM_LIFE_MS;
  expect((await ends()).every(full)).toBe(true);
  // Neither a commit nor a claim counts: only what is written of the whole room does.
  await redis.command("PEXPIRE", keys.log(room), 5_000);
  await redis.command("PEXPIRE", keys.snapshot(room), 5_000);
  await store.append([commit(1)]);
  expect((await ends()).some(full)).toBe(false);
  await store.keepSnapshot(room, { epoch, version: 1 }, Uint8Array.of(1));
  expect((await ends()).every(full)).toBe(true);
  await redis.command("DEL", keys.log(room));
  await store.reseedRoom(room, { node: NODE, epoch, version: 1, bytes: Uint8Array.of(1) });
  expect((await ends()).every(full)).toBe(true);
  const identity = newIdentityId();
  await store.linkSeat(identity, { room, game: "nim", seat: 0, since: 1 });
  const linkMs = await number("PTTL", keys.seats(identity));
  expect(linkMs).toBeGreaterThan(SEAT_LINK_LIFE_MS - 60_000);
});

test.each(["{", "7", "null", '{"epoch":{}}'])(
  "[D156] where a listing that is none stands, %s, its room is listed anew",
  async (damage) => {
    const store = await openStore(redis.url);
    const listing = newListing(newRoomId(), { epoch: 1_000 });
    const { room } = listing;
    await redis.command("HSET", keys.listings(bucketOf(room)), room, damage);
    expect(await store.listingOf(room)).toBeUndefined();
    await store.listRoom(listing);
    expect(await store.rooms()).toContainEqual(listing);
  },
);

test("[D149] a parked listing that is none does not hold up the others, and leaves nothing", async () => {
  const store = await openStore(redis.url);
  const [damaged, whole] = [newRoomId(), newRoomId()];
  const bucket = bucketOf(damaged);
  for (const room of [damaged, whole]) {
    const listing = newListing(room, { status: "parked", goesMs: 1 });
    await redis.command("HSET", keys.parked(bucket), room, JSON.stringify(listing));
    await redis.command("ZADD", keys.leaving(bucket), room === damaged ? 1 : 2, room);
  }
  await redis.command("HSET", keys.parked(bucket), damaged, "{");
  const due = async () => (await store.dueRooms()).map(({ room }) => room);
  expect(await due()).toEqual([]);
  expect(await due()).toEqual([whole]);
  expect(await number("HEXISTS", keys.parked(bucket), damaged)).toBe(0);
});
