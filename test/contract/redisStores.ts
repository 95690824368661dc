// Redis stores: stores on a Redis of the tests, all closed again with one call.

import { openRedisStore } from "../../server/store/redis.ts";
import { parseRedisUrl } from "../../server/store/redisUrl.ts";
import type { Store } from "../../server/store/store.ts";
import { type Clock, systemClock } from "../../shared/clock.ts";

export const KEY_PREFIX = "hf:";

const opened: Store[] = [];

/** A store on the Redis of that URL; `closeStores` closes it. */
export async function openStore(
  url: string,
  options: { readonly clock?: Clock; readonly openMs?: number } = {},
): Promise<Store> {
  const address = parseRedisUrl(url);
  const store = await openRedisStore({
    address,
    keyPrefix: KEY_PREFIX,
    clock: systemClock,
    ...options,
  });
  opened.push(store);
  return store;
}

export async function closeStores(): Promise<void> {
  await Promise.all(opened.splice(0).map((store) => store.close()));
}
