// Redis: the contract over a single server, and over a Cluster of three masters, as a user without
// more rights than a server needs. Rooms and sessions of all tests share the servers, as they do in life.

import { afterAll, beforeAll } from "vitest";
import type { Store } from "../../server/store/store.ts";
import { startRedisCluster, startRedisServer, stopServers } from "./redisServer.ts";
import { openStore } from "./redisStores.ts";
import { keptStoreContract } from "./store.ts";

/** The contract over stores on what `start` starts, by its URL; each test opens and closes one. */
function redisContract(title: string, start: () => Promise<string>): void {
  let url = "";
  beforeAll(async () => {
    url = await start();
  });
  afterAll(stopServers);

  keptStoreContract(title, async () => {
    let store: Store = await openStore(url);
    return {
      store,
      async reopen() {
        await store.close();
        store = await openStore(url);
        return store;
      },
      close: () => store.close(),
    };
  });
}

redisContract("Redis", async () => (await startRedisServer({ fsync: "always" })).url);

redisContract("Redis Cluster", async () => (await startRedisCluster()).url);
