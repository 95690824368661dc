// Stories: rules' work on a room's state, drawn at random and told commit by commit, and what every
// viewer should see of it, worked out from the records without clocks, masks or bytes.

import * as fc from "fast-check";
import type { Look, OwnLook, Sees, Viewer } from "../../shared/changes.ts";
import {
  defineGame,
  id,
  json,
  list,
  many,
  one,
  optional,
  seatIndex,
  text,
  u8,
} from "../../shared/game.ts";
import { State, type StoredCollection, type StoredRecord } from "../../shared/record.ts";

/** A game with every kind of visibility; its rules do nothing, stories work on its state directly. */
export const storyGame = defineGame({
  name: "story",
  version: 1,
  seats: { min: 1, max: 3 },
  records: {
    things: many(
      {
        count: u8,
        label: text(16),
        tag: optional(u8),
        owner: optional(seatIndex),
        secret: text(16).private,
        hand: list(text(16), 3).private,
        plan: text(16).server,
      },
      { seat: "owner" },
    ),
    fog: many(
      {
        name: text(16),
        owner: seatIndex,
        charge: u8.private,
        note: optional(text(16)).private,
        /** Bit n: seat n sees it; bit 7: watchers do. */
        lit: u8.server,
        trap: text(16).server,
      },
      { seat: "owner" },
    ),
    marks: many({}),
    hidden: many({ why: json(64).server, next: id.server }),
    table: one({ round: u8, title: text(16), deck: text(16).server }),
    ghosts: many({ why: text(16).server }),
    cards: many({ owner: seatIndex, face: text(16).private }, { seat: "owner" }),
  },
  events: { bang: { at: u8, who: optional(seatIndex) }, chat: { line: text(40) }, bell: {} },
  rules: {},
  visibleTo: {
    // In odd rounds there is no fog: what is seen changes without any change of a record.
    ghosts: () => true,
    fog: (record, seat, room) =>
      room.state.table.round % 2 === 1 || ((record.lit >> (seat ?? 7)) & 1) === 1,
  },
});

export const VIEWERS: readonly (number | "public")[] = ["public", 0, 1, 2];

export type CollectionName = "things" | "fog" | "marks" | "hidden" | "ghosts" | "cards";

type Values = Readonly<Record<string, unknown>>;

/** One thing a rule does. What does not fit the state as it is then does nothing. */
export type Act =
  | {
      readonly act: "add";
      readonly to: CollectionName;
      readonly id: number | undefined;
      readonly values: Values;
    }
  | { readonly act: "delete"; readonly from: CollectionName; readonly id: number }
  | {
      readonly act: "set";
      readonly in: CollectionName | "table";
      readonly id: number;
      readonly values: Values;
    };

/** Acts of one rule that is undone if it ends in a refusal or a throw. */
export interface Attempt {
  readonly acts: readonly Act[];
  readonly end: "done" | "refused" | "thrown";
}

/** What one commit does, rule by rule. */
export type Commit = readonly Attempt[];

const small = fc.integer({ min: 0, max: 3 });
const ids = fc.integer({ min: 0, max: 6 });
/** Texts that are searched for in what is sent: each is given a number of its own below. */
const word = fc.constantFrom("", "@", "@", "@", "same");
const owner = fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined });

const FIELDS: Readonly<
  Record<CollectionName | "table", Readonly<Record<string, fc.Arbitrary<unknown>>>>
> = {
  things: {
    count: small,
    label: word,
    tag: fc.option(small, { nil: undefined }),
    owner,
    secret: word,
    hand: fc.array(word, { maxLength: 3 }),
    plan: word,
  },
  fog: {
    name: word,
    owner: fc.integer({ min: 0, max: 2 }),
    charge: small,
    note: fc.option(word, { nil: undefined }),
    lit: fc.integer({ min: 0, max: 255 }),
    trap: word,
  },
  marks: {},
  ghosts: { why: word },
  cards: { owner: fc.integer({ min: 0, max: 2 }), face: word },
  hidden: { why: fc.option(word, { nil: null }), next: small },
  table: { round: small, title: word, deck: word },
};

const names = fc.constantFrom<CollectionName>(
  ...([
    "things",
    "things",
    "things",
    "fog",
    "fog",
    "fog",
    "marks",
    "hidden",
    "ghosts",
    "cards",
  ] as const),
);

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: names.chain((to) =>
      fc.record({
        act: fc.constant("add" as const),
        to: fc.constant(to),
        id: fc.option(ids, { nil: undefined }),
        values: fc.record(FIELDS[to], { requiredKeys: [] }),
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant("delete" as const), from: names, id: ids }),
  },
  {
    weight: 5,
    arbitrary: fc.oneof(names, fc.constant("table" as const)).chain((where) =>
      fc.record({
        act: fc.constant("set" as const),
        in: fc.constant(where),
        id: ids,
        values: fc.record(FIELDS[where], { requiredKeys: [] }),
      }),
    ),
  },
);

const attempt: fc.Arbitrary<Attempt> = fc.record({
  acts: fc.array(act, { maxLength: 6 }),
  end: fc.constantFrom("done", "done", "refused", "thrown"),
});

/** Up to a dozen commits. Every text but "" and "same" stands in the whole story once. */
export const story: fc.Arbitrary<readonly Commit[]> = fc
  .array(fc.array(attempt, { maxLength: 4 }), { minLength: 1, maxLength: 12 })
  .map((commits) => {
    let count = 0;
    const numbered = (value: unknown): unknown => {
      if (value === "@") return canary(count++);
      if (Array.isArray(value)) return value.map(numbered);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, numbered(each)]),
      );
    };
    return numbered(commits) as readonly Commit[];
  });

/** A text that is part of no other text. */
function canary(number: number): string {
  return `(${String(number).padStart(6, "0")})`;
}

export const CANARY = /\(\d{6}\)/g;

/** Does what an attempt does, without undoing anything: whether it was all done. */
export function perform(state: State, { acts, end }: Attempt): boolean {
  for (const each of acts) performAct(state, each);
  if (end === "thrown") throw new Error("the rule fails");
  return end === "done";
}

/** Does what an attempt does, as the room has it done. */
export function performAttempt(state: State, each: Attempt): void {
  try {
    state.attempt(() => perform(state, each));
  } catch (cause) {
    if (each.end !== "thrown") throw cause;
  }
}

function performAct(state: State, each: Act): void {
  if (each.act === "add") {
    const collection = collectionOf(state, each.to);
    if (each.id === undefined || !collection.has(each.id)) collection.add(each.values, each.id);
  } else if (each.act === "delete") {
    collectionOf(state, each.from).delete(each.id);
  } else {
    const at = each.in === "table" ? 0 : each.id;
    const record = collectionOf(state, each.in).get(at);
    if (record !== undefined) Object.assign(record, each.values);
  }
}

export function collectionOf(state: State, name: string): StoredCollection {
  const found = state.collections.find(({ shape }) => shape.name === name);
  if (found === undefined) throw new Error(`no collection ${name}`);
  return found;
}

function seesAs(state: State, viewer: Viewer): Sees {
  const seat = typeof viewer === "number" ? viewer : undefined;
  const room = { state: state.face, nowMs: 0 };
  return (collection: StoredCollection, record: StoredRecord) =>
    storyGame.rules.visibleTo[collection.shape.name]?.(record.face, seat, room) ?? true;
}

export function lookAs(state: State, viewer: number | "public"): OwnLook;
export function lookAs(state: State, viewer: Viewer): Look;
export function lookAs(state: State, viewer: Viewer): Look {
  return { viewer, sees: seesAs(state, viewer) };
}

/** By collection, then by id, the fields by name. */
export type Seen = Readonly<Record<string, Readonly<Record<number, Values>>>>;

/** What a viewer should see, by the declaration alone. Fields that are not to be seen are missing. */
export function expectedView(state: State, viewer: number | "public"): Seen {
  const sees = seesAs(state, viewer);
  return Object.fromEntries(
    state.collections.map((collection) => [
      collection.shape.name,
      Object.fromEntries(
        [...collection.records]
          .filter((record) => isTold(collection) && sees(collection, record))
          .map((record) => [record.id, visibleFields(record, viewer)]),
      ),
    ]),
  );
}

/** Singletons are there anyway; of records with nothing but server fields nobody is told. */
function isTold({ shape }: StoredCollection): boolean {
  const isSecret = shape.fields.every(({ kind }) => kind.visibility === "server");
  return shape.single || !isSecret || shape.fields.length === 0;
}

function visibleFields(record: StoredRecord, viewer: number | "public"): Values {
  const { fields, ownerAt } = record.collection.shape;
  const owns = ownerAt >= 0 && record.values[ownerAt] === viewer;
  return Object.fromEntries(
    fields.flatMap(({ name, kind }, at) =>
      kind.visibility === "public" || (kind.visibility === "private" && owns)
        ? [[name, record.values[at]] as const]
        : [],
    ),
  );
}

/** Everything there is to know of a state, to compare two of them. */
export function everything(state: State): unknown {
  return state.collections.map((collection) => ({
    ...kept(collection),
    tombstones: [...collection.tombstones],
    touched: [...collection.touched].map((record) => record.id).sort(),
    removed: [...collection.removed].sort(),
    passing: [...collection.passing].sort(),
  }));
}

/** What of a state outlives its host: all but the notes on the commit opened last. */
export function lasting(state: State): unknown {
  return state.collections.map((collection) => ({
    ...kept(collection),
    // Those of one commit are noted in any order.
    tombstones: [...collection.tombstones].sort(([a, at], [b, bt]) => at - bt || a - b),
  }));
}

function kept(collection: StoredCollection) {
  return {
    name: collection.shape.name,
    nextId: collection.nextId,
    size: collection.size,
    records: [...collection.records].map(({ id, values, clocks, created, changed, gone }) => ({
      id,
      values: [...values],
      clocks: [...clocks],
      created,
      changed,
      gone,
    })),
  };
}

export const newState = (): State => new State(storyGame.shapes);
