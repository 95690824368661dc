// Redis stores: stores on a Redis of the tests, all closed again with one call.

import { deriveKeys } from "../../server/session/keys.ts";
import { openRedisStore, type RedisStoreOptions } from "../../server/store/redis.ts";
import { parseRedisUrl } from "../../server/store/redisUrl.ts";
import { sealWith } from "../../server/store/seal.ts";
import type { Store } from "../../server/store/store.ts";
import { systemClock } from "../../shared/clock.ts";

export const KEY_PREFIX = "hf:";

const opened: Store[] = [];

/** As any server has it: the contract holds for stores that keep nothing of people in clear. */
export const SEAL = sealWith(
  deriveKeys([{ kid: "k1", bytes: Uint8Array.from({ length: 32 }, (_, at) => at) }]).seal,
);

/** A store on the Redis of that URL; `closeStores` closes it. */
export async function openStore(
  url: string,
  options: Partial<Pick<RedisStoreOptions, "clock" | "openMs" | "seal" | "hear">> = {},
): Promise<Store> {
  const address = parseRedisUrl(url);
  const store = await openRedisStore({
    address,
    keyPrefix: KEY_PREFIX,
    clock: systemClock,
    seal: SEAL,
    ...options,
  });
  opened.push(store);
  return store;
}

export async function closeStores(): Promise<void> {
  await Promise.all(opened.splice(0).map((store) => store.close()));
}
