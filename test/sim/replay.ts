// Replay: a room's logged history, folded again entry by entry by nobody who took part. It is what
// everything that was shown, told and confirmed is held against.

import { decodeEntry, decodeSnapshot } from "../../server/room/entry.ts";
import type { KeptEvent } from "../../server/room/history.ts";
import { foldChanges } from "../../shared/fold.ts";
import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import { State } from "../../shared/record.ts";
import type { RecordOf } from "../../shared/schema.ts";
import type { RoomRecords } from "../../shared/seats.ts";
import type { History, Logged } from "./history.ts";
import { textOfState } from "./viewText.ts";

type SeatSeen = Readonly<RecordOf<RoomRecords["$seats"]["fields"]>>;

export type SeatCopy = Pick<
  SeatSeen,
  | "id"
  | "name"
  | "identity"
  | "page"
  | "presence"
  | "absentSinceMs"
  | "untilMs"
  | "instanceEpoch"
  | "instanceCount"
  | "applied"
>;

/** Whose a seat is by its name: beside another seat of that name it has a number. */
export function personOf(seatName: string): string {
  return seatName.replace(/ \d+$/, "");
}

/** One entry, with the room as it left it. Holds until the next entry is folded. */
export interface Moment {
  readonly entry: Logged;
  readonly timeMs: number;
  readonly events: readonly KeptEvent[];
  /** The game's records by name, as rules see them. */
  readonly face: Readonly<Record<string, unknown>>;
  readonly seats: readonly SeatCopy[];
  /** The whole view of a seat, or of somebody without one. */
  view(seat: number | undefined): string;
}

/** Something that must hold: looks at every moment, then says what is wrong, each in a sentence. */
export interface Check {
  visit(moment: Moment): void;
  finish(): readonly string[];
}

/** Rooms that were ever made, in the order of their first entries. */
export function roomsOf({ logged }: History): readonly RoomId[] {
  return [...new Set(logged.map(({ room }) => room))];
}

/** Folds a room's log and shows each moment of it to every check. */
export function replay(history: History, room: RoomId, checks: readonly Check[]): void {
  replayPath(
    history.game,
    history.logged.filter((entry) => entry.room === room),
    checks,
  );
}

/** Folds one way that a room's history took. */
export function replayPath(game: Game, path: readonly Logged[], checks: readonly Check[]): void {
  let state = new State(game.shapes);
  let timeMs = 0;
  let version = 0;
  for (const entry of path) {
    // A snapshot that came after its time says nothing that is not known better by then.
    if (entry.kind === "kept" && entry.version < version) continue;
    let events: readonly KeptEvent[] = [];
    const before = version;
    ({ version } = entry);
    if (entry.kind === "created") {
      ({ timeMs } = decodeSnapshot(game, state, entry.bytes));
    } else if (entry.kind === "kept") {
      ({ timeMs } = decodeSnapshot(game, new State(game.shapes), entry.bytes));
    } else if (entry.kind === "reseed") {
      // What its host had in memory: all that is in the log before it, and a commit that came to no log.
      state = new State(game.shapes);
      const kept = decodeSnapshot(game, state, entry.bytes);
      ({ timeMs } = kept);
      events = kept.events.filter((event) => event.version > before);
    } else if (entry.kind === "commit") {
      const commit = decodeEntry(game, entry.version, entry.bytes);
      foldChanges(state, commit.changes, entry.version);
      ({ timeMs, events } = commit);
    }
    const { face } = state;
    // A fresh copy: what is visited may be kept and compared with what comes after.
    const seats = [...(face.$seats as Iterable<SeatSeen>)].map(copyOf);
    const moment = { entry, timeMs, events, face, seats, view: viewer(game, face) };
    for (const check of checks) check.visit(moment);
  }
}

function viewer(game: Game, face: Moment["face"]): Moment["view"] {
  const known = new Map<number | undefined, string>();
  return (seat) => {
    const text = known.get(seat) ?? textOfState(game, face, { seat, nowMs: 0 });
    known.set(seat, text);
    return text;
  };
}

function copyOf(seat: SeatSeen): SeatCopy {
  const { id, name, identity, page, presence, absentSinceMs, untilMs } = seat;
  const { instanceEpoch, instanceCount, applied } = seat;
  const until = { presence, absentSinceMs, untilMs };
  return { id, name, identity, page, ...until, instanceEpoch, instanceCount, applied };
}
