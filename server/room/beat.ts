// Beat: the turns of all rooms that are due at one moment, run under one guard. It tells, appends and
// drops nothing: what came of each room is for its caller, once no rule runs any more.

import type { Clock } from "../../shared/clock.ts";
import { RULE_MS_MAX } from "../../shared/limits.ts";
import type { RoomMetrics } from "../metrics.ts";
import type { HostedRoom } from "./hosted.ts";
import type { LoopGuard } from "./loopGuard.ts";
import type { Failing } from "./quarantine.ts";
import type { Turn } from "./turn.ts";

/** What came of one due room. */
export type Beaten =
  | { readonly kind: "turn"; readonly hosted: HostedRoom; readonly turn: Turn }
  | {
      readonly kind: "failed";
      readonly hosted: HostedRoom;
      readonly failing: Failing;
      readonly cause: unknown;
    };

export interface BeatParts {
  readonly clock: Clock;
  readonly guard: LoopGuard;
  readonly metrics: Pick<RoomMetrics, "ticks" | "tickMs">;
}

/**
 * Runs the due rooms' turns; a room that fails or loops leaves the others alone. The last that is
 * said of a room counts.
 */
function beat(due: readonly HostedRoom[], nowMs: number, parts: BeatParts): Beaten[] {
  const { guard, clock } = parts;
  const beaten: Beaten[] = [];
  let at = 0;
  let beganMs = nowMs;
  const work = () => {
    for (let hosted = due[at]; hosted !== undefined; hosted = due[at]) {
      beganMs = clock.now();
      beaten.push(turnOf(hosted, nowMs));
      // Last: a room that is interrupted here has failed after its turn, and none is passed over.
      at++;
    }
  };
  for (let end = guard(work); end !== "done"; end = guard(work)) {
    const hosted = due[at];
    at++;
    if (hosted === undefined) continue;
    // The limit is for all of them: who had only a little of it has not looped.
    const looped = end === "timed-out" && clock.now() - beganMs >= RULE_MS_MAX / 2;
    const failing = looped ? "looped" : "interrupted";
    beaten.push({ kind: "failed", hosted, failing, cause: undefined });
  }
  return beaten;
}

/** One room's turn; if it has an entry, the room does nothing more until the log has answered. */
function turnOf(hosted: HostedRoom, nowMs: number): Beaten {
  try {
    const turn = hosted.machine.turn(hosted.takeInbox(), nowMs);
    const { entry, tells, errands } = turn;
    if (entry !== undefined)
      hosted.phase = { kind: "appending", outstanding: { entry, tells, errands } };
    return { kind: "turn", hosted, turn };
  } catch (cause) {
    return { kind: "failed", hosted, failing: "threw", cause };
  }
}

/** The same, with how long it took, and how many of them should have come `lateMs` earlier. */
export function measuredBeat(
  due: readonly HostedRoom[],
  { nowMs, lateMs }: { readonly nowMs: number; readonly lateMs: number },
  parts: BeatParts,
): Beaten[] {
  // What is urgent has no time of its own.
  const isLate = ({ dueMs }: HostedRoom) => dueMs > -Infinity && dueMs < nowMs - lateMs;
  const lateCount = due.filter(isLate).length;
  const beaten = beat(due, nowMs, parts);
  const { ticks, tickMs } = parts.metrics;
  ticks.add("late", lateCount);
  ticks.add("on-time", due.length - lateCount);
  tickMs.observe((parts.clock.now() - nowMs) / due.length);
  return beaten;
}
