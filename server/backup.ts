// Backup: the command line that copies everything worth keeping of a Redis into one file, and back
// into an empty one. It serves nobody, opens nothing that is sealed, and lets go of the store at once.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pause, systemClock } from "../shared/clock.ts";
import type { NodeId } from "../shared/ids.ts";
import { randomCode } from "../shared/random.ts";
import type { Config } from "./config.ts";
import { configOfEnvironment, openStore } from "./ground.ts";
import { openLog } from "./log.ts";
import { CannotStart, endWith } from "./process.ts";
import { checkBackup, readBackup, writeBackup } from "./store/backupFile.ts";
import { type BootedStore, REDIS_FOLDER } from "./store/boot.ts";
import { type Keys, keysWith } from "./store/keys.ts";
import { topologyOf } from "./store/redis.ts";
import { SOCKET_FILE } from "./store/redisBinary.ts";
import { copyAll, isEmpty, restoreKey } from "./store/redisCopy.ts";
import { parseRedisUrl, type RedisAddress } from "./store/redisUrl.ts";
import { UNSEALED } from "./store/seal.ts";
import { Shards } from "./store/shards.ts";

const USAGE = "Use: npm run backup -- <new file>   |   npm run backup -- restore <file>";
const READY_MS_MAX = 5_000;
const PAUSE_MS = 20;

/** What there is to copy from or to. */
interface Place {
  readonly shards: Shards;
  readonly keys: Keys;
  timeMs(): Promise<number>;
}

/** Does what the words after the command say. Rejects with a sentence for the operator. */
async function backUp(words: readonly string[]): Promise<void> {
  const restores = words[0] === "restore";
  const [path = "", ...more] = restores ? words.slice(1) : words;
  if (path === "" || path.startsWith("-") || more.length > 0) throw new CannotStart(USAGE);
  const config = configOfEnvironment();
  const log = openLog({ level: config.logLevel, node: randomCode(10) as NodeId });
  try {
    // Without REDIS_URL it is another Redis than that of the nodes: the last line says which one it was.
    const said = await within(config, async (place, description) => [
      restores ? await restore(place, path) : await copy(place, path),
      `Store: ${description}`,
    ]);
    for (const sentence of said) log.announce(sentence);
  } finally {
    log.flush();
  }
}

async function copy({ shards, keys, timeMs }: Place, path: string): Promise<string> {
  const about = { keyPrefix: keys.prefix, takenMs: await timeMs() };
  const pieces = await writeBackup(path, about, copyAll(shards, keys));
  return `${path} holds ${pieces} pieces. Keep it as safe as SECRETS: together they open everything.`;
}

/** All of the file is looked at before anything is written. */
async function restore({ shards, keys, timeMs }: Place, path: string): Promise<string> {
  const { pieces } = await checkBackup(path, keys.prefix);
  if (!(await isEmpty(shards, keys)))
    throw new CannotStart(
      "This Redis is not empty. A backup is restored into an empty one only, and a node that still runs " +
        "writes its rooms into it: stop all of them first.",
    );
  const nowMs = await timeMs();
  for await (const copied of readBackup(path)) await restoreKey(shards, copied, nowMs);
  return `${pieces} pieces of ${path} are restored. Start the nodes with the same SECRETS.`;
}

/** Opens the Redis that the nodes use, and lets go of it afterwards. */
async function within<T>(
  config: Config,
  act: (place: Place, description: string) => Promise<T>,
): Promise<T> {
  const booted = await openStore(config, { seal: UNSEALED });
  try {
    const address = await addressOf(booted, config);
    // Whoever loses the connection in the middle begins anew.
    const connecting = { name: "holdfast-backup", clock: systemClock, onChange: () => undefined };
    const shards = new Shards(topologyOf(address, connecting));
    try {
      await untilReady(shards);
      const keys = keysWith(config.keyPrefix);
      return await act({ shards, keys, timeMs: () => booted.store.timeMs() }, booted.description);
    } finally {
      await shards.close();
    }
  } finally {
    await booted.store.close();
  }
}

async function addressOf({ kind }: BootedStore, config: Config): Promise<RedisAddress> {
  const { redisUrl, dataDirectory } = config;
  if (redisUrl !== undefined) return parseRedisUrl(redisUrl);
  if (kind === "in-process")
    throw new CannotStart(
      `Nothing of this is in a Redis. Stop the server and copy ${dataDirectory}.`,
    );
  const path = await readFile(join(dataDirectory, REDIS_FOLDER, SOCKET_FILE), "utf8");
  return { kind: "socket", path, database: 0, tls: false };
}

async function untilReady({ topology }: Shards): Promise<void> {
  const deadlineMs = systemClock.now() + READY_MS_MAX;
  while (!topology.isReady) {
    if (systemClock.now() > deadlineMs) throw new CannotStart(`Redis is away: ${topology.trouble}`);
    await pause(systemClock, PAUSE_MS);
  }
}

await backUp(process.argv.slice(2)).catch(endWith);
