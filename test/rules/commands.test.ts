// Commands: exactly once by one number a seat; every one ends, and its end is told however often it
// is asked for.

import { expect, test } from "vitest";
import { Table, type VirtualPlayer } from "../../server/testing/testing.ts";
import { nim } from "../../shared/games/nim.ts";
import type { NumberedCommand } from "../../shared/protocol.ts";
import { beacon } from "./beacon.ts";
import { idler } from "./smallGames.ts";
import { tells } from "./tableProbes.ts";

type Page = Pick<VirtualPlayer, "connection" | "instance">;

function beaconTable() {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  table.pass(50);
  return { table, ann, bob };
}

/** A message as it could come from anybody who knows the wire. */
function post(
  table: Pick<Table, "post" | "pass">,
  { connection, instance }: Page,
  commands: readonly NumberedCommand[],
): void {
  if (connection === undefined || instance === undefined) throw new Error("seated");
  table.post({ kind: "commands", connection, instance, commands });
  table.pass(50);
}

const note = (seq: number): NumberedCommand => ({ seq, name: "note", args: { number: seq } });

function notesOf({ state }: ReturnType<typeof beaconTable>["table"]): number[] {
  return [...state.ledger].map(({ number }) => number);
}

/** What a page was told last of its own commands. */
function acknowledgedTo({ page }: Pick<VirtualPlayer, "page">) {
  const { applied, refused } = page.acknowledged ?? {};
  return { applied, refused };
}

test("[R2] a command takes effect once, however often it comes, and every copy is answered", () => {
  const { table, ann } = beaconTable();
  post(table, ann, [note(1), note(2)]);
  const answered = ann.page.received.length;
  post(table, ann, [note(1), note(2)]);
  post(table, ann, [note(1)]);
  expect(notesOf(table)).toEqual([1, 2]);
  expect(ann.page.received.length).toBe(answered + 2);
  expect(acknowledgedTo(ann)).toMatchObject({ applied: 2 });
});

test("[R2] a copy that comes late, over the line before or after a reload, changes nothing", () => {
  const { table, ann } = beaconTable();
  const { connection, instance } = ann;
  post(table, ann, [note(1)]);
  ann.drop();
  table.pass(50);
  ann.resume();
  post(table, { connection, instance }, [note(1), note(2)]);
  expect(notesOf(table)).toEqual([1]);
  ann.reload().resume();
  const { connection: newest } = ann;
  post(table, { connection: newest, instance }, [note(1), note(2)]);
  expect(notesOf(table)).toEqual([1]);
  post(table, ann, [note(1)]);
  expect(notesOf(table)).toEqual([1, 1]);
});

test("[R2] a copy of a refused command is told its reason again", () => {
  const { table, ann } = beaconTable();
  post(table, ann, [note(1), { seq: 2, name: "waver", args: {} }, note(3)]);
  expect(acknowledgedTo(ann)).toEqual({ applied: 3, refused: [[2, "wavered"]] });
  post(table, ann, [note(3)]);
  expect(acknowledgedTo(ann)).toEqual({ applied: 3, refused: [] });
  post(table, ann, [{ seq: 2, name: "waver", args: {} }, note(3)]);
  expect(acknowledgedTo(ann)).toEqual({ applied: 3, refused: [[2, "wavered"]] });
});

test("[R2] numbers belong to one seat and instance: the same ones of another change nothing there", () => {
  const { table, ann, bob } = beaconTable();
  post(table, ann, [note(1)]);
  post(table, bob, [note(1), note(2)]);
  expect([...table.state.ledger].map(({ seat, number }) => [seat, number])).toEqual([
    [0, 1],
    [1, 1],
    [1, 2],
  ]);
  const { version } = table.machine.core;
  post(table, { connection: ann.connection, instance: bob.instance }, [note(2), note(3)]);
  expect(table.machine.core.version).toBe(version);
  expect(tells(table, "refusal").at(-1)).toMatchObject({ reason: "superseded" });
});

test("[R3] a gap is answered with the number that must come next; nothing after it is touched", () => {
  const { table, ann } = beaconTable();
  post(table, ann, [note(1)]);
  post(table, ann, [note(3), note(4)]);
  expect(notesOf(table)).toEqual([1]);
  expect(tells(table, "refusal").at(-1)).toMatchObject({ reason: "expect", seq: 2 });
  post(table, ann, [note(1), note(2), note(4)]);
  expect(notesOf(table)).toEqual([1, 2]);
  expect(tells(table, "refusal").at(-1)).toMatchObject({ reason: "expect", seq: 3 });
});

test("[R3] what was refused before a gap stays refused for those that ask later", () => {
  const { table, ann } = beaconTable();
  post(table, ann, [{ seq: 1, name: "waver", args: {} }, note(3)]);
  expect(acknowledgedTo(ann)).toEqual({ applied: 1, refused: [[1, "wavered"]] });
  ann.sync();
  expect(acknowledgedTo(ann)).toEqual({ applied: 1, refused: [[1, "wavered"]] });
});

test("[R3] the client sends its whole tail when it is asked for what is missing", () => {
  const { table, ann } = beaconTable();
  let lost = 1;
  table.lines.weather = (way) => (way === "up" && lost-- > 0 ? 0 : 1);
  const sent = [1, 2, 3].map((number) => ann.send("note", { number }));
  table.pass(100);
  expect(sent.map(({ end }) => end?.end)).toEqual(["applied", "applied", "applied"]);
  expect(notesOf(table)).toEqual([1, 2, 3]);
});

test("[R4] a refused command advances the count; the newest 64 reasons are kept and told on each sync", () => {
  const { table, ann } = beaconTable();
  post(
    table,
    ann,
    Array.from({ length: 70 }, (_, at) => ({ seq: at + 1, name: "waver", args: {} })),
  );
  post(table, ann, [note(71)]);
  const kept = Array.from({ length: 64 }, (_, at) => [at + 7, "wavered"]);
  for (const times of [1, 2]) {
    ann.sync();
    expect([times, acknowledgedTo(ann)]).toEqual([times, { applied: 71, refused: kept }]);
  }
  table.kill();
  ann.resume();
  expect(acknowledgedTo(ann)).toEqual({ applied: 71, refused: kept });
  ann.reload().resume();
  expect(tells(table, "seated").at(-1)?.seated.previous).toMatchObject({
    applied: 71,
    refused: kept,
  });
});

test("[R5] a number that was cancelled or grew too old ends as that and has no effect", () => {
  const { table, ann } = beaconTable();
  post(table, ann, [{ seq: 1, void: "cancelled" }, note(2), { seq: 3, void: "expired" }]);
  expect(notesOf(table)).toEqual([2]);
  const refused = [
    [1, "cancelled"],
    [3, "expired"],
  ];
  expect(acknowledgedTo(ann)).toEqual({ applied: 3, refused });
});

test("[R5] a cancelled command ends as cancelled if it had not taken effect, else as what it was", () => {
  const { table, ann } = beaconTable();
  const [first, second] = [ann.send("note", { number: 1 }), ann.send("note", { number: 2 })];
  table.pass(50);
  ann.cancel(first);
  expect(first.end).toEqual({ end: "applied" });
  ann.halfOpen();
  const third = ann.send("note", { number: 3 });
  ann.cancel(third);
  ann.resume();
  expect(third.end).toEqual({ end: "cancelled" });
  expect(second.end).toEqual({ end: "applied" });
  expect(notesOf(table)).toEqual([1, 2]);
  table.check();
});

test("[R6] what the game does not declare, or its kinds do not fit, is refused and counts", () => {
  const { table, ann } = beaconTable();
  post(table, ann, [
    { seq: 1, name: "fly", args: {} },
    { seq: 2, name: "constructor", args: {} },
    { seq: 3, name: "note", args: { number: -1 } },
    { seq: 4, name: "note", args: { number: 1, more: 1 } },
    { seq: 5, name: "note", args: null },
    { seq: 6, name: "start", args: {} },
    note(7),
  ]);
  expect(acknowledgedTo(ann)).toEqual({
    applied: 7,
    refused: [
      [1, "command-unknown"],
      [2, "command-unknown"],
      [3, "args-invalid"],
      [4, "args-invalid"],
      [5, "args-invalid"],
      [6, "command-unknown"],
    ],
  });
  expect(notesOf(table)).toEqual([7]);
});

test("[R69] who sends arguments that do not fit is told which, and what would, and nothing of what was sent", () => {
  const { table, ann } = beaconTable();
  const sent = "sent-by-a-stranger";
  const tails = [
    [{ seq: 1, name: "note", args: { number: sent } }, note(2)],
    [{ seq: 3, name: "note", args: { number: 1, [sent]: 1 } }],
    [
      { seq: 4, name: "note", args: [sent] },
      { seq: 5, name: "note", args: { number: sent } },
    ],
    [{ seq: 6, name: "founder", args: { [sent]: 1 } }],
  ];
  for (const tail of tails) post(table, ann, tail);
  const about = { reason: "args-invalid" };
  // Of each message the first: whoever sends a whole outbox of them costs no more than whoever sends one.
  expect(ann.page.refusals).toEqual([
    { ...about, seq: 1, detail: "number must be a whole number from 0 to 4294967295" },
    { ...about, seq: 3, detail: "it takes an object of number and nothing else" },
    { ...about, seq: 4, detail: "it takes an object of number and nothing else" },
    { ...about, seq: 6, detail: "it takes no arguments" },
  ]);
  expect(notesOf(table)).toEqual([2]);
});

test("[R6] before the game has started and after its end every command is refused", () => {
  const table = new Table(idler);
  const ann = table.player("Ann").join();
  expect(ann.send("finish", {}).end).toMatchObject({ reason: "not-started" });
  table.player("Bob").join();
  expect(ann.send("finish", {}).end).toEqual({ end: "applied" });
  expect(ann.send("finish", {}).end).toMatchObject({ reason: "room-ended" });
  table.check();
});

test("[R6] commands of somebody without a seat are refused as a whole", () => {
  const { table, ann } = beaconTable();
  const eve = table.player("Eve").watch();
  const { version } = table.machine.core;
  post(table, { connection: eve.connection, instance: ann.instance }, [note(1)]);
  post(table, { connection: "nobody" as never, instance: ann.instance }, [note(1)]);
  expect(tells(table, "refusal").map(({ reason }) => reason)).toEqual(["not-seated", "not-seated"]);
  expect(table.machine.core.version).toBe(version);
});

test("[R34] a turn that changes anything has an entry of the next version, one that does not has none", () => {
  const table = new Table(nim);
  const ann = table.player("Ann").join();
  table.player("Bob").join();
  const { version } = table.machine.core;
  const entries = table.log.entries.length;
  ann.sync();
  table.player("Cas").join();
  expect([table.machine.core.version, table.log.entries.length]).toEqual([version, entries]);
  ann.send("rematch", {});
  expect([table.machine.core.version, table.log.entries.length]).toEqual([
    version + 1,
    entries + 1,
  ]);
  table.check();
});

test("[R34] a host killed before the entry was written has told nothing of it", () => {
  const { table, ann, bob } = beaconTable();
  const told = table.told.length;
  table.killAt("before-append");
  const noted = ann.send("note", { number: 1 });
  const { received } = bob.page;
  const heard = received.length;
  table.pass(50);
  expect(table.told.slice(told).filter(({ kind }) => kind !== "detached")).toEqual([]);
  expect([noted.end, received.length]).toEqual([undefined, heard]);
  expect(notesOf(table)).toEqual([]);
  ann.resume();
  expect(noted.end).toEqual({ end: "applied" });
  expect(notesOf(table)).toEqual([1]);
  table.check();
});

test("[R34] a host killed after the entry was written, before it told of it, doubles nothing", () => {
  const { table, ann } = beaconTable();
  table.killAt("before-telling");
  const noted = ann.send("note", { number: 1 });
  table.pass(50);
  expect(noted.end).toBeUndefined();
  expect(notesOf(table)).toEqual([1]);
  ann.resume();
  expect(noted.end).toEqual({ end: "applied" });
  expect(notesOf(table)).toEqual([1]);
  table.check();
});

test("[R37] a room that lost what it confirmed is found out: nothing ends silently, and play goes on", () => {
  const { table, ann } = beaconTable();
  const first = ann.send("note", { number: 1 });
  table.pass(50);
  const second = ann.send("note", { number: 2 });
  table.pass(50);
  const lost = ann.send("note", { number: 3 });
  table.kill({ losing: 1 });
  expect(notesOf(table)).toEqual([1]);
  ann.resume();
  expect([first.end, second.end, lost.end].map((end) => end?.end)).toEqual([
    "applied",
    "applied",
    "rolled-back",
  ]);
  expect(ann.page.rollbacks).toBe(1);
  expect(ann.standing).toBe("seated");
  const next = ann.send("note", { number: 4 });
  table.pass(50);
  expect(next.end).toEqual({ end: "applied" });
  expect(notesOf(table)).toEqual([1, 4]);
  table.check();
});
