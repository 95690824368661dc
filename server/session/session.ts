// Session: the machine of one session as the node of its connections sees it: when a life sign is
// worth a write, and what an answer of the store means. It never sees a clock, a store or a socket.

import { unreachable } from "../../shared/assert.ts";

/** How long what lives, in ms. */
export interface SessionClocks {
  /** From the last life sign to the end. */
  readonly lifeMs: number;
  /** From the opening to the end that nothing moves. */
  readonly absoluteMs: number;
  /** Life signs that come sooner after a touch than this cost nothing. */
  readonly touchEveryMs: number;
}

/** Half an hour without a sign is more than any lost line takes; a day bounds what a thief can use. */
export const SESSION_CLOCKS: SessionClocks = {
  lifeMs: 30 * 60_000,
  absoluteMs: 24 * 60 * 60_000,
  touchEveryMs: 10_000,
};

export type SessionEnd = "session-ended" | "session-revoked";

export type SessionState =
  /** `touchedMs`: since when a further touch would be too early. `heardMs`: of the last touch that held. */
  | { readonly phase: "live"; readonly heardMs: number; readonly touchedMs: number }
  | { readonly phase: "touching"; readonly heardMs: number; readonly touchedMs: number }
  /** The store does not have it though it should: it is being written back. */
  | { readonly phase: "lost"; readonly heardMs: number; readonly touchedMs: number }
  | { readonly phase: "ended"; readonly reason: SessionEnd };

export type SessionInput =
  /** Any accepted packet, ping or pong of one of its connections. */
  | { readonly kind: "sign" }
  /** What a touch was answered with. */
  | { readonly kind: "touched" | "ended" | "revoked" | "lost" }
  /** A touch or a writing back got no answer. */
  | { readonly kind: "unanswered" }
  | { readonly kind: "written-back" };

export type SessionEffect =
  | { readonly kind: "touch" }
  | { readonly kind: "write-back" }
  /** Its connections are closed with this reason. */
  | { readonly kind: "end"; readonly reason: SessionEnd };

export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

/** What a step needs to know besides: the store's time, the session's absolute end, and the clocks. */
export interface SessionNow {
  readonly nowMs: number;
  readonly endsMs: number;
  readonly clocks: SessionClocks;
}

const NOTHING: readonly SessionEffect[] = [];

/** A session that was just found or written, with so much life left: that tells when it was touched. */
export function enterSession(lifeLeftMs: number, { nowMs, clocks }: SessionNow): SessionState {
  const touchedMs = Math.min(nowMs, nowMs - clocks.lifeMs + lifeLeftMs);
  return { phase: "live", heardMs: touchedMs, touchedMs };
}

/** The only way a session changes. Every input has an answer in every phase. */
export function step(state: SessionState, input: SessionInput, now: SessionNow): SessionStep {
  if (state.phase === "ended") return unchanged(state);
  switch (input.kind) {
    case "sign":
      return signed(state, now);
    case "touched":
      return resumed(state, state.phase === "touching" ? state.touchedMs : state.heardMs);
    case "written-back":
      return resumed(state, now.nowMs);
    case "unanswered":
      return resumed(state, state.heardMs);
    case "revoked":
      return ended("session-revoked");
    case "lost":
      return now.nowMs < now.endsMs ? lost(state) : ended("session-ended");
    case "ended":
      return wasUnreachable(state, now) ? lost(state) : ended("session-ended");
    default:
      return unreachable(input);
  }
}

type Open = Exclude<SessionState, { phase: "ended" }>;

function signed(state: Open, { nowMs, endsMs, clocks }: SessionNow): SessionStep {
  if (nowMs >= endsMs) return ended("session-ended");
  if (state.phase !== "live" || nowMs - state.touchedMs < clocks.touchEveryMs) {
    return unchanged(state);
  }
  return {
    state: { phase: "touching", heardMs: state.heardMs, touchedMs: nowMs },
    effects: [{ kind: "touch" }],
  };
}

/** Live again. Whatever the answer was, the next touch keeps its distance to this one. */
function resumed(state: Open, heardMs: number): SessionStep {
  return { state: { phase: "live", heardMs, touchedMs: state.touchedMs }, effects: NOTHING };
}

function lost(state: Open): SessionStep {
  return { state: { ...state, phase: "lost" }, effects: [{ kind: "write-back" }] };
}

function ended(reason: SessionEnd): SessionStep {
  return { state: { phase: "ended", reason }, effects: [{ kind: "end", reason }] };
}

/**
 * Whether it ran out only because no touch got through for a whole life, with its connections there
 * all the time: an outage of the store must not sign anybody out.
 */
function wasUnreachable({ heardMs }: Open, { nowMs, endsMs, clocks }: SessionNow): boolean {
  return nowMs - heardMs >= clocks.lifeMs && nowMs < endsMs;
}

const unchanged = (state: SessionState): SessionStep => ({ state, effects: NOTHING });
