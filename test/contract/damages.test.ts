// What stands in Redis and is none of what it should be: what of it is refused, what is left out, and that
// whoever runs the server is told of it without a word of what stands there.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { AccountRecord, AuditEntry } from "../../server/identity/record.ts";
import type { CookieRecord, IdentityRecord, SessionRecord } from "../../server/session/record.ts";
import { bucketOf, keysWith } from "../../server/store/keys.ts";
import * as records from "../../server/store/records.ts";
import type { ConnectionLink } from "../../server/store/sessionStore.ts";
import {
  type RoomListing,
  type SeatListing,
  type Store,
  StoreDamaged,
} from "../../server/store/store.ts";
import type { NodeId, PageId } from "../../shared/ids.ts";
import { damagesOf } from "../rules/damages.ts";
import {
  NODE,
  newConnectionId,
  newCookie,
  newIdentity,
  newIdentityId,
  newListing,
  newRoom,
  newRoomId,
  newSession,
  newSessionId,
} from "./newcomers.ts";
import { type RedisServer, startRedisServer, stopServers } from "./redisServer.ts";
import { closeStores, KEY_PREFIX, openStore } from "./redisStores.ts";

const keys = keysWith(KEY_PREFIX);
const LIFE_MS = 60_000;
const GARBAGE = ["{", "null", "7", "[]", '{"word":"secret"}', "secret"];
let redis: RedisServer;
let store: Store;
let told: string[] = [];

beforeAll(async () => {
  redis = await startRedisServer();
});

beforeEach(async () => {
  told = [];
  const hear = { refused: () => undefined, damaged: (what: string) => void told.push(what) };
  store = await openStore(redis.url, { hear });
});

afterEach(closeStores);
afterAll(stopServers);

const IDENTITY = newIdentityId();
const PLACE = { room: newRoomId(), game: "nim", epoch: 1, ordinal: 2 };
const TIMES = { createdMs: 1, endsMs: 2 };

/** Of each kind of record one that has everything that it may have. */
const WHOLE = {
  readRoomListing: {
    ...newListing(PLACE.room),
    ...PLACE,
    goesMs: 1,
    quarantine: { sinceMs: 1, why: "for a test", isReleased: true },
  } satisfies Required<RoomListing>,
  readSeatListing: {
    ...PLACE,
    seat: 0,
    since: 1,
    session: newSessionId(),
    page: "page" as PageId,
  } satisfies Required<SeatListing>,
  readIdentityRecord: {
    id: IDENTITY,
    name: "Ada",
    role: "player",
    revision: 1,
    changes: 1,
    createdMs: 1,
    cookieIdleMs: 1,
    cookieEndsMs: 2,
    cookiesSince: 1,
    roleSince: 1,
    account: "ada",
    cookiesEnded: "signed-in",
    devices: ["a mark"],
    leaving: "a hash",
    ban: { reason: "Spam.", sinceMs: 1, untilMs: 2 },
    preferences: { language: "de", colours: "dark", reducedMotion: true },
    alerts: [{ kind: "new-device", atMs: 1, device: "Firefox" }],
    takesOver: [{ guest: newIdentityId(), sinceMs: 1 }],
  } satisfies Required<IdentityRecord>,
  readCookieRecord: {
    ...TIMES,
    hash: "a hash",
    identity: IDENTITY,
    revision: 1,
    device: "Firefox",
    idleMs: 1,
    askedWith: "another",
  } satisfies Required<CookieRecord>,
  readAccountRecord: {
    name: "ada",
    identity: IDENTITY,
    passwordHash: "$x",
    revision: 1,
    freeMs: 1,
  } satisfies Required<AccountRecord>,
  readAuditEntry: {
    event: "user_created",
    atMs: 1,
    node: NODE,
    identity: "h",
    by: "h",
    session: "h",
    address: "192.0.2.0/24",
    why: "for a test",
  } satisfies Required<AuditEntry>,
  readSessionRecord: {
    ...TIMES,
    id: newSessionId(),
    identity: IDENTITY,
    name: "Ada",
    role: "guest",
    revision: 1,
    label: "a label",
    device: "Firefox",
  } satisfies Required<SessionRecord>,
  readConnectionLink: {
    connection: newConnectionId(),
    node: NODE,
    device: "Firefox",
  } satisfies Required<ConnectionLink>,
};

test("[D86] a record with anything else in a field's place, however deep, is damage too", () => {
  for (const [name, read] of Object.entries(records)) {
    const whole: object = WHOLE[name as keyof typeof records];
    expect(read(JSON.stringify(whole)), name).toEqual(whole);
    for (const damage of damagesOf(whole)) {
      const text = JSON.stringify(damage);
      // A ban without an end has none.
      if (/"untilMs":null/.test(text)) continue;
      expect(() => read(text), `${name} of ${text}`).toThrow(StoreDamaged);
    }
  }
});

test("[D176] a link of a seat, a cookie, a connection or a line of the audit that cannot be read hides no other", async () => {
  const identity = await newIdentity(store);
  const [cookie, torn] = [newCookie(identity), newCookie(identity)];
  const session = await newSession(store, { identity: identity.id });
  const seat = { room: newRoomId(), game: "nim", seat: 0, since: 1 };
  const link = { connection: newConnectionId(), node: NODE, device: "Firefox" };
  const entry = { event: "user_created", atMs: await store.timeMs(), node: NODE };
  await store.createIdentity(identity);
  await store.linkSeat(identity.id, seat);
  for (const each of [cookie, torn]) await store.keepCookie(each);
  await store.openSession(session, LIFE_MS);
  await store.linkConnection(session.id, link);
  await redis.command("DEL", keys.audit);
  await store.noteAudit(entry);
  for (const garbage of GARBAGE) {
    await redis.command("HSET", keys.seats(identity.id), newRoomId(), garbage);
    await redis.command("HSET", keys.cookie(torn.hash), "record", garbage);
    await redis.command("HSET", keys.session(session.id), "connection:other", garbage);
    await redis.command("XADD", keys.audit, "*", "entry", garbage);
    expect(await store.seatsOf(identity.id)).toEqual([seat]);
    expect((await store.cookiesOf(identity.id)).map((each) => each.cookie)).toEqual([cookie]);
    expect(await store.useCookie(torn.hash)).toBeUndefined();
    expect(await store.useCookie(cookie.hash)).toEqual(cookie);
    expect((await store.readSession(session.id))?.connections).toEqual([link]);
    expect(await store.auditTail(100)).toEqual([entry]);
  }
  await store.keepCookie(torn);
  expect(await store.cookiesOf(identity.id)).toHaveLength(2);
  for (const field of ["usedMs", "idleMs", "endsMs"]) {
    await store.keepCookie(torn);
    await redis.command("HSET", keys.cookie(torn.hash), field, "soon");
    const isUnused = field === "usedMs";
    expect(await store.cookiesOf(identity.id), field).toHaveLength(isUnused ? 1 : 2);
    expect(await store.useCookie(torn.hash), field).toEqual(isUnused ? torn : undefined);
    expect(await store.useCookie(cookie.hash), field).toEqual(cookie);
  }
});

test("[D177] what is left out is told of once for each place, and nothing of what it says", async () => {
  const [ada, bob] = [newIdentityId(), newIdentityId()];
  const room = newRoomId();
  await redis.command("HSET", keys.listings(bucketOf(room)), room, "secret");
  for (const identity of [ada, bob])
    await redis.command("HSET", keys.seats(identity), room, '{"word":"secret"}');
  for (const _times of [1, 2]) {
    for (const identity of [ada, bob]) expect(await store.seatsOf(identity)).toEqual([]);
    expect(await store.listingOf(room)).toBeUndefined();
    expect((await store.rooms()).map((listing) => listing.room)).not.toContain(room);
  }
  const seats = "what is stored as listing of a seat is none";
  expect(told).toEqual([seats, seats, "what is stored as listing of a room is none"]);
  await redis.command("HDEL", keys.listings(bucketOf(room)), room);
});

test("[D178] a life sign that cannot be read hides no other", async () => {
  const sign = { node: "nodeofada1" as NodeId, phase: "serving", place: "a machine" } as const;
  const whole = { ...sign, shapes: ["a1"], kicks: [] };
  const strange = { ...whole, node: "nodeofbob1", shapes: [{ toString: 1 }, "b2"] };
  const others = [...GARBAGE, JSON.stringify({ ...whole, phase: 1 }), JSON.stringify(strange)];
  for (const [at, other] of others.entries())
    await redis.command("HSET", keys.nodes, `nodeofnone${at}`, `9999999999999 ${other}`);
  const { living } = await store.nodes.sign(whole, LIFE_MS);
  expect(living).toHaveLength(2);
  expect(living).toEqual(expect.arrayContaining([whole, { ...strange, shapes: ["b2"] }]));
});

test("[D180] a session that is none keeps no other from being touched, nor its connections from being unlinked, and has ended", async () => {
  const torn = [await newSession(store), await newSession(store), await newSession(store)];
  const whole = [await newSession(store), await newSession(store)];
  const all = [whole[0], ...torn, whole[1]].flatMap((session) => session ?? []);
  const link = { connection: newConnectionId(), node: NODE, device: "Firefox" };
  for (const session of all) {
    await store.openSession(session, LIFE_MS);
    await store.linkConnection(session.id, link);
  }
  const [text, without, other] = torn.map(({ id }) => keys.session(id));
  await redis.command("SET", text ?? "", "no hash at all");
  await redis.command("HDEL", without ?? "", "endsMs");
  await redis.command("HSET", other ?? "", "endsMs", "soon");
  const lifeMs = LIFE_MS / 2;
  const outcomes = await store.touch(
    all.map(({ id, revision }) => ({ session: id, revision, lifeMs })),
  );
  const touched = { kind: "touched", lifeMs };
  const ended = { kind: "ended" };
  expect(outcomes).toEqual([touched, ended, ended, ended, touched]);
  await store.unlinkConnections(
    all.map(({ id }) => ({ session: id, connection: link.connection })),
  );
  for (const { id } of whole) expect((await store.readSession(id))?.connections).toEqual([]);
});

test("[D181] a log that is none keeps no commit of another room from being kept", async () => {
  const rooms = [await newRoom(store), await newRoom(store), await newRoom(store)] as const;
  const [one, torn, other] = rooms;
  await redis.command("SET", keys.log(torn.room), "no stream at all");
  for (const version of [1, 2, 3]) {
    const outcomes = await store.append(rooms.map((room) => room.commit(version)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(["appended", "unknown", "appended"]);
  }
  for (const { room } of [one, other]) expect((await store.logTop(room))?.version).toBe(3);
});
