// Memory: the contract over the in-process store, without a file and with one.

import { expect, test } from "vitest";
import { AUDIT_LIFE_MS } from "../../server/store/identityStore.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { ROOM_LIFE_MS, SEAT_LINK_LIFE_MS } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { newFolder, powerCut, textsIn } from "./folders.ts";
import { EVERY_BYTE, NODE, newIdentityId, newRoom, newRoomAt, newSession } from "./newcomers.ts";
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

test("[D167] a line of the audit ends after ninety days", async () => {
  const clock = new VirtualClock();
  const directory = await newFolder();
  let store = await openMemoryStore({ clock, directory });
  const note = async (identity: string) => {
    const line = { event: "user_created", atMs: await store.timeMs(), node: NODE, identity };
    await store.noteAudit(line);
    return line;
  };
  await note("one");
  clock.advance(AUDIT_LIFE_MS / 2);
  const other = await note("other");
  clock.advance(AUDIT_LIFE_MS / 2 + 1);
  const last = await note("last");
  expect(await store.auditTail(100)).toEqual([last, other]);
  await store.close();
  clock.advance(AUDIT_LIFE_MS / 2);
  store = await openMemoryStore({ clock, directory });
  await store.timeMs();
  await store.close();
  expect((await textsIn(directory)).join("\n")).not.toContain('"one"');
});

test("[D148] a room of which no snapshot is kept any more ends by itself, and so do the links of seats", async () => {
  const clock = new VirtualClock();
  const directory = await newFolder();
  let store = await openMemoryStore({ clock, directory });
  const [kept, left] = [await newRoomAt(store, 1), await newRoomAt(store, 1)];
  const identity = newIdentityId();
  const link = { room: left.room, game: "nim", seat: 0, since: 0 };
  await store.linkSeat(identity, link);
  clock.advance(ROOM_LIFE_MS - 1);
  const place = { epoch: kept.epoch, version: 1 };
  expect(await store.keepSnapshot(kept.room, place, EVERY_BYTE)).toBe("kept");
  expect(await store.logTop(left.room)).toMatchObject({ version: 1 });
  expect(await store.seatsOf(identity)).toEqual([link]);
  await store.close();
  clock.advance(Math.max(ROOM_LIFE_MS, SEAT_LINK_LIFE_MS) / 2);
  store = await openMemoryStore({ clock, directory });
  expect(await store.logTop(left.room)).toBeUndefined();
  expect(await store.append([left.commit(2)])).toEqual([{ kind: "missing" }]);
  expect(await store.seatsOf(identity)).toEqual([]);
  expect(await store.append([kept.commit(2)])).toEqual([{ kind: "appended" }]);
  clock.advance(ROOM_LIFE_MS);
  expect(await store.loadRoom(kept.room)).toBeUndefined();
  await store.close();
});

test("[D153] what was given a longer life in time has it after a start too, however much was written between", async () => {
  const clock = new VirtualClock();
  const directory = await newFolder();
  let store = await openMemoryStore({ clock, directory });
  const busy = await newRoom(store);
  let version = 0;
  // Far more than the store writes before it looks for what has ended.
  const writeMuch = async () => {
    await store.append(Array.from({ length: 3_000 }, () => busy.commit(++version)));
  };
  const reopened = async () => {
    await store.close();
    store = await openMemoryStore({ clock, directory });
    return store;
  };
  const lifeMs = 1_800_000;
  const session = await newSession(store);
  await store.openSession(session, lifeMs);
  await writeMuch();
  clock.advance(lifeMs / 2);
  await store.touch([{ session: session.id, revision: session.revision, lifeMs }]);
  clock.advance(lifeMs / 2 + 1);
  expect(await (await reopened()).readSession(session.id)).toMatchObject({ record: session });
  const { room, epoch } = await newRoomAt(store, 1);
  await writeMuch();
  clock.advance(ROOM_LIFE_MS / 2);
  expect(await store.keepSnapshot(room, { epoch, version: 1 }, EVERY_BYTE)).toBe("kept");
  clock.advance(ROOM_LIFE_MS / 2 + 1);
  expect(await (await reopened()).loadRoom(room)).toMatchObject({ top: { epoch, version: 1 } });
  await store.close();
});
