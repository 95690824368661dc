// Records: collections of a room's state, their clocks, what a commit notes, and undoing a rule.

import { inspect } from "node:util";
import { expect, test } from "vitest";
import { logChanges, ownChanges, publicChanges } from "../../shared/changes.ts";
import { many, one, optional, quantised, text, u8 } from "../../shared/game.ts";
import { State } from "../../shared/record.ts";
import { type Collection, layOut } from "../../shared/schema.ts";
import { roomRecords } from "../../shared/seats.ts";
import { always, expectSame } from "./always.ts";
import {
  type Commit,
  collectionOf,
  everything,
  lookAs,
  newState,
  perform,
  performAttempt,
  story,
  VIEWERS,
} from "./stories.ts";

interface Thing {
  readonly id: number;
  count: number;
  label: string;
  tag: number | undefined;
  size: number;
}

/** A state with one collection and one singleton, at version 1. */
function open() {
  const things = many({
    count: u8,
    label: text(5),
    tag: optional(u8),
    size: quantised(0, 1, 0.1),
  });
  const state = new State(layOut({ things, table: one({ round: u8 }) }, new Set()));
  state.open(1);
  const collection = collectionOf(state, "things");
  const add = (fields?: object, id?: number) =>
    collection.add(fields as Record<string, unknown>, id) as Thing;
  const table = collectionOf(state, "table").get(0) as { round: number };
  return { state, collection, add, table };
}

test("[K20] records come in the order of their ids, whatever the order they were added in", () => {
  const { collection, add } = open();
  for (const id of [5, 1, 9, 0, 3]) add({}, id);
  collection.delete(3);
  add({}, 2);
  add();
  expect([...collection].map((record) => (record as Thing).id)).toEqual([0, 1, 2, 5, 9, 10]);
  expect(collection.size).toBe(6);
  expect([collection.has(9), collection.has(3), collection.get(3)]).toEqual([
    true,
    false,
    undefined,
  ]);
});

test("[K20] tens of thousands of records may come in any order and be brought back by an undo", () => {
  // Sorting them anew for each one would take minutes.
  const most = 40_000;
  const { state, collection, add } = open();
  for (let id = most; id > 0; id--) add({}, id);
  const ids = () => [...collection].map((record) => (record as Thing).id);
  const ordered = Array.from({ length: most }, (_, at) => at + 1);
  expect(ids()).toEqual(ordered);
  state.attempt(() => {
    for (const id of ordered) collection.delete(id);
    return false;
  });
  expect(ids()).toEqual(ordered);
});

test("[K21] a field carries the version that last gave it another value", () => {
  const { state, collection, add } = open();
  const thing = add({ count: 1 });
  const stored = collection.record(thing.id);
  expect(stored).toMatchObject({ created: 1, changed: 1, clocks: [1, 1, 1, 1] });
  state.open(2);
  thing.count = 1;
  thing.tag = undefined;
  expect(state.changed).toBe(false);
  expect(stored).toMatchObject({ changed: 1, clocks: [1, 1, 1, 1] });
  state.open(3);
  thing.label = "a";
  expect(state.changed).toBe(true);
  expect(stored).toMatchObject({ created: 1, changed: 3, clocks: [1, 3, 1, 1] });
  expect(JSON.parse(JSON.stringify(thing))).toEqual({ id: 1, count: 1, label: "a", size: 0 });
  // It is held as its kind holds it, and what is held the same is no change.
  state.open(4);
  Object.assign(thing, { tag: null, size: 0.26 });
  expect(thing.tag).toBeUndefined();
  expect(thing.size).toBeCloseTo(0.3, 12);
  state.open(5);
  thing.size = 0.34;
  expect(state.changed).toBe(false);
});

test("[K30] a deletion that is undone leaves the tombstones as they were, and in their order", () => {
  const state = new State(layOut({ boats: many({ oars: u8 }) }, new Set()));
  const [boats] = state.collections;
  const commit = (version: number, change: () => unknown) => {
    state.open(version);
    change();
    state.close();
  };
  commit(1, () => [1, 2].map((id) => boats?.add({}, id)));
  commit(2, () => boats?.delete(1));
  commit(3, () => boats?.delete(2));
  commit(4, () => boats?.add({}, 1));
  commit(5, () => state.attempt(() => !boats?.delete(1)));
  expect([...(boats?.tombstones ?? [])]).toEqual([
    [1, 2],
    [2, 3],
  ]);
});

test("[K31] a walk over a collection never comes to a record that is deleted meanwhile", () => {
  const state = new State(layOut({ boats: many({ oars: u8 }) }, new Set()));
  const boats = (state.face as unknown as { boats: Collection<{ oars: typeof u8 }> }).boats;
  state.open(1);
  for (const id of [2, 3, 4]) boats.add({}, id);
  const met: number[] = [];
  for (const boat of boats) {
    met.push(boat.id);
    boat.oars = 1;
    // An id below the others puts the collection in a new order.
    if (boat.id === 2) boats.add({}, 1);
    if (boat.id === 2) boats.delete(3);
  }
  expect(met).toEqual([2, 4, 1]);
});

test("[K30] tombstones are kept in the order of their versions", () => {
  const { state, collection, add } = open();
  let version = 1;
  for (const id of [1, 2, 1, 2, 2, 1]) {
    state.open(++version);
    add({}, id);
    state.open(++version);
    collection.delete(id);
    const versions = [...collection.tombstones.values()];
    expect(versions).toEqual([...versions].sort((one, other) => one - other));
  }
  expect([...collection.tombstones]).toEqual([
    [2, 11],
    [1, 13],
  ]);
});

test("[K22] outside a commit nothing can be changed", () => {
  const { state, collection, add, table } = open();
  const thing = add();
  state.close();
  expect(() => Object.assign(thing, { count: 1 })).toThrow(TypeError);
  expect(() => Object.assign(table, { round: 1 })).toThrow(TypeError);
  expect(() => add()).toThrow(TypeError);
  expect(() => collection.delete(thing.id)).toThrow(TypeError);
  expect(() => Object.assign(thing, { id: 7 })).toThrow(TypeError);
  expect([thing.count, thing.id, table.round, collection.size]).toEqual([0, 1, 0, 1]);
});

test("[K23] what does not fit is refused by name, and leaves nothing half done", () => {
  const { state, collection, add } = open();
  const thing = add({ label: "a" }, 4);
  const before = everything(state);
  const count = "things.count must be a whole number from 0 to 255, not";
  expect(() => Object.assign(thing, { count: 256 })).toThrow(new TypeError(`${count} 256`));
  expect(() => add({ count: undefined })).toThrow(new TypeError(`${count} undefined`));
  expect(() => add({ count: 1, label: "too long" })).toThrow(/^things.label must be [^,]+$/);
  expect(() => add({ count: 1, colour: 2 })).toThrow("things has no field colour");
  expect(() => add({}, 4)).toThrow("things 4 exists");
  for (const id of [-1, 0.5, 2 ** 32, Number.NaN]) expect(() => add({}, id)).toThrow();
  expect(everything(state)).toEqual(before);
  expect(collection.size).toBe(1);
});

test("[K32] nothing undeclared can be put into a state, and what was tried is named with what there is", () => {
  const { state, collection, add } = open();
  const thing = add({ label: "a" });
  const before = everything(state);
  const { things, table } = state.face as {
    things: Collection<{ count: typeof u8 }>;
    table: object;
  };
  expect(() => things.delete(thing as never)).toThrow("by its id");
  const declared = "it has count, label, tag, size";
  expect(() => Object.assign(thing, { colour: 1 })).toThrow(
    new TypeError(`things has no field colour; ${declared}`),
  );
  expect(() => add({ colour: 1 })).toThrow(
    new TypeError(`things has no field colour; ${declared}`),
  );
  expect(() => Object.assign(table, { rounds: 1 })).toThrow("table has no field rounds");
  expect(() => Object.assign(thing, { toJSON: 1 })).toThrow(TypeError);
  expect(() => Object.assign(things, { 1: {} })).toThrow("use add(fields, id)");
  expect(() => Object.assign(things, { get: 1 })).toThrow(TypeError);
  expect(() => Object.assign(state.face, { tables: 1 })).toThrow("declares no records tables");
  expect(() => Object.assign(state.face, { table: {} })).toThrow("assign its fields");
  expect(() => Object.assign(state.face, { things: [] })).toThrow("use add, delete");
  expect(everything(state)).toEqual(before);
  expect(Object.keys(thing)).toEqual([]);
  expect([...collection]).toEqual([thing]);
});

test("[K33] rules hold their game's records without the room's own, and nothing of how they are kept", () => {
  const state = new State(layOut({ boats: many({ oars: u8 }), ...roomRecords }, new Set()));
  expect(Object.keys(state.gameFace)).toEqual(["boats"]);
  expect(Object.keys(state.face)).toEqual(["boats", ...Object.keys(roomRecords)]);
  const { boats } = state.gameFace as { boats: Collection<{ oars: typeof u8 }> };
  const can = Reflect.ownKeys(Object.getPrototypeOf(boats));
  expect(can).toEqual(["constructor", "size", "get", "has", "add", "delete", Symbol.iterator]);
  expect(Reflect.ownKeys(boats)).toEqual([]);
});

test("[K34] a record is added as it is: its fields are taken over, and its id is not", () => {
  type Things = Collection<{ count: typeof u8 }>;
  const seas = { deep: many({ count: u8, label: text(5) }), flat: many({ count: u8 }) };
  const state = new State(layOut(seas, new Set()));
  state.open(1);
  const { deep, flat } = state.gameFace as { deep: Things; flat: Things };
  const first = deep.add({ count: 7 }, 5);
  deep.add(flat.add({ count: 3 }), 9);
  deep.add(first);
  expect(JSON.parse(JSON.stringify([...deep]))).toEqual([
    { id: 5, count: 7, label: "" },
    { id: 9, count: 3, label: "" },
    { id: 10, count: 7, label: "" },
  ]);
  expect(() => flat.add(first)).toThrow("flat has no field label; it has count");
});

test("[K35] a record says what it holds to JSON and to Node's console", () => {
  const { add } = open();
  const thing = add({ count: 7, label: "deep" });
  const held = { id: 1, count: 7, label: "deep", tag: undefined, size: 0 };
  expect(JSON.stringify(thing)).toBe(JSON.stringify(held));
  expect(inspect(thing)).toBe(inspect(held));
});

test("[K24] an id that was given out is not given out again by itself", () => {
  const { state, collection, add } = open();
  expect(add().id).toBe(1);
  collection.delete(1);
  expect(add().id).toBe(2);
  add({}, 7);
  collection.delete(7);
  state.open(2);
  expect(add().id).toBe(8);
  collection.delete(8);
  state.attempt(() => {
    expect(add().id).toBe(9);
    return false;
  });
  expect(add().id).toBe(9);
  // Also if that is all that a commit does: the log must know of it.
  state.open(3);
  collection.delete(add().id);
  expect(state.changed).toBe(true);
  expect(add().id).toBe(11);
});

test("[K25] a deleted record cannot be changed any more, not even under its successor's id", () => {
  const { collection, add } = open();
  const old = add({ count: 1 }, 3);
  expect(collection.delete(3)).toBe(true);
  expect(collection.delete(3)).toBe(false);
  const young = add({ count: 2 }, 3);
  expect(() => Object.assign(old, { count: 9 })).toThrow("things 3 is deleted");
  expect([old.count, young.count]).toEqual([1, 2]);
});

test("[K26] a rule that refuses or throws leaves no trace at all", () => {
  const leavesNone = (commits: readonly Commit[]) => {
    const state = newState();
    for (const [at, commit] of commits.entries()) {
      state.open(at + 1);
      for (const attempt of commit) {
        const before = everything(state);
        performAttempt(state, attempt);
        if (attempt.end !== "done") expectSame(everything(state), before);
      }
    }
  };
  // An id that came and went in this very commit, and would have come again.
  const add = { act: "add", to: "marks", id: 9, values: {} } as const;
  const remove = { act: "delete", from: "marks", id: 9 } as const;
  leavesNone([
    [
      { acts: [add, remove], end: "done" },
      { acts: [add], end: "refused" },
      { acts: [add, remove], end: "thrown" },
    ],
  ]);
  always(story, leavesNone, 150);
});

test("[K27] a commit with undone rules in it is logged and told as if they had never run", () => {
  always(
    story,
    (commits) => {
      const [tried, plain] = [newState(), newState()];
      const shown = VIEWERS.map(() => [new Map(), new Map()] as const);
      for (const [at, commit] of commits.entries()) {
        tried.open(at + 1);
        plain.open(at + 1);
        for (const attempt of commit) performAttempt(tried, attempt);
        for (const attempt of commit) if (attempt.end === "done") perform(plain, attempt);
        expectSame(everything(tried), everything(plain));
        expect(tried.changed).toBe(plain.changed);
        expectSame(logChanges(tried), logChanges(plain));
        expectSame(publicChanges(tried), publicChanges(plain));
        for (const [index, viewer] of VIEWERS.entries()) {
          const [one = new Map(), other = new Map()] = shown[index] ?? [];
          const own = ownChanges(tried, lookAs(tried, viewer), one);
          expectSame(own, ownChanges(plain, lookAs(plain, viewer), other));
        }
      }
    },
    120,
  );
});

test("[K28] what a rule throws is passed on once everything is undone, and attempts do not nest", () => {
  const { state, add, table } = open();
  expect(() =>
    state.attempt(() => {
      table.round = 5;
      throw new RangeError("mine");
    }),
  ).toThrow("mine");
  expect(table.round).toBe(0);
  expect(() => state.attempt(() => state.attempt(() => true))).toThrow("nest");
  expect(state.attempt(() => add().id > 0)).toBe(true);
  expect(state.changed).toBe(true);
});

test("[K29] a closed commit says what it changed until the next one opens", () => {
  always(
    story,
    (commits) => {
      const state = newState();
      for (const [at, commit] of commits.entries()) {
        state.open(at + 1);
        for (const attempt of commit) performAttempt(state, attempt);
        const said = [state.changed, logChanges(state), publicChanges(state)];
        state.close();
        expectSame([state.changed, logChanges(state), publicChanges(state)], said);
        expect(state.commitVersion).toBe(at + 1);
        expect(state.changed).toBe(logChanges(state).length > 0);
      }
      state.open(commits.length + 1);
      expect([state.changed, logChanges(state), publicChanges(state)]).toEqual([false, [], []]);
    },
    80,
  );
});
