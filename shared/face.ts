// Face: what rules and pages hold of a state: its collections, and of a record its fields as
// properties. It passes on; it keeps no value and checks none, but it takes nothing undeclared.

import { noField } from "./fitting.ts";
import type { StoredCollection, StoredRecord } from "./record.ts";
import type { CollectionShape } from "./schema.ts";

export type FaceClass = new (record: StoredRecord) => object;

/** One class for each shape: with one for each room the engine could foresee no access to a field. */
const faces = new WeakMap<CollectionShape, FaceClass>();

/** The class whose instances rules hold: accessors on one shared prototype, checked on write. */
export function faceOf(shape: CollectionShape): FaceClass {
  const known = faces.get(shape);
  if (known !== undefined) return known;
  const made = makeFace(shape);
  faces.set(shape, made);
  return made;
}

function makeFace(shape: CollectionShape): FaceClass {
  class Face {
    readonly #record: StoredRecord;
    constructor(record: StoredRecord) {
      this.#record = record;
    }
    get id(): number {
      return this.#record.id;
    }
    toJSON(): Record<string, unknown> {
      const { id, values } = this.#record;
      const named = shape.fields.map((field, at) => [field.name, values[at]] as const);
      return { id, ...Object.fromEntries(named) };
    }
    /** What Node's console shows of it, in rules and in programs that play. */
    [Symbol.for("nodejs.util.inspect.custom")](): Record<string, unknown> {
      return this.toJSON();
    }
    static recordOf(face: Face): StoredRecord {
      return face.#record;
    }
  }
  for (const [at, field] of shape.fields.entries()) {
    Object.defineProperty(Face.prototype, field.name, {
      enumerable: true,
      get(this: Face) {
        return Face.recordOf(this).values[at];
      },
      set(this: Face, value: unknown) {
        const record = Face.recordOf(this);
        record.collection.assign(record, at, value);
      },
    });
  }
  return close(Face, (name) => noField(shape, name));
}

/** A collection without what only the room may do to it. */
class CollectionFace {
  readonly #collection: StoredCollection;
  constructor(collection: StoredCollection) {
    this.#collection = collection;
  }
  get size(): number {
    return this.#collection.size;
  }
  get(id: number): object | undefined {
    return this.#collection.get(id);
  }
  has(id: number): boolean {
    return this.#collection.has(id);
  }
  add(fields?: Readonly<Record<string, unknown>>, id?: number): object {
    return this.#collection.add(fields, id);
  }
  delete(id: number): boolean {
    if (typeof id !== "number") throw new TypeError("a record is deleted by its id");
    return this.#collection.delete(id);
  }
  [Symbol.iterator](): IterableIterator<object> {
    return this.#collection[Symbol.iterator]();
  }
}

close(CollectionFace, (name) => `a collection holds no ${name}: use add(fields, id)`);

/** The collections by name, a singleton as its one record. */
export function stateFace(
  collections: readonly StoredCollection[],
): Readonly<Record<string, unknown>> {
  const face = {};
  for (const collection of collections) {
    const { name, single } = collection.shape;
    const held = new CollectionFace(collection);
    Object.defineProperty(face, name, {
      enumerable: true,
      get: single ? () => collection.get(0) : () => held,
      set: () => {
        const how = single ? "assign its fields" : "use add, delete or its records";
        throw new TypeError(`${name} cannot be assigned: ${how}`);
      },
    });
  }
  // Last: an object that begins with such a prototype is read a fifth slower.
  Object.setPrototypeOf(
    face,
    closed((name) => `the game declares no records ${name}`),
  );
  return face;
}

/** The class, whose instances refuse what it does not declare. */
function close<Class extends { readonly prototype: object }>(
  closing: Class,
  refusal: (name: string) => string,
): Class {
  Object.setPrototypeOf(closing.prototype, closed(refusal));
  Object.freeze(closing.prototype);
  return closing;
}

/**
 * What an object inherits from that has all it will ever have: assigning anything else throws a
 * TypeError that says why. What it does have is found before this and costs nothing more.
 */
export function closed(refusal: (name: string) => string): object {
  return new Proxy(
    {},
    {
      set(_nothing, name) {
        throw new TypeError(refusal(String(name)));
      },
    },
  );
}
