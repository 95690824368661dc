// Testing: what authors test their games with keeps its word: time passes only when told, a table is
// a real room, and its check finds what it is there to find.

import { expect, test } from "vitest";
import { Replica } from "../../server/testing/replica.ts";
import { Saves, Table, VirtualClock } from "../../server/testing/testing.ts";
import { defineGame, int, migration, one, u8 } from "../../shared/game.ts";
import { nim } from "../../shared/games/nim.ts";
import { beacon } from "./beacon.ts";
import { meddle } from "./meddle.ts";

test("[R38] a virtual clock runs what is due at its own moment, in the order of times and of arming", () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  const at = (name: string, ms: number) =>
    clock.after(ms, () => ran.push(`${name} ${clock.now()}`));
  at("late", 30);
  at("first", 10);
  at("second", 10);
  const never = at("never", 20);
  never();
  never();
  clock.after(10, () => at("armed meanwhile", 5));
  expect(clock.nextMs).toBe(10);
  clock.advance(29);
  expect(ran).toEqual(["first 10", "second 10", "armed meanwhile 15"]);
  clock.advance(1);
  expect(ran.at(-1)).toBe("late 30");
  expect([clock.now(), clock.nextMs]).toEqual([30, undefined]);
  const before = clock.wallMs();
  clock.advance(1_000);
  expect(clock.wallMs() - before).toBe(1_000);
});

test("[R38] a timer that arms itself for now is found out instead of running for ever", () => {
  const clock = new VirtualClock();
  const again = () => void clock.after(0, again);
  again();
  expect(() => clock.advance(1)).toThrow("for now, without end");
  expect(() => clock.advance(-1)).toThrow("forwards");
});

test("[R39] what a game makes of an absence is tested in no time at all", () => {
  const table = new Table(nim);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  ann.halfOpen();
  table.pass(18_000);
  expect(table.presenceOf(0)).toBe("away");
  expect(bob.view.table.winner).toBeUndefined();
  table.pass(60_000);
  expect(bob.view.table.winner).toBe(bob.seat);
  table.check();
});

function played() {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  ann.send("note", { number: 1 });
  ann.send("lay", {});
  bob.send("shout", { number: 2 });
  table.pass(100);
  table.check();
  return { table, ann, bob };
}

test("[R39] a table's check finds a page that sees what is not so, and a log that does not give its room", () => {
  const { table } = played();
  meddle(table, ({ lamp }) => {
    lamp.lit = true;
  });
  expect(() => table.check()).toThrow("instead of");
  const { table: hidden } = played();
  meddle(hidden, ({ lamp }) => {
    lamp.plan = "known to nobody";
  });
  expect(() => hidden.check()).toThrow("the log gives");
});

test("[K85] what tests hold of a state compares field by field, and stays as it was", () => {
  const table = new Table(beacon);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  const { view } = ann;
  const [anns, bobs] = [0, 1].map((seat) => ({
    id: seat,
    seat,
    x: table.state.boats.get(seat)?.x,
  }));
  const lamp = { id: 0, lit: false, turns: 0 };
  const seen = { lamp, boats: [{ ...anns, cargo: 7 }, bobs], buoys: [], wrecks: [], ledger: [] };
  expect(view).toEqual(seen);
  for (const wrong of [{ lamp: { ...lamp, turns: 1 } }, { boats: [anns, bobs] }, { ledger: [{}] }])
    expect(view).not.toEqual({ ...seen, ...wrong });
  expect(view.boats.get(1)).toEqual(bobs);
  expect([view.boats.size, view.boats.has(1), view.boats.has(2)]).toEqual([2, true, false]);
  expect(table.state.lamp).toEqual({ ...lamp, plan: expect.any(String) });
  bob.send("note", { number: 3 });
  table.pass(100);
  expect(ann.view).toEqual({ ...seen, ledger: [{ id: 1, seat: 1, number: 3 }] });
  expect(view).toEqual(seen);
});

test("[R39] it finds events that were told twice or not at all", () => {
  const { table, ann } = played();
  const [told] = ann.page.replica?.events ?? [];
  if (told === undefined) throw new Error("something happened");
  ann.page.replica?.events.push(told);
  expect(() => table.check()).toThrow("Ann was told");
  ann.page.replica?.events.splice(-2);
  expect(() => table.check()).toThrow("Ann was told");
});

test("[R39] it finds commands that took effect twice, or were confirmed and did not", () => {
  const { table } = played();
  const [run] = table.runs;
  if (run === undefined) throw new Error("something ran");
  table.runs.push(run);
  expect(() => table.check()).toThrow("took effect 2 times");
  table.runs.splice(-1);
  table.check();
  table.runs.splice(0, 1);
  expect(() => table.check()).toThrow("did not take effect");
});

test("[R39] it finds a seat that nobody holds, and somebody with two", () => {
  const { table, ann, bob } = played();
  ann.drop();
  bob.drop();
  table.pass(50);
  const seat = table.machine.core.own.$seats.get(0);
  if (seat === undefined) throw new Error("seated");
  meddle(table, () => {
    seat.presence = "held";
    seat.untilMs = undefined;
  });
  expect(() => table.check()).toThrow("seat 0 is held by nobody");
  meddle(table, () => {
    seat.presence = "away";
    seat.untilMs = 1;
    seat.identity = table.machine.core.own.$seats.get(1)?.identity ?? "";
  });
  expect(() => table.check()).toThrow("has two seats");
});

test("[R39] a page refuses bytes of fields that are not for its eyes", () => {
  const { table, ann } = played();
  const { game, id } = table.machine.core;
  const own = new Replica(game, id, 0);
  const other = new Replica(game, id, 1);
  // The whole view that Ann was sent as she sat down has her cargo in it.
  const [whole] = ann.page.received;
  if (whole === undefined) throw new Error("something came");
  expect(own.take(whole).kind).toBe("taken");
  expect(() => other.take(whole)).toThrow("not for these eyes");
});

/** A game whose one rule does as it is told. */
const told = (act: () => unknown) =>
  defineGame({
    ...{ name: "told", version: 1, seats: { min: 1, max: 2 } },
    records: { mark: one({ made: u8 }) },
    commands: { act: {} },
    rules: {
      act(room) {
        room.state.mark.made = 1;
        return act() as undefined;
      },
    },
  });

test("[R49] what a rule throws is thrown out of the step of a test that made it run, unless it may fail", () => {
  const game = told(() => {
    throw new Error("on the rocks");
  });
  const table = new Table(game);
  const ann = table.player("Ann").join();
  expect(() => ann.send("act", {})).toThrow("told: rules.act threw: on the rocks");
  const lenient = new Table(game, { mayFail: true });
  const { end } = lenient.player("Ann").join().send("act", {});
  expect(end).toMatchObject({ end: "refused", reason: "rule-failed" });
  expect(lenient.state.mark.made).toBe(0);
  const stops = new Table({ ...nim, rules: { ...nim.rules, lifecycle: { start: fail } } });
  stops.player("Ann").join();
  expect(() => stops.player("Bob").join()).toThrow("nim: rules.start threw: adrift");
});

function fail(): never {
  throw new Error("adrift");
}

test("[R50] a rule that asks the machine for time, chance or patience is told at a table what to ask for instead", () => {
  // Named as text: no file but the clock's and the generator's may call them.
  const asked: readonly (readonly [owner: object, name: string, instead: string])[] = [
    [Date, "now", "Date.now is not the room's own, which every host has alike: use room.nowMs"],
    [performance, "now", "use room.nowMs"],
    [process, "hrtime", "use room.nowMs"],
    [Reflect.get(process, "hrtime"), "bigint", "process.hrtime.bigint is not the room's own"],
    [Math, "random", "use room.random()"],
    [crypto, "randomUUID", "use room.random()"],
    [crypto, "getRandomValues", "use room.random()"],
    [globalThis, "Date", "new Date() is not the room's own"],
    [globalThis, "setTimeout", "use room.timer"],
    [globalThis, "queueMicrotask", "use room.timer"],
  ];
  for (const [owner, name, instead] of asked) {
    const before = Reflect.get(owner, name) as () => unknown;
    const ann = new Table(told(() => (Reflect.get(owner, name) as () => unknown)()));
    const act = () => ann.player("Ann").join().send("act", {});
    expect(act, name).toThrow(instead);
    expect(Reflect.get(owner, name), name).toBe(before);
  }
});

test("[R50] a rule that makes a Date of the room's own time is let, and of the machine's is not", () => {
  const dated = (...given: [] | [number]) => {
    const table = new Table(
      told(() => {
        const date = Reflect.construct(Date, given);
        expect(date).toBeInstanceOf(Date);
        expect(date.getTime()).toBe(given[0]);
      }),
    );
    return table.player("Ann").join().send("act", {}).end;
  };
  expect(dated(86_400_000)).toEqual({ end: "applied" });
  expect(() => dated()).toThrow("new Date() is not the room's own");
});

test("[R65] a table takes its room over to a newer build, as a deploy does, and says why it cannot", () => {
  const seats = { min: 1, max: 2 } as const;
  const parts = { name: "tally", seats, commands: { count: {} } } as const;
  const first = defineGame({
    ...parts,
    version: 1,
    records: { tally: one({ ones: u8 }) },
    rules: { count: (room) => void room.state.tally.ones++ },
  });
  const records = { tally: one({ tens: u8 }) };
  const second = (migrate = {}) =>
    defineGame({
      ...parts,
      version: 2,
      records,
      rules: {
        count(room) {
          room.state.tally.tens += 10;
        },
      },
      migrate,
    });
  const older = () => {
    const table = new Table(first, { saves: new Saves() });
    const ann = table.player("Ann").join();
    ann.send("count", {});
    ann.halfOpen();
    return { table, ann };
  };
  const { table, ann } = older();
  const newer = table.deploy(
    second({
      1: migration({ from: first, records }, (old, next) => {
        next.tally.tens = old.tally.ones * 10;
      }),
    }),
  );
  expect(newer.presenceOf(0)).toBe("away");
  expect(ann.connection).toBeUndefined();
  const again = newer.player("Ann").join();
  expect([again.seat, again.send("count", {}).end]).toMatchObject([0, { end: "applied" }]);
  newer.kill();
  again.resume();
  // Past the moment at which the older table's silent line is given up.
  newer.pass(30_000);
  expect([newer.state.tally, newer.saves, newer.presenceOf(0)]).toMatchObject([
    { tens: 20 },
    table.saves,
    "held",
  ]);
  newer.check();
  expect(() => older().table.deploy(second())).toThrow(
    "the room is of tally version 1: tally version 2 needs a migration",
  );
  const breaks = migration({ from: first, records }, () => {
    throw new Error("not yet");
  });
  expect(() => older().table.deploy(second({ 1: breaks }))).toThrow("not yet");
});

test("[R66] what does not fit ends, or is thrown, at a table as on a page, with which field it is", () => {
  const game = defineGame({
    ...{
      name: "helm",
      version: 1,
      seats: { min: 1, max: 1 },
      records: { ship: one({ knots: u8 }) },
    },
    commands: { sail: { knots: int(1, 3) } },
    inputs: { wheel: { turn: u8 } },
    rules: {
      sail(room, _seat, { knots }) {
        room.state.ship.knots = knots;
      },
    },
  });
  const table = new Table(game);
  const ann = table.player("Ann").join();
  const { end } = ann.send("sail", { knots: 9 });
  const why = "knots must be a whole number from 1 to 3";
  expect(end).toEqual({ end: "refused", reason: "args-invalid", text: why });
  expect(ann.send("sail", { knots: 3 }).end).toEqual({ end: "applied" });
  expect(() => ann.input("wheel", { turn: -1 })).toThrow(
    "turn must be a whole number from 0 to 255",
  );
  expect(ann.input("wheel", { turn: 1 })).toBe(1);
  table.check();
});

test("[R72] what is given without a seat ends, or is never sent, at a table as on a page", () => {
  const game = defineGame({
    ...{ name: "helm", version: 1, records: { ship: one({ knots: u8 }) } },
    seats: { min: 1, max: 1 },
    commands: { sail: {} },
    inputs: { wheel: { turn: u8 } },
    rules: { sail: () => undefined },
  });
  const table = new Table(game);
  const ann = table.player("Ann").join();
  const eve = table.player("Eve").watch();
  const told = table.told.length;
  expect(eve.send("sail", {}).end).toMatchObject({ end: "refused", reason: "not-seated" });
  expect(eve.input("wheel", { turn: 1 })).toBe(1);
  expect([eve.page.refusals, table.told.length]).toEqual([[], told]);
  const twin = ann.secondPage().join();
  expect(ann.standing).toBe("elsewhere");
  expect(ann.send("sail", {}).end).toEqual({ end: "superseded" });
  twin.leave();
  expect(twin.standing).toBe("over");
  expect(twin.send("sail", {}).end).toMatchObject({ end: "refused", reason: twin.reason });
  table.check();
});

test("[R67] whoever sees nothing at a table is named, with why", () => {
  const table = new Table({ ...nim, watchers: false });
  table.player("Ann").join();
  table.player("Bob").join();
  expect(() => table.player("Cat").join().view).toThrow(
    "Cat has seen nothing yet: the page is over, because of room-full",
  );
  expect(() => table.player("Dan").view).toThrow("Dan has seen nothing yet: the page is apart");
});
