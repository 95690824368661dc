// Private Redis: a Redis that keeps one data directory and serves the nodes of this machine through
// a socket only. It outlives the process that started it; the node that leaves last stops it.

import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, pause } from "../../shared/clock.ts";
import { DirectoryHeld, type DirectoryLock, lockDirectory } from "./directoryLock.ts";
import { pidWorkingIn } from "./processes.ts";
import { openRedisStore, type StoreEars } from "./redis.ts";
import { forgetRedis, LOG_FILE, PID_FILE, SOCKET_FILE, startRedis } from "./redisBinary.ts";
import { RedisConnection } from "./redisConnection.ts";
import type { ServerAddress } from "./redisUrl.ts";
import { textOf } from "./replies.ts";
import type { Seal } from "./seal.ts";
import { giveSigns, seesSigns } from "./signs.ts";
import { type Store, StoreAway } from "./store.ts";

export interface PrivateRedisOptions {
  /** Path of the server's program. */
  readonly binary: string;
  /** Where the server keeps its files. */
  readonly directory: string;
  readonly keyPrefix: string;
  readonly clock: Clock;
  readonly seal?: Seal;
  readonly hear?: StoreEars | undefined;
}

/** Another process is starting or stopping the server. */
const LOCK_MS_MAX = 60_000;
/** Loading takes about ten seconds a gigabyte. */
const LOAD_MS_MAX = 300_000;
/** A server listens at once, long before it has loaded. */
const LISTEN_MS_MAX = 5_000;
const STOP_MS_MAX = 10_000;
const PAUSE_MS = 20;
const LOG_LINES_SHOWN = 5;

/**
 * Opens a store on the directory's Redis, which is started if none runs. Rejects with the end of the
 * server's log if it does not start, with StoreAway if it runs and does not answer, and with a
 * sentence for the operator if nodes use the directory that cannot be seen from here.
 */
export async function openPrivateRedis(options: PrivateRedisOptions): Promise<Store> {
  const { directory, keyPrefix, clock } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // Held until our own connections stand: who leaves meanwhile must see that somebody stays.
  const lock = await lockWhenFree(options);
  try {
    const running = await runningServer(options);
    const address = running ?? (await newServer(options));
    const store = await openRedisStore({
      address,
      keyPrefix,
      clock,
      ...(options.seal === undefined ? {} : { seal: options.seal }),
      hear: options.hear,
      where: `${directory}, ${running === undefined ? "started privately" : "which ran already"}`,
      afterClose: async () => {
        endSigns();
        await stopIfLast(address, options);
      },
    });
    const endSigns = giveSigns(join(directory, SOCKET_FILE), clock);
    return store;
  } finally {
    await lock.release();
  }
}

/** The server that an earlier process started, if it runs. */
async function runningServer(options: PrivateRedisOptions): Promise<ServerAddress | undefined> {
  return (await serverPid(options)) === undefined ? undefined : await untilLoaded(options);
}

async function newServer(options: PrivateRedisOptions): Promise<ServerAddress> {
  const { binary, directory, clock } = options;
  if (await seesSigns(join(directory, SOCKET_FILE), clock)) {
    throw new Error(
      `${directory} is in use by a node elsewhere, e.g. in another container. Give each its own ` +
        "DATA_DIR, or all of them one Redis by REDIS_URL",
    );
  }
  await startRedis(binary, directory);
  const address = await untilLoaded(options);
  if (address === undefined) throw await didNotStart(directory);
  return address;
}

/** Waits as long as the server loads. Undefined if it ends; gives up if it does not even listen. */
async function untilLoaded(options: PrivateRedisOptions): Promise<ServerAddress | undefined> {
  const { directory, clock } = options;
  const path = await readFile(join(directory, SOCKET_FILE), "utf8");
  const address: ServerAddress = { kind: "socket", path, database: 0, tls: false };
  const connection = new RedisConnection(address, { name: "holdfast-start" });
  const sinceMs = clock.now();
  try {
    while (!connection.isReady) {
      const pid = await serverPid(options);
      if (pid === undefined) return undefined;
      const waitedMs = clock.now() - sinceMs;
      if (waitedMs > (existsSync(path) ? LOAD_MS_MAX : LISTEN_MS_MAX)) {
        throw new StoreAway(
          `the private Redis of ${directory} (process ${pid}) does not answer at ${path}: ` +
            `${connection.trouble}. End that process and start again`,
        );
      }
      await pause(clock, PAUSE_MS);
    }
    return address;
  } finally {
    await connection.close();
  }
}

async function didNotStart(directory: string): Promise<Error> {
  const file = join(directory, LOG_FILE);
  const log = existsSync(file) ? await readFile(file, "utf8") : "";
  const end = log.trimEnd().split("\n").slice(-LOG_LINES_SHOWN).join("\n");
  await forgetRedis(directory);
  return new Error(`the private Redis of ${directory} did not start:\n${end}`);
}

/** Stops the server unless another node is connected. Its file holds everything already. */
async function stopIfLast(address: ServerAddress, options: PrivateRedisOptions): Promise<void> {
  const lock = await lockWhenFree(options).catch((error: unknown) => {
    // Who is busy with the server for so long needs it.
    if (error instanceof DirectoryHeld) return undefined;
    throw error;
  });
  if (lock === undefined) return;
  const connection = new RedisConnection(address, { name: "leaving" });
  try {
    await connection.untilReady(options.clock);
    const clients = textOf(await connection.call("CLIENT", "LIST"));
    if (!/ name=holdfast-/.test(clients)) await stop(connection, options);
  } catch (error) {
    // A server that gives no answer is left to whoever starts next.
    if (!(error instanceof StoreAway)) throw error;
  } finally {
    await connection.close();
    await lock.release();
  }
}

async function stop(connection: RedisConnection, options: PrivateRedisOptions): Promise<void> {
  await connection.call("SHUTDOWN").catch((error: unknown) => {
    // It hangs up instead of answering.
    if (!(error instanceof StoreAway)) throw error;
  });
  const deadlineMs = options.clock.now() + STOP_MS_MAX;
  while ((await serverPid(options)) !== undefined) {
    if (options.clock.now() > deadlineMs) return;
    await pause(options.clock, PAUSE_MS);
  }
  await forgetRedis(options.directory);
}

async function lockWhenFree({ directory, clock }: PrivateRedisOptions): Promise<DirectoryLock> {
  const deadlineMs = clock.now() + LOCK_MS_MAX;
  for (;;) {
    try {
      return await lockDirectory(directory, clock, 0);
    } catch (error) {
      if (!(error instanceof DirectoryHeld) || clock.now() > deadlineMs) throw error;
    }
    await pause(clock, PAUSE_MS);
  }
}

function serverPid({ directory }: PrivateRedisOptions): Promise<number | undefined> {
  return pidWorkingIn(directory, PID_FILE);
}
