// Backup: what a Redis holds goes into a file beside running nodes, and out of it into an empty Redis,
// where the same people play on in the same seats.

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { join as sitDown } from "../../client/join.ts";
import { type RedisServer, startRedisServer } from "../contract/redisServer.ts";
import { ask } from "./httpBed.ts";
import { LabServer, until } from "./lab.ts";
import { ledger } from "./ledger.ts";
import { TcpProxy } from "./proxy.ts";

const BACKUP = fileURLToPath(new URL("../../server/backup.ts", import.meta.url));
const SECRETS = `k1:${randomBytes(32).toString("base64")}`;
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startRedis(): Promise<RedisServer> {
  const redis = await startRedisServer({ fsync: "always" });
  closers.push(() => redis.stop());
  return redis;
}

async function serve(redis: RedisServer, secrets = SECRETS): Promise<LabServer> {
  const environment = { REDIS_URL: redis.url, SECRETS: secrets };
  const server = await LabServer.start({ environment });
  closers.push(() => server.close());
  return server;
}

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-backup-"));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "backup");
}

/** Runs the command as an operator would; rejects with what it printed. */
function backup(redis: RedisServer, ...words: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, REDIS_URL: redis.url, SECRETS };
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, out: string, told: string) =>
      error === null ? resolve(out) : reject(new Error(out + told));
    execFile(process.execPath, ["--import", "tsx", BACKUP, ...words], { env }, done);
  });
}

/** Identities, cookies and their lists as an operator sees them, each with its end. */
async function standing(redis: RedisServer): Promise<ReadonlyMap<string, string>> {
  const keys = (await redis.command("KEYS", "hf:*")) as string[];
  const lasting = keys.filter((key) => /:(identity|cookies)$|:(cookie|account):/.test(key));
  const texts = lasting.map(async (key) => {
    const isList = key.endsWith(":cookies");
    const asked = isList ? ["ZRANGE", key, 0, -1, "WITHSCORES"] : ["HGETALL", key];
    const values = (await redis.command(...asked)) as readonly unknown[];
    // Redis gives the fields of a hash in any order.
    const pairs = values.map((value, at) => `${values[at - (at % 2)]} ${value}`).sort();
    return [key, `${pairs.join("\n")}\n${await redis.command("PEXPIRETIME", key)}`] as const;
  });
  return new Map(await Promise.all(texts));
}

test("[D150, N192] from a backup that was taken under play everybody plays on in the same seat, and accounts sign in", async () => {
  const old = await startRedis();
  const server = await serve(old);
  const body = { name: "Root", password: "a long and unusual one" };
  await ask(server.port, "POST /api/account/register", { body });
  const line = await TcpProxy.open(server.port);
  closers.push(() => line.close());
  const ada = await sitDown({ url: line.url, game: ledger, name: "ada" });
  closers.push(() => ada.close());
  let rollbacks = 0;
  ada.on("rolledBack", () => rollbacks++);
  const transfer = (mark: string) => ada.send.transfer({ to: ada.index ?? 0, coins: 1, mark });
  const { index, room } = ada;
  const applied: string[] = [];
  let isOver = false;
  const playing = (async () => {
    while (!isOver) {
      const mark = `mark ${applied.length}`;
      if ((await transfer(mark)).end === "applied") applied.push(mark);
    }
  })();
  await until("there is something to lose", () => applied.length > 5);
  const before = [...applied];
  const file = await newFile();
  const said = await backup(old, file);
  expect(said).toContain(file);
  // Else a copy of the wrong store looks like one of the right.
  expect(said).toMatch(new RegExp(`"Store: [^"]*${old.port}`));
  isOver = true;
  await playing;
  await transfer("after the backup");
  await server.signal("SIGKILL");
  const fresh = await startRedis();
  await backup(fresh, "restore", file);
  const successor = await serve(fresh);
  line.targetPort = successor.port;
  line.cut();
  // What came after the backup is gone, and whoever saw it is told.
  await until("ada is told", () => rollbacks === 1);
  await until("ada is back", () => ada.status.phase === "live");
  expect([ada.room, ada.index]).toEqual([room, index]);
  const marks = [...ada.state.marks].map(({ mark }) => mark);
  expect(marks).not.toContain("after the backup");
  expect(marks).toEqual(expect.arrayContaining(before));
  expect(await transfer("going on")).toEqual({ end: "applied" });
  const signedIn = await ask(successor.port, "POST /api/account/sign-in", { body });
  expect(signedIn.json).toMatchObject({ session: { name: "Root" } });
});

test("[D151] what is sealed stays sealed in a backup, and the file is for its owner alone", async () => {
  const redis = await startRedis();
  const server = await serve(redis);
  const body = { name: "Undisclosed", password: "a long and unusual one" };
  await ask(server.port, "POST /api/account/register", { body });
  const file = await newFile();
  await backup(redis, file);
  const text = await readFile(file, "utf8");
  const values = [...text.matchAll(/"([A-Za-z0-9+/=]{8,})"/g)].map(([, value = ""]) =>
    Buffer.from(value, "base64").toString("latin1"),
  );
  expect(values.filter((value) => value.startsWith("sealed:k1:")).length).toBeGreaterThan(2);
  expect(values.filter((value) => /undisclosed/i.test(value))).toEqual([]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("[D163] a start with other secrets than those of the backup says so and what to do, and with both everybody signs in", async () => {
  const redis = await startRedis();
  const server = await serve(redis);
  const body = { name: "Root", password: "a long and unusual one" };
  await ask(server.port, "POST /api/account/register", { body });
  const file = await newFile();
  await backup(redis, file);
  const fresh = await startRedis();
  const secretOf = (kid: string) => `${kid}:${randomBytes(32).toString("base64")}`;
  // An empty Redis is taken as it is, also by whoever restores into it afterwards.
  expect(await (await serve(fresh, secretOf("k2"))).signal("SIGTERM")).toBe(0);
  await backup(fresh, "restore", file);
  const newest = secretOf("k2");
  for (const secrets of [newest, secretOf("k1")])
    await expect(serve(fresh, secrets)).rejects.toThrow(
      /sealed with a secret that is not in SECRETS \(its name is "k1"\).*behind the newest/,
    );
  const both = await serve(fresh, `${newest},${SECRETS}`);
  const signedIn = await ask(both.port, "POST /api/account/sign-in", { body });
  expect(signedIn.json).toMatchObject({ session: { name: "Root" } });
});

test("[D152] a backup is restored whole into an empty Redis, or not at all", async () => {
  const redis = await startRedis();
  const server = await serve(redis);
  await ask(server.port, "POST /api/session/guest", { body: { name: "ada" } });
  const body = { name: "Root", password: "a long and unusual one" };
  await ask(server.port, "POST /api/account/register", { body });
  const file = await newFile();
  await backup(redis, file);
  await expect(backup(redis, file)).rejects.toThrow("exists already. Name a new file.");
  await expect(backup(redis, "restore", file)).rejects.toThrow("is not empty");
  const empty = await startRedis();
  const cut = await newFile();
  await writeFile(cut, await readFile(file));
  await truncate(cut, (await stat(file)).size - 200);
  await expect(backup(empty, "restore", cut)).rejects.toThrow("is not whole");
  const text = await readFile(file, "utf8");
  await writeFile(
    cut,
    text.replace(/"parts":\["(.)/, (_, first) => `"parts":["${first === "A" ? "B" : "A"}`),
  );
  await expect(backup(empty, "restore", cut)).rejects.toThrow("was changed");
  await writeFile(cut, "something else\n");
  await expect(backup(empty, "restore", cut)).rejects.toThrow("is no backup");
  const keys = (await empty.command("KEYS", "hf:*")) as string[];
  expect(keys.filter((key) => !key.startsWith("hf:mark:"))).toEqual([]);
  await backup(empty, "restore", file);
  const kept = await standing(empty);
  expect(kept.size).toBeGreaterThan(3);
  for (const [key, text] of await standing(redis)) expect(kept.get(key), key).toBe(text);
  await expect(backup(empty, "restore", file)).rejects.toThrow("is not empty");
});

test("[D157] a backup that cannot be taken or read says so in a sentence, and writes nothing", async () => {
  const redis = await startRedis();
  const taken = await newFile();
  await writeFile(taken, "null\nnull\n");
  const missing = await newFile();
  const refused = (...words: readonly string[]) =>
    backup(redis, ...words).catch((cause: Error) => cause.message);
  const use = "Use: npm run backup -- <new file>   |   npm run backup -- restore <file>\n";
  const wrong = [[], ["--help"], ["restore"], ["restor", missing], ["copy", missing]];
  for (const words of wrong) expect(await refused(...words)).toBe(use);
  expect(await refused(taken)).toBe(`${taken} exists already. Name a new file.\n`);
  expect(await refused("restore", missing)).toBe(`${missing} cannot be read: no such file.\n`);
  expect(await refused("restore", taken)).toBe(`${taken} is no backup of Holdfast.\n`);
  const inFile = join(taken, "within");
  expect(await refused(inFile)).toBe(`${inFile} cannot be written: its folder is no folder.\n`);
  const nowhere = join(missing, "within");
  expect(await refused(nowhere)).toBe(`${nowhere} cannot be written: no such folder.\n`);
  expect(await readFile(taken, "utf8")).toBe("null\nnull\n");
  await expect(stat(missing)).rejects.toThrow("ENOENT");
});
