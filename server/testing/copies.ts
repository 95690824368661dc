// Copies: a state as tests compare it: plain records that stay as they were when they were asked for.
// What rules and pages hold has no property of its own, so to `toEqual` each of it is like any other.

import type { Many, One, RecordOf, Records } from "../../shared/schema.ts";

/** The state as rules see it, to be looked at only. */
export type StateCopy<R extends Records> = {
  readonly [Name in keyof R]: R[Name] extends One<infer F>
    ? Readonly<RecordOf<F>>
    : R[Name] extends Many<infer F>
      ? CollectionCopy<Readonly<RecordOf<F>>>
      : never;
};

interface CollectionCopy<Copy> extends Iterable<Copy> {
  readonly size: number;
  get(id: number): Copy | undefined;
  has(id: number): boolean;
}

interface Face {
  readonly id: number;
  toJSON(): Readonly<Record<string, unknown>>;
}

/** The game's records without the room's own; of a collection an array with `size`, `get` and `has`. */
export function copyOf(face: Readonly<Record<string, unknown>>): object {
  const names = Object.keys(face).filter((name) => !name.startsWith("$"));
  const copies = names.map((name) => {
    const held = face[name] as Face | Iterable<Face>;
    return [name, Symbol.iterator in held ? copyOfAll(held) : copyOfOne(held)];
  });
  return Object.freeze(Object.fromEntries(copies));
}

/** The values need no copy: they are frozen, and assigned whole. */
function copyOfOne(record: Face): object {
  return Object.freeze(record.toJSON());
}

function copyOfAll(records: Iterable<Face>): readonly object[] {
  const byId = new Map([...records].map((record) => [record.id, copyOfOne(record)]));
  const all = [...byId.values()];
  Object.defineProperties(all, {
    size: { value: byId.size },
    get: { value: (id: number) => byId.get(id) },
    has: { value: (id: number) => byId.has(id) },
  });
  return Object.freeze(all);
}
