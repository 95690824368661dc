// Changes: whatever a viewer missed, what it is sent gives it the view of now, no more and no less.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MalformedBytes } from "../../shared/bytes.ts";
import {
  type Changes,
  changesSince,
  logChanges,
  ownChanges,
  publicChanges,
  type RecordChange,
  SINCE_EVER,
} from "../../shared/changes.ts";
import { changesToJson } from "../../shared/codec.ts";
import { foldChanges } from "../../shared/fold.ts";
import type { State, StoredCollection } from "../../shared/record.ts";
import { always, expectSame } from "./always.ts";
import { decode, encode, Follower, newView, plain, seenIn, tell } from "./audience.ts";
import {
  CANARY,
  collectionOf,
  expectedView,
  lasting,
  lookAs,
  newState,
  story,
  VIEWERS,
} from "./stories.ts";

const expected = (state: State, viewer: number | "public") => plain(expectedView(state, viewer));

/** Which of the commits a viewer is there for, and when it loses its view. */
const presence = fc.array(fc.constantFrom("here", "here", "away", "reload"), {
  minLength: 12,
  maxLength: 12,
});

test("[K40] the changes since any version turn the view of then into the view of now", () => {
  always(
    story,
    (commits) => {
      const state = newState();
      const views = VIEWERS.map((viewer) => [
        encode(changesSince(state, SINCE_EVER, lookAs(state, viewer))),
      ]);
      for (const [at, commit] of commits.entries()) {
        tell(state, at + 1, commit);
        for (const [index, viewer] of VIEWERS.entries()) {
          views[index]?.push(encode(changesSince(state, SINCE_EVER, lookAs(state, viewer))));
        }
      }
      for (const [index, viewer] of VIEWERS.entries()) {
        for (const [since, bytes] of views[index]?.entries() ?? []) {
          const view = newView(viewer);
          view.replace(decode(bytes));
          view.apply(decode(encode(changesSince(state, since, lookAs(state, viewer)))));
          expectSame(seenIn(view), expected(state, viewer));
        }
      }
    },
    60,
  );
});

test("[K41] a viewer in step, one that comes and goes and one that begins anew all see the same", () => {
  always(
    fc.tuple(story, presence),
    ([commits, days]) => {
      const state = newState();
      const [steady, wandering] = [0, 1].map(() => VIEWERS.map((viewer) => new Follower(viewer)));
      if (!steady || !wandering) throw new Error("no followers");
      for (const follower of [...steady, ...wandering]) follower.sync(state);
      for (const [at, commit] of commits.entries()) {
        tell(state, at + 1, commit);
        for (const follower of steady) {
          follower.step(state);
          expectSame(seenIn(follower.view), expected(state, follower.viewer));
        }
        for (const follower of wandering) {
          const day = days[at] ?? "here";
          if (day === "away") follower.leave();
          else if (day === "reload") follower.sync(state, true);
          else if (follower.inStep) follower.step(state);
          else follower.sync(state);
          if (day !== "away") expectSame(seenIn(follower.view), expected(state, follower.viewer));
        }
      }
    },
    120,
  );
});

test("[K42] nothing of the server's and nothing of another seat is in any byte or JSON sent", () => {
  let searched = 0;
  always(
    fc.tuple(story, presence),
    ([commits, days]) => {
      const state = newState();
      const followers = VIEWERS.map((viewer) => new Follower(viewer));
      for (const follower of followers) follower.sync(state);
      for (const [at, commit] of commits.entries()) {
        tell(state, at + 1, commit);
        for (const follower of followers) {
          follower.sent.length = 0;
          if (days[at] === "away") follower.leave();
          else if (follower.inStep && days[at] === "here") follower.step(state);
          else follower.sync(state, days[at] === "reload");
          const allowed = new Set(
            JSON.stringify(expectedView(state, follower.viewer)).match(CANARY),
          );
          for (const { bytes, changes } of follower.sent) {
            const texts = [
              Buffer.from(bytes).toString("latin1"),
              JSON.stringify(changesToJson(changes)),
            ];
            for (const found of texts.flatMap((text) => text.match(CANARY) ?? [])) {
              searched += 1;
              expect(allowed.has(found), `${follower.viewer} is sent ${found}`).toBe(true);
            }
          }
        }
      }
    },
    120,
  );
  // The search must have had something to find.
  expect(searched).toBeGreaterThan(1_000);
});

test("[K43] no record is sent that has not changed since, and no field of it either", () => {
  always(
    story,
    (commits) => {
      const state = newState();
      const shown = VIEWERS.map(() => new Map());
      for (const [at, commit] of commits.entries()) {
        tell(state, at + 1, commit);
        // What all are told is not told to one of them again.
        for (const [index, viewer] of VIEWERS.entries()) {
          const own = ownChanges(state, lookAs(state, viewer), shown[index] ?? new Map());
          for (const { shape, records } of own.filter((each) => !each.shape.selective)) {
            for (const { mask } of records) expect(mask % 2 ** shape.publicEnd).toBe(0);
          }
        }
      }
      for (const viewer of [...VIEWERS, "server"] as const) {
        for (let since = 0; since <= commits.length; since++) {
          const changes = changesSince(state, since, lookAs(state, viewer));
          const whole = viewer === "server" ? [] : ["fog"];
          for (const each of changes.filter(({ shape }) => !whole.includes(shape.name))) {
            const collection = collectionOf(state, each.shape.name);
            for (const record of each.records) expectNews(collection, record, since);
          }
          if (since === commits.length) {
            expect(changes.map(({ shape }) => shape.name)).toEqual(whole);
          }
        }
      }
    },
    80,
  );
});

function expectNews(collection: StoredCollection, change: RecordChange, since: number): void {
  const { publicEnd, ownerAt } = collection.shape;
  if (change.operation === "remove") {
    expect(collection.tombstones.get(change.id)).toBeGreaterThan(since);
    return;
  }
  const record = collection.record(change.id);
  if (record === undefined) throw new Error(`${change.id} is not there`);
  expect(record.changed).toBeGreaterThan(since);
  expect(change.operation).toBe(record.created > since ? "create" : "update");
  if (change.operation === "create") return;
  expect(change.mask).toBeGreaterThan(0);
  const passed = (record.clocks[ownerAt] ?? 0) > since;
  for (const [at, clock] of record.clocks.entries()) {
    const isSent = (change.mask & (1 << at)) !== 0;
    if (isSent && !(passed && at >= publicEnd)) expect(clock).toBeGreaterThan(since);
  }
}

test("[K44] the logged changes, read back, make the same state with clocks, tombstones and next ids", () => {
  always(
    story,
    (commits) => {
      const [state, folded] = [newState(), newState()];
      for (const [at, commit] of commits.entries()) {
        tell(state, at + 1, commit);
        foldChanges(folded, decode(encode(logChanges(state))), at + 1);
        expectSame(lasting(folded), lasting(state));
      }
      // And so does everything at once, but for clocks.
      const viewer = lookAs(state, "server");
      const whole = newState();
      foldChanges(whole, decode(encode(changesSince(state, SINCE_EVER, viewer))), commits.length);
      for (const onlooker of VIEWERS) {
        expectSame(expected(whole, onlooker), expected(state, onlooker));
      }
    },
    150,
  );
});

test("[K45] versions at or above the floor below which tombstones are dropped are still answered right", () => {
  always(
    fc.tuple(story, fc.nat(12)),
    ([commits, prunedAt]) => {
      const state = newState();
      const views = VIEWERS.map((viewer) => [
        encode(changesSince(state, SINCE_EVER, lookAs(state, viewer))),
      ]);
      const floor = Math.min(prunedAt, commits.length);
      for (const [at, commit] of commits.entries()) {
        tell(state, at + 1, commit);
        for (const [index, viewer] of VIEWERS.entries()) {
          views[index]?.push(encode(changesSince(state, SINCE_EVER, lookAs(state, viewer))));
        }
      }
      for (const { tombstones } of state.collections) {
        const versions = [...tombstones.values()];
        expect(versions).toEqual([...versions].sort((one, other) => one - other));
        for (const [id, version] of tombstones) if (version <= floor) tombstones.delete(id);
      }
      for (const [index, viewer] of VIEWERS.entries()) {
        for (let since = floor; since <= commits.length; since++) {
          const view = newView(viewer);
          view.replace(decode(views[index]?.[since] ?? new Uint8Array(1)));
          view.apply(changesSince(state, since, lookAs(state, viewer)));
          expectSame(seenIn(view), expected(state, viewer));
        }
      }
    },
    60,
  );
  // Below it they are not: a record that nobody remembers to have been deleted stays for ever.
  const state = newState();
  tell(state, 1, [{ acts: [{ act: "add", to: "marks", id: 1, values: {} }], end: "done" }]);
  const view = newView("public");
  view.replace(changesSince(state, SINCE_EVER, lookAs(state, "public")));
  tell(state, 2, [{ acts: [{ act: "delete", from: "marks", id: 1 }], end: "done" }]);
  collectionOf(state, "marks").tombstones.clear();
  view.apply(changesSince(state, 1, lookAs(state, "public")));
  expect(seenIn(view).marks).toEqual({ 1: {} });
});

/** A state in a commit that is open, its follower by viewer, and what closing the commit sends each. */
function scene() {
  const state = newState();
  const followers = new Map(VIEWERS.map((viewer) => [viewer, new Follower(viewer)]));
  for (const follower of followers.values()) follower.sync(state);
  const things = collectionOf(state, "things");
  const fog = collectionOf(state, "fog");
  const table = collectionOf(state, "table").get(0) as { round: number };
  let version = 0;
  return {
    state,
    things,
    fog,
    table,
    commit(work: () => void) {
      version += 1;
      state.open(version);
      work();
      state.close();
      for (const follower of followers.values()) {
        follower.sent.length = 0;
        follower.step(state);
      }
    },
    /** What the newest step told a viewer of a collection, as `operation id`. */
    told(viewer: number | "public", name: string): readonly string[] {
      const sent = followers.get(viewer)?.sent ?? [];
      return sent
        .flatMap(({ changes }) => changes)
        .filter(({ shape }) => shape.name === name)
        .flatMap(({ records }) => records.map(({ operation, id }) => `${operation} ${id}`));
    },
    sees(viewer: number | "public", name: string) {
      const view = followers.get(viewer)?.view;
      return view === undefined ? {} : (seenIn(view)[name] ?? {});
    },
  };
}

test("[K46] private fields go to whoever a record passes to, and leave whom it passes from", () => {
  const { state, things, commit, sees, told } = scene();
  commit(() => things.add({ owner: 0, secret: "ace", hand: ["a", "b"], label: "deck" }, 1));
  expect(sees(0, "things")[1]).toMatchObject({ secret: "ace", hand: ["a", "b"] });
  expect(sees(1, "things")[1]).toEqual({ count: 0, label: "deck", owner: 0 });
  const thing = things.get(1) as { owner: number | undefined; count: number; secret: string };
  commit(() => {
    thing.owner = 1;
  });
  expect(sees(0, "things")[1]).toEqual({ count: 0, label: "deck", owner: 1 });
  expect(sees(1, "things")[1]).toMatchObject({ secret: "ace", hand: ["a", "b"] });
  expect(sees("public", "things")[1]).not.toHaveProperty("secret");
  commit(() => {
    thing.owner = undefined;
  });
  expect(sees(1, "things")[1]).not.toHaveProperty("secret");
  // The log has seen them all the while.
  const cards = collectionOf(state, "cards");
  commit(() => cards.add({ owner: 0, face: "ace" }, 1));
  commit(() => Object.assign(cards.get(1) ?? {}, { owner: 1 }));
  expect(logChanges(state).flatMap(({ records }) => records.map(({ mask }) => mask))).toEqual([1]);
  expect(sees(1, "cards")).toEqual({ 1: { owner: 1, face: "ace" } });
  // Whoever does not see a change is told nothing of it.
  commit(() => {
    thing.secret = "king";
  });
  expect(VIEWERS.map((viewer) => told(viewer, "things"))).toEqual([[], [], [], []]);
});

test("[K47] records enter and leave a selective view, also when nothing of them changes", () => {
  const { fog, table, commit, sees, told } = scene();
  commit(() => fog.add({ owner: 0, name: "wolf", lit: 0b1, charge: 3 }, 4));
  expect(sees(0, "fog")).toEqual({ 4: { name: "wolf", owner: 0, charge: 3 } });
  expect([sees(1, "fog"), sees("public", "fog"), told(1, "fog")]).toEqual([{}, {}, []]);
  const wolf = fog.get(4) as { lit: number; name: string };
  commit(() => {
    wolf.lit = 0b10;
  });
  expect([told(0, "fog"), told(1, "fog")]).toEqual([["remove 4"], ["create 4"]]);
  commit(() => {
    wolf.name = "bear";
  });
  expect([told(0, "fog"), told(1, "fog")]).toEqual([[], ["update 4"]]);
  commit(() => {
    table.round = 1;
  });
  expect([told(0, "fog"), told(1, "fog"), told("public", "fog")]).toEqual([
    ["create 4"],
    [],
    ["create 4"],
  ]);
  commit(() => {
    table.round = 2;
    fog.delete(4);
  });
  expect(VIEWERS.map((viewer) => told(viewer, "fog"))).toEqual(VIEWERS.map(() => ["remove 4"]));
  commit(() => {
    table.round = 4;
  });
  expect(VIEWERS.map((viewer) => told(viewer, "fog"))).toEqual(VIEWERS.map(() => []));
});

test("[K48] an id that is deleted and added anew in one commit is told as new, and nothing old stays", () => {
  const { things, commit, sees, told, state } = scene();
  commit(() => things.add({ label: "old", count: 3, tag: 1 }, 2));
  commit(() => {
    things.delete(2);
    things.add({ label: "young" }, 2);
  });
  expect(told("public", "things")).toEqual(["create 2"]);
  expect(sees("public", "things")).toEqual({ 2: { count: 0, label: "young" } });
  commit(() => {
    things.delete(2);
    things.add({}, 2);
    things.delete(2);
    things.delete(things.add({}, 9) ? 9 : 0);
  });
  // Of what came and went within the commit nobody but the log hears.
  expect(told("public", "things")).toEqual(["remove 2"]);
  const logged = logChanges(state).flatMap(({ records }) => records.map(({ id }) => id));
  expect(logged).toEqual([2, 9]);
  expect(publicChanges(state)).toHaveLength(1);
});

test("[K49] a whole view names nothing that is gone", () => {
  const { things, commit, state } = scene();
  commit(() => things.add({}, 1));
  commit(() => things.delete(1));
  const names = (changes: Changes) => changes.map(({ shape }) => shape.name);
  expect(names(changesSince(state, 1, lookAs(state, 0)))).toContain("things");
  expect(names(changesSince(state, SINCE_EVER, lookAs(state, 0)))).not.toContain("things");
});

test("[K50] a log that changes what is not there is malformed", () => {
  const state = newState();
  const shape = collectionOf(state, "things").shape;
  const records = [{ id: 3, operation: "update" as const, mask: 1, values: [1] }];
  const changes: Changes = [{ shape, replace: false, records }];
  expect(() => foldChanges(state, changes, 1)).toThrow(MalformedBytes);
  const beyond = [{ shape: { ...shape, index: 99 }, replace: false, records: [] }];
  expect(() => foldChanges(state, beyond, 1)).toThrow(MalformedBytes);
});
