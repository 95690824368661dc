// Seal: what is known of people is in no store in clear, opens only where it was put, and outlives the
// change of keys.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { deriveKeys } from "../../server/session/keys.ts";
import { keysWith } from "../../server/store/keys.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { type Seal, sealWith } from "../../server/store/seal.ts";
import { type Store, StoreDamaged } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { newFolder, textsIn } from "./folders.ts";
import { DAY_MS, newCookie, newIdentity, newSession } from "./newcomers.ts";
import { type RedisServer, startRedisServer, stopServers } from "./redisServer.ts";
import { closeStores, KEY_PREFIX, openStore } from "./redisStores.ts";

const secret = (kid: string, first: number) => {
  return { kid, bytes: Uint8Array.from({ length: 32 }, (_, at) => (first + 7 * at) % 256) };
};
const [OLD, NEW] = [secret("old", 1), secret("new", 2)];
const sealOf = (...secrets: ReturnType<typeof secret>[]): Seal =>
  sealWith(deriveKeys(secrets).seal);

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedisServer();
});
afterEach(closeStores);
afterAll(stopServers);

/** Somebody with everything that is known of people. */
async function populate(store: Store) {
  const named = { name: "Zoë Unmistakable", account: "zoë-unmistakable", role: "player" } as const;
  const identity = await newIdentity(store, { ...named, preferences: { language: "pt-BR" } });
  const cookie = { ...newCookie(identity), device: "Netscape on Amiga" };
  await store.createIdentity(identity);
  await store.keepCookie(cookie);
  const account = {
    name: named.account,
    identity: identity.id,
    passwordHash: "$hashed",
    revision: 1,
  };
  await store.createAccount(account);
  const session = await newSession(store, { ...named, identity: identity.id });
  await store.openSession(session, DAY_MS);
  const shelf = JSON.stringify({ save: "the amulet of Yendor" });
  await store.replaceShelf(identity.id, "nim", { expected: "", next: shelf, lifeMs: DAY_MS });
  return { identity, cookie, account, session, shelf };
}

const CLEAR = ["Unmistakable", "unmistakable", "Amiga", "pt-BR", "$hashed", "Yendor"];

async function look(store: Store, of: Awaited<ReturnType<typeof populate>>) {
  expect(await store.readIdentity(of.identity.id)).toEqual(of.identity);
  expect(await store.useCookie(of.cookie.hash)).toEqual(of.cookie);
  expect(await store.readAccount(of.account.name)).toEqual(of.account);
  expect((await store.readSession(of.session.id))?.record).toEqual(of.session);
  expect(await store.readShelf(of.identity.id, "nim")).toBe(of.shelf);
}

async function dump(): Promise<string> {
  const names = (await redis.command("KEYS", "*")) as string[];
  const values = await Promise.all(
    names.map(async (name) => {
      const kind = await redis.command("TYPE", name);
      if (kind === "string") return redis.command("GET", name);
      return kind === "hash" ? redis.command("HGETALL", name) : "";
    }),
  );
  return JSON.stringify([names, values]);
}

test("[D115] nothing that is known of people stands in Redis in clear, and old seals are made anew when they are read", async () => {
  const before = await openStore(redis.url, { seal: sealOf(OLD) });
  const somebody = await populate(before);
  const text = await dump();
  for (const clear of CLEAR) expect(text).not.toContain(clear);
  // The mark of the Redis itself is one of them.
  expect(text.match(/sealed:old:/g)).toHaveLength(6);
  const rotated = await openStore(redis.url, { seal: sealOf(NEW, OLD) });
  await look(rotated, somebody);
  const renewed = await dump();
  // A session ends within a day by itself.
  expect(renewed.match(/sealed:old:/g)).toHaveLength(1);
  const after = await openStore(redis.url, { seal: sealOf(NEW) });
  expect(await after.readIdentity(somebody.identity.id)).toEqual(somebody.identity);
  expect(await after.readShelf(somebody.identity.id, "nim")).toBe(somebody.shelf);
  expect(await after.readSession(somebody.session.id)).toBeUndefined();
  expect((await after.sessionsOf(somebody.identity.id)).living).toEqual([]);
});

test("[D116] what was sealed for another place, changed, cut or never sealed is refused", async () => {
  const store = await openStore(redis.url, { seal: sealOf(OLD, NEW) });
  const [ada, eve] = [await newIdentity(store), await newIdentity(store)];
  await store.createIdentity(ada);
  await store.createIdentity(eve);
  const key = ({ id }: typeof ada) => `hf:{${id}}:identity`;
  const sealed = String(await redis.command("HGET", key(ada), "record"));
  const put = (text: string) => redis.command("HSET", key(ada), "record", text);
  await redis.command("HSET", key(eve), "record", sealed);
  await expect(store.readIdentity(eve.id)).rejects.toBeInstanceOf(StoreDamaged);
  const head = "sealed:old:".length;
  for (const at of [head, head + 20, sealed.length - 3]) {
    const other = sealed[at] === "A" ? "B" : "A";
    await put(sealed.slice(0, at) + other + sealed.slice(at + 1));
    await expect(store.readIdentity(ada.id)).rejects.toBeInstanceOf(StoreDamaged);
  }
  for (const text of [sealed.slice(0, -16), JSON.stringify(ada), "sealed:old:", ""]) {
    await put(text);
    await expect(store.readIdentity(ada.id)).rejects.toBeInstanceOf(StoreDamaged);
  }
  await put(sealed.replace("sealed:old:", "sealed:gone:"));
  expect(await store.readIdentity(ada.id)).toBeUndefined();
  await put(sealed);
  expect(await store.readIdentity(ada.id)).toEqual(ada);
});

test("[D166] a shelf that is sealed anew, or was never sealed, keeps its text and its life, and is still replaced by whoever read it", async () => {
  const store = await openStore(redis.url, { seal: sealOf(OLD, NEW) });
  const { id } = await newIdentity(store);
  const key = keysWith(KEY_PREFIX).shelf(id, "nim");
  const put = (expected: string, next: string) =>
    store.replaceShelf(id, "nim", { expected, next, lifeMs: DAY_MS });
  const stored = async () => String(await redis.command("GET", key));
  const plain = JSON.stringify({ save: "of a build of before" });
  await redis.command("SET", key, plain, "PX", String(DAY_MS / 2));
  expect(await put("", "lost")).toBe(false);
  expect(await store.readShelf(id, "nim")).toBe(plain);
  expect(await stored()).toMatch(/^sealed:old:/);
  const leftMs = Number(await redis.command("PTTL", key));
  expect(leftMs).toBeGreaterThan(DAY_MS / 4);
  expect(leftMs).toBeLessThanOrEqual(DAY_MS / 2);
  const rotated = await openStore(redis.url, { seal: sealOf(NEW, OLD) });
  // One reads, many read and so seal it anew, one writes what it read.
  const reads = Array.from({ length: 8 }, () => rotated.readShelf(id, "nim"));
  expect(new Set(await Promise.all([...reads, put(plain, "next").then(() => plain)]))).toEqual(
    new Set([plain]),
  );
  expect(await rotated.readShelf(id, "nim")).toBe("next");
  expect(await stored()).toMatch(/^sealed:new:/);
  const elsewhere = keysWith(KEY_PREFIX).shelf(id, "cards");
  await redis.command("SET", elsewhere, "sealed:gone:".padEnd(60, "x"));
  expect(await store.readShelf(id, "cards")).toBe("");
  const first = { expected: "", next: "begun anew", lifeMs: DAY_MS };
  expect(await store.replaceShelf(id, "cards", first)).toBe(true);
  expect(await store.readShelf(id, "cards")).toBe("begun anew");
});

test("[D173] a shelf that opens for nobody is given as it stands, never opened, and is replaced by whoever read that", async () => {
  const store = await openStore(redis.url, { seal: sealOf(OLD, NEW) });
  const { id } = await newIdentity(store);
  const key = keysWith(KEY_PREFIX).shelf(id, "nim");
  const cards = keysWith(KEY_PREFIX).shelf(id, "cards");
  const put = (expected: string, next: string) =>
    store.replaceShelf(id, "nim", { expected, next, lifeMs: DAY_MS });
  await store.replaceShelf(id, "cards", { expected: "", next: "an ace", lifeMs: DAY_MS });
  const moved = String(await redis.command("GET", cards));
  for (const stored of [moved, moved.slice(0, -16), "sealed:old:", "an ace"]) {
    await redis.command("SET", key, stored);
    expect(await store.readShelf(id, "nim")).toBe(stored);
    expect(await put("", "lost")).toBe(false);
    expect(await put("an ace of before", "lost")).toBe(false);
    expect(await put(stored, "begun anew")).toBe(true);
    expect(await store.readShelf(id, "nim")).toBe("begun anew");
    expect(String(await redis.command("GET", key))).toMatch(/^sealed:old:/);
  }
});

test("[D115] nothing that is known of people stands in the journal in clear, and keys may change", async () => {
  const clock = new VirtualClock();
  const directory = await newFolder();
  const open = (seal: Seal) => openMemoryStore({ clock, directory, seal });
  const first = await open(sealOf(OLD));
  const somebody = await populate(first);
  await first.close();
  const text = (await textsIn(directory)).join("\n");
  for (const clear of CLEAR) expect(text).not.toContain(clear);
  expect(text).toContain("sealed:old:");
  const second = await open(sealOf(NEW, OLD));
  await look(second, somebody);
  await second.close();
  const third = await open(sealOf(NEW));
  // The journal was written anew at the start between.
  await look(third, somebody);
  await third.close();
  // What no key opens is as if it had never been.
  const fourth = await open(sealOf(OLD));
  expect(await fourth.readIdentity(somebody.identity.id)).toBeUndefined();
  expect(await fourth.useCookie(somebody.cookie.hash)).toBeUndefined();
  await fourth.close();
});
