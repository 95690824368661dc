// Link deadlines: when a link must be looked at again, and what falls due then. It only reads a
// link's state; what is done about it is decided elsewhere.

import type { Carried, LinkState } from "./linkState.ts";
import * as searching from "./search.ts";

/** While doubt is young only one connection is tried beside: a server that stalls must not be asked twice by all. */
const SOLO_MS = 1_000;
/** A doubtful connection is given up for lost after this; until then it may still come round. */
const LOST_MS = 3_000;
const TOKEN_PATIENCE_MS = 5_000;

/** When `wake` is due next; Infinity if nothing will happen by itself. */
export function deadlineMs(state: LinkState): number {
  const { phase, fetch, leaveByMs } = state;
  if (phase.kind === "elsewhere" || phase.kind === "over") return Infinity;
  const times = [tryMs(state), leaveByMs ?? Infinity];
  if (fetch !== undefined) times.push(abandonTokenMs(fetch));
  if (phase.kind === "seated") {
    times.push(phase.judgeMs, lostMs(phase));
  }
  for (const attempt of phase.search.attempts) times.push(giveUpMs(state, attempt));
  return Math.min(...times);
}

/** When an attempt is given up if nothing more is heard on it. */
export function giveUpMs(state: LinkState, attempt: searching.Attempt): number {
  const held = state.pausedBy.includes(attempt.connection);
  return searching.giveUpMs(attempt, state.roundTripMs, held);
}

/** When another attempt is due. A connection that is believed in needs none beside it. */
export function tryMs({ phase, fetch, wish }: LinkState): number {
  if (phase.kind !== "seeking" && phase.kind !== "seated") return Infinity;
  if (fetch !== undefined) return Infinity;
  const dueMs = (soloUntilMs: number) =>
    searching.dueMs(phase.search, wish === "join", soloUntilMs);
  if (phase.kind === "seeking") return dueMs(-Infinity);
  const { doubtedMs, moveMs = Infinity } = phase;
  return doubtedMs === undefined ? Math.max(moveMs, dueMs(-Infinity)) : dueMs(doubtedMs + SOLO_MS);
}

/** When a doubtful connection is given up; Infinity while it is believed in. */
export function lostMs({ doubtedMs }: Carried): number {
  return doubtedMs === undefined ? Infinity : doubtedMs + LOST_MS;
}

export function abandonTokenMs({ sinceMs }: { readonly sinceMs: number }): number {
  return sinceMs + TOKEN_PATIENCE_MS;
}
