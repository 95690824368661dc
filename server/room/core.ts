// Core: what a room is while a node hosts it, as its machine's parts share it. It holds; it decides
// nothing.

import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import { State } from "../../shared/record.ts";
import type { RecordOf, StateOf } from "../../shared/schema.ts";
import type { RoomRecords } from "../../shared/seats.ts";
import { History } from "./history.ts";
import { RoomTime } from "./time.ts";

/** A taken seat's record. */
export type SeatRecord = RecordOf<RoomRecords["$seats"]["fields"]>;

/** A running timer's record. */
export type TimerRecord = RecordOf<RoomRecords["$timers"]["fields"]>;

export class RoomCore {
  readonly id: RoomId;
  readonly game: Game;
  readonly state: State;
  /** The room's own records. */
  readonly own: StateOf<RoomRecords>;
  readonly history = new History();
  time: RoomTime;
  /** Version of the newest commit. */
  version = 0;

  constructor(id: RoomId, game: Game) {
    this.id = id;
    this.game = game;
    this.state = new State(game.shapes);
    this.own = this.state.face as unknown as StateOf<RoomRecords>;
    this.time = new RoomTime(0, 0);
  }

  /** Room time without what it stood still in absences. */
  get clockMs(): number {
    const { stoodMs, standsSinceMs } = this.own.$room;
    return (standsSinceMs ?? this.time.nowMs) - stoodMs;
  }

  get ticking(): boolean {
    return this.game.tickHz !== undefined && this.own.$room.status === "running";
  }
}
