// Memory log: a room's log and snapshot as a store would keep them, for tests. It refuses what a
// store refuses, and it can forget its newest entries, as a store does that fails over.

import { assert } from "../../shared/assert.ts";
import type { RoomLog } from "../room/loading.ts";

type LogEntry = RoomLog["entries"][number];

/** A place in the log. */
interface Place {
  readonly epoch: number;
  readonly version: number;
}

export class MemoryLog {
  /** Every entry there was and that was not lost, those before the snapshot too. */
  entries: LogEntry[] = [];
  /** The room as it was made, or taken over from an older build. */
  readonly first: RoomLog["snapshot"];
  #snapshot: RoomLog["snapshot"] & { readonly place: Place };
  /** Entries that were lost, ever. */
  lostCount = 0;
  #epochIssued: number;

  constructor(bytes: Uint8Array, { epoch, version }: Place) {
    this.#snapshot = { place: { epoch, version }, bytes };
    this.first = this.#snapshot;
    this.#epochIssued = epoch;
    this.entries.push({ kind: "claim", epoch, version, bytes: new Uint8Array(0) });
  }

  get top(): Place {
    const { epoch, version } = this.entries.at(-1) ?? this.#snapshot.place;
    return { epoch, version };
  }

  /** Takes over for a new host: every older host's entries are refused from here on. */
  claim(wallMs: number): number {
    // A store's own time has passed since, so that no epoch is issued twice even if a claim is lost.
    const epoch = Math.max(this.#epochIssued + 1, wallMs);
    this.#epochIssued = epoch;
    const { version } = this.top;
    this.entries.push({ kind: "claim", epoch, version, bytes: new Uint8Array(0) });
    return epoch;
  }

  /** Throws if somebody else hosts the room, or if a version would be left out. */
  append(epoch: number, version: number, bytes: Uint8Array): void {
    const { top } = this;
    assert(epoch === top.epoch, `an entry of epoch ${epoch} after one of ${top.epoch}`);
    assert(version === top.version + 1, `entry ${version} follows ${top.version}`);
    this.entries.push({ kind: "commit", epoch, version, bytes });
  }

  keepSnapshot(place: Place, bytes: Uint8Array): void {
    assert(place.version === this.top.version, "a snapshot is of the newest version");
    this.#snapshot = { place, bytes };
  }

  /** What a host that takes over reads. */
  get stored(): RoomLog {
    const { place } = this.#snapshot;
    const entries = this.entries.filter((entry) => isAfter(entry, place));
    return { snapshot: this.#snapshot, entries };
  }

  /** Forgets the newest entries, at most as many as there are after the snapshot. */
  lose(count: number): void {
    const last = this.entries.findLastIndex((entry) => !isAfter(entry, this.#snapshot.place));
    const kept = Math.max(last + 1, this.entries.length - count);
    this.lostCount += this.entries.length - kept;
    this.entries = this.entries.slice(0, kept);
  }
}

function isAfter(entry: Place, place: Place): boolean {
  return (
    entry.epoch > place.epoch || (entry.epoch === place.epoch && entry.version > place.version)
  );
}
