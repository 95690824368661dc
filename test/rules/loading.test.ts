// Loading: a room read from its log is the room that wrote it; what is damaged or of another build is
// refused before anything of it is used.

import { expect, test } from "vitest";
import { loadRoom, type RoomLog } from "../../server/room/loading.ts";
import { RoomMachine } from "../../server/room/room.ts";
import { Table } from "../../server/testing/testing.ts";
import { nim } from "../../shared/games/nim.ts";
import { hashBytes } from "../../shared/hash.ts";
import { beacon } from "./beacon.ts";
import { snapshotOf } from "./tableProbes.ts";

const games = new Map([[beacon.name, beacon]]) as unknown as Parameters<typeof loadRoom>[1];
const id = "virtualroom001" as Parameters<typeof loadRoom>[0];

/** A room in which everything there is has happened, with a snapshot in the middle of its log. */
function lived(seed: number) {
  const table = new Table(beacon, { seed, snapshotEvery: 10, mayFail: true });
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  for (let round = 1; round <= 6; round++) {
    ann.send("lay", {});
    bob.send("note", { number: round });
    ann.send("waver", {});
    bob.send("founder", {});
    ann.send("sink", { gold: round });
    bob.send("shout", { number: round });
    ann.send("point", { buoy: round, number: round });
    bob.send("light", { afterMs: 5_000 });
    ann.input("steer", { dx: 3 });
    table.pass(150);
    if (round === 2) bob.drop();
    if (round === 2) bob.resume();
    if (round === 4) ann.reload().resume();
    if (round === 5) ann.send("lift", { buoy: 1 });
  }
  bob.drop();
  table.pass(50);
  table.check();
  return table;
}

function load(stored: RoomLog) {
  return loadRoom(id, games, stored);
}

test("[R31] snapshot and log give the room as it was, clocks, tombstones, events and ids to come", () => {
  for (const seed of [1, 2, 3]) {
    const table = lived(seed);
    table.check();
    table.kill();
    table.check();
    table.pass(500);
    table.check();
  }
});

test("[R31] a room goes on after a kill as it would have without one", () => {
  const [calm, killed] = [lived(7), lived(7)];
  for (const table of [calm, killed]) {
    // Inputs are in the memory of a host and are sent again by whoever comes back.
    table?.players[0]?.input("steer", { dx: 0 });
    table?.pass(50);
  }
  killed?.kill();
  for (const table of [calm, killed]) {
    table?.pass(0);
    const cas = table?.player("Cas").join();
    for (let number = 1; number <= 5; number++) {
      cas?.send("lay", {});
      cas?.send("note", { number });
      table?.pass(100);
    }
    table?.check();
  }
  const worlds = [calm, killed].map((table) => {
    const { ledger, buoys, boats, lamp } = table?.state ?? {};
    const { $room } = table?.machine.core.own ?? {};
    const all = [ledger, buoys, boats].map((records) => [...(records ?? [])]);
    return JSON.stringify({ all, lamp, random: $room?.random });
  });
  expect(worlds[1]).toBe(worlds[0]);
});

test("[R33] the same log gives the same room, each time and everywhere", () => {
  const { log } = lived(4);
  const [one, other] = [load(log.stored), load(log.stored)].map((loaded) => {
    if (loaded.kind !== "loaded") throw new Error(loaded.kind);
    return hashBytes(new RoomMachine(loaded.core).snapshot().bytes);
  });
  expect(one).toBe(other);
});

test("[R33] the same steps from the same seed write the same log; another seed writes another", () => {
  const bytesOf = (seed: number) =>
    Buffer.concat(lived(seed).log.entries.map(({ bytes }) => Buffer.from(bytes))).toString("hex");
  expect(bytesOf(5)).toBe(bytesOf(5));
  expect(bytesOf(5)).not.toBe(bytesOf(6));
});

test("[R32] a snapshot or an entry in which any byte is wrong is refused", () => {
  const { log } = lived(1);
  const { stored } = log;
  expect(load(stored).kind).toBe("loaded");
  const { snapshot } = stored;
  for (let at = 0; at < snapshot.bytes.length; at++) {
    const loaded = load({
      ...stored,
      snapshot: { ...snapshot, bytes: flipped(snapshot.bytes, at) },
    });
    expect([at, loaded.kind]).toEqual([at, "damaged"]);
  }
  const [commit] = stored.entries.filter(({ kind }) => kind === "commit");
  for (let at = 0; at < (commit?.bytes.length ?? 0); at++) {
    const entries = stored.entries.map((entry) =>
      entry === commit ? { ...entry, bytes: flipped(entry.bytes, at) } : entry,
    );
    expect([at, load({ ...stored, entries }).kind]).toEqual([at, "damaged"]);
  }
});

test("[R32] bytes that end early or go on are refused, also under a checksum that fits", () => {
  const { log } = lived(1);
  const { stored } = log;
  const { bytes } = stored.snapshot;
  const body = bytes.subarray(6);
  const shapes = [
    bytes.subarray(0, 0),
    bytes.subarray(0, 5),
    bytes.subarray(0, bytes.length - 1),
    sealed(bytes, body.subarray(0, body.length - 1)),
    sealed(bytes, Uint8Array.from([...body, 0])),
    sealed(bytes, body.subarray(0, 20)),
  ];
  for (const [at, damaged] of shapes.entries()) {
    const loaded = load({ ...stored, snapshot: { ...stored.snapshot, bytes: damaged } });
    expect([at, loaded.kind]).toEqual([at, "damaged"]);
  }
  const [commit] = stored.entries.filter(({ kind }) => kind === "commit");
  if (commit === undefined) throw new Error("a commit");
  const rest = commit.bytes.subarray(6);
  for (const longer of [Uint8Array.from([...rest, 0]), rest.subarray(0, rest.length - 1)]) {
    const entries = stored.entries.map((entry) =>
      entry === commit ? { ...entry, bytes: sealed(commit.bytes, longer) } : entry,
    );
    expect(load({ ...stored, entries }).kind).toBe("damaged");
  }
});

test("[R32] an entry or a claim that does not follow the one before is refused", () => {
  const { log } = lived(2);
  const { stored } = log;
  const commits = stored.entries.filter(({ kind }) => kind === "commit");
  const [, second] = commits;
  const missing = stored.entries.filter((entry) => entry !== second);
  expect(load({ ...stored, entries: missing }).kind).toBe("damaged");
  const twice = stored.entries.flatMap((entry) => (entry === second ? [entry, entry] : [entry]));
  expect(load({ ...stored, entries: twice }).kind).toBe("damaged");
  const { epoch, version } = log.top;
  const claim = { kind: "claim" as const, epoch: epoch + 1, bytes: new Uint8Array(0) };
  const after = (at: number) =>
    load({ ...stored, entries: [...stored.entries, { ...claim, version: at }] });
  expect(after(version).kind).toBe("loaded");
  expect(after(version - 1).kind).toBe("damaged");
  expect(after(version + 1).kind).toBe("damaged");
});

test("[R32] a room of a game or a shape that this build does not have is left alone, and named", () => {
  const { log } = lived(3);
  const none = new Map() as typeof games;
  expect(loadRoom(id, none, log.stored)).toEqual({
    kind: "foreign",
    game: "beacon",
    gameVersion: 1,
  });
  const changed = new Map([["beacon", { ...beacon, shape: nim.shape }]]) as unknown as typeof games;
  expect(loadRoom(id, changed, log.stored)).toMatchObject({ kind: "foreign", game: "beacon" });
});

test("[R31] a snapshot of a loaded room is the same bytes again", () => {
  const table = lived(8);
  table.log.keepSnapshot(table.log.top, table.machine.snapshot().bytes);
  const loaded = load(table.log.stored);
  if (loaded.kind !== "loaded") throw new Error(loaded.kind);
  expect(snapshotOf({ machine: new RoomMachine(loaded.core) })).toBe(snapshotOf(table));
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 0x10 : byte));
}

/** Another body under a head that vouches for it. */
function sealed(bytes: Uint8Array, body: Uint8Array): Uint8Array {
  const whole = Uint8Array.from([...bytes.subarray(0, 6), ...body]);
  new DataView(whole.buffer).setUint32(2, hashBytes(body), true);
  return whole;
}
