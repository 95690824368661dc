// Memory: the contract over the in-process store, without a file and with one.

import { openMemoryStore } from "../../server/store/memory.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { newFolder, powerCut } from "./folders.ts";
import { SEAL } from "./redisStores.ts";
import { keptStoreContract, type OpenedStore, storeContract } from "./store.ts";

storeContract("memory", async () => {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  return { store, pass: async (ms) => clock.advance(ms), close: () => store.close() };
});

keptStoreContract("memory and file", async () => {
  const clock = new VirtualClock();
  const directory = await newFolder();
  let store = await openMemoryStore({ clock, directory, seal: SEAL });
  return {
    store,
    pass: async (ms) => clock.advance(ms),
    async reopen() {
      await store.close();
      store = await openMemoryStore({ clock, directory, seal: SEAL });
      return store;
    },
    close: () => store.close(),
  };
});

/** Each time the store is opened on what its disk held when the power went. */
keptStoreContract("memory and file, after a power cut", async (): Promise<OpenedStore> => {
  const clock = new VirtualClock();
  let directory = await newFolder();
  let store = await openMemoryStore({ clock, directory, rewriteBytesMin: 2_000 });
  return {
    store,
    pass: async (ms) => clock.advance(ms),
    async reopen() {
      directory = await powerCut(directory);
      await store.close();
      store = await openMemoryStore({ clock, directory, rewriteBytesMin: 2_000 });
      return store;
    },
    close: () => store.close(),
  };
});
