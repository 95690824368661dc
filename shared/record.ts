// Records: a room's state as collections of typed records whose every field carries the version
// that last changed it. It stamps and undoes; it never decides what a change means or who sees it.

import { assert } from "./assert.ts";
import { type FaceClass, faceOf, stateFace } from "./face.ts";
import { fitting, noField } from "./fitting.ts";
import type { CollectionShape } from "./schema.ts";

/** One record with its field clocks. Rules see only its `face`. */
export class StoredRecord {
  readonly collection: StoredCollection;
  readonly id: number;
  readonly values: unknown[];
  /** Version that last changed the field of the same index. */
  readonly clocks: number[];
  /** Version that created the record. */
  created: number;
  /** Highest of `created` and `clocks`. */
  changed: number;
  gone = false;
  /** What rules and pages hold: one property a field, plain assignment, and `id`. */
  readonly face: object;

  constructor(collection: StoredCollection, id: number, version: number) {
    this.collection = collection;
    this.id = id;
    this.values = collection.shape.fields.map((field) => field.kind.initial);
    this.clocks = collection.shape.fields.map(() => version);
    this.created = version;
    this.changed = version;
    this.face = new collection.Face(this);
  }
}

/** All records of one collection, in the order of their ids. */
export class StoredCollection {
  readonly shape: CollectionShape;
  readonly Face: FaceClass;
  /** Version at which an id was last deleted, oldest first; says nothing while the id exists. */
  readonly tombstones = new Map<number, number>();
  /** Records that may have changed in the commit being written. */
  readonly touched = new Set<StoredRecord>();
  /** Ids that existed before the commit being written and were deleted in it, perhaps to be added anew. */
  readonly removed = new Set<number>();
  /** Ids added and deleted within the commit being written: nobody saw them, and none is given out again. */
  readonly passing = new Set<number>();
  nextId = 1;
  readonly #state: State;
  #records = new Map<number, StoredRecord>();
  /** Whether they stand in the order of their ids; if not, whoever walks over them next brings them there. */
  #isOrdered = true;
  #idMax = -1;

  constructor(shape: CollectionShape, state: State) {
    this.shape = shape;
    this.#state = state;
    this.Face = faceOf(shape);
  }

  get size(): number {
    return this.#records.size;
  }

  get records(): Iterable<StoredRecord> {
    return this.#ordered();
  }

  *[Symbol.iterator](): IterableIterator<object> {
    for (const record of this.#ordered()) if (!record.gone) yield record.face;
  }

  record(id: number): StoredRecord | undefined {
    return this.#records.get(id);
  }

  get(id: number): object | undefined {
    return this.#records.get(id)?.face;
  }

  has(id: number): boolean {
    return this.#records.has(id);
  }

  /** Adds a record, with the next free id if none is given. Throws if the id is taken or a field does not fit. */
  add(given: Readonly<Record<string, unknown>> = {}, id = this.nextId): object {
    assert(
      Number.isInteger(id) && id >= 0 && id <= 0xffff_ffff,
      "an id is a whole number below 2^32",
    );
    if (this.#records.has(id)) throw new TypeError(`${this.shape.name} ${id} exists already`);
    const record = new StoredRecord(this, id, this.#state.writingVersion());
    // All fields before the record is anywhere: whoever catches the error finds no half of one.
    // What a record inherits too, so that one can be added as it is.
    for (const name in given) {
      const at = this.shape.indexByName.get(name);
      if (at === undefined) throw new TypeError(noField(this.shape, name));
      record.values[at] = fitting(this.shape, at, given[name]);
    }
    const nextId = this.nextId;
    const wasPassing = this.passing.delete(id);
    this.insert(record);
    this.touched.add(record);
    this.#state.journal?.push(() => {
      this.#detach(record);
      this.nextId = nextId;
      if (wasPassing) this.passing.add(id);
    });
    return record.face;
  }

  /** Deletes a record; false if there is none. */
  delete(id: number): boolean {
    const record = this.#records.get(id);
    if (record === undefined) return false;
    const version = this.#state.writingVersion();
    const wasTouched = this.#detach(record);
    const wasRemoved = this.removed.has(id);
    // Burying moves an older tombstone of the id to the end; only a copy brings the order back.
    const { journal } = this.#state;
    const tombstones = journal && this.tombstones.has(id) ? [...this.tombstones] : undefined;
    // What was created in this very commit nobody has seen, unless it took the place of an older one.
    if (record.created < version) this.removed.add(id);
    if (this.removed.has(id)) this.#bury(id, version);
    else this.passing.add(id);
    journal?.push(() => {
      record.gone = false;
      this.insert(record);
      if (wasTouched) this.touched.add(record);
      if (!wasRemoved) this.removed.delete(id);
      this.passing.delete(id);
      this.tombstones.delete(id);
      if (tombstones !== undefined) this.#bringBack(tombstones);
    });
    return true;
  }

  /** Assigns one field; the same value again is no change. Throws if it does not fit. */
  assign(record: StoredRecord, at: number, value: unknown): void {
    const version = this.#state.writingVersion();
    if (record.gone) throw new TypeError(`${this.shape.name} ${record.id} is deleted`);
    const previous = record.values[at];
    // What is held fits: rules often write the same value again, and that should cost nothing.
    if (value === previous) return;
    const next = fitting(this.shape, at, value);
    if (this.shape.fields[at]?.kind.same(previous, next)) return;
    const clock = record.clocks[at] as number;
    const { changed } = record;
    const wasTouched = this.touched.has(record);
    this.#state.journal?.push(() => {
      record.values[at] = previous;
      record.clocks[at] = clock;
      record.changed = changed;
      if (!wasTouched) this.touched.delete(record);
    });
    record.values[at] = next;
    record.clocks[at] = version;
    record.changed = version;
    this.touched.add(record);
  }

  /** Puts a record in its place in the order of ids. */
  insert(record: StoredRecord): void {
    this.#records.set(record.id, record);
    if (record.id < this.#idMax) this.#isOrdered = false;
    this.#idMax = Math.max(this.#idMax, record.id);
    this.nextId = Math.max(this.nextId, record.id + 1);
  }

  /** Many that come out of order are sorted once, not each. */
  #ordered(): IterableIterator<StoredRecord> {
    if (!this.#isOrdered) {
      this.#records = new Map([...this.#records].sort(([one], [other]) => one - other));
      this.#isOrdered = true;
    }
    return this.#records.values();
  }

  /** Takes a record out without leaving a tombstone; whether it may have changed in this commit. */
  #detach(record: StoredRecord): boolean {
    record.gone = true;
    this.#records.delete(record.id);
    return this.touched.delete(record);
  }

  /** Takes a record out and remembers when, as a log entry says. */
  drop(id: number, version: number): void {
    this.forget(id);
    this.#bury(id, version);
  }

  /** Takes a record out as if it had never been, as a view does. */
  forget(id: number): void {
    const record = this.#records.get(id);
    if (record !== undefined) this.#detach(record);
  }

  /** Takes notice that an id was given out to a record that is gone already. */
  skip(id: number): void {
    this.nextId = Math.max(this.nextId, id + 1);
  }

  /** Notes a deletion, newest last. */
  #bury(id: number, version: number): void {
    this.tombstones.delete(id);
    this.tombstones.set(id, version);
  }

  #bringBack(tombstones: readonly (readonly [id: number, version: number])[]): void {
    this.tombstones.clear();
    for (const [id, version] of tombstones) this.tombstones.set(id, version);
  }

  clear(): void {
    for (const record of this.#records.values()) record.gone = true;
    this.#records.clear();
    this.tombstones.clear();
    this.touched.clear();
    this.removed.clear();
    this.passing.clear();
    this.#idMax = -1;
  }
}

/** All collections of a room. Every change is stamped with the version being written. */
export class State {
  readonly collections: readonly StoredCollection[];
  /** Each collection by name, a singleton as its one record; the room's own as well. */
  readonly face: Readonly<Record<string, unknown>>;
  /** What rules hold: the same without the room's own. */
  readonly gameFace: Readonly<Record<string, unknown>>;
  /** Undo steps of the rule being run; absent while none can be asked for. */
  journal: (() => void)[] | undefined;
  #writing: number | undefined;
  #commit = 0;

  constructor(shapes: readonly CollectionShape[]) {
    this.collections = shapes.map((shape) => new StoredCollection(shape, this));
    for (const collection of this.collections) {
      if (collection.shape.single) collection.insert(new StoredRecord(collection, 0, 0));
    }
    this.face = stateFace(this.collections);
    this.gameFace = stateFace(this.collections.filter(({ shape }) => !shape.name.startsWith("$")));
  }

  /** The version that changes are stamped with. Throws while the state is only to be read. */
  writingVersion(): number {
    if (this.#writing === undefined)
      throw new TypeError(
        "the state is read-only here: a rule changes it, by the room it is given",
      );
    return this.#writing;
  }

  /** The version of the commit that was opened last, also while it is only to be read. */
  get commitVersion(): number {
    return this.#commit;
  }

  /** Opens the commit of a version. Sets that are empty are let be: clearing one takes memory. */
  open(version: number): void {
    this.#writing = version;
    this.#commit = version;
    for (const collection of this.collections) {
      if (collection.touched.size > 0) collection.touched.clear();
      if (collection.removed.size > 0) collection.removed.clear();
      if (collection.passing.size > 0) collection.passing.clear();
    }
  }

  /** Closes the commit: the state is read-only until the next one opens, its changes can be told. */
  close(): void {
    this.#writing = undefined;
  }

  /** Whether the commit opened last has changed anything. */
  get changed(): boolean {
    return this.collections.some(({ touched, removed, passing }) => {
      if (removed.size + passing.size > 0) return true;
      for (const record of touched) if (record.changed === this.#commit) return true;
      return false;
    });
  }

  /** Runs `rule`; if it returns false or throws, undoes every change it made. */
  attempt(rule: () => boolean): boolean {
    assert(this.journal === undefined, "attempts do not nest");
    const journal: (() => void)[] = [];
    this.journal = journal;
    let kept = false;
    try {
      kept = rule();
      return kept;
    } finally {
      this.journal = undefined;
      if (!kept) for (const undo of journal.reverse()) undo();
    }
  }
}
