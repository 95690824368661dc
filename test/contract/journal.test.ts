// Journal: what the in-process store's file promises beyond the contract: power cuts at any byte,
// damage, failing disks, rewriting, and one process at a time.

import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  type FileHandle,
  open,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test, vi } from "vitest";
import { DirectoryHeld } from "../../server/store/directoryLock.ts";
import { journalFile, newestJournal } from "../../server/store/freshFile.ts";
import { HEADER_BYTES } from "../../server/store/journalFile.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { type Store, StoreAway, StoreDamaged } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { RoomId } from "../../shared/ids.ts";
import { newFolder, powerCut } from "./folders.ts";
import { DAY_MS, newRoom, newRoomAt, newSession } from "./newcomers.ts";
import { until } from "./until.ts";

const clock = new VirtualClock();
const stores: Store[] = [];

/** A store that is closed with the test. */
async function openStore(directory: string, rewriteBytesMin = 1 << 24): Promise<Store> {
  const store = await openMemoryStore({ clock, directory, rewriteBytesMin });
  stores.push(store);
  return store;
}

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

/** The journal that counts in a folder. */
const journalOf = async (directory: string) =>
  journalFile({ directory, number: await newestJournal(directory) });

/** What all open files are made from: spying on it slows down or breaks the disk itself. */
async function fileHandles(): Promise<FileHandle> {
  const handle = await open(join(await newFolder(), "any"), "w");
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

/** A folder as a power cut left it, with other bytes in the journal. */
async function folderWith(directory: string, journal: Uint8Array): Promise<string> {
  const copy = await powerCut(directory);
  await writeFile(await journalOf(copy), journal);
  return copy;
}

/** Lets whatever only waits for files get on: each look at one goes through the same few threads. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await stat(tmpdir());
}

async function versionsOf(directory: string, room: RoomId): Promise<readonly number[]> {
  const store = await openStore(directory);
  const loaded = await store.loadRoom(room);
  await store.close();
  return loaded?.entries.map(({ version }) => version) ?? [];
}

test("[D60] a journal torn at any byte of its last batch holds everything before it, and goes on", async () => {
  const directory = await newFolder();
  const store = await openStore(directory);
  const { room, commit } = await newRoomAt(store, 2);
  const whole = (await stat(await journalOf(directory))).size;
  await store.append([commit(3), commit(4)]);
  const bytes = await readFile(await journalOf(directory));
  expect(bytes.length - whole).toBeGreaterThan(50);
  for (let length = whole; length < bytes.length; length++) {
    const torn = await folderWith(directory, bytes.subarray(0, length));
    expect(await versionsOf(torn, room), `cut after ${length} bytes`).toEqual([1, 2]);
    // Opened again after the cut: what was torn is gone from the file.
    const again = await openStore(torn);
    expect((await again.append([commit(3)])).map(({ kind }) => kind)).toEqual(["appended"]);
    await again.close();
    expect(await versionsOf(torn, room)).toEqual([1, 2, 3]);
  }
  // The length had reached the disk, the bytes had not.
  const blank = bytes.fill(0, whole + 20);
  expect(await versionsOf(await folderWith(directory, blank), room)).toEqual([1, 2]);
});

test("[D61] damage before the end is told with its byte, and the file is left as it is", async () => {
  const directory = await newFolder();
  const first = await openStore(directory);
  const { room, commit } = await newRoomAt(first, 1);
  await first.close();
  // From here on the journal begins with what was rewritten at the start.
  const store = await openStore(directory);
  const rewritten = (await stat(await journalOf(directory))).size;
  await store.append([commit(2)]);
  const second = (await stat(await journalOf(directory))).size;
  await store.append([commit(3)]);
  const bytes = await readFile(await journalOf(directory));

  for (let at = 0; at < second; at++) {
    const damaged = Uint8Array.from(bytes);
    damaged[at] = (bytes[at] ?? 0) ^ 0x10;
    const folder = await folderWith(directory, damaged);
    const where = at < 60 ? 0 : at < rewritten ? 60 : rewritten;
    const opening = openStore(folder);
    await expect(opening, `byte ${at}`).rejects.toBeInstanceOf(StoreDamaged);
    const isFormat = at >= 8 && at < 12;
    await expect(opening).rejects.toThrow(isFormat ? /format/ : `damaged at byte ${where}:`);
    expect(Uint8Array.from(await readFile(await journalOf(folder)))).toEqual(damaged);
  }
  // Cut off where nothing can be torn: it was whole before it got its name.
  for (const length of [0, 59, 60, rewritten - 1]) {
    const folder = await folderWith(directory, bytes.subarray(0, length));
    await expect(openStore(folder)).rejects.toBeInstanceOf(StoreDamaged);
  }
  const other = new TextEncoder().encode(
    "another file of another program, long enough for a header",
  );
  const strange = openStore(await folderWith(directory, Uint8Array.of(...other, ...other)));
  await expect(strange).rejects.toThrow("at byte 0: it does not begin as a journal");
  expect(await versionsOf(await folderWith(directory, bytes), room)).toEqual([1, 2, 3]);
});

test("[D62] nothing is told before it is on the disk, not even by being seen", async () => {
  const directory = await newFolder();
  const store = await openStore(directory);
  const { room, epoch, commit } = await newRoomAt(store, 1);
  const handles = await fileHandles();
  const { datasync } = handles;
  let letSync = (): void => undefined;
  const spy = vi.spyOn(handles, "datasync").mockImplementation(async function (this: FileHandle) {
    await new Promise<void>((resolve) => {
      letSync = resolve;
    });
    await datasync.call(this);
  });
  const told: string[] = [];
  const tell = (what: string) => (answer: unknown) =>
    void told.push(`${what} ${JSON.stringify(answer)}`);
  const all = [
    store.append([commit(2)]).then(tell("append")),
    store.logTop(room).then(tell("top")),
    store.append([commit(2)]).then(tell("rival")),
    store.loadRoom(room).then((loaded) => tell("load")(loaded?.top.version)),
  ];
  await until("the disk is asked", () => spy.mock.calls.length > 0);
  await someTurns();
  expect(told).toEqual([]);
  letSync();
  await Promise.all(all);
  expect(told.sort()).toEqual([
    'append [{"kind":"appended"}]',
    "load 2",
    `rival [{"kind":"fenced","top":{"epoch":${epoch},"version":2}}]`,
    `top {"epoch":${epoch},"version":2,"node":"nodeaaaa"}`,
  ]);
});

test("[D63] whatever is asked at the same time shares one fsync", async () => {
  const store = await openStore(await newFolder());
  const rooms = await Promise.all(Array.from({ length: 100 }, () => newRoom(store)));
  const spy = vi.spyOn(await fileHandles(), "datasync");
  await Promise.all(rooms.map(({ commit }) => store.append([commit(1)])));
  expect(spy).toHaveBeenCalledTimes(1);
  await Promise.all(rooms.map(({ commit }) => store.append([commit(2)])));
  expect(spy).toHaveBeenCalledTimes(2);
});

test("[D64] a second store in the same folder is refused and told whose the folder is", async () => {
  const directory = await newFolder();
  const store = await openStore(directory);
  const refused = openStore(directory);
  await expect(refused).rejects.toBeInstanceOf(DirectoryHeld);
  await expect(refused).rejects.toMatchObject({ pid: process.pid });
  await expect(refused).rejects.toThrow(`is in use by process ${process.pid}`);
  const { room } = await newRoomAt(store, 1);
  await store.close();
  expect(await readdir(directory)).toEqual(["store.1.journal"]);
  expect(await versionsOf(directory, room)).toEqual([1]);
});

/** Runs a store in a process of its own until it has told of so many versions; gives what it told. */
async function runStoreProcess(directory: string, versions: number) {
  const script = join(import.meta.dirname, "storeProcess.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  const ended = once(child, "exit");
  await until(`the process has told of version ${versions}`, () => {
    if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}`);
    return Number(lines.at(-1)) >= versions;
  });
  return {
    pid: child.pid,
    async kill() {
      child.kill("SIGKILL");
      await ended;
      const { room, epoch } = JSON.parse(lines[0] ?? "") as { room: RoomId; epoch: number };
      return { room, epoch, told: Number(lines.at(-1)) };
    },
  };
}

test("[D65] a killed process leaves everything it told, and its folder is taken over at once", async () => {
  const directory = await newFolder();
  const running = await runStoreProcess(directory, 400);
  const refused = openStore(directory);
  await expect(refused).rejects.toThrow(`is in use by process ${running.pid}`);
  const { room, epoch, told } = await running.kill();
  const store = await openStore(directory);
  const loaded = await store.loadRoom(room);
  expect(told).toBeGreaterThanOrEqual(400);
  expect(loaded?.top.epoch).toBe(epoch);
  expect(loaded?.top.version).toBeGreaterThanOrEqual(told);
  expect((await readdir(directory)).sort()).toEqual(["lock.2", "store.2.journal"]);

  // Another process may have the dead one's id by now; it started at another time.
  const lock = await readFile(join(directory, "lock.2"), "utf8");
  await store.close();
  const earlier = { ...(JSON.parse(lock) as object), started: "1" };
  await writeFile(join(directory, "lock.7"), JSON.stringify(earlier));
  await openStore(directory);
  expect((await readdir(directory)).sort()).toEqual(["lock.8", "store.8.journal"]);
});

test("[D66] a lock from another machine or container is taken over after five silent seconds, not before", async () => {
  /** Opens a folder with that lock, whose holder gives signs of life or does not. */
  const openBeside = async (lock: string, holder: string, givesSigns: boolean) => {
    const directory = await newFolder();
    await writeFile(join(directory, lock), holder);
    const elsewhere = new VirtualClock();
    let outcome: unknown;
    const opening = openMemoryStore({ clock: elsewhere, directory }).then(
      (store) => {
        stores.push(store);
        outcome = "opened";
      },
      (cause: unknown) => {
        outcome = cause;
      },
    );
    let waitedMs = 0;
    const isTaken = async () => !(await readdir(directory)).includes(lock);
    for (; ; waitedMs += 1_000) {
      // For a sign of life, or already to give one of its own.
      await until("it waits", () => outcome !== undefined || elsewhere.nextMs !== undefined);
      if (outcome !== undefined || (await isTaken())) break;
      if (givesSigns) await utimes(join(directory, lock), waitedMs, waitedMs);
      elsewhere.advance(1_000);
    }
    await opening;
    return { outcome, waitedMs, names: (await readdir(directory)).sort() };
  };
  const foreign = JSON.stringify({ mark: "x", pid: process.pid, started: "1", place: "elsewhere" });
  const held = await openBeside("lock.7", foreign, true);
  expect(held.outcome).toBeInstanceOf(DirectoryHeld);
  expect(held.names).toEqual(["lock.7"]);
  const taken = await openBeside("lock.7", foreign, false);
  expect(taken.outcome).toBe("opened");
  expect(taken.waitedMs).toBe(5_000);
  expect(taken.names).toEqual(["lock.8", "store.8.journal"]);
  // Half a lock: its writer may be at it just now, or have died over it.
  expect(await openBeside("lock.7", foreign.slice(0, 9), true)).toMatchObject({
    names: ["lock.7"],
  });
  expect(await openBeside("lock.7", foreign.slice(0, 9), false)).toMatchObject({ waitedMs: 5_000 });
});

test("[D67] a store whose folder was taken over tells nothing that its successor does not know", async () => {
  const directory = await newFolder();
  const frozen = await openStore(directory);
  const { room, commit } = await newRoomAt(frozen, 1);
  const statuses: string[] = [];
  frozen.watch((status) => statuses.push(status));
  await rm(join(directory, "lock.1"));
  const successor = await openStore(directory);
  const [outcome] = await frozen.append([commit(2)]);
  expect(outcome).toEqual({
    kind: "unknown",
    cause: `another process has taken over ${directory}`,
  });
  expect(statuses).toEqual(["away"]);
  await expect(frozen.logTop(room)).rejects.toBeInstanceOf(StoreAway);
  for (let second = 0; second < 5; second++) {
    clock.advance(1_000);
    await someTurns();
  }
  expect(statuses).toEqual(["away"]);
  expect(await successor.append([commit(2), commit(3)])).toEqual([
    { kind: "appended" },
    { kind: "appended" },
  ]);
  expect((await readdir(directory)).sort()).toEqual(["lock.2", "store.2.journal"]);
  await frozen.close();
  await successor.close();
  expect(await versionsOf(directory, room)).toEqual([1, 2, 3]);
});

test("[D68] while its disk refuses to write a store is away, and back with everything when it can", async () => {
  const directory = await newFolder();
  const store = await openStore(directory);
  const statuses: string[] = [];
  store.watch((status) => statuses.push(status));
  const { room, epoch, commit } = await newRoomAt(store, 1);
  const handles = await fileHandles();
  const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  let fail = (): void => undefined;
  const write = vi.spyOn(handles, "write").mockImplementation(
    () =>
      new Promise((_, reject) => {
        fail = () => reject(full);
      }),
  );
  const lost = [store.append([commit(2)])];
  await until("it writes", () => write.mock.calls.length > 0);
  // Comes while the first is being written: it waits for the next write.
  lost.push(store.append([commit(3)]));
  fail();
  write.mockRejectedValue(full);
  for (const each of lost) {
    expect(await each).toEqual([{ kind: "unknown", cause: full.message }]);
  }
  expect(statuses).toEqual(["away"]);
  expect(await store.append([commit(4)])).toMatchObject([{ kind: "unknown" }]);
  await expect(store.logTop(room)).rejects.toBeInstanceOf(StoreAway);
  await expect(store.removeRoom(room)).rejects.toBeInstanceOf(StoreAway);
  clock.advance(1_000);
  await until("it has tried again", () => write.mock.calls.length > 1);
  await someTurns();
  expect(statuses).toEqual(["away"]);

  write.mockRestore();
  clock.advance(1_000);
  await until("it is back", () => statuses.includes("back"));
  // What was unknown is known now, and the same here as on the disk.
  expect(await store.logTop(room)).toMatchObject({ epoch, version: 3 });
  expect(await versionsOf(await powerCut(directory), room)).toEqual([1, 2, 3]);
  expect(await store.append([commit(4)])).toEqual([{ kind: "appended" }]);
  expect(await versionsOf(await powerCut(directory), room)).toEqual([1, 2, 3, 4]);
});

test("[D69] a journal that has grown is written anew while it serves, and nothing is lost at any moment", async () => {
  const directory = await newFolder();
  const bytesMin = 20_000;
  const store = await openStore(directory, bytesMin);
  const rooms = await Promise.all(Array.from({ length: 10 }, () => newRoom(store)));
  const files: number[] = [];
  let longest = 0;
  for (let version = 1; version <= 600; version++) {
    await Promise.all(rooms.map(({ commit }) => store.append([commit(version)])));
    if (version % 20 === 0) {
      const place = (epoch: number) => ({ epoch, version });
      await Promise.all(
        rooms.map(({ room, epoch }) => store.keepSnapshot(room, place(epoch), Uint8Array.of(1))),
      );
    }
    const { ino, size } = await stat(await journalOf(directory));
    longest = Math.max(longest, size);
    // Two files that are there at once differ, so a fresh one never looks like the one before it.
    if (ino === files.at(-1)) continue;
    files.push(ino);
    const after = await openStore(await powerCut(directory));
    for (const { room } of rooms) expect((await after.logTop(room))?.version).toBe(version);
  }
  expect(files.length).toBeGreaterThan(2);
  // 6,000 commits are about 800 kB.
  expect(longest).toBeLessThan(10 * bytesMin);
});

test("[D70] a rewriting that finds no room is given up, and the journal serves on", async () => {
  const directory = await newFolder();
  const store = await openStore(directory, 2_000);
  const { room, commit } = await newRoom(store);
  const handles = await fileHandles();
  const { write } = handles;
  const { ino } = await stat(await journalOf(directory));
  const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  // Only a fresh file is written to right behind where its header will be.
  const spy = vi.spyOn(handles, "write").mockImplementation(async function (
    this: FileHandle,
    ...args: unknown[]
  ) {
    if (args[3] === HEADER_BYTES) throw full;
    return (write as (...all: unknown[]) => Promise<never>).apply(this, args);
  });
  const appendTo = async (last: number) => {
    for (let version = last - 99; version <= last; version++) {
      expect(await store.append([commit(version)])).toEqual([{ kind: "appended" }]);
    }
  };
  await appendTo(100);
  expect((await stat(await journalOf(directory))).ino).toBe(ino);
  expect(await readdir(directory)).toEqual(["lock.1", "store.1.journal"]);
  spy.mockRestore();
  await appendTo(200);
  await appendTo(300);
  expect((await stat(await journalOf(directory))).ino).not.toBe(ino);
  expect((await versionsOf(await powerCut(directory), room)).length).toBe(300);
});

test("[D71] what has ended takes no place, neither in a store that lives on nor in one that begins", async () => {
  const directory = await newFolder();
  const store = await openStore(directory, 20_000);
  const sizes: number[] = [];
  for (let day = 0; day < 12; day++) {
    const sessions = await Promise.all(Array.from({ length: 100 }, () => newSession(store)));
    for (const session of sessions) await store.openSession(session, DAY_MS);
    sizes.push((await stat(await journalOf(directory))).size);
    clock.advance(DAY_MS);
  }
  const [aDay = 0] = sizes;
  expect(aDay).toBeGreaterThan(20_000);
  expect(Math.max(...sizes)).toBeLessThan(6 * aDay);
  await store.close();
  await openStore(directory);
  expect((await stat(await journalOf(directory))).size).toBe(60);
});
