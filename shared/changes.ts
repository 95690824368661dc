// Changes: what differs between two versions of a state for one viewer, as plain values. Computed
// from field clocks, written by the codec, applied by replicas; it never reads a log or a socket.

import type { State, StoredCollection, StoredRecord } from "./record.ts";
import type { CollectionShape } from "./schema.ts";

export type RecordOperation = "update" | "create" | "remove";

export interface RecordChange {
  readonly id: number;
  readonly operation: RecordOperation;
  /** Bit n is set when field n of the layout is in `values`. For a created record the others hold their initial values. */
  readonly mask: number;
  /** By field index; only those of the mask may be read. */
  readonly values: readonly unknown[];
}

export interface CollectionChanges {
  readonly shape: CollectionShape;
  /** Whether the viewer first forgets every record of the collection that it holds. */
  readonly replace: boolean;
  /** In the order of ids. */
  readonly records: readonly RecordChange[];
}

export type Changes = readonly CollectionChanges[];

/** Who looks: the log (everything), a seat, or somebody without one (public fields only). */
export type Viewer = "server" | "public" | number;

/** Whether a viewer may see a record at all; asked only for collections that are selective. */
export type Sees = (collection: StoredCollection, record: StoredRecord) => boolean;

export interface Look {
  readonly viewer: Viewer;
  readonly sees: Sees;
}

/** All of a state: no version is older. */
export const SINCE_EVER = -1;

/**
 * Everything a viewer's view has differently from what it had at version `since`. With SINCE_EVER it
 * is the whole view, for a viewer that forgets what it had.
 */
export function changesSince(state: State, since: number, look: Look): Changes {
  const all: CollectionChanges[] = [];
  for (const collection of state.collections) {
    if (isHidden(collection, look.viewer)) continue;
    const found =
      collection.shape.selective && look.viewer !== "server"
        ? selectionOf(collection, look)
        : differencesOf(collection, since, look.viewer);
    if (found !== undefined) all.push(found);
  }
  return all;
}

function differencesOf(
  collection: StoredCollection,
  since: number,
  viewer: Viewer,
): CollectionChanges | undefined {
  const records: RecordChange[] = [];
  for (const [id, version] of since === SINCE_EVER ? [] : collection.tombstones) {
    if (version > since && !collection.has(id)) records.push(removal(id));
  }
  for (const record of collection.records) {
    if (record.changed <= since) continue;
    const change = differenceOf(record, since, viewer);
    if (change !== undefined) records.push(change);
  }
  if (records.length === 0) return undefined;
  return { shape: collection.shape, replace: false, records: inOrder(records) };
}

/**
 * A selective collection is sent whole: the viewer's set is replaced. What it may see can have
 * changed without any field of the record changing, which no clock tells.
 */
function selectionOf(collection: StoredCollection, { viewer, sees }: Look): CollectionChanges {
  const records: RecordChange[] = [];
  for (const record of collection.records) {
    if (sees(collection, record)) records.push(creation(record, viewer));
  }
  return { shape: collection.shape, replace: true, records };
}

/** What the commit opened last changed, for everybody: non-selective collections, public fields. */
export function publicChanges(state: State): Changes {
  return changesOfCommit(state, (collection) => !collection.shape.selective, "public");
}

/** What the commit opened last changed, whole: for the log. */
export function logChanges(state: State): Changes {
  return changesOfCommit(state, () => true, "server");
}

function changesOfCommit(
  state: State,
  wanted: (collection: StoredCollection) => boolean,
  viewer: Viewer,
): Changes {
  const since = state.commitVersion - 1;
  const all: CollectionChanges[] = [];
  for (const collection of state.collections) {
    const { touched, removed, passing } = collection;
    if (touched.size + removed.size + passing.size === 0) continue;
    if (!wanted(collection) || isHidden(collection, viewer)) continue;
    const records: RecordChange[] = [];
    for (const id of removed) if (!collection.has(id)) records.push(removal(id));
    // Only the log tells of what nobody saw, so that no host gives its id out again.
    if (viewer === "server") for (const id of passing) records.push(removal(id));
    for (const record of touched) {
      if (record.changed <= since) continue;
      const change = differenceOf(record, since, viewer);
      if (change !== undefined) records.push(change);
    }
    if (records.length > 0) {
      all.push({ shape: collection.shape, replace: false, records: inOrder(records) });
    }
  }
  return all;
}

/** A client's look, whether it has a seat or not. */
export interface OwnLook extends Look {
  readonly viewer: "public" | number;
}

/** The records a viewer was last shown of each selective collection, by the collection's index. */
export type Shown = Map<number, Set<number>>;

/**
 * What the commit opened last changed for one viewer beyond the public changes: private fields,
 * and records of selective collections that entered, left or changed in its view. Updates `shown`.
 */
export function ownChanges(state: State, look: OwnLook, shown: Shown): Changes {
  const since = state.commitVersion - 1;
  const all: CollectionChanges[] = [];
  for (const collection of state.collections) {
    if (isHidden(collection, look.viewer)) continue;
    const records = collection.shape.selective
      ? selectiveChanges(collection, { ...look, since }, shownOf(shown, collection))
      : privateChanges(collection, since, look.viewer);
    if (records.length > 0) {
      all.push({ shape: collection.shape, replace: false, records: inOrder(records) });
    }
  }
  return all;
}

/** Whether `ownChanges` can ever find something in a collection, whatever happens to it. */
export function hasOwnSight({ selective, publicEnd, privateEnd }: CollectionShape): boolean {
  return selective || privateEnd > publicEnd;
}

function shownOf(shown: Shown, collection: StoredCollection): Set<number> {
  const known = shown.get(collection.shape.index);
  if (known !== undefined) return known;
  const fresh = new Set<number>();
  shown.set(collection.shape.index, fresh);
  return fresh;
}

function selectiveChanges(
  collection: StoredCollection,
  look: OwnLook & { readonly since: number },
  shown: Set<number>,
): RecordChange[] {
  const records: RecordChange[] = [];
  for (const id of shown) {
    if (collection.has(id)) continue;
    shown.delete(id);
    records.push(removal(id));
  }
  for (const record of collection.records) {
    const visible = look.sees(collection, record);
    if (!visible && shown.delete(record.id)) records.push(removal(record.id));
    if (!visible) continue;
    const entered = !shown.has(record.id);
    shown.add(record.id);
    const change = entered
      ? creation(record, look.viewer)
      : differenceOf(record, look.since, look.viewer);
    if (change !== undefined) records.push(change);
  }
  return records;
}

function privateChanges(
  collection: StoredCollection,
  since: number,
  viewer: "public" | number,
): RecordChange[] {
  const { ownerAt, publicEnd, privateEnd } = collection.shape;
  if (ownerAt < 0 || publicEnd === privateEnd) return [];
  const privateMask = bits(publicEnd, privateEnd);
  const records: RecordChange[] = [];
  for (const record of collection.touched) {
    if (record.changed <= since || record.values[ownerAt] !== viewer) continue;
    const change = differenceOf(record, since, viewer);
    const mask = (change?.mask ?? 0) & privateMask;
    if (mask !== 0)
      records.push({ id: record.id, operation: "update", mask, values: record.values });
  }
  return records;
}

function removal(id: number): RecordChange {
  return { id, operation: "remove", mask: 0, values: [] };
}

/** All that the viewer may see; those who know the initial values need not be sent them. */
function creation(record: StoredRecord, viewer: Viewer): RecordChange {
  const mask = bits(0, visibleEnd(record, viewer));
  return { id: record.id, operation: "create", mask, values: record.values };
}

function differenceOf(
  record: StoredRecord,
  since: number,
  viewer: Viewer,
): RecordChange | undefined {
  if (record.created > since) return creation(record, viewer);
  const { ownerAt, publicEnd, privateEnd } = record.collection.shape;
  const end = visibleEnd(record, viewer);
  let mask = 0;
  for (let at = 0; at < end; at++) {
    if ((record.clocks[at] as number) > since) mask |= 1 << at;
  }
  // A seat that a record passes to has seen none of its private fields, however old they are.
  const passed = ownerAt >= 0 && (record.clocks[ownerAt] as number) > since;
  if (passed && viewer !== "server" && end === privateEnd) mask |= bits(publicEnd, privateEnd);
  if (mask === 0) return undefined;
  return { id: record.id, operation: "update", mask, values: record.values };
}

/** Of records that have only server fields a client does not learn that they exist. */
function isHidden({ shape }: StoredCollection, viewer: Viewer): boolean {
  return viewer !== "server" && shape.privateEnd === 0 && shape.fields.length > 0;
}

/** Fields below this index are visible to the viewer. */
function visibleEnd(record: StoredRecord, viewer: Viewer): number {
  const { fields, ownerAt, publicEnd, privateEnd } = record.collection.shape;
  if (viewer === "server") return fields.length;
  const owns = viewer !== "public" && ownerAt >= 0 && record.values[ownerAt] === viewer;
  return owns ? privateEnd : publicEnd;
}

function bits(from: number, end: number): number {
  return ((1 << (end - from)) - 1) << from;
}

/** Sorts by id; rules mostly touch records in that order already. */
function inOrder(records: RecordChange[]): RecordChange[] {
  let before = -1;
  for (const { id } of records) {
    if (id < before) return records.sort((one, other) => one.id - other.id);
    before = id;
  }
  return records;
}
