// Face: what rules and pages hold of a record: its fields as properties. It passes on; it keeps no
// value and checks none.

import type { StoredRecord } from "./record.ts";
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
  return Face;
}
