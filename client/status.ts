// Status: how a link stands as a person is told. Derived from the link's state and the time; it
// decides nothing.

import { unreachable } from "../shared/assert.ts";
import { textOf } from "../shared/reasons.ts";
import type { LinkState } from "./linkState.ts";
import type { SeatStatus } from "./seat.ts";

/** Doubt is shown only after this: most of it comes to nothing. */
const SHAKY_MS = 1_000;

/** `graceMs`: how long a seat is kept once its line is gone. */
export function statusOf(state: LinkState, graceMs: number, nowMs: number): SeatStatus {
  const { phase } = state;
  switch (phase.kind) {
    case "over": {
      const { reason, next } = phase;
      return { phase: "over", reason, next, text: textOf(reason) };
    }
    case "elsewhere":
      return { phase: "elsewhere" };
    case "seated":
      if (isPaused(state)) return { phase: "paused" };
      return { phase: nowMs >= shakyMs(state) ? "shaky" : "live" };
    case "seeking": {
      if (isPaused(state)) return { phase: "paused" };
      const { lostMs, search } = phase;
      if (!state.hadSeat || lostMs === undefined) return { phase: "connecting" };
      const keptMs = Math.max(0, lostMs + graceMs - nowMs);
      const nextTryMs = Math.max(0, search.nextTryMs - nowMs);
      const attempt = Math.max(1, search.tries);
      const { isUpdating } = state;
      return { phase: "reconnecting", attempt, keptMs, nextTryMs, isUpdating };
    }
    default:
      return unreachable(phase);
  }
}

/** When doubt begins to show; Infinity while there is none. */
export function shakyMs({ phase }: LinkState): number {
  return phase.kind === "seated" ? (phase.doubtedMs ?? Infinity) + SHAKY_MS : Infinity;
}

/** Whether a connection of ours is held by a server that cannot reach its store. */
function isPaused({ phase, pausedBy }: LinkState): boolean {
  if (phase.kind === "seated") return pausedBy.includes(phase.connection);
  return (
    phase.kind === "seeking" &&
    phase.search.attempts.some(({ connection }) => pausedBy.includes(connection))
  );
}
