// View: what one seat, or a watcher, holds of a room's state. It takes changes as they come; it never
// knows versions, and nobody can assign to it.

import { MalformedBytes } from "./bytes.ts";
import type { Changes, CollectionChanges, RecordChange } from "./changes.ts";
import { State, type StoredCollection, StoredRecord } from "./record.ts";
import type { CollectionShape } from "./schema.ts";

export class View {
  /** The seat that looks; undefined for a watcher. */
  readonly seat: number | undefined;
  readonly #state: State;

  constructor(shapes: readonly CollectionShape[], seat: number | undefined) {
    this.#state = new State(shapes);
    this.seat = seat;
    for (const collection of this.#state.collections) {
      for (const record of collection.records) this.#fill(record, this.#initialOf(collection));
    }
  }

  /** What pages hold: each collection by name, a singleton as its one record. Stays the same object. */
  get face(): Readonly<Record<string, unknown>> {
    return this.#state.face;
  }

  /**
   * Applies what changed since the view's own version. Throws MalformedBytes if a record is changed
   * that the view does not hold: then only a whole view helps.
   */
  apply(changes: Changes): void {
    for (const each of changes) this.#applyTo(this.#collectionOf(each), each);
  }

  /**
   * Applies a whole view: what it does not name is gone. A record whose id is named again stays the
   * same object, and so do its values that are as they were.
   */
  replace(changes: Changes): void {
    for (const collection of this.#state.collections) {
      const named = changes.find(({ shape }) => shape.index === collection.shape.index);
      this.#applyTo(collection, { records: named?.records ?? [], replace: true });
    }
  }

  #collectionOf({ shape }: CollectionChanges): StoredCollection {
    const collection = this.#state.collections[shape.index];
    if (collection === undefined) throw new MalformedBytes(`no collection ${shape.name}`);
    return collection;
  }

  #applyTo(
    collection: StoredCollection,
    { records, replace }: Pick<CollectionChanges, "records" | "replace">,
  ): void {
    if (replace) forgetOthers(collection, records);
    for (const change of records) {
      if (change.operation === "remove") collection.forget(change.id);
      else if (change.operation === "create") {
        if (!replace) collection.forget(change.id);
        this.#create(collection, change);
      } else {
        this.#update(collection, change);
      }
    }
  }

  #create(collection: StoredCollection, change: RecordChange): void {
    const values = this.#initialOf(collection);
    assignMasked(collection.shape, values, change);
    const known = collection.record(change.id);
    const record = known ?? new StoredRecord(collection, change.id, 0);
    this.#fill(record, values);
    if (known === undefined) collection.insert(record);
  }

  #update(collection: StoredCollection, change: RecordChange): void {
    const record = collection.record(change.id);
    if (record === undefined) {
      throw new MalformedBytes(`${collection.shape.name} ${change.id} is not in the view`);
    }
    const values = [...record.values];
    assignMasked(collection.shape, values, change);
    this.#fill(record, values);
  }

  #initialOf({ shape }: StoredCollection): unknown[] {
    return shape.fields.map(({ kind }) => kind.initial);
  }

  /** Gives a record its values, but those that are not for this seat's eyes. */
  #fill(record: StoredRecord, values: readonly unknown[]): void {
    const { fields, ownerAt, publicEnd, privateEnd } = record.collection.shape;
    const owns = this.seat !== undefined && ownerAt >= 0 && values[ownerAt] === this.seat;
    const end = owns ? privateEnd : publicEnd;
    for (const [at, { kind }] of fields.entries()) {
      const value = at < end ? values[at] : undefined;
      const before = record.values[at];
      const stays =
        before === undefined || value === undefined ? before === value : kind.same(before, value);
      if (!stays) record.values[at] = value;
    }
  }
}

/** Singletons stay: every whole view names them. */
function forgetOthers(collection: StoredCollection, records: readonly RecordChange[]): void {
  if (collection.shape.single) return;
  const named = new Set(records.map(({ id }) => id));
  for (const { id } of [...collection.records]) {
    if (!named.has(id)) collection.forget(id);
  }
}

function assignMasked(shape: CollectionShape, values: unknown[], change: RecordChange): void {
  for (let at = 0, rest = change.mask; rest !== 0; at++, rest >>>= 1) {
    if (rest & 1 && at < shape.fields.length) values[at] = change.values[at];
  }
}
