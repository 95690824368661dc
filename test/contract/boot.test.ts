// Boot: which store a process gets, and the private Redis that it starts, shares, finds again after
// a kill and stops as the last to leave.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { type BootedStore, bootStore } from "../../server/store/boot.ts";
import { UNSEALED } from "../../server/store/seal.ts";
import { systemClock } from "../../shared/clock.ts";
import type { RoomId } from "../../shared/ids.ts";
import { newFolder } from "./folders.ts";
import { newRoom, newRoomAt } from "./newcomers.ts";
import { startRedisServer, stopServers } from "./redisServer.ts";
import { until } from "./until.ts";

const booted: BootedStore[] = [];
const folders: string[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(booted.splice(0).map(({ store }) => store.close()));
  for (const folder of folders.splice(0)) {
    const pid = await redisPid(folder);
    if (pid !== undefined && isRunning(pid)) process.kill(pid, "SIGKILL");
    if (!existsSync(join(folder, "redis", "socket"))) continue;
    await rm(dirname(await socketOf(folder)), { recursive: true, force: true });
  }
});

afterAll(stopServers);

async function newDirectory(): Promise<string> {
  const folder = await newFolder();
  folders.push(folder);
  return folder;
}

async function boot(directory: string, redisUrl?: string): Promise<BootedStore> {
  const options = { directory, keyPrefix: "hf:", clock: systemClock, seal: UNSEALED };
  const opened = await bootStore(redisUrl === undefined ? options : { ...options, redisUrl });
  booted.push(opened);
  return opened;
}

async function redisPid(directory: string): Promise<number | undefined> {
  const file = join(directory, "redis", "redis.pid");
  return existsSync(file) ? Number(await readFile(file, "utf8")) : undefined;
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/cwd`);
}

const socketOf = (directory: string) => readFile(join(directory, "redis", "socket"), "utf8");

/** A process that appends to a room of its own, and what it was told so far. */
async function startAppending(directory: string) {
  const script = fileURLToPath(new URL("bootProcess.ts", import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", script, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told: string[] = [];
  if (child.stdout !== null) createInterface(child.stdout).on("line", (line) => told.push(line));
  await until("it has appended for a while", () => told.length > 50);
  return {
    /** kill -9; gives the room and the newest version that the process was told of. */
    async kill(): Promise<{ readonly room: RoomId; readonly version: number }> {
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
      return { room: told[0] as RoomId, version: Number(told.at(-1)) };
    },
  };
}

test("[D91] without REDIS_URL a Redis is started, shared by all who start at once, and stopped by the last", async () => {
  const directory = await newDirectory();
  const [first, second, third] = await Promise.all([1, 2, 3].map(() => boot(directory)));
  if (first === undefined || second === undefined || third === undefined) throw new Error("three");
  const pid = await redisPid(directory);
  if (pid === undefined) throw new Error("no Redis was started");
  expect(first.kind).toBe("private redis");
  const described = [first, second, third].map(({ description }) => description);
  for (const line of described) expect(line).toMatch(/: survives all but the loss of its disk/);
  expect(described.filter((line) => line.includes(", started privately:"))).toHaveLength(1);
  expect(described.filter((line) => line.includes(", which ran already:"))).toHaveLength(2);
  const { room, epoch } = await newRoom(first.store);
  expect((await third.store.logTop(room))?.epoch).toBe(epoch);
  const socket = await socketOf(directory);

  await Promise.all([first.store.close(), second.store.close()]);
  expect(isRunning(pid)).toBe(true);
  expect((await third.store.logTop(room))?.epoch).toBe(epoch);
  await third.store.close();
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(dirname(socket))).toBe(false);

  const later = await boot(directory);
  expect(await redisPid(directory)).not.toBe(pid);
  expect((await later.store.logTop(room))?.epoch).toBe(epoch);
});

test("[D92] after a kill of the only node its Redis is found again, and everything told is there", async () => {
  const directory = await newDirectory();
  const node = await startAppending(directory);
  const pid = await redisPid(directory);
  const { room, version } = await node.kill();
  const { store } = await boot(directory);
  expect(await redisPid(directory)).toBe(pid);
  expect((await store.logTop(room))?.version).toBeGreaterThanOrEqual(version);
});

test("[D93] after a kill of the node and of its Redis everything told is there", async () => {
  const directory = await newDirectory();
  const node = await startAppending(directory);
  const pid = await redisPid(directory);
  if (pid === undefined) throw new Error("no Redis was started");
  const socket = await socketOf(directory);
  process.kill(pid, "SIGKILL");
  const { room, version } = await node.kill();
  const { store } = await boot(directory);
  expect(await redisPid(directory)).not.toBe(pid);
  expect(existsSync(dirname(socket))).toBe(false);
  const stored = await store.loadRoom(room);
  expect(stored?.top.version).toBeGreaterThanOrEqual(version);
  expect(stored?.entries).toHaveLength(stored?.top.version ?? -1);
});

test("[D94] a Redis that cannot start says why, and nothing else is used in its place", async () => {
  const directory = await newDirectory();
  const { store } = await boot(directory);
  await newRoomAt(store, 3);
  await store.close();
  const log = join(directory, "redis", "appendonlydir");
  const [name = ""] = (await readdir(log)).filter((file) => file.endsWith(".incr.aof"));
  const whole = await readFile(join(log, name));
  await writeFile(join(log, name), "this is no command\n");
  await appendFile(join(log, name), whole);
  await expect(boot(directory)).rejects.toThrow(/did not start:[\s\S]*Bad file format/);
  expect(existsSync(join(directory, "in-process"))).toBe(false);
  await writeFile(join(log, name), whole);
  expect((await boot(directory)).kind).toBe("private redis");
});

test("[D95] a Redis that runs but cannot be reached is not joined by a second one on the same files", async () => {
  const directory = await newDirectory();
  const { store } = await boot(directory);
  const pid = await redisPid(directory);
  await rm(await socketOf(directory));
  await expect(boot(directory)).rejects.toThrow(`process ${pid}`);
  expect(await redisPid(directory)).toBe(pid);
  expect(await store.timeMs()).toBeGreaterThan(0);
});

test("[D96] REDIS_URL goes before a Redis of the PATH, and that before the store in the process", async () => {
  const directory = await newDirectory();
  const server = await startRedisServer({ fsync: "always" });
  const redis = await boot(directory, server.url);
  expect(redis.kind).toBe("redis");
  expect(redis.description).toContain(`127.0.0.1:${server.port}: survives`);
  expect(await readdir(directory)).toEqual([]);
  expect((await boot(directory)).kind).toBe("private redis");
  vi.stubEnv("PATH", directory);
  const inProcess = await boot(directory);
  expect(inProcess.kind).toBe("in-process");
  expect(inProcess.description).toMatch(/one process only.*no redis-server or valkey-server/);
  expect(inProcess.description).toContain(`not used: what another store left in ${directory}`);
  await redis.store.close();
  await server.stop();
});

test("[D101] a directory whose Redis cannot be seen, but whose nodes give signs, is left to them", async () => {
  const directory = await newDirectory();
  const { store } = await boot(directory);
  // As another container sees it: the pid is nobody's there.
  const file = join(directory, "redis", "redis.pid");
  const pid = await readFile(file, "utf8");
  await writeFile(file, String(2 ** 22 + 1));
  await expect(boot(directory)).rejects.toThrow(/in use by a node elsewhere/);
  await writeFile(file, pid);
  expect((await boot(directory)).store.incarnation).toBe(store.incarnation);
});

test("[D97] a directory whose name is too long for a socket's path serves as well", async () => {
  const directory = join(await newDirectory(), "long ".repeat(30).trim());
  await mkdir(directory);
  folders.push(directory);
  const { store, kind } = await boot(directory);
  expect(kind).toBe("private redis");
  const { room } = await newRoomAt(store, 1);
  expect((await store.logTop(room))?.version).toBe(1);
});
