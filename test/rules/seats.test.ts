// Seats: how one is taken, held, away, taken up again and given up, and which page of a player has it.

import fc from "fast-check";
import { expect, test } from "vitest";
import { nameApart } from "../../server/room/seatName.ts";
import { Table } from "../../server/testing/testing.ts";
import { defineGame } from "../../shared/game.ts";
import { nim } from "../../shared/games/nim.ts";
import { beacon } from "./beacon.ts";
import { guarded, idler } from "./smallGames.ts";
import { asked, seatSeen, snapshotOf, tells } from "./tableProbes.ts";

const GRACE_MS = 60_000;
/** Engine.IO gives a silent line up after this. */
const GIVEN_UP_MS = 18_000;

function nimTable() {
  const table = new Table(nim);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  return { table, ann, bob };
}

/** Whoever's turn it is takes, then the other one. */
function ofTurn({ table, ann, bob }: ReturnType<typeof nimTable>) {
  const [first, second] = table.state.table.turn === ann.seat ? [ann, bob] : [bob, ann];
  return { first, second };
}

test("[T1] a seat is the lowest empty one, with a name, an instance and a ticket of its own", () => {
  const table = new Table(beacon);
  const [ann, bob, cas] = ["Ann", "Bob", "Cas"].map((name) => table.player(name).join());
  expect([ann?.seat, bob?.seat, cas?.seat]).toEqual([0, 1, 2]);
  bob?.leave();
  const dan = table.player("Dan").join();
  expect(dan.seat).toBe(1);
  const instances = [ann, bob, cas, dan].map((player) => String(player?.instance));
  expect(new Set(instances).size).toBe(4);
  const tickets = [ann, bob, cas, dan].map((player) => player?.page.ticket?.family);
  expect(new Set(tickets).size).toBe(4);
  expect([...table.machine.core.own.$seats].map(({ name }) => name)).toEqual(["Ann", "Dan", "Cas"]);
  table.check();
});

test("[T43] whoever has a name that sits there already is called by it and a number", () => {
  const table = new Table(beacon);
  const named = (name: string) => {
    const { seat = -1 } = table.player(name).join();
    return table.machine.core.own.$seats.get(seat)?.name;
  };
  expect([named("Ada"), named("ada."), named("Ada 2")]).toEqual(["Ada", "ada. 2", "Ada 2 2"]);
  table.check();
});

test("[T44] a name that only looks like one that sits there is told apart from it, in whatever script it is", () => {
  const pairs = [
    ["Ada", "\u0410da"],
    ["Paco", "\u0420\u0430\u0441\u043e"],
    ["Nina", "\u039dina"],
    ["Al", "AI"],
    ["\u0406van", "lvan"],
    ["Zoe 0", "Zoe O"],
  ] as const;
  for (const [name, alike] of pairs) {
    expect(nameApart(alike, [name])).toBe(`${alike} 2`);
    expect(nameApart(name, [alike])).toBe(`${name} 2`);
  }
  for (const other of ["Eva", "Анна", "Ελένη", "中文"])
    expect(nameApart("Ada", [other])).toBe("Ada");
});

test("[T43] a name that is as long as may be is cut for its number, and no character in two", () => {
  expect(nameApart("x".repeat(24), ["x".repeat(24)])).toBe(`${"x".repeat(22)} 2`);
  expect(nameApart("⚓😀".repeat(8), ["⚓😀".repeat(8)])).toBe(`${"⚓😀".repeat(7)}⚓ 2`);
  const any = fc.string({ unit: "binary", minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 12 }), any, (others, name) => {
      const apart = nameApart(name, others);
      expect(others).not.toContain(apart);
      expect(nameApart(apart, others)).toBe(apart);
      expect(apart.length).toBeLessThanOrEqual(24);
    }),
  );
});

test("[T2] a room without an empty seat refuses room-full, one whose game is over room-ended", () => {
  const { table, ann, bob } = nimTable();
  const before = snapshotOf(table);
  expect(table.player("Cas").join()).toMatchObject({ standing: "over", reason: "room-full" });
  expect(snapshotOf(table)).toBe(before);
  ann.leave();
  bob.leave();
  expect(table.status).toBe("ended");
  expect(table.player("Dan").join()).toMatchObject({ standing: "over", reason: "room-ended" });
});

test("[T2] who sits in a room whose game is over can still come back to it", () => {
  const table = new Table(idler);
  const ann = table.player("Ann").join();
  table.player("Bob").join();
  ann.send("finish", {});
  expect(table.status).toBe("ended");
  expect(ann.reload().resume().standing).toBe("seated");
  expect(ann.secondPage().join().seat).toBe(0);
  expect(table.player("Cas").join().reason).toBe("room-ended");
});

test("[T3] joining again from the same page keeps seat, instance and what was confirmed", () => {
  const { table, ann, bob } = nimTable();
  const { first } = ofTurn({ table, ann, bob });
  first.send("take", { count: 1 });
  const before = first.instance;
  first.join();
  expect(first.instance).toEqual(before);
  expect(first.send("take", { count: 1 }).end).toMatchObject({ reason: "not-your-turn" });
  expect(table.machine.core.own.$seats.size).toBe(2);
  table.check();
});

test("[T3] joining from another page takes the seat up; the page before is told superseded", () => {
  const { table, ann } = nimTable();
  const other = ann.secondPage().join();
  expect(other.seat).toBe(0);
  expect(other.instance).not.toEqual(ann.instance);
  expect(ann).toMatchObject({ standing: "elsewhere", reason: "superseded" });
  expect(table.machine.core.own.$seats.size).toBe(2);
  ann.drop();
  expect(table.presenceOf(0)).toBe("held");
  table.check();
});

test("[T4] a watcher sees the public view and holds no seat", () => {
  const table = new Table(beacon);
  table.player("Ann").join();
  const bob = table.player("Bob").join();
  bob.send("lay", {});
  const eve = table.player("Eve").watch();
  table.pass(50);
  expect(eve).toMatchObject({ standing: "watching", seat: undefined });
  expect([...eve.view.boats].map(({ seat, cargo }) => [seat, cargo])).toEqual([
    [0, undefined],
    [1, undefined],
  ]);
  expect(eve.view.buoys.size).toBe(0);
  expect(table.machine.core.own.$seats.size).toBe(2);
  table.check();
  eve.leave();
  expect(eve.standing).toBe("apart");
  expect(table.machine.attachedCount).toBe(2);
});

test("[T4] a game that has no watchers refuses them, and changes nothing", () => {
  const table = new Table(idler);
  table.player("Ann").join();
  const before = snapshotOf(table);
  expect(table.player("Eve").watch()).toMatchObject({
    standing: "over",
    reason: "watching-refused",
  });
  expect(snapshotOf(table)).toBe(before);
});

test("[T4] asking to watch on the connection that holds a seat keeps the seat", () => {
  const { table, ann } = nimTable();
  ann.watch();
  expect(ann).toMatchObject({ standing: "seated", seat: 0 });
  table.check();
  ann.drop();
  expect(table.presenceOf(0)).toBe("away");
  const other = ann.secondPage().watch();
  expect(other).toMatchObject({ standing: "watching", seat: undefined });
  expect(table.presenceOf(0)).toBe("away");
});

test("[T5] a seat whose connection ends is away for the game's grace, then it is given up", () => {
  const { table, ann, bob } = nimTable();
  ann.drop();
  expect(table.presenceOf(0)).toBe("away");
  expect(seatSeen(bob, 0)).toMatchObject({
    presence: "away",
    cause: "disconnected",
    untilMs: GRACE_MS,
  });
  table.pass(GRACE_MS - 1);
  expect(table.presenceOf(0)).toBe("away");
  table.pass(1);
  expect(table.presenceOf(0)).toBe("empty");
  expect(seatSeen(bob, 0)).toBeUndefined();
  expect(table.errands).toContainEqual({ kind: "unlink-seat", identity: ann.identity });
  expect(ann.resume()).toMatchObject({ standing: "over", reason: "seat-lost" });
  table.check();
});

test("[T5] who is back within the grace keeps the seat, and the next absence has a whole grace", () => {
  const { table, ann } = nimTable();
  ann.drop();
  table.pass(GRACE_MS - 1);
  expect(ann.resume().standing).toBe("seated");
  table.pass(2 * GRACE_MS);
  expect(table.presenceOf(0)).toBe("held");
  ann.drop();
  table.pass(GRACE_MS - 1);
  expect(table.presenceOf(0)).toBe("away");
});

test("[T5] whoever comes back in the very turn in which the grace ends keeps the seat", () => {
  const { table, ann } = nimTable();
  ann.drop();
  table.pass(GRACE_MS - 1);
  // Armed after the room's own timer for the same moment, both come before it in one turn.
  table.together(() => {
    table.pass(1);
    ann.resume();
  });
  expect(table.presenceOf(0)).toBe("held");
});

test("[T5] in a ticking room grace is counted in ticks", () => {
  const table = new Table(beacon);
  table.player("Bob").join();
  const ann = table.player("Ann").join();
  table.pass(50);
  ann.drop();
  table.pass(50);
  expect(table.presenceOf(1)).toBe("away");
  table.pass(9_950);
  expect(table.presenceOf(1)).toBe("away");
  table.pass(50);
  expect(table.presenceOf(1)).toBe("empty");
});

test("[T6] grace stands still while nobody hosts the room", () => {
  const { table, ann, bob } = nimTable();
  ann.drop();
  table.pass(GRACE_MS - 2_000);
  table.kill();
  bob.resume();
  // At most the five seconds since the time was logged last are given back.
  table.pass(2_000 - 1);
  expect(table.presenceOf(0)).toBe("away");
  table.pass(5_000);
  expect(table.presenceOf(0)).toBe("empty");
});

test("[T6] a host that was stopped counts no more than a second of it", () => {
  const { table, ann } = nimTable();
  ann.drop();
  table.pass(10_000);
  table.stall(GRACE_MS * 5);
  expect(table.presenceOf(0)).toBe("away");
  // The turn was asked for five seconds on, to log the time, and came a second later at most.
  table.pass(GRACE_MS - 10_000 - 5_000 - 1_000 - 1);
  expect(table.presenceOf(0)).toBe("away");
  table.pass(1);
  expect(table.presenceOf(0)).toBe("empty");
});

test("[T7] only the end of the newest connection puts a seat away", () => {
  const { table, ann } = nimTable();
  const { connection } = ann;
  ann.halfOpen();
  ann.resume();
  expect(ann.standing).toBe("seated");
  table.pass(GIVEN_UP_MS);
  expect(table.presenceOf(0)).toBe("held");
  if (connection !== undefined) table.post({ kind: "gone", connection });
  expect(table.presenceOf(0)).toBe("held");
  ann.drop();
  expect(table.presenceOf(0)).toBe("away");
});

test("[T8] the same page keeps its instance over a drop; its older connection is unlinked quietly", () => {
  const { table, ann } = nimTable();
  const { instance, connection } = ann;
  ann.halfOpen();
  ann.resume();
  expect(ann.instance).toEqual(instance);
  expect(tells(table, "moved").map(({ to }) => to)).toEqual([connection]);
  expect(tells(table, "detached")).toEqual([]);
  table.check();
});

test("[T9] a page that was loaded anew has its tail applied under the old instance, and gets a new one", () => {
  const scene = nimTable();
  const { table } = scene;
  const { first } = ofTurn(scene);
  const before = first.instance;
  first.halfOpen();
  const taken = first.send("take", { count: 2 });
  const refused = first.send("take", { count: 3 });
  const { version } = table.machine.core;
  first.reload().resume();
  expect(taken.end).toEqual({ end: "applied" });
  expect(refused.end).toMatchObject({ end: "refused", reason: "not-your-turn" });
  expect(first.instance).not.toEqual(before);
  expect(table.machine.core.version).toBe(version + 1);
  expect(tells(table, "seated").at(-1)?.seated).toMatchObject({
    applied: 0,
    previous: { instance: before, applied: 2, refused: [[2, "not-your-turn"]] },
  });
  expect(table.state.table.sticks).toBe(19);
  table.check();
});

test("[T9] commands under the new instance count from 1, those of the old page are fenced", () => {
  const scene = nimTable();
  const { table } = scene;
  const { first, second } = ofTurn(scene);
  first.send("take", { count: 1 });
  const { instance } = first;
  first.reload().resume();
  second.send("take", { count: 1 });
  const { connection } = first;
  if (instance === undefined || connection === undefined) throw new Error("seated");
  table.post({
    kind: "commands",
    connection,
    instance,
    commands: [{ seq: 2, name: "take", args: { count: 3 } }],
  });
  expect(table.state.table.sticks).toBe(19);
  expect(tells(table, "refusal").at(-1)).toMatchObject({ reason: "superseded" });
  expect(first.resume().send("take", { count: 1 }).end).toEqual({ end: "applied" });
  expect(table.state.table.sticks).toBe(18);
});

test("[T10] a page whose answer was lost asks again and gets the same instance and the same ends", () => {
  const scene = nimTable();
  const { table } = scene;
  const { first } = ofTurn(scene);
  first.halfOpen();
  const taken = first.send("take", { count: 2 });
  first.reload();
  table.lines.weather = (way) => (way === "down" ? 0 : 1);
  first.resume();
  const given = tells(table, "seated").at(-1)?.seated.instance;
  expect(taken.end).toBeUndefined();
  // Given while it waits: it is not in the old instance, and goes on under the new one.
  const after = first.send("rematch", {});
  table.lines.calm();
  first.resume();
  expect(first.instance).toEqual(given);
  expect(taken.end).toEqual({ end: "applied" });
  table.pass(100);
  expect(after.end).toMatchObject({ end: "refused", reason: "still-playing" });
  expect(table.state.table.sticks).toBe(19);
});

test("[T10] so it does when the room has lost the instance that the page brings", () => {
  const { table, ann } = nimTable();
  const known = table.log.top.version;
  ann.reload().resume();
  table.kill({ losing: table.log.top.version - known });
  table.lines.weather = (way) => (way === "down" ? 0 : 1);
  ann.resume();
  ann.resume();
  table.lines.calm();
  ann.resume();
  const given = tells(table, "seated").slice(-3);
  expect(new Set(given.map(({ seated }) => String(seated.instance))).size).toBe(1);
  expect(ann.instance).toEqual(given[0]?.seated.instance);
  table.check();
});

test("[T11] pages loaded anew one after the other, each without an answer, lose and double nothing", () => {
  const scene = nimTable();
  const { table } = scene;
  const { first } = ofTurn(scene);
  first.halfOpen();
  const taken = first.send("take", { count: 2 });
  table.lines.weather = (way) => (way === "down" ? 0 : 1);
  for (let reloads = 0; reloads < 4; reloads++) {
    first.reload().resume();
    first.halfOpen();
  }
  expect(taken.end).toBeUndefined();
  table.lines.calm();
  first.reload().resume();
  expect(first.standing).toBe("seated");
  expect(taken.end).toEqual({ end: "applied" });
  expect(table.state.table.sticks).toBe(19);
  table.check();
});

test("[T12] a page that was overtaken stays down while the seat is held, and may come back when it is away", () => {
  const { table, ann } = nimTable();
  ann.halfOpen();
  const other = ann.secondPage().join();
  const before = snapshotOf(table);
  const token = { ticket: false };
  expect(ann.resume(token)).toMatchObject({ standing: "elsewhere", reason: "superseded" });
  expect(snapshotOf(table)).toBe(before);
  other.idle();
  expect(table.presenceOf(0)).toBe("away");
  expect(ann.resume(token)).toMatchObject({ standing: "elsewhere", reason: "superseded" });
  other.drop();
  expect(ann.resume(token).standing).toBe("seated");
  expect(table.presenceOf(0)).toBe("held");
  table.check();
});

test("[T12] who asks for it by joining takes the seat from the other page", () => {
  const { table, ann } = nimTable();
  const other = ann.secondPage().join();
  expect(ann.standing).toBe("elsewhere");
  ann.join();
  expect([ann.standing, other.standing]).toEqual(["seated", "elsewhere"]);
  table.check();
});

test("[T13] a duplicated page takes over; what both had on the way takes effect once", () => {
  const scene = nimTable();
  const { table } = scene;
  const { first } = ofTurn(scene);
  first.halfOpen();
  const taken = first.send("take", { count: 2 });
  const twin = first.secondPage("duplicate").resume();
  expect(twin.standing).toBe("seated");
  expect(taken.end).toEqual({ end: "applied" });
  expect(table.state.table.sticks).toBe(19);
  expect(first.resume()).toMatchObject({ standing: "elsewhere", reason: "superseded" });
  table.check();
});

test("[T13] what waited in a page goes on in one of its copies only", () => {
  for (const isUsed of [true, false]) {
    const table = new Table(beacon);
    const ann = table.player("Ann").join();
    table.player("Bob").join();
    const before = ann.instance;
    const previous = () => tells(table, "seated").at(-1)?.seated.previous?.instance;
    ann.send("note", { number: 1 });
    table.pass(100);
    ann.halfOpen();
    const [copy, other] = [ann.secondPage("duplicate"), ann.secondPage("duplicate")];
    copy.resume();
    expect(previous()).toEqual(before);
    other.resume();
    expect(previous()).toEqual(before);
    if (isUsed) other.send("note", { number: 2 });
    table.pass(100);
    other.drop();
    // With its number of old it would send again what the other copy may have sent under its own.
    ann.resume({ ticket: false });
    expect(previous()).toEqual(isUsed ? undefined : before);
    table.pass(100);
    ann.drop();
    const own = other.instance;
    other.resume({ ticket: false });
    // Whoever asks last goes on: what the first page sent meanwhile, it sent under a number of before.
    expect(previous()).toEqual(own);
    table.check();
  }
});

test("[T41] a resume that comes late, of a page that was loaded anew since, costs the newer page nothing that waits", () => {
  for (const isUsed of [true, false]) {
    const table = new Table(beacon);
    const ann = table.player("Ann").join();
    table.player("Bob").join();
    ann.send("note", { number: 1 });
    table.pass(100);
    const late = ann.secondPage("duplicate");
    ann.reload().resume();
    if (isUsed) ann.send("note", { number: 2 });
    table.pass(100);
    const own = ann.instance;
    ann.halfOpen();
    ann.send("note", { number: 3 });
    expect(late.resume().standing).toBe("seated");
    late.drop();
    ann.reload().resume({ ticket: false });
    const previous = { instance: own, applied: isUsed ? 1 : 0 };
    expect(tells(table, "seated").at(-1)?.seated).toMatchObject({ previous });
    table.check();
  }
});

test("[T42] a page whose instance its room has lost goes on in a new one with what waits", () => {
  const { table, ann } = nimTable();
  const before = ann.instance;
  const first = ann.secondPage("duplicate");
  ann.reload().resume();
  const lost = ann.instance;
  table.kill({ losing: 1 });
  ann.reload().resume();
  const previous = () => tells(table, "seated").at(-1)?.seated.previous;
  expect(previous()).toEqual({ instance: lost, applied: 0, refused: [] });
  // What it took over is not known any more, so whoever has a copy does not go on with it.
  ann.drop();
  expect(first.instance).toEqual(before);
  first.resume({ ticket: false });
  expect([first.standing, previous()]).toEqual(["seated", undefined]);
  table.check();
});

test("[T20] who does nothing is away and still sees everything; a command, an input or a sign ends it", () => {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  table.player("Bob").join();
  const ends = [
    () => ann.active(),
    () => ann.send("note", { number: 1 }),
    () => ann.input("steer", { dx: 1 }),
  ];
  for (const end of ends) {
    ann.idle();
    expect(table.presenceOf(0)).toBe("away");
    table.pass(5_000);
    table.check();
    end();
    table.pass(50);
    expect(table.presenceOf(0)).toBe("held");
  }
  table.pass(20_000);
  expect(table.presenceOf(0)).toBe("held");
});

test("[T20] who stays idle for the grace loses the seat and is told", () => {
  const { table, ann } = nimTable();
  ann.idle();
  table.pass(GRACE_MS / 2);
  ann.drop();
  // Leaving as well does not begin a new grace.
  table.pass(GRACE_MS / 2);
  expect(table.presenceOf(0)).toBe("empty");
  const { table: other, ann: cas } = nimTable();
  cas.idle();
  other.pass(GRACE_MS);
  expect(cas).toMatchObject({ standing: "over", reason: "seat-lost" });
});

test("[T21] what connections of dead nodes held is away, and so is what an earlier host left as held", () => {
  const { table, ann, bob } = nimTable();
  table.post({ kind: "nodes", alive: [table.node] });
  expect([table.presenceOf(0), table.presenceOf(1)]).toEqual(["held", "held"]);
  table.post({ kind: "nodes", alive: [] });
  expect([table.presenceOf(0), table.presenceOf(1)]).toEqual(["away", "away"]);
  expect(table.machine.attachedCount).toBe(0);
  ann.resume();
  bob.resume();
  table.kill();
  expect([table.presenceOf(0), table.presenceOf(1)]).toEqual(["away", "away"]);
  table.check();
});

test("[T21] a node that is lost takes along what its own connections held, and no other's", () => {
  const { table, bob } = nimTable();
  // One that this host has not heard of yet may have connections in the room as well.
  const unheard = `${table.node}2` as typeof table.node;
  table.post({ kind: "node-lost", node: unheard });
  expect([table.presenceOf(0), table.presenceOf(1)]).toEqual(["held", "held"]);
  table.post({ kind: "node-lost", node: table.node });
  expect([table.presenceOf(0), table.presenceOf(1)]).toEqual(["away", "away"]);
  expect(table.machine.attachedCount).toBe(0);
  bob.resume();
  expect(table.presenceOf(1)).toBe("held");
  table.check();
});

test("[T21] a room loaded again on the same node leaves no seat held by nobody", () => {
  const { table, ann } = nimTable();
  table.kill();
  ann.resume();
  // As after a fault: the memory is gone, the node is the same.
  const seated = asked(table, "resume").at(-1);
  if (seated?.kind !== "resume") throw new Error("asked");
  table.kill();
  table.post({ ...seated, arrival: { ...seated.arrival, node: table.node } });
  table.post({ kind: "nodes", alive: [table.node] });
  expect(table.presenceOf(0)).toBe("held");
  expect(table.machine.isAttached(0)).toBe(true);
});

test("[T22] leaving gives the seat up at once; the next who comes may take it", () => {
  const { table, ann } = nimTable();
  ann.leave();
  expect(ann).toMatchObject({ standing: "over", reason: "seat-lost" });
  expect(table.presenceOf(0)).toBe("empty");
  expect(table.player("Cas").join().seat).toBe(0);
  table.check();
});

test("[T22] leaving under another instance, or without a part in the room, is refused and changes nothing", () => {
  const { table, ann } = nimTable();
  const before = snapshotOf(table);
  const { connection } = ann;
  if (connection === undefined) throw new Error("connected");
  table.post({ kind: "leave", connection, instance: [1, 1] });
  expect(tells(table, "refusal").at(-1)).toMatchObject({ to: connection, reason: "superseded" });
  const stranger = "stranger" as typeof connection;
  table.post({ kind: "leave", connection: stranger, instance: [1, 1] });
  expect(tells(table, "refusal").at(-1)).toMatchObject({ to: stranger, reason: "not-seated" });
  expect(snapshotOf(table)).toBe(before);
  expect(table.presenceOf(0)).toBe("held");
});

test("[T23] a room whose last seat is given up is over, and what was timed does not happen any more", () => {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  ann.send("light", { afterMs: 1_000 });
  table.pass(50);
  ann.leave();
  bob.leave();
  expect(table.status).toBe("ended");
  expect(table.machine.core.own.$room.ending).toBe("abandoned");
  expect(table.machine.core.own.$timers.size).toBe(0);
  table.pass(5_000);
  expect(table.state.lamp.turns).toBe(0);
  table.check();
});

test("[T24] the game is told who joins before it starts, who is away, back and leaving", () => {
  const table = new Table(idler);
  const ann = table.player("Ann").join();
  expect([...table.state.diary].map(({ line }) => line)).toEqual(["join 0 of 1"]);
  const bob = table.player("Bob").join();
  ann.drop();
  ann.resume();
  bob.idle();
  bob.active();
  ann.leave();
  expect([...table.state.diary].map(({ line }) => line)).toEqual([
    "join 0 of 1",
    "join 1 of 2",
    "start 2",
    "away 0 of 2",
    "back 0 of 2",
    "away 1 of 2",
    "back 1 of 2",
    "leave 0 of 2",
  ]);
});

test("[T36] where a second page shall not take over it watches or is refused, and the first plays on in its instance", () => {
  for (const secondPage of ["watches", "is-refused"] as const) {
    const table = new Table(guarded(secondPage));
    const ann = table.player("Ann").join();
    const { instance } = ann;
    const before = snapshotOf(table);
    const second = ann.secondPage().join();
    const twin = ann.secondPage("duplicate").resume();
    const told = { watches: "watching", "is-refused": "apart" };
    expect(second.standing).toBe(told[secondPage]);
    expect(second.seat).toBeUndefined();
    expect(twin).toMatchObject({ standing: "apart", reason: "seat-held" });
    expect(snapshotOf(table)).toBe(before);
    expect(ann.send("note", {}).end).toEqual({ end: "applied" });
    expect(ann.instance).toEqual(instance);
    // What it was refused with is as good as before.
    ann.drop();
    expect(twin.resume().standing).toBe("seated");
    table.check();
  }
});

test("[T36] a page that comes back after a reload gets its seat, at the latest when its dead line is given up", () => {
  const table = new Table(guarded("is-refused"));
  const ann = table.player("Ann").join();
  expect(ann.reload().resume().standing).toBe("seated");
  ann.halfOpen();
  const next = ann.secondPage("duplicate").resume();
  expect(next).toMatchObject({ standing: "apart", reason: "seat-held" });
  table.pass(GIVEN_UP_MS + 1_000);
  expect(next.resume().standing).toBe("seated");
  table.check();
});

test("[T36] what a second page means is one of three things, and watching needs watchers", () => {
  const declare = (seats: object, watchers = true) =>
    defineGame({
      ...{ name: "wrong", version: 1, seats: { min: 1, max: 1, ...seats }, watchers },
      ...{ records: {}, rules: {} },
    });
  expect(() => declare({ secondPage: "wins" })).toThrow(/one of takes-over, watches, is-refused/);
  expect(() => declare({ secondPage: "watches" }, false)).toThrow(/needs watchers/);
  expect(declare({}).seats.secondPage).toBe("takes-over");
});
