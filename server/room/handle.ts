// Handle: the room as rules hold it: what they may look at, draw, tell and set, and no way to anything
// else. It runs no rule, and what it is asked for wrongly it answers with a TypeError that says so.

import { closed } from "../../shared/face.ts";
import type { Json } from "../../shared/field.ts";
import type { Audience, Room, SeatSeen } from "../../shared/game.ts";
import { hintOf } from "../../shared/nearest.ts";
import { roomRecords } from "../../shared/seats.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import type { Inputs } from "./inputs.ts";

export type AnyRoom = Room<never, never, never>;

export interface HandleParts {
  readonly core: RoomCore;
  readonly inputs: Inputs;
  draw(): number;
  emit(name: string, values: unknown, to: Audience | undefined): void;
}

export function makeHandle({ core, inputs, draw, emit }: HandleParts): AnyRoom {
  const handle: Room<Record<never, never>, Record<never, never>, Record<never, never>> = {
    state: core.state.gameFace as never,
    get nowMs() {
      return core.time.nowMs;
    },
    get clockMs() {
      return core.clockMs;
    },
    get seats(): readonly SeatSeen[] {
      return [...core.own.$seats].map(({ id, name, presence }) => ({ index: id, name, presence }));
    },
    random: draw,
    input: (seat: number, name: string) => newestInput(core, inputs, { seat, name }) as never,
    emit,
    timer: (name, afterMs, args = null) => setTimer(core, name, { afterMs, args }),
    cancelTimer(name) {
      insistTimer(core, name);
      cancelTimer(core, name);
    },
    giveUp: (seat) => {
      awaySeat(core, seat).untilMs = core.time.nowMs;
    },
    keep: (seat, moreMs) => keep(core, seat, moreMs),
    end: (reason = "finished") => end(core, reason),
  };
  const keeping = "what a game keeps is in the records of room.state";
  Object.setPrototypeOf(
    handle,
    closed((name) => `a room has no ${name} to assign: ${keeping}`),
  );
  return Object.freeze(handle) as unknown as AnyRoom;
}

function newestInput(
  core: RoomCore,
  inputs: Inputs,
  { seat, name }: { readonly seat: number; readonly name: string },
): unknown {
  const newest = inputs.newest(seat, name);
  if (newest !== undefined) return newest;
  insistDeclared("input", name, core.game.inputs);
  return undefined;
}

function setTimer(
  core: RoomCore,
  name: string,
  { afterMs, args }: { readonly afterMs: number; readonly args: Json },
): void {
  insistTimer(core, name);
  insistSpan(afterMs, `timer "${name}" runs after`);
  const problem = roomRecords.$timers.fields.args.problem(args);
  if (problem !== undefined) throw new TypeError(`what timer "${name}" is given ${problem}`);
  cancelTimer(core, name);
  core.own.$timers.add({ name, dueMs: core.clockMs + afterMs, args });
}

function insistTimer(core: RoomCore, name: string): void {
  insistDeclared("timer", name, core.game.rules.timers);
}

function cancelTimer(core: RoomCore, name: string): void {
  for (const timer of core.own.$timers) {
    if (timer.name === name) core.own.$timers.delete(timer.id);
  }
}

function awaySeat(core: RoomCore, seat: number): SeatRecord {
  const away = core.own.$seats.get(seat);
  if (away?.presence !== "away") throw new TypeError(`seat ${seat} is not away`);
  return away;
}

function keep(core: RoomCore, seat: number, moreMs: number): void {
  insistSpan(moreMs, "a seat is kept for");
  const away = awaySeat(core, seat);
  away.untilMs = Math.max(away.untilMs ?? 0, core.time.nowMs) + moreMs;
}

function end(core: RoomCore, reason: string): void {
  const problem = roomRecords.$room.fields.ending.problem(reason);
  if (problem !== undefined) throw new TypeError(`the reason of an end ${problem}`);
  // How a game ended stays as it was first said.
  if (core.own.$room.status === "ended") return;
  core.own.$room.status = "ended";
  core.own.$room.ending = reason;
}

/** Throws for a name that the game does not declare, with what it may have been meant to be. */
export function insistDeclared(what: string, name: string, declared: object): void {
  if (Object.hasOwn(declared, name)) return;
  const hint = hintOf(name, Object.keys(declared));
  throw new TypeError(`the game declares no ${what} "${name}": ${hint}`);
}

function insistSpan(ms: number, what: string): void {
  if (Number.isFinite(ms) && ms >= 0) return;
  throw new TypeError(`${what} 0 ms or more, not ${ms}`);
}
