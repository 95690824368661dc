// Loading: how a room comes into memory, new or out of the log. It reads what it is given and
// refuses what it cannot read; it never writes.

import { MalformedBytes } from "../../shared/bytes.ts";
import type { Changes } from "../../shared/changes.ts";
import { foldChanges } from "../../shared/fold.ts";
import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { Migration } from "../../shared/migration.ts";
import { seedRandom } from "../../shared/random.ts";
import type { StoredCollection } from "../../shared/record.ts";
import { RoomCore } from "./core.ts";
import { decodeEntry, decodeSnapshot, readSnapshotHead } from "./entry.ts";
import { RoomTime } from "./time.ts";

export interface NewRoom {
  readonly id: RoomId;
  readonly game: Game;
  readonly code: string;
  readonly open: "listed" | "private";
  readonly seed: number;
}

/** A room nobody has entered yet, at version 0. */
export function newRoom({ id, game, code, open, seed }: NewRoom): RoomCore {
  const core = new RoomCore(id, game);
  core.state.open(0);
  core.own.$room.code = code;
  core.own.$room.open = open;
  core.own.$room.random = seedRandom(seed);
  core.state.close();
  return core;
}

/** What the log has of a room: a snapshot and every entry after it. */
export interface RoomLog {
  readonly snapshot: { readonly place: { readonly epoch: number }; readonly bytes: Uint8Array };
  readonly entries: readonly {
    readonly kind: "commit" | "claim";
    readonly epoch: number;
    readonly version: number;
    readonly bytes: Uint8Array;
  }[];
}

export type LoadOutcome =
  /** `stored` is the room as it stands in the log: another than `core` if an older build made it. */
  | { readonly kind: "loaded"; readonly core: RoomCore; readonly stored: RoomCore }
  /** The room is of a game or a shape that this build does not have. */
  | {
      readonly kind: "foreign";
      readonly game: string;
      readonly gameVersion: number;
      /** What the migration threw, if there is one. */
      readonly cause?: unknown;
    }
  /** What is stored is damaged; `why` is for the operator. */
  | { readonly kind: "damaged"; readonly why: string };

/** Snapshot and log entries, folded. `epoch` claims among the entries begin their epochs. */
export function loadRoom(
  id: RoomId,
  games: ReadonlyMap<string, Game>,
  stored: RoomLog,
): LoadOutcome {
  try {
    const head = readSnapshotHead(stored.snapshot.bytes);
    const game = games.get(head.game);
    const foreign = { kind: "foreign", game: head.game, gameVersion: head.gameVersion } as const;
    if (game?.shape === head.shape) {
      const core = fold(new RoomCore(id, game), stored);
      return { kind: "loaded", core, stored: core };
    }
    const older = game?.migrate[head.gameVersion];
    if (game === undefined || older?.from.shape !== head.shape) return foreign;
    const old = fold(new RoomCore(id, older.from), stored);
    try {
      return { kind: "loaded", core: migrate(old, game, older), stored: old };
    } catch (cause) {
      // The room is whole, for whoever runs the older build.
      return { ...foreign, cause };
    }
  } catch (cause) {
    if (cause instanceof MalformedBytes) return { kind: "damaged", why: cause.message };
    throw cause;
  }
}

/**
 * The room as the newer build has it, at the same version and time. Throws what its rule throws.
 * Nothing of before is told to anybody: every bookmark gets the whole view.
 */
function migrate(old: RoomCore, game: Game, { fill }: Migration): RoomCore {
  const core = new RoomCore(old.id, game);
  core.state.open(old.version);
  for (const collection of old.state.collections) {
    if (collection.shape.name.startsWith("$")) carryOver(collection, core);
  }
  // What a timer of the older build was for its rule knew, and that rule is gone.
  for (const { id, name } of [...core.own.$timers]) {
    if (game.rules.timers[name] === undefined) core.own.$timers.delete(id);
  }
  fill(old.state.gameFace, core.state.gameFace);
  core.state.close();
  core.version = old.version;
  core.history.floor = old.version;
  core.history.epochs = [];
  core.time = old.time;
  return core;
}

/** The room's own records: both builds have the same, or their shapes would not be known. */
function carryOver({ shape, records, nextId }: StoredCollection, to: RoomCore): void {
  const target = to.state.collections.find((each) => each.shape.name === shape.name);
  for (const { id, values } of records) {
    const named = Object.fromEntries(shape.fields.map(({ name }, at) => [name, values[at]]));
    if (shape.single) Object.assign(target?.get(0) ?? {}, named);
    else target?.add(named, id);
  }
  if (target !== undefined) target.nextId = nextId;
}

function fold(core: RoomCore, stored: RoomLog): RoomCore {
  const snapshot = decodeSnapshot(core.game, core.state, stored.snapshot.bytes);
  let { timeMs } = snapshot;
  core.version = snapshot.version;
  core.history.epochs = [...snapshot.epochs];
  // A room's first snapshot was made before its first claim gave it an epoch.
  if (snapshot.epochs.length === 0)
    core.history.begin(stored.snapshot.place.epoch, snapshot.version);
  core.history.floor = snapshot.floor;
  core.history.events = [...snapshot.events];
  for (const entry of stored.entries) {
    if (entry.kind === "claim") {
      if (entry.version !== core.version) {
        throw new MalformedBytes(`a claim at ${entry.version} follows version ${core.version}`);
      }
      core.history.begin(entry.epoch, entry.version);
      continue;
    }
    if (entry.version !== core.version + 1) {
      throw new MalformedBytes(`entry ${entry.version} follows version ${core.version}`);
    }
    const commit = decodeEntry(core.game, entry.version, entry.bytes);
    foldChanges(core.state, commit.changes, entry.version);
    for (const seat of seatsTakenIn(commit.changes)) core.history.seatTaken(seat);
    core.version = entry.version;
    core.history.events.push(...commit.events);
    timeMs = commit.timeMs;
  }
  core.time = new RoomTime(timeMs, 0);
  return core;
}

/** Seats that somebody new has since that commit. */
function seatsTakenIn(changes: Changes): readonly number[] {
  return changes
    .filter(({ shape }) => shape.name === "$seats")
    .flatMap(({ records }) => records)
    .flatMap(({ id, operation }) => (operation === "create" ? [id] : []));
}

/** Room time goes on from where the log left it, by the clock of the host that takes over now. */
export function beginHosting(core: RoomCore, nowMs: number): void {
  core.time = new RoomTime(core.time.nowMs, nowMs);
}
