// Boot: which store a process gets. REDIS_URL decides if it is set; else a Redis of the PATH is
// started privately; else the store is inside this process. It never falls back from one that failed.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../shared/clock.ts";
import { openMemoryStore } from "./memory.ts";
import { openPrivateRedis } from "./privateRedis.ts";
import { openRedisStore, type StoreEars } from "./redis.ts";
import { findRedisBinary } from "./redisBinary.ts";
import { parseRedisUrl } from "./redisUrl.ts";
import type { Seal } from "./seal.ts";
import type { Store } from "./store.ts";

export interface BootOptions {
  /** One of `REDIS_URL_FORMS`. */
  readonly redisUrl?: string;
  readonly keyPrefix: string;
  /** Where the stores of this machine keep their files, each in a folder of its own. */
  readonly directory: string;
  readonly clock: Clock;
  /** How what is known of people is kept. */
  readonly seal: Seal;
  readonly hear?: StoreEars | undefined;
}

export interface BootedStore {
  /** Only an in-process store cannot be shared by several processes. */
  readonly kind: "redis" | "private redis" | "in-process";
  readonly store: Store;
  /** One line for the operator: which store this is, why, and what it does not survive. */
  readonly description: string;
}

/** In the directory: what a private Redis keeps. */
export const REDIS_FOLDER = "redis";
const IN_PROCESS_FOLDER = "in-process";

/**
 * Opens the store. Rejects with a sentence for the operator if the one to be used cannot be had: to
 * go on with another one would look like every room being lost.
 */
export async function bootStore(options: BootOptions): Promise<BootedStore> {
  const { redisUrl, keyPrefix, directory, clock, seal, hear } = options;
  if (redisUrl !== undefined) {
    const store = await openRedisStore({
      address: parseRedisUrl(redisUrl),
      keyPrefix,
      clock,
      seal,
      hear,
    });
    return { kind: "redis", store, description: store.description };
  }
  const redisDirectory = join(directory, REDIS_FOLDER);
  const inProcessDirectory = join(directory, IN_PROCESS_FOLDER);
  const binary = await findRedisBinary();
  if (binary.kind === "found") {
    const store = await openPrivateRedis({
      binary: binary.path,
      directory: redisDirectory,
      keyPrefix,
      clock,
      seal,
      hear,
    });
    const description = store.description + unusedNote(inProcessDirectory);
    return { kind: "private redis", store, description };
  }
  const store = await openMemoryStore({ clock, seal, directory: inProcessDirectory });
  const description = `${store.description} (${binary.why})${unusedNote(redisDirectory)}`;
  return { kind: "in-process", store, description };
}

/** Whoever installs or removes a Redis shall not wonder where the rooms went. */
function unusedNote(otherDirectory: string): string {
  return existsSync(otherDirectory)
    ? `; not used: what another store left in ${otherDirectory}`
    : "";
}
