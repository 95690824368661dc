// Commands: exactly once by one integer a seat. It numbers, applies, refuses and voids; it never
// tells anybody, which is the gate's part after the commit.

import { parseFields } from "../../shared/field.ts";
import type { RefusedCommand } from "../../shared/frame.ts";
import { FAILURES_MAX, FAILURES_WINDOW_MS } from "../../shared/limits.ts";
import type { NumberedCommand } from "../../shared/protocol.ts";
import { REFUSALS_KEPT } from "../../shared/seats.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import type { Rules } from "./rules.ts";

/** What a tail of commands came to. */
export interface TailOutcome {
  /** The number that must come next, if the tail left a gap before its first new command. */
  readonly expected: number | undefined;
  /** Commands that ended here, applied or refused. */
  readonly ended: number;
  readonly refused: readonly RefusedCommand[];
  /** Rules that threw, for the operator. */
  readonly failures: readonly {
    readonly seq: number;
    readonly name: string;
    readonly cause: unknown;
  }[];
}

/**
 * Applies the part of a tail that is new, in order. Numbers at or below `applied` have ended before
 * and change nothing; the next one must be `applied + 1`, or nothing from there on is touched.
 */
export function applyTail(
  room: { readonly core: RoomCore; readonly rules: Rules },
  seat: SeatRecord,
  tail: readonly NumberedCommand[],
): TailOutcome {
  const refused: RefusedCommand[] = [];
  const failures: { seq: number; name: string; cause: unknown }[] = [];
  let ended = 0;
  for (const command of tail) {
    if (command.seq <= seat.applied) continue;
    if (command.seq !== seat.applied + 1) {
      return { expected: seat.applied + 1, ended, refused, failures };
    }
    const outcome = applyOne(room, seat, command);
    if (outcome.kind !== "kept") refused.push([command.seq, outcome.reason]);
    if (outcome.kind === "threw") {
      failures.push({ seq: command.seq, name: outcome.name, cause: outcome.cause });
    }
    seat.applied = command.seq;
    ended++;
  }
  if (refused.length > 0)
    seat.refused = [...refusedOf(seat), ...refused].slice(-REFUSALS_KEPT) as never;
  return { expected: undefined, ended, refused, failures };
}

type CommandOutcome =
  | { readonly kind: "kept" }
  | { readonly kind: "refused"; readonly reason: string }
  | {
      readonly kind: "threw";
      readonly reason: "rule-failed";
      readonly name: string;
      readonly cause: unknown;
    };

function applyOne(
  { core, rules }: { readonly core: RoomCore; readonly rules: Rules },
  seat: SeatRecord,
  command: NumberedCommand,
): CommandOutcome {
  if ("void" in command) return { kind: "refused", reason: command.void };
  const fields = Object.hasOwn(core.game.commands, command.name)
    ? core.game.commands[command.name]
    : undefined;
  if (fields === undefined) return { kind: "refused", reason: "command-unknown" };
  if (core.own.$room.status === "ended") return { kind: "refused", reason: "room-ended" };
  if (core.own.$room.status === "waiting") return { kind: "refused", reason: "not-started" };
  if (isSuspended(seat, core.time.nowMs)) return { kind: "refused", reason: "commands-suspended" };
  const parsed = parseFields(fields, command.args);
  if (parsed.kind === "misfit") return { kind: "refused", reason: "args-invalid" };
  const outcome = rules.command(command.name, seat.id, parsed.values);
  if (outcome.kind !== "threw") return outcome;
  seat.failedMs = [...seat.failedMs, core.time.nowMs].slice(-FAILURES_MAX);
  return { kind: "threw", reason: "rule-failed", name: command.name, cause: outcome.cause };
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
