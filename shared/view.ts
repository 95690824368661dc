// View: what one seat, or a watcher, holds of a room's state. It takes changes as they come and says
// which records they touched; it never knows versions, and nobody can assign to it.

import { MalformedBytes } from "./bytes.ts";
import type { Changes, CollectionChanges, RecordChange } from "./changes.ts";
import { State, type StoredCollection, StoredRecord } from "./record.ts";
import type { CollectionShape } from "./schema.ts";

/** Records of one collection that changes touched, by id. One that was replaced by another of its id is removed and added. */
export interface ViewedChange {
  readonly collection: string;
  readonly added: readonly number[];
  readonly changed: readonly number[];
  readonly removed: readonly number[];
}

interface Touched {
  readonly added: number[];
  readonly changed: number[];
  readonly removed: number[];
}

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
  apply(changes: Changes): readonly ViewedChange[] {
    return changes.flatMap((each) => this.#applyTo(this.#collectionOf(each), each));
  }

  /**
   * Applies a whole view: what it does not name is gone. A record whose id is named again stays the
   * same object, and counts as changed only if a field of it is another one now.
   */
  replace(changes: Changes): readonly ViewedChange[] {
    return this.#state.collections.flatMap((collection) => {
      const named = changes.find(({ shape }) => shape.index === collection.shape.index);
      const { shape } = collection;
      return this.#applyTo(collection, { shape, records: named?.records ?? [], replace: true });
    });
  }

  #collectionOf({ shape }: CollectionChanges): StoredCollection {
    const collection = this.#state.collections[shape.index];
    if (collection === undefined) throw new MalformedBytes(`no collection ${shape.name}`);
    return collection;
  }

  #applyTo(
    collection: StoredCollection,
    { records, replace }: CollectionChanges,
  ): readonly ViewedChange[] {
    const touched: Touched = { added: [], changed: [], removed: [] };
    if (replace) forgetOthers(collection, records, touched);
    for (const change of records) {
      if (change.operation === "remove") forget(collection, change.id, touched);
      else if (change.operation === "create") {
        if (!replace) forget(collection, change.id, touched);
        this.#create(collection, change, touched);
      } else {
        this.#update(collection, change, touched);
      }
    }
    const { added, changed, removed } = touched;
    if (added.length + changed.length + removed.length === 0) return [];
    return [{ collection: collection.shape.name, ...touched }];
  }

  #create(collection: StoredCollection, change: RecordChange, touched: Touched): void {
    const values = this.#initialOf(collection);
    assignMasked(collection.shape, values, change);
    const known = collection.record(change.id);
    if (known !== undefined) {
      if (this.#fill(known, values)) touched.changed.push(change.id);
      return;
    }
    const record = new StoredRecord(collection, change.id, 0);
    this.#fill(record, values);
    collection.insert(record);
    touched.added.push(change.id);
  }

  #update(collection: StoredCollection, change: RecordChange, touched: Touched): void {
    const record = collection.record(change.id);
    if (record === undefined) {
      throw new MalformedBytes(`${collection.shape.name} ${change.id} is not in the view`);
    }
    const values = [...record.values];
    assignMasked(collection.shape, values, change);
    if (this.#fill(record, values)) touched.changed.push(change.id);
  }

  #initialOf({ shape }: StoredCollection): unknown[] {
    return shape.fields.map(({ kind }) => kind.initial);
  }

  /** Gives a record its values, but those that are not for this seat's eyes; whether any is another one now. */
  #fill(record: StoredRecord, values: readonly unknown[]): boolean {
    const { fields, ownerAt, publicEnd, privateEnd } = record.collection.shape;
    const owns = this.seat !== undefined && ownerAt >= 0 && values[ownerAt] === this.seat;
    const end = owns ? privateEnd : publicEnd;
    let changed = false;
    for (const [at, { kind }] of fields.entries()) {
      const value = at < end ? values[at] : undefined;
      const before = record.values[at];
      const stays =
        before === undefined || value === undefined ? before === value : kind.same(before, value);
      if (stays) continue;
      record.values[at] = value;
      changed = true;
    }
    return changed;
  }
}

/** Singletons stay: every whole view names them. */
function forgetOthers(
  collection: StoredCollection,
  records: readonly RecordChange[],
  touched: Touched,
): void {
  if (collection.shape.single) return;
  const named = new Set(records.map(({ id }) => id));
  for (const { id } of [...collection.records]) {
    if (!named.has(id)) forget(collection, id, touched);
  }
}

function forget(collection: StoredCollection, id: number, touched: Touched): void {
  if (collection.forget(id)) touched.removed.push(id);
}

function assignMasked(shape: CollectionShape, values: unknown[], change: RecordChange): void {
  for (let at = 0, rest = change.mask; rest !== 0; at++, rest >>>= 1) {
    if (rest & 1 && at < shape.fields.length) values[at] = change.values[at];
  }
}
