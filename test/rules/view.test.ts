// View: what a page holds stays the same object as long as it is the same thing.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MalformedBytes } from "../../shared/bytes.ts";
import { type Changes, changesSince, SINCE_EVER } from "../../shared/changes.ts";
import { View } from "../../shared/view.ts";
import { always, expectSame } from "./always.ts";
import { decode, encode, Follower, newView, plain, seenIn, tell } from "./audience.ts";
import {
  collectionOf,
  expectedView,
  lookAs,
  newState,
  story,
  storyGame,
  VIEWERS,
} from "./stories.ts";

const whole = (state: ReturnType<typeof newState>, viewer: number | "public") =>
  decode(encode(changesSince(state, SINCE_EVER, lookAs(state, viewer))));

test("[K55] a whole view shows what there is, and keeps the objects of what it held before", () => {
  always(
    fc.tuple(story, story, fc.constantFrom(...VIEWERS)),
    ([first, second, viewer]) => {
      const view = newView(viewer);
      for (const commits of [first, second]) {
        const state = newState();
        for (const [at, commit] of commits.entries()) tell(state, at + 1, commit);
        const things = view.face.things as Iterable<object> & { get(id: number): object };
        const held = new Map([...things].map((record) => [(record as { id: number }).id, record]));
        const table = view.face.table;
        view.replace(whole(state, viewer));
        expectSame(seenIn(view), plain(expectedView(state, viewer)));
        for (const record of things) {
          const { id } = record as { id: number };
          if (held.has(id)) expect(record).toBe(held.get(id));
        }
        expect(view.face.things).toBe(things);
        expect(view.face.table).toBe(table);
      }
    },
    100,
  );
});

test("[K57] a record that took the place of another of its id is another object", () => {
  const state = newState();
  const things = collectionOf(state, "things");
  const follower = new Follower(0);
  state.open(1);
  things.add({ label: "old" }, 3);
  follower.sync(state);
  const view = follower.view.face.things as { get(id: number): { readonly label: string } };
  const old = view.get(3);
  state.open(2);
  Object.assign(things.get(3) ?? {}, { label: "same" });
  follower.step(state);
  expect(view.get(3)).toBe(old);
  expect(old.label).toBe("same");
  state.open(3);
  things.delete(3);
  things.add({ label: "young" }, 3);
  follower.step(state);
  expect(view.get(3)).not.toBe(old);
  expect([view.get(3).label, old.label]).toEqual(["young", "same"]);
});

test("[K58] nobody can assign to a view, and it never shows a server field", () => {
  const state = newState();
  state.open(1);
  collectionOf(state, "things").add({ owner: 0, secret: "ace", plan: "p" }, 1);
  const view = newView(0);
  view.replace(changesSince(state, SINCE_EVER, lookAs(state, 0)));
  const { things, table } = view.face as Record<string, unknown> & {
    things: { get(id: number): object; add(fields: object): unknown; delete(id: number): unknown };
    table: object;
  };
  expect(() => Object.assign(things.get(1), { count: 1 })).toThrow(TypeError);
  expect(() => Object.assign(table, { round: 1 })).toThrow(TypeError);
  expect(() => things.add({})).toThrow(TypeError);
  expect(() => things.delete(1)).toThrow(TypeError);
  expect(() => Object.assign(view.face, { table: {} })).toThrow(TypeError);
  expect(things.get(1)).toMatchObject({ secret: "ace", owner: 0 });
  // Not even if it is sent one, which no server does.
  const log = changesSince(state, SINCE_EVER, lookAs(state, "server"));
  for (const seat of [0, 1, undefined]) {
    const leaked = new View(storyGame.shapes, seat);
    leaked.apply(log);
    const thing = (leaked.face as { things: { get(id: number): object } }).things.get(1);
    expect(thing).toMatchObject({ plan: undefined, secret: seat === 0 ? "ace" : undefined });
    expect((leaked.face.table as { deck: unknown }).deck).toBeUndefined();
  }
});

test("[K59] changes to what a view does not hold are malformed", () => {
  const { shape } = collectionOf(newState(), "things");
  const update = { id: 3, operation: "update" as const, mask: 1, values: [1] };
  const change = (replace: boolean): Changes => [{ shape, replace, records: [update] }];
  expect(() => newView(0).apply(change(false))).toThrow(MalformedBytes);
  expect(() => newView(0).apply(change(true))).toThrow(MalformedBytes);
  expect(() => newView(0).replace(change(true))).toThrow(MalformedBytes);
  const beyond = [{ shape: { ...shape, index: 99 }, replace: false, records: [] }];
  expect(() => newView(0).apply(beyond)).toThrow(MalformedBytes);
  const removal = { id: 3, operation: "remove" as const, mask: 0, values: [] };
  expect(() => newView(0).apply([{ shape, replace: false, records: [removal] }])).not.toThrow();
});
