// Codec: changes come back from bytes as they were, whatever else arrives is malformed, and JSON
// needs no knowledge of the layout.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader, ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import {
  type Changes,
  changesSince,
  ownChanges,
  publicChanges,
  type RecordChange,
  SINCE_EVER,
} from "../../shared/changes.ts";
import {
  changesToJson,
  checkFields,
  type JsonChanges,
  readChanges,
  readFields,
  writeFields,
} from "../../shared/codec.ts";
import type { Fields } from "../../shared/field.ts";
import { bool, list, many, optional, quantised, text, u8, u16 } from "../../shared/game.ts";
import { State } from "../../shared/record.ts";
import { layOut } from "../../shared/schema.ts";
import { always, expectSame } from "./always.ts";
import { anyKind } from "./anyKind.ts";
import { decode, encode, tell } from "./audience.ts";
import {
  collectionOf,
  expectedView,
  lookAs,
  newState,
  type Seen,
  story,
  storyGame,
  VIEWERS,
} from "./stories.ts";

/** Some changes of a story, for somebody. */
const anyChanges = fc
  .tuple(story, fc.nat(12), fc.constantFrom(...VIEWERS, "server" as const))
  .map(([commits, since, viewer]) => {
    const state = newState();
    for (const [at, commit] of commits.entries()) tell(state, at + 1, commit);
    return changesSince(state, Math.min(since, commits.length) - 1, lookAs(state, viewer));
  });

/** What changes say, whether they were written yet or not: by name, with initial values filled in. */
function spelledOut(changes: Changes): unknown {
  return changes.map(({ shape, replace, records }) => ({
    name: shape.name,
    replace,
    records: records.map(({ id, operation, mask, values }: RecordChange) => ({
      id,
      operation,
      fields: shape.fields.flatMap(({ name, kind }, at) => {
        const isSent = (mask & (1 << at)) !== 0;
        if (operation === "create") {
          const value = isSent ? values[at] : kind.initial;
          return kind.same(value, kind.initial) ? [] : [[name, value]];
        }
        return isSent ? [[name, values[at]]] : [];
      }),
    })),
  }));
}

/** Reads changes from bytes that may be anything; undefined if they are malformed. */
function decodeOrNothing(bytes: Uint8Array): Changes | undefined {
  try {
    return decode(bytes);
  } catch (cause) {
    if (cause instanceof MalformedBytes) return undefined;
    throw cause;
  }
}

test("[F1] changes come back from their bytes as they were", () => {
  always(
    anyChanges,
    (changes) => {
      const reader = new ByteReader(encode(changes));
      expectSame(spelledOut(readChanges(reader, storyGame.shapes)), spelledOut(changes));
      expect(reader.left).toBe(0);
    },
    120,
  );
});

test("[F2] whatever bytes arrive are changes or malformed, and make no more records than there are bytes", () => {
  const spoiled = fc
    .tuple(
      anyChanges,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      fc.option(fc.nat()),
    )
    .map(([changes, spots, length]) => {
      const bytes = encode(changes);
      for (const [at, byte] of spots) bytes[at % bytes.length] = byte;
      return length === null ? bytes : bytes.subarray(0, 1 + (length % bytes.length));
    });
  let read = 0;
  always(
    fc.oneof(fc.uint8Array({ maxLength: 60 }), spoiled),
    (bytes) => {
      const changes = decodeOrNothing(bytes);
      if (changes === undefined) return;
      read += 1;
      const count = changes.reduce((sum, { records }) => sum + records.length, 0);
      expect(count + changes.length).toBeLessThanOrEqual(bytes.length);
      expectSame(spelledOut(decode(encode(changes))), spelledOut(changes));
    },
    1_000,
  );
  expect(read).toBeGreaterThan(10);
});

test("[F3] a count that is a lie is found before memory is spent on it", () => {
  const claiming = (count: number, ...rest: number[]) => {
    const writer = new ByteWriter();
    writer.varuint(2);
    writer.varuint(count);
    for (const byte of rest) writer.u8(byte);
    return writer.finish();
  };
  expect(() => decode(claiming(2 ** 40))).toThrow("records in 0 bytes");
  expect(() => decode(claiming(3, 4, 4))).toThrow(MalformedBytes);
  const items = new ByteWriter();
  items.varuint(2 ** 40);
  expect(() => list(u8, 4_096).read(new ByteReader(items.finish()))).toThrow("a list of");
});

test("[F4] ids, masks, operations and collections that nobody writes are malformed", () => {
  const header = (index: number, ...rest: readonly number[]) => {
    const writer = new ByteWriter();
    writer.varuint((index + 1) * 2);
    for (const each of rest) writer.varuint(each);
    writer.u8(0);
    return writer.finish();
  };
  const marks = collectionOf(newState(), "marks").shape.index;
  expect(decodeOrNothing(header(marks, 1, 5 * 8 + 2, 0))).toBeDefined();
  expect(decodeOrNothing(header(99, 0))).toBeUndefined();
  expect(decodeOrNothing(Uint8Array.of(1, 0))).toBeUndefined();
  // A run of nothing, a field that is not there, an id beyond 2^32 at once and step by step.
  expect(decodeOrNothing(header(marks, 1, 5 * 8 + 6))).toBeUndefined();
  expect(decodeOrNothing(header(marks, 1, 5 * 8 + 2, 1))).toBeUndefined();
  expect(decodeOrNothing(header(marks, 1, 2 ** 32 * 8 + 4))).toBeUndefined();
  expect(decodeOrNothing(header(marks, 2, (2 ** 32 - 1) * 8 + 4, 4))).toBeUndefined();
  expect(decodeOrNothing(header(marks, 2, (2 ** 32 - 2) * 8 + 4, 4))).toBeDefined();
  const shapes = layOut({ ships: many({ x: u8 }) }, new Set());
  const idsOf = (...numbers: readonly number[]) => {
    const writer = new ByteWriter();
    for (const each of numbers) writer.varuint(each);
    try {
      const [ships] = readChanges(new ByteReader(writer.finish()), shapes);
      return ships?.records.map(({ id }) => id);
    } catch (cause) {
      expect(cause).toBeInstanceOf(MalformedBytes);
      return undefined;
    }
  };
  expect(idsOf(2, 3, 8, 1, 5, 14, 6, 7, 0)).toEqual([1, 2, 3]);
  // A run beyond the count, with a mask of its own, after nothing, of no fields, and beyond 2^32.
  expect(idsOf(2, 3, 8, 1, 5, 22, 6, 7, 8, 0)).toBeUndefined();
  expect(idsOf(2, 3, 8, 1, 5, 15, 6, 7, 0)).toBeUndefined();
  expect(idsOf(2, 2, 14, 6, 7, 0)).toBeUndefined();
  expect(idsOf(2, 3, 8, 0, 14, 0)).toBeUndefined();
  expect(idsOf(2, 3, (2 ** 32 - 2) * 8, 1, 5, 14, 6, 7, 0)).toBeUndefined();
});

test("[F5] what moves together is told once: a record more costs its gap and its values, in a row its values alone", () => {
  const ships = many({ x: u16, y: u16, name: text(9), sunk: bool });
  const state = new State(layOut({ ships }, new Set()));
  const collection = collectionOf(state, "ships");
  const costs = (work: () => void) => {
    state.open(state.commitVersion + 1);
    work();
    state.close();
    return encode(publicChanges(state)).length;
  };
  const move = (...ids: readonly number[]) => {
    const records = ids.map((id) => collection.get(id) as { x: number; y: number });
    return costs(() => {
      for (const record of records) {
        record.x += 1;
        record.y += 1;
      }
    });
  };
  expect(costs(() => undefined)).toBe(1);
  costs(() => {
    for (let id = 1; id <= 20; id++) collection.add({ x: id }, id);
  });
  // Collection, count, end; gap with operation, mask, four bytes of values.
  expect(move(1)).toBe(3 + 6);
  expect(move(1, 2)).toBe(3 + 6 + 5);
  expect(move(1, 2, 9)).toBe(3 + 6 + 5 + 5);
  // One head for all that follow each other.
  expect(move(1, 2, 3, 4, 5)).toBe(3 + 6 + 1 + 4 * 4);
  expect(move(1, 2, 3, 9, 10, 11)).toBe(3 + 6 + 1 + 2 * 4 + 5 + 1 + 2 * 4);
  const nudge = (id: number) => {
    (collection.get(id) as { x: number }).x += 1;
  };
  expect(costs(() => [1, 2, 3].forEach(nudge))).toBe(3 + 2 + 2 + 1 + 2 * 2);
  // Whose mask is another one ends the row.
  const sink = () => Object.assign(collection.get(4) as object, { sunk: true });
  expect(costs(() => [[1, 2, 3].forEach(nudge), sink()])).toBe(3 + 2 + 2 + 1 + 2 * 2 + 2 + 1);
  // A new record costs only what differs from the initial values.
  expect(costs(() => collection.add({ name: "a" }, 21))).toBe(3 + 2 + 1 + 2);
  expect(costs(() => collection.delete(1))).toBe(3 + 1);
});

test("[F8] JSON marks what is new, also where something of that id was before", () => {
  const state = newState();
  const things = collectionOf(state, "things");
  state.open(1);
  things.add({ label: "old", owner: 0 }, 3);
  state.open(2);
  things.delete(3);
  things.add({ label: "young" }, 3);
  const whole = { "+": true, count: 0, label: "young", tag: null, owner: null };
  expect(changesToJson(publicChanges(state))).toEqual({ things: { 3: whole } });
  state.open(3);
  Object.assign(things.get(3) ?? {}, { tag: 0 });
  expect(changesToJson(publicChanges(state))).toEqual({ things: { 3: { tag: 0 } } });
  state.open(4);
  things.delete(3);
  expect(changesToJson(publicChanges(state))).toEqual({ things: { 3: null } });
  expect(changesToJson(changesSince(state, 0, lookAs(state, 0))).fog).toEqual({ "*": true });
});

/** A replica made of JSON alone, as the wire document tells to make one. */
class JsonReplica {
  readonly seen: Record<string, Record<string, Record<string, unknown>>> = {};

  /** `secrets`: names of the fields that are private to a record's seat, by collection. */
  apply(changes: JsonChanges, seat: number | "public", secrets: Record<string, readonly string[]>) {
    for (const [name, records] of Object.entries(changes)) {
      const held = this.seen[name] ?? {};
      this.seen[name] = held;
      if (records["*"] === true) {
        for (const id of Object.keys(held)) if (!Object.hasOwn(records, id)) delete held[id];
      }
      for (const [id, fields] of Object.entries(records)) {
        if (id === "*") continue;
        if (fields === null) {
          delete held[id];
          continue;
        }
        const { "+": isNew, ...values } = fields as Record<string, unknown>;
        const record = isNew === true ? values : { ...held[id], ...values };
        held[id] = record;
        if (record.owner === seat) continue;
        for (const secret of secrets[name] ?? []) delete record[secret];
      }
    }
  }
}

/** The view as JSON has it: what is missing but may be seen is null. */
function asJson(seen: Seen): Seen {
  return JSON.parse(
    JSON.stringify(seen, (_, value: unknown) => (value === undefined ? null : value)),
  ) as Seen;
}

test("[F6] whoever reads JSON needs no layout: a new record is whole, and so is a whole view", () => {
  const secrets = { things: ["secret", "hand"], fog: ["charge", "note"], cards: ["face"] };
  always(
    fc.tuple(story, fc.constantFrom(...VIEWERS), fc.nat(12)),
    ([commits, viewer, from]) => {
      const state = newState();
      const steady = new JsonReplica();
      const late = new JsonReplica();
      const shown = new Map();
      const look = lookAs(state, viewer);
      const asked = (since: number) => changesToJson(changesSince(state, since, look));
      steady.apply(asked(SINCE_EVER), viewer, secrets);
      ownChanges(state, look, shown);
      for (const [at, commit] of commits.entries()) {
        tell(state, at + 1, commit);
        steady.apply(changesToJson(publicChanges(state)), viewer, secrets);
        steady.apply(changesToJson(ownChanges(state, look, shown)), viewer, secrets);
        if (at === from % commits.length) late.apply(asked(SINCE_EVER), viewer, secrets);
      }
      late.apply(asked((from % commits.length) + 1), viewer, secrets);
      const expected = asJson(expectedView(state, viewer));
      for (const { seen } of [steady, late]) {
        for (const [name, records] of Object.entries(expected)) {
          expectSame(JSON.parse(JSON.stringify(seen[name] ?? {})), records);
        }
      }
    },
    150,
  );
});

test("[F7] named values come back from their bytes in the order declared", () => {
  const anyFields = fc.array(anyKind, { maxLength: 5 }).chain((kinds) =>
    fc
      .tuple(...kinds.map(({ values }) => values))
      .map((values) => ({ kinds: kinds.map(({ kind }) => kind), values }))
      .map((each) => ({ ...each, [fc.toStringMethod]: () => fc.stringify(each.values) })),
  );
  always(anyFields, ({ kinds, values }) => {
    const fields: Fields = Object.fromEntries(kinds.map((kind, at) => [`f${at}`, kind]));
    const given = Object.fromEntries(values.map((value, at) => [`f${at}`, value]));
    const checked = checkFields(fields, given);
    const writer = new ByteWriter();
    writeFields(writer, fields, checked);
    const reader = new ByteReader(writer.finish());
    expectSame(readFields(reader, fields), { ...checked });
    expect(reader.left).toBe(0);
  });
  const fields = { at: quantised(0, 10, 0.5), who: optional(u8) };
  expect(checkFields(fields, { at: 3.3 })).toEqual({ at: 3.5, who: undefined });
  expect(() => checkFields(fields, { at: 11 })).toThrow("at must be a number from 0 to 10");
  expect(() => checkFields(fields, { at: 1, when: 2 })).toThrow("when is not known");
});
