// Fold: applies logged changes to a state, clocks and tombstones included, so that a room read from
// its log is the room that wrote it. For the log only: clients hold a view, not a state.

import { MalformedBytes } from "./bytes.ts";
import type { Changes, RecordChange } from "./changes.ts";
import { type State, type StoredCollection, StoredRecord } from "./record.ts";

/** Applies the changes that `version` made. Throws MalformedBytes if they do not fit the state. */
export function foldChanges(state: State, changes: Changes, version: number): void {
  for (const { shape, records } of changes) {
    const collection = state.collections[shape.index];
    if (collection === undefined) throw new MalformedBytes(`no collection ${shape.name}`);
    for (const change of records) foldRecord(collection, change, version);
  }
}

function foldRecord(collection: StoredCollection, change: RecordChange, version: number): void {
  if (change.operation === "remove") {
    return collection.has(change.id)
      ? collection.drop(change.id, version)
      : collection.skip(change.id);
  }
  if (change.operation === "create") {
    // An id that was deleted and added anew within one commit is logged as created only.
    if (collection.has(change.id)) collection.drop(change.id, version);
    collection.insert(new StoredRecord(collection, change.id, version));
  }
  const record = collection.record(change.id);
  if (record === undefined) {
    throw new MalformedBytes(`${collection.shape.name} ${change.id} is changed and does not exist`);
  }
  for (let at = 0, rest = change.mask; rest !== 0; at++, rest >>>= 1) {
    if ((rest & 1) === 0) continue;
    record.values[at] = change.values[at];
    record.clocks[at] = version;
  }
  record.changed = version;
}
