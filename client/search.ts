// Search: the attempts to get a line, and when the next one is due: the one retry policy. Pure values;
// it never opens anything and never judges an answer.

import { ADMISSION_MS_MAX, SILENCE_QUIET_MS } from "../shared/limits.ts";

/**
 * - `probing`: the server is asked whether it is there, on no line of ours
 * - `opening`: nothing has come back yet; may be given up without the server ever learning of it
 * - `opened`: the handshake has left; the server may take up the seat on it at any moment
 * - `admitted`: the server knows who we are; the seat's answer is on its way
 */
export type Stage = "probing" | "opening" | "opened" | "admitted";

/** A connection that does not carry the seat yet. */
export interface Attempt {
  readonly connection: number;
  readonly stage: Stage;
  readonly begunMs: number;
  /** When the handshake left. */
  readonly openedMs: number;
  /** When anything was last heard on it. */
  readonly heardMs: number;
  /** It is not given up before: the page stood still and may not have read what came. Once for each. */
  readonly sparedMs: number;
}

export interface Search {
  readonly sinceMs: number;
  readonly attempts: readonly Attempt[];
  /** Attempts made so far. */
  readonly tries: number;
  /** Connections opened since anything was last heard on one. */
  readonly unheard: number;
  /** Attempts closed or refused in a row; each doubles the jitter. */
  readonly failures: number;
  /** Credentials refused in a row. */
  readonly signIns: number;
  readonly nextTryMs: number;
  /** What the server asked to wait for; nothing but the end of it is earlier. */
  readonly notBeforeMs: number;
  /** When the room was first said to be unknown. */
  readonly unknownSinceMs: number | undefined;
}

/** While nothing answers: so often, for so long; then rarely, spread over a wider range. */
export const CADENCE_MS = 300;
const EAGER_MS = 10_000;
const PATIENT_MS = { from: 500, to: 5_000 };
/** Range of the first jitter after a close or a refusal; doubles up to the widest. */
const JITTER_MS = 300;
const JITTER_MS_MAX = 5_000;
/** An attempt that nothing answers is given up after this, while the round trip is unknown. */
const PATIENCE_UNKNOWN_MS = 3_000;
const PATIENCE_MS_MIN = 600;
const PATIENCE_ROUND_TRIPS = 6;

/** A connection on which the seat's answer has not come by then is given up, however alive it is. */
const SEATING_MS_MAX = 10_000;

const ATTEMPTS_MAX = 2;

/**
 * After so many connections that nobody answered, the server is asked first whether it is there.
 * Browsers hold back a page whose connections fail: Chromium delays each by up to 20 ms after 8
 * failures within two minutes, but by up to 5 s after 16, and then the network is back long before
 * the page may use it. What is asked over HTTP is never held back.
 */
const UNHEARD_MAX = 4;

export function beginSearch(nowMs: number, notBeforeMs = nowMs): Search {
  return {
    sinceMs: nowMs,
    attempts: [],
    tries: 0,
    unheard: 0,
    failures: 0,
    signIns: 0,
    nextTryMs: Math.max(nowMs, notBeforeMs),
    notBeforeMs,
    unknownSinceMs: undefined,
  };
}

/** How long an attempt may go without any answer: never longer than the server itself has patience. */
export function patienceMs(roundTripMs: number | undefined): number {
  if (roundTripMs === undefined) return PATIENCE_UNKNOWN_MS;
  const wished = Math.max(PATIENCE_MS_MIN, PATIENCE_ROUND_TRIPS * roundTripMs);
  return Math.min(wished, ADMISSION_MS_MAX);
}

/** When an attempt is given up; `held` while the server has said why the seat's answer takes so long. */
export function giveUpMs(
  { stage, openedMs, heardMs, sparedMs }: Attempt,
  roundTripMs: number | undefined,
  held: boolean,
): number {
  const silentMs = isUnknown(stage) ? patienceMs(roundTripMs) : SILENCE_QUIET_MS;
  const seatedMs = isUnknown(stage) || held ? Infinity : openedMs + SEATING_MS_MAX;
  return Math.max(sparedMs, Math.min(heardMs + silentMs, seatedMs));
}

/**
 * When the next attempt is due; Infinity while none may be added. Before a seat is taken only one
 * connection may ask for it, or the answer to the other would be a second seat. Until `soloUntilMs`
 * there is at most one: an old connection still counts beside it.
 */
export function dueMs(search: Search, alone: boolean, soloUntilMs: number): number {
  const { attempts, nextTryMs } = search;
  const asking = alone && attempts.some((attempt) => attempt.stage === "admitted");
  if (attempts.length >= ATTEMPTS_MAX || asking) return Infinity;
  return attempts.length === 0 ? nextTryMs : Math.max(nextTryMs, soloUntilMs);
}

/** Whether the server can know nothing yet of an attempt that has come so far. */
export function isUnknown(stage: Stage): boolean {
  return stage === "probing" || stage === "opening";
}

/** Whether it is better to ask for the server before another connection is opened. */
export function shouldProbe({ unheard }: Search): boolean {
  return unheard >= UNHEARD_MAX;
}

/** Notes a new attempt, and when another is due if nothing answers. `draw` is in [0, 1). */
export function tried(
  search: Search,
  attempt: { readonly connection: number; readonly stage: "probing" | "opening" },
  at: { readonly nowMs: number; readonly draw: number },
): Search {
  const { nowMs, draw } = at;
  const wait = isEager(search, nowMs) ? CADENCE_MS : patientMs(draw);
  const times = { begunMs: nowMs, openedMs: nowMs, heardMs: nowMs, sparedMs: -Infinity };
  const begun: Attempt = { ...attempt, ...times };
  return {
    ...search,
    attempts: [...search.attempts, begun],
    tries: search.tries + 1,
    unheard: search.unheard + (attempt.stage === "opening" ? 1 : 0),
    nextTryMs: nowMs + wait,
  };
}

/** Something came back on an attempt: a server that answers is given longer before another is added. */
export function answered(
  search: Search,
  connection: number,
  news: { readonly stage: Stage | undefined; readonly nowMs: number; readonly patienceMs: number },
): Search {
  const { nowMs } = news;
  let { nextTryMs } = search;
  const attempts = search.attempts.map((attempt) => {
    if (attempt.connection !== connection) return attempt;
    const stage = news.stage ?? attempt.stage;
    if (!isUnknown(stage)) {
      const longer = stage === "opened" ? news.patienceMs : SILENCE_QUIET_MS;
      nextTryMs = Math.max(nextTryMs, nowMs + longer);
    }
    const openedMs = news.stage === "opened" ? nowMs : attempt.openedMs;
    return { ...attempt, stage, openedMs, heardMs: nowMs };
  });
  return { ...search, attempts, nextTryMs, unheard: 0 };
}

export function without(search: Search, connection: number): Search {
  return {
    ...search,
    attempts: search.attempts.filter((attempt) => attempt.connection !== connection),
  };
}

/** The page stood still: what came meanwhile is read before an attempt is given up or another made. */
export function spared(search: Search, untilMs: number): Search {
  const isNew = ({ sparedMs }: Attempt) => sparedMs === -Infinity;
  if (!search.attempts.some(isNew)) return search;
  return {
    ...search,
    nextTryMs: Math.max(search.nextTryMs, untilMs),
    attempts: search.attempts.map((attempt) =>
      isNew(attempt) ? { ...attempt, sparedMs: untilMs } : attempt,
    ),
  };
}

/**
 * An attempt was closed before anything answered, as where nobody listens: the same as silence, so
 * never slower. Spread, or all who lost a server at one moment would knock at one moment for ever.
 */
export function unanswered(search: Search, at: { nowMs: number; draw: number }): Search {
  const { nowMs, draw } = at;
  const eager = isEager(search, nowMs);
  const isPlanned = search.nextTryMs > nowMs;
  if (isPlanned && !eager) return search;
  const laterMs = nowMs + (eager ? (CADENCE_MS * (1 + draw)) / 2 : patientMs(draw));
  const nextTryMs = isPlanned ? Math.min(search.nextTryMs, laterMs) : laterMs;
  return { ...search, nextTryMs: Math.max(search.notBeforeMs, nextTryMs) };
}

const isEager = ({ sinceMs }: Search, nowMs: number) => nowMs - sinceMs < EAGER_MS;

const patientMs = (draw: number) => PATIENT_MS.from + draw * (PATIENT_MS.to - PATIENT_MS.from);

/** An attempt was closed or refused by who had answered: what the server asked for, else a jitter that doubles. */
export function failed(
  search: Search,
  at: { readonly nowMs: number; readonly draw: number; readonly retryInMs: number | undefined },
): Search {
  const { nowMs, draw, retryInMs } = at;
  const range = Math.min(JITTER_MS_MAX, JITTER_MS * 2 ** search.failures);
  const nextTryMs = Math.max(search.notBeforeMs, nowMs + (retryInMs ?? draw * range));
  return {
    ...search,
    failures: search.failures + 1,
    nextTryMs,
    notBeforeMs: retryInMs === undefined ? search.notBeforeMs : nextTryMs,
  };
}

/** The network or the person is back: at once, and eagerly again, unless the server asked to wait. */
export function hastened(search: Search, nowMs: number): Search {
  return {
    ...search,
    sinceMs: nowMs,
    failures: 0,
    nextTryMs: Math.max(nowMs, search.notBeforeMs),
  };
}
