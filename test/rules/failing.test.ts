// Failing: rules that refuse, throw, return rubbish or promise: what becomes of them, of the seat, of
// the room and of everybody else.

import { expect, test } from "vitest";
import { Table } from "../../server/testing/testing.ts";
import { defineGame, many, u32 } from "../../shared/game.ts";
import { beacon } from "./beacon.ts";
import { type Break, breakable, late, stormy } from "./breakable.ts";
import { tells } from "./tableProbes.ts";

function beaconTable() {
  const table = new Table(beacon, { mayFail: true });
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  table.pass(50);
  return { table, ann, bob };
}

function breakableTable() {
  const table = new Table(breakable, { mayFail: true });
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  return { table, ann, bob };
}

/** Everything of the room but the seat's own count of what ended. */
function world({ state, status, machine }: ReturnType<typeof beaconTable>["table"]) {
  const { $timers, $room } = machine.core.own;
  const { lamp, boats, buoys, ledger } = state;
  const all = { lamp, boats: [...boats], buoys: [...buoys], ledger: [...ledger] };
  const timers = [...$timers].map(({ name, dueMs }) => [name, dueMs]);
  const ids = machine.core.state.collections.map(({ nextId }) => nextId);
  return JSON.stringify({ ...all, status, timers, ids, random: $room.random });
}

test("[R7] a rule that refuses or throws leaves no trace: no change, event, timer, draw, id or end", () => {
  const { table, ann, bob } = beaconTable();
  for (let buoys = 0; buoys < 3; buoys++) ann.send("lay", {});
  table.pass(50);
  const before = world(table);
  const events = bob.events.length;
  const refused = ann.send("waver", {});
  const thrown = ann.send("founder", {});
  table.pass(50);
  expect(refused.end).toMatchObject({ end: "refused", reason: "wavered" });
  expect(thrown.end).toMatchObject({ end: "refused", reason: "rule-failed" });
  expect(world(table)).toBe(before);
  expect(bob.events.length).toBe(events);
  table.pass(1_000);
  expect(world(table)).toBe(before);
  table.check();
});

test("[R7] what was done before and after a failed rule in the same turn stands", () => {
  const { table, ann } = beaconTable();
  const kept = ann.send("note", { number: 1 });
  ann.send("founder", {});
  ann.send("shout", { number: 5 });
  ann.send("note", { number: 2 });
  table.pass(50);
  expect(kept.end).toEqual({ end: "applied" });
  expect([...table.state.ledger].map(({ number }) => number)).toEqual([1, 2]);
  expect(ann.events.filter(({ name }) => name === "shouted").map(({ values }) => values)).toEqual([
    { seat: 0, number: 5 },
  ]);
  table.check();
});

test("[R8] who gave the command gets the name of the incident that the operator finds in the log", () => {
  const { table, ann, bob } = beaconTable();
  ann.send("founder", {});
  ann.send("founder", {});
  table.pass(50);
  const audits = table.errands.filter((errand) => errand.kind === "audit");
  expect(audits).toMatchObject([
    { event: "rule-failed", seat: 0, cause: new Error("on the rocks") },
    { event: "rule-failed", seat: 0, cause: new Error("on the rocks") },
  ]);
  const incidents = audits.map(({ incident }) => incident);
  expect(new Set(incidents).size).toBe(2);
  expect(ann.page.refusals).toEqual([
    { reason: "rule-failed", seq: 1, detail: incidents[0] },
    { reason: "rule-failed", seq: 2, detail: incidents[1] },
  ]);
  expect(bob.page.refusals).toEqual([]);
});

test("[R8] a page that takes the seat up is told the incidents of the tail it brought", () => {
  const { table, ann } = beaconTable();
  ann.halfOpen();
  const thrown = ann.send("founder", {});
  ann.reload().resume();
  expect(thrown.end).toMatchObject({ reason: "rule-failed" });
  expect(ann.page.refusals).toMatchObject([{ reason: "rule-failed", seq: 1 }]);
  expect(ann.standing).toBe("seated");
  table.check();
});

test("[R9] five failures of a seat within a minute refuse its commands for a minute, and nobody else's", () => {
  const { table, ann, bob } = beaconTable();
  for (let failures = 0; failures < 4; failures++) {
    ann.send("founder", {});
    table.pass(10_000);
  }
  const fine = ann.send("note", { number: 1 });
  ann.send("founder", {});
  const refused = ann.send("note", { number: 2 });
  const others = bob.send("note", { number: 3 });
  table.pass(50);
  expect(fine.end).toEqual({ end: "applied" });
  expect(refused.end).toMatchObject({ reason: "commands-suspended" });
  expect(others.end).toEqual({ end: "applied" });
  const events = table.errands.flatMap((errand) => (errand.kind === "audit" ? [errand.event] : []));
  expect(events.filter((event) => event === "commands-suspended").length).toBe(1);
  table.kill();
  ann.resume();
  table.pass(59_000);
  const still = ann.send("note", { number: 4 });
  table.pass(50);
  expect(still.end).toMatchObject({ reason: "commands-suspended" });
  table.pass(1_000);
  const free = ann.send("note", { number: 5 });
  table.pass(50);
  expect(free.end).toEqual({ end: "applied" });
});

test("[R9] five failures over more than a minute refuse nothing", () => {
  const { table, ann } = beaconTable();
  for (let failures = 0; failures < 9; failures++) {
    ann.send("founder", {});
    table.pass(15_050);
  }
  const fine = ann.send("note", { number: 1 });
  table.pass(50);
  expect(fine.end).toEqual({ end: "applied" });
});

test("[R10, R11] a rule that returns a promise is refused and undone; what follows the promise has no effect", async () => {
  const { table, ann } = breakableTable();
  const hows = ["lateWrite", "lateDraw", "lateEvent", "lateTimer", "lateEnd"] as const;
  for (const how of ["promise", "lateThrow", ...hows] as const) {
    const promised = ann.send("act", { how });
    expect(promised.end, how).toMatchObject({ end: "refused", reason: "rule-failed" });
    table.pass(60_000);
  }
  expect(table.state.count.acts).toBe(0);
  const { random } = table.machine.core.own.$room;
  const { version } = table.machine.core;
  await Promise.resolve();
  await Promise.resolve();
  expect(late).toEqual(hows.map(() => "threw"));
  ann.sync();
  expect(table.state.count.acts).toBe(0);
  expect(table.machine.core.own.$room.random).toEqual(random);
  expect(table.machine.core.version).toBe(version);
  table.check();
});

test("[R10] a reason that nobody could show is a failure; anything else that is returned means nothing", () => {
  const { table, ann } = breakableTable();
  for (const how of ["longReason", "oddReason"] as const) {
    expect(ann.send("act", { how }).end, how).toMatchObject({ reason: "rule-failed" });
  }
  for (const how of ["number", "text", "object"] as const) {
    expect(ann.send("act", { how }).end, how).toEqual({ end: "applied" });
  }
  expect(table.state.count.acts).toBe(3);
  table.check();
});

test("[R10, R47] values that do not fit and names that are not declared fail the rule alone, and the operator is told what and where", () => {
  const said: Readonly<Partial<Record<Break, string>>> = {
    misfit: "count.acts must be a whole number from 0 to 4294967295, not -1",
    frozen: "is never changed in place: assign a new one",
    ownRoom: "a room has no acts to assign: what a game keeps is in the records of room.state",
    ownState: "the game declares no records ghost",
    noInput: 'the game declares no input "steer": there are none',
    noField: "ghosts has no field face; it has name",
    noEvent: 'the game declares no event "sunk": there are acted',
    inheritedEvent: 'no event "toString"',
    eventMisfit: 'event "acted.acts" must be a whole number',
    noSeat: "an event's seat is a whole number below 2",
    noAudience: "an event's audience is { seat } or { seeing: record }",
    noRecord: "an event's audience is { seat } or { seeing: record }, with a record of this room",
    noTimer: 'the game declares no timer "alarm"',
    inheritedTimer: 'no timer "toString"',
    timerBackwards: 'timer "storm" runs after 0 ms or more, not -1',
    timerNever: 'timer "storm" runs after 0 ms or more, not Infinity',
    timerArgs: 'what timer "storm" is given must be plain JSON',
    noCancel: 'did you mean "storm"?',
    longEnding: "the reason of an end must be at most 32 characters",
    promise: "rules are synchronous: this one returned a promise",
  };
  for (const [how, message] of Object.entries(said) as [Break, string][]) {
    const { table, ann } = breakableTable();
    const { version } = table.machine.core;
    expect(ann.send("act", { how }).end, how).toMatchObject({ reason: "rule-failed" });
    expect([how, table.machine.core.version, table.status]).toEqual([how, version + 1, "running"]);
    const cause = { message: expect.stringContaining(message) };
    expect(table.errands, how).toContainEqual(
      expect.objectContaining({
        event: "rule-failed",
        rule: "rules.act",
        cause: expect.objectContaining(cause),
      }),
    );
    table.check();
  }
});

test("[R12] a start, a tick or a timer that throws stops the room; nothing of that turn is logged or told", () => {
  for (const how of ["tick", "timer"] as const) {
    const table = new Table(stormy, { mayFail: true });
    const ann = table.player("Ann").join();
    const bob = table.player("Bob").join();
    ann.send("plan", { how, afterMs: 950 });
    table.pass(999);
    const { version } = table.log.top;
    const told = bob.page.received.length;
    // Comes with the turn that fails.
    const act = bob.send("act", { how: "number" });
    table.pass(1);
    expect(table.failures.length, how).toBe(1);
    expect(table.failures[0]?.cause, how).toEqual(new Error("storm"));
    const rule = how === "tick" ? "rules.tick" : "timers.storm";
    expect(table.failures[0]?.message, how).toBe(`stormy: ${rule} threw: storm`);
    expect([how, table.log.top.version, bob.page.received.length]).toEqual([how, version, told]);
    expect(act.end).toBeUndefined();
    expect([bob.standing, bob.reason]).toEqual(["apart", "room-stopped"]);
  }
});

test("[R12] a start that throws leaves the room as it was, and whoever comes later meets the same", () => {
  const table = new Table(breakable, { mayFail: true });
  const ann = table.player("Ann").join();
  ann.send("act", { how: "number" });
  const bob = table.player("Storm").join();
  expect(table.failures.length).toBe(1);
  expect([ann.standing, bob.standing]).toEqual(["apart", "apart"]);
  ann.resume();
  expect([table.status, table.presenceOf(0), table.presenceOf(1)]).toEqual([
    "waiting",
    "held",
    "empty",
  ]);
  table.check();
});

test("[R13] a rule about a seat that throws is undone; what happened to the seat stands", () => {
  const { table, ann, bob } = breakableTable();
  ann.send("plan", { how: "seats", afterMs: 0 });
  const { acts } = table.state.count;
  ann.drop();
  expect(table.presenceOf(0)).toBe("away");
  ann.resume();
  expect(table.presenceOf(0)).toBe("held");
  ann.leave();
  expect(table.presenceOf(0)).toBe("empty");
  expect(table.player("Cas").join().seat).toBe(0);
  expect(table.state.count.acts).toBe(acts);
  const audits = table.errands.flatMap((errand) => (errand.kind === "audit" ? [errand.event] : []));
  expect(audits).toEqual(["rule-failed", "rule-failed", "rule-failed", "rule-failed"]);
  expect(bob.standing).toBe("seated");
  table.check();
});

test("[R14] a visibility rule that throws shows nothing and stops nothing; the operator is told once", () => {
  const { table, ann, bob } = breakableTable();
  ann.send("act", { how: "ghost" });
  expect(ann.view.ghosts.size).toBe(1);
  ann.send("plan", { how: "sight", afterMs: 0 });
  expect(ann.view.ghosts.size).toBe(0);
  bob.reload().resume();
  expect(bob.view.ghosts.size).toBe(0);
  bob.send("act", { how: "number" });
  const audits = table.errands.filter((errand) => errand.kind === "audit");
  expect(audits).toMatchObject([{ event: "rule-failed", seat: -1, cause: new Error("fog") }]);
  expect([ann.standing, bob.standing]).toEqual(["seated", "seated"]);
});

test("[R14] a visibility rule can neither draw nor tell nor write", () => {
  for (const how of ["drawing", "telling", "writing"] as const) {
    const { table, ann } = breakableTable();
    ann.send("act", { how: "ghost" });
    const { random } = table.machine.core.own.$room;
    const events = ann.events.length;
    ann.send("plan", { how, afterMs: 0 });
    ann.sync();
    // Asked in the middle of a rule who learns of an event.
    if (how !== "writing") ann.send("act", { how: "haunt" });
    expect([how, table.machine.core.own.$room.random]).toEqual([how, random]);
    const { acts } = table.state.count;
    expect([how, ann.events.length, acts]).toEqual([how, events, how === "writing" ? 1 : 2]);
    expect(tells(table, "detached")).toEqual([]);
    table.check();
  }
});

test("[R48] a rule that may only look and answers what it may not is taken for one that throws", () => {
  const odd = (visible: unknown, terms: unknown) => {
    const rules = { visibleTo: { fish: () => visible as boolean }, absence: () => terms as never };
    const table = new Table(
      defineGame({
        ...{ name: "odd", version: 1, seats: { min: 1, max: 2 } },
        records: { fish: many({ size: u32 }) },
        rules: { start: (room) => void room.state.fish.add({ size: 1 }) },
        ...rules,
      }),
      { mayFail: true },
    );
    const ann = table.player("Ann").join();
    const bob = table.player("Bob").join();
    ann.drop();
    table.pass(50);
    expect(table.presenceOf(0)).toBe("away");
    table.pass(60_000);
    expect(table.presenceOf(0)).toBe("empty");
    const audits = table.errands.filter((errand) => errand.kind === "audit");
    const said = audits.map(({ rule, cause }) => `${rule}: ${(cause as Error).message}`);
    return { said, seen: bob.view.fish.size };
  };
  const boolean = "visibleTo.fish: it answers true or false, at once";
  for (const visible of [undefined, 1, "yes", Promise.resolve(true)]) {
    expect(odd(visible, {})).toEqual({ said: [boolean], seen: 0 });
  }
  for (const [terms, why] of [
    [{ graceMs: Number.POSITIVE_INFINITY }, "absence.graceMs is 0 ms or more"],
    [{ grace: 5 }, 'absence has no "grace": '],
    [5, "absence is declared by an object"],
  ] as const) {
    const { said, seen } = odd(true, terms);
    expect([said.length, seen]).toEqual([1, 1]);
    expect(said[0]).toContain(`absence: ${why}`);
  }
  expect(odd(true, undefined)).toEqual({ said: [], seen: 1 });
});
