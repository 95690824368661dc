// Connection: the machine of one live socket, from its first byte to its last. It decides when a
// socket is admitted, touched, doubted, told and closed; it never sees a clock, a socket or a room.

import { unreachable } from "../../shared/assert.ts";
import { ADMISSION_MS_MAX } from "../../shared/limits.ts";
import type { NoticeMessage } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";

/** A socket that waits for its admission is told so this long before Socket.IO closes it without a word. */
const GREETING_MS_MAX = ADMISSION_MS_MAX - 500;
/** Life signs move a session's end at most this often: a flood of pings costs no writes. */
const TOUCH_EVERY_MS = 10_000;
/** Somebody who does nothing for so long is idle, though the page is open. */
const IDLE_AFTER_MS = 60 * 60_000;
/** How long before a session's end the person is warned. */
const WARNING_MS = 60_000;
/** Strikes older than this are forgiven. */
const STRIKE_MS = 60_000;
const STRIKES_MAX = 3;
/** What a socket may leave untaken before frames are held back: a few seconds of a busy room. */
export const BACKLOG_BYTES_SOFT = 8 * 1024;
/** What it may leave untaken at all. */
const BACKLOG_BYTES_MAX = 1024 * 1024;
/** How long it may leave anything untaken once it has fallen behind. */
const STALLED_MS_MAX = 10_000;
/** How often a socket that has fallen behind is looked at. */
const LOOK_EVERY_MS = 50;
/** How long the last words may take before the socket is torn down. */
const LINGER_MS = 2_000;
/** A heartbeat goes out early by what a timer may be late. */
const TIMER_SLACK_MS = 20;

/** Which deadline can come by time alone stands in each phase; nothing else wakes the machine. */
export type ConnectionState =
  | { readonly phase: "greeting"; readonly untilMs: number }
  | LiveConnection
  /** Its part in everything is over; what is left is the socket. */
  | { readonly phase: "closing"; readonly untilMs: number }
  | { readonly phase: "ended" };

export interface LiveConnection {
  readonly phase: "live";
  readonly touchedMs: number;
  /** When the person last did something; undefined while idle. */
  readonly activeMs: number | undefined;
  /** When the session ends whatever happens. */
  readonly endsMs: number;
  /** When to warn of that; undefined once done. */
  readonly warnMs: number | undefined;
  readonly strikesMs: readonly number[];
  /** Since when the socket has left bytes untaken, and when to look again; undefined while it keeps up. */
  readonly behind: { readonly sinceMs: number; readonly lookMs: number } | undefined;
}

/** What the driver knows of the line without the machine: written with every frame. */
export interface LineSeen {
  readonly writtenMs: number;
  /** Bytes handed over and not yet taken by the system, a moment after the last write. */
  readonly backlogBytes: number;
  /** The longest silence this connection may see. */
  readonly heartbeatMs: number;
}

/** Why something is refused or over: the reason for the client, `why` for the log. */
export interface Ending {
  readonly reason: Reason;
  readonly why?: string;
  readonly retryInMs?: number | undefined;
}

export type ConnectionInput =
  /** Somebody was let in, into a session that ends by itself after `endsInMs`. */
  | { readonly kind: "admitted"; readonly endsInMs: number }
  /** A packet that was accepted, a pong, or a ping or pong of the WebSocket. */
  | { readonly kind: "alive" }
  /** The person did something, or says to be here (`extend`). */
  | { readonly kind: "active" }
  | { readonly kind: "extend" }
  /** A packet was refused that a correct client does not send. */
  | ({ readonly kind: "strike" } & Ending)
  /** The server ends the connection. */
  | ({ readonly kind: "end" } & Ending)
  /** After a write the system has left more than `BACKLOG_BYTES_SOFT` untaken. */
  | { readonly kind: "backlog" }
  | { readonly kind: "wake"; readonly line: LineSeen }
  /** Engine.IO gave the connection up. */
  | { readonly kind: "cut" }
  /** The socket is closed. */
  | { readonly kind: "closed" };

export type ConnectionEffect =
  | { readonly kind: "touch" }
  /** The person became idle, or is here again: rooms want to know. */
  | { readonly kind: "idle" | "active" }
  | { readonly kind: "notice"; readonly notice: NoticeMessage }
  | { readonly kind: "refusal"; readonly reason: Reason }
  | { readonly kind: "heartbeat" }
  /** The socket has caught up: rooms whose frames were held back are asked for the difference. */
  | { readonly kind: "caught-up" }
  /** Last words: to somebody not admitted, and to somebody who was. */
  | { readonly kind: "refuse"; readonly ending: Ending }
  | { readonly kind: "closing"; readonly ending: Ending }
  /** Its rooms learn that it is gone. */
  | { readonly kind: "depart" }
  | { readonly kind: "close" }
  /** The socket is torn down with whatever is still in it. */
  | { readonly kind: "terminate" };

export interface ConnectionStep {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

const NOTHING: readonly ConnectionEffect[] = [];
const TOUCH: readonly ConnectionEffect[] = [{ kind: "touch" }];

export function openConnection(nowMs: number): ConnectionState {
  return { phase: "greeting", untilMs: nowMs + GREETING_MS_MAX };
}

/** When the machine wants a `wake` at the latest. */
export function nextWakeMs(state: ConnectionState, line: LineSeen): number {
  switch (state.phase) {
    case "greeting":
    case "closing":
      return state.untilMs;
    case "live":
      return Math.min(
        state.warnMs ?? state.endsMs,
        state.activeMs === undefined ? Infinity : state.activeMs + IDLE_AFTER_MS,
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

function admitted(endsInMs: number, nowMs: number): LiveConnection {
  return {
    phase: "live",
    touchedMs: nowMs,
    activeMs: nowMs,
    endsMs: nowMs + endsInMs,
    warnMs: nowMs + endsInMs - WARNING_MS,
    strikesMs: [],
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
      return { state: { ...state, behind: fallBehind(state, nowMs) }, effects: NOTHING };
    case "wake":
      return woken(state, input.line, nowMs);
    case "end":
      return ended(input, nowMs);
    case "cut":
      return { state: closing(nowMs), effects: [{ kind: "depart" }] };
    case "admitted":
      return unchanged(state);
    default:
      return unreachable(input);
  }
}

/** A person's every input comes here: noting the second is enough. */
function active(state: LiveConnection, nowMs: number): ConnectionStep {
  if (state.activeMs !== undefined && nowMs - state.activeMs < 1_000) return unchanged(state);
  const effects: ConnectionEffect[] = state.activeMs === undefined ? [{ kind: "active" }] : [];
  return { state: { ...state, activeMs: nowMs }, effects };
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
  if (isTooSlow(state, line, nowMs)) return ended({ reason: "reader-too-slow" }, nowMs);
  const effects: ConnectionEffect[] = [];
  let { warnMs, activeMs } = state;
  const behind = keepsUp(state, line) ? undefined : fallBehind(state, nowMs);
  if (state.behind !== undefined && behind === undefined) effects.push({ kind: "caught-up" });
  if (warnMs !== undefined && nowMs >= warnMs) {
    warnMs = undefined;
    const notice: NoticeMessage = { kind: "expiring", endsInMs: state.endsMs - nowMs };
    effects.push({ kind: "notice", notice });
  }
  if (activeMs !== undefined && nowMs >= activeMs + IDLE_AFTER_MS) {
    activeMs = undefined;
    effects.push({ kind: "idle" });
  }
  // Bytes that wait are sign of life enough once they arrive.
  if (behind === undefined && nowMs >= heartbeatDueMs(line)) effects.push({ kind: "heartbeat" });
  return { state: { ...state, warnMs, activeMs, behind }, effects };
}

/** Once behind, a socket has caught up only when it has taken everything. */
function keepsUp(state: LiveConnection, { backlogBytes }: LineSeen): boolean {
  return backlogBytes <= (state.behind === undefined ? BACKLOG_BYTES_SOFT : 0);
}

function fallBehind({ behind }: LiveConnection, nowMs: number): LiveConnection["behind"] {
  return { sinceMs: behind?.sinceMs ?? nowMs, lookMs: nowMs + LOOK_EVERY_MS };
}

function isTooSlow({ behind }: LiveConnection, line: LineSeen, nowMs: number): boolean {
  const stalled = behind !== undefined && nowMs - behind.sinceMs >= STALLED_MS_MAX;
  return line.backlogBytes > (stalled ? 0 : BACKLOG_BYTES_MAX);
}

function heartbeatDueMs(line: LineSeen): number {
  return line.writtenMs + line.heartbeatMs - TIMER_SLACK_MS;
}

function refused(last: Ending, nowMs: number): ConnectionStep {
  return { state: closing(nowMs), effects: [{ kind: "refuse", ending: last }, { kind: "close" }] };
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
