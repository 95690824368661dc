// Commands: exactly once by one integer a seat. It numbers, applies, refuses and voids; it never
// tells anybody, which is the gate's part after the commit.

import { type Fields, type Misfit, parseFields } from "../../shared/field.ts";
import type { RefusedCommand } from "../../shared/frame.ts";
import { FAILURES_MAX, FAILURES_WINDOW_MS } from "../../shared/limits.ts";
import type { NumberedCommand } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import { REFUSALS_KEPT } from "../../shared/seats.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import type { RuleFailure, RuleOutcome, Rules } from "./rules.ts";

/** What a tail of commands came to. */
export interface TailOutcome {
  /** The number that must come next, if the tail left a gap before its first new command. */
  readonly expected: number | undefined;
  /** Commands whose rule threw. */
  readonly failures: readonly FailedCommand[];
  /** The first command whose arguments do not fit, and why. Our own client sends none. */
  readonly misfit: { readonly seq: number; readonly why: string } | undefined;
}

export interface FailedCommand {
  readonly seq: number;
  readonly failure: RuleFailure;
  /** Whether it was one too many: the seat's commands are refused for a while. */
  readonly suspends: boolean;
}

/** Of an argument that is one of 256 words the first dozens are enough. */
const WHY_LENGTH_MAX = 256;

interface Room {
  readonly core: RoomCore;
  readonly rules: Rules;
}

/**
 * Applies the part of a tail that is new, in order. Numbers at or below `applied` have ended before
 * and change nothing; the next one must be `applied + 1`, or nothing from there on is touched.
 */
export function applyTail(
  room: Room,
  seat: SeatRecord,
  tail: readonly NumberedCommand[],
): TailOutcome {
  const failures: FailedCommand[] = [];
  const refusals: RefusedCommand[] = [];
  let expected: number | undefined;
  let misfit: TailOutcome["misfit"];
  for (const command of tail) {
    if (command.seq <= seat.applied) continue;
    if (command.seq !== seat.applied + 1) {
      expected = seat.applied + 1;
      break;
    }
    const outcome = applyOne(room, seat, command);
    seat.applied = command.seq;
    if (outcome.kind === "kept") continue;
    const reason = outcome.kind === "threw" ? "rule-failed" : outcome.reason;
    refusals.push([command.seq, reason]);
    const { why } = outcome;
    if (why !== undefined) misfit ??= { seq: command.seq, why };
    if (outcome.kind === "threw") {
      const suspends = isSuspended(seat, room.core.time.nowMs);
      failures.push({ seq: command.seq, failure: outcome, suspends });
    }
  }
  if (refusals.length > 0) keepRefusals(seat, refusals);
  return { expected, failures, misfit };
}

/** `why` is given of arguments that do not fit. */
type CommandOutcome = RuleOutcome & { readonly why?: string };

function applyOne(
  { core, rules }: Room,
  seat: SeatRecord,
  command: NumberedCommand,
): CommandOutcome {
  if ("void" in command) return refused(command.void);
  const declared = core.game.commands;
  const fields = Object.hasOwn(declared, command.name) ? declared[command.name] : undefined;
  if (fields === undefined) return refused("command-unknown");
  if (core.own.$room.status === "ended") return refused("room-ended");
  if (core.own.$room.status === "waiting") return refused("not-started");
  if (isSuspended(seat, core.time.nowMs)) return refused("commands-suspended");
  const parsed = parseFields(fields, command.args);
  if (parsed.kind === "misfit") {
    return { ...refused("args-invalid"), why: whyMisfit(fields, parsed.misfit) };
  }
  const outcome = rules.command(command.name, seat.id, parsed.values);
  if (outcome.kind === "threw") {
    seat.failedMs = [...seat.failedMs, core.time.nowMs].slice(-FAILURES_MAX);
  }
  return outcome;
}

/** In words of the declaration: nothing that was sent is sent back. */
function whyMisfit(fields: Fields, { field, why }: Misfit): string {
  const names = Object.keys(fields).join(", ");
  const takes = names === "" ? "no arguments" : `an object of ${names} and nothing else`;
  const text = Object.hasOwn(fields, field) ? `${field} ${why}` : `it takes ${takes}`;
  return text.slice(0, WHY_LENGTH_MAX);
}

function refused(reason: Reason): RuleOutcome {
  return { kind: "refused", reason };
}

/** Five failures within a minute suspend the seat's commands for a minute after the newest. */
function isSuspended(seat: SeatRecord, nowMs: number): boolean {
  const [oldest] = seat.failedMs;
  const newest = seat.failedMs.at(-1);
  if (seat.failedMs.length < FAILURES_MAX || oldest === undefined || newest === undefined)
    return false;
  return newest - oldest <= FAILURES_WINDOW_MS && nowMs - newest < FAILURES_WINDOW_MS;
}

/** The refusals a seat keeps: `[seq, reason]`, newest last. */
export function refusedOf(seat: SeatRecord): readonly RefusedCommand[] {
  return Array.isArray(seat.refused) ? (seat.refused as unknown as readonly RefusedCommand[]) : [];
}

/** Of a whole tail at once: writing them costs more than all that was refused. */
function keepRefusals(seat: SeatRecord, refusals: readonly RefusedCommand[]): void {
  seat.refused = [...refusedOf(seat), ...refusals].slice(-REFUSALS_KEPT);
}
