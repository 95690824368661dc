// Connection: the machine of one live socket, from its first byte to its last. It decides when a
// socket is admitted, touched, doubted, told and closed; it never sees a clock, a socket or a room.

import { unreachable } from "../../shared/assert.ts";
import { ADMISSION_MS_MAX, HEARTBEAT_TICKING_MS } from "../../shared/limits.ts";
import type { NoticeMessage } from "../../shared/protocol.ts";
import { fallBehind, isTooSlow, stillBehind } from "./backlog.ts";
import type {
  ConnectionEffect,
  ConnectionInput,
  ConnectionState,
  ConnectionStep,
  Ending,
  LineSeen,
  LiveConnection,
} from "./connectionState.ts";

/** A socket that waits for its admission is told so this long before Socket.IO closes it without a word. */
const GREETING_MS_MAX = ADMISSION_MS_MAX - 500;
/** Nobody is held for longer: a page that still wants its seat comes again by itself. */
const HELD_MS_MAX = 600_000;
/** Life signs move a session's end at most this often: a flood of pings costs no writes. */
const TOUCH_EVERY_MS = 10_000;
/** How long before a session's end the person is warned; before their seats are put away, at least. */
const WARNING_MS = 60_000;
/** Strikes older than this are forgiven. */
const STRIKE_MS = 60_000;
const STRIKES_MAX = 3;
/** How long the last words may take before the socket is torn down. */
const LINGER_MS = 2_000;
/** A heartbeat goes out early by what a timer may be late. */
const TIMER_SLACK_MS = 20;

const NOTHING: readonly ConnectionEffect[] = [];
const NO_STRIKES: readonly number[] = [];
const TOUCH: readonly ConnectionEffect[] = [{ kind: "touch" }];
const BEAT: readonly ConnectionEffect[] = [{ kind: "heartbeat" }];

export function openConnection(nowMs: number): ConnectionState {
  return { phase: "greeting", untilMs: nowMs + GREETING_MS_MAX };
}

/** When the machine wants a `wake` at the latest. */
export function nextWakeMs(state: ConnectionState, line: LineSeen): number {
  switch (state.phase) {
    case "greeting":
    case "closing":
      return state.untilMs;
    case "held":
      return Math.min(state.untilMs, heldBeatMs(line));
    case "live":
      return Math.min(
        state.warnMs ?? state.endsMs,
        idleDueMs(state, line),
        state.behind?.lookMs ?? heartbeatDueMs(line),
      );
    case "ended":
      return Infinity;
    default:
      return unreachable(state);
  }
}

/** The only way a connection changes. Every input has an answer in every phase. */
export function step(
  state: ConnectionState,
  input: ConnectionInput,
  nowMs: number,
): ConnectionStep {
  if (input.kind === "closed") {
    const parts: ConnectionEffect[] = state.phase === "live" ? [{ kind: "depart" }] : [];
    return { state: { phase: "ended" }, effects: parts };
  }
  switch (state.phase) {
    case "greeting":
      return stepGreeting(state, input, nowMs);
    case "held":
      return stepHeld(state, input, nowMs);
    case "live":
      return stepLive(state, input, nowMs);
    case "closing":
      if (input.kind !== "wake" || nowMs < state.untilMs) return unchanged(state);
      return { state: { phase: "ended" }, effects: [{ kind: "terminate" }] };
    case "ended":
      return unchanged(state);
    default:
      return unreachable(state);
  }
}

type Greeting = Extract<ConnectionState, { phase: "greeting" }>;
type OpenInput = Exclude<ConnectionInput, { kind: "closed" }>;

/** Nothing an unknown sender sends moves its deadline. */
function stepGreeting(state: Greeting, input: OpenInput, nowMs: number): ConnectionStep {
  switch (input.kind) {
    case "admitted":
      return { state: admitted(input.endsInMs, nowMs), effects: TOUCH };
    case "held":
      return { state: { phase: "held", untilMs: nowMs + HELD_MS_MAX }, effects: NOTHING };
    case "end":
    case "strike":
      return refused(input, nowMs);
    case "wake":
      if (nowMs < state.untilMs) return unchanged(state);
      return refused({ reason: "server-busy", why: "not admitted in time" }, nowMs);
    case "cut":
      return { state: closing(nowMs), effects: NOTHING };
    default:
      return unchanged(state);
  }
}

type Held = Extract<ConnectionState, { phase: "held" }>;

/** Nothing is touched or told here but that the line is alive: who it is, is not known yet. */
function stepHeld(state: Held, input: OpenInput, nowMs: number): ConnectionStep {
  switch (input.kind) {
    case "admitted":
      return { state: admitted(input.endsInMs, nowMs), effects: TOUCH };
    case "end":
    case "strike":
      return heldEnded(input, nowMs);
    case "wake":
      if (nowMs >= state.untilMs) return heldEnded({ reason: "store-away" }, nowMs);
      return nowMs < heldBeatMs(input.line) ? unchanged(state) : { state, effects: BEAT };
    case "cut":
      return { state: closing(nowMs), effects: NOTHING };
    default:
      return unchanged(state);
  }
}

function admitted(endsInMs: number, nowMs: number): LiveConnection {
  return {
    phase: "live",
    touchedMs: nowMs,
    activeMs: nowMs,
    isIdleTold: false,
    endsMs: nowMs + endsInMs,
    warnMs: nowMs + endsInMs - WARNING_MS,
    strikesMs: NO_STRIKES,
    behind: undefined,
  };
}

function stepLive(state: LiveConnection, input: OpenInput, nowMs: number): ConnectionStep {
  switch (input.kind) {
    case "alive":
      if (nowMs - state.touchedMs < TOUCH_EVERY_MS) return unchanged(state);
      return { state: { ...state, touchedMs: nowMs }, effects: TOUCH };
    case "active":
      return active(state, nowMs);
    case "extend":
      return extended(state, nowMs);
    case "strike":
      return struck(state, input, nowMs);
    case "backlog":
      return { state: { ...state, behind: fallBehind(state.behind, nowMs) }, effects: NOTHING };
    case "wake":
      return woken(state, input.line, nowMs);
    case "end":
      return ended(input, nowMs);
    case "cut":
      return { state: closing(nowMs), effects: [{ kind: "depart" }] };
    case "admitted":
    case "held":
      return unchanged(state);
    default:
      return unreachable(input);
  }
}

/** A person's every input comes here: noting the second is enough. */
function active(state: LiveConnection, nowMs: number): ConnectionStep {
  if (state.activeMs !== undefined && nowMs - state.activeMs < 1_000) return unchanged(state);
  const effects: ConnectionEffect[] = state.activeMs === undefined ? [{ kind: "active" }] : [];
  return { state: { ...state, activeMs: nowMs, isIdleTold: false }, effects };
}

function extended(state: LiveConnection, nowMs: number): ConnectionStep {
  const { state: next, effects } = active(state, nowMs);
  const notice: NoticeMessage = { kind: "extended", endsInMs: Math.max(0, state.endsMs - nowMs) };
  return { state: next, effects: [...effects, { kind: "notice", notice }] };
}

function struck(state: LiveConnection, cause: Ending, nowMs: number): ConnectionStep {
  const recent = state.strikesMs.filter((strikeMs) => nowMs - strikeMs < STRIKE_MS);
  const strikesMs = [...recent, nowMs];
  if (strikesMs.length >= STRIKES_MAX) return ended(cause, nowMs);
  const refusal: ConnectionEffect = { kind: "refusal", reason: cause.reason };
  return { state: { ...state, strikesMs }, effects: [refusal] };
}

function woken(state: LiveConnection, line: LineSeen, nowMs: number): ConnectionStep {
  if (nowMs >= state.endsMs) return ended({ reason: "session-ended" }, nowMs);
  if (isTooSlow(state.behind, line.backlogBytes, nowMs))
    return ended({ reason: "reader-too-slow" }, nowMs);
  const effects: ConnectionEffect[] = [];
  let { warnMs, activeMs, isIdleTold } = state;
  const behind = stillBehind(state.behind, line.backlogBytes, nowMs);
  if (state.behind !== undefined && behind === undefined) effects.push({ kind: "caught-up" });
  if (warnMs !== undefined && nowMs >= warnMs) {
    warnMs = undefined;
    const notice: NoticeMessage = { kind: "expiring", endsInMs: state.endsMs - nowMs };
    effects.push({ kind: "notice", notice });
  }
  if (activeMs !== undefined && nowMs >= activeMs + line.idleMs) {
    activeMs = undefined;
    effects.push({ kind: "idle" });
  } else if (nowMs >= idleDueMs(state, line)) {
    isIdleTold = true;
    const inMs = (activeMs ?? nowMs) + line.idleMs - nowMs;
    effects.push({ kind: "notice", notice: { kind: "idling", inMs } });
  }
  // Bytes that wait are sign of life enough once they arrive.
  if (behind === undefined && nowMs >= heartbeatDueMs(line)) effects.push({ kind: "heartbeat" });
  return { state: { ...state, warnMs, activeMs, isIdleTold, behind }, effects };
}

/** After doing nothing for so long somebody is asked: of two hours, the last ten minutes are left. */
export function askedAfterMs(idleMs: number): number {
  return Math.max(idleMs / 2, Math.min(idleMs - WARNING_MS, (idleMs / 12) * 11));
}

/** When the person is told, or the seats are put away, if nothing is done until then. */
function idleDueMs({ activeMs, isIdleTold }: LiveConnection, { idleMs }: LineSeen): number {
  if (activeMs === undefined) return Infinity;
  return activeMs + (isIdleTold ? idleMs : askedAfterMs(idleMs));
}

function heartbeatDueMs(line: LineSeen): number {
  return line.writtenMs + line.heartbeatMs - TIMER_SLACK_MS;
}

/** As for a ticking room: a client that hears so often tries nothing beside, and knows a cut at once. */
function heldBeatMs({ writtenMs }: LineSeen): number {
  return writtenMs + HEARTBEAT_TICKING_MS - TIMER_SLACK_MS;
}

function refused(last: Ending, nowMs: number): ConnectionStep {
  return { state: closing(nowMs), effects: [{ kind: "refuse", ending: last }, { kind: "close" }] };
}

/** Its CONNECT was answered, so it is told by an event; it has no rooms to leave. */
function heldEnded(last: Ending, nowMs: number): ConnectionStep {
  return { state: closing(nowMs), effects: [{ kind: "closing", ending: last }, { kind: "close" }] };
}

function ended(last: Ending, nowMs: number): ConnectionStep {
  return {
    state: closing(nowMs),
    effects: [{ kind: "closing", ending: last }, { kind: "close" }, { kind: "depart" }],
  };
}

function closing(nowMs: number): ConnectionState {
  return { phase: "closing", untilMs: nowMs + LINGER_MS };
}

const unchanged = (state: ConnectionState): ConnectionStep => ({ state, effects: NOTHING });
