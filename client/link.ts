// Link: the machine that keeps one seat's line up: when a connection is opened, doubted and given up,
// and what a refusal leads to. It knows no clock and no socket; a driver carries out its effects.

import { unreachable } from "../shared/assert.ts";
import { ADMISSION_MS_MAX } from "../shared/limits.ts";
import type { Attachment } from "../shared/protocol.ts";
import { believe, doubt, judge, STALL_MS, unwatch, watch } from "./doubt.ts";
import { abandonTokenMs, deadlineMs, giveUpMs, tryMs } from "./linkDeadlines.ts";
import { LinkDraft } from "./linkDraft.ts";
import type { Carried, LinkInput, LinkState, Step } from "./linkState.ts";
import * as searching from "./search.ts";
import { refusedAttempt, refusedCarrier, tokenRefused } from "./verdict.ts";

/** A token is used for this part of its life: the rest covers the way to the server. */
const TOKEN_USE = 0.7;
/** How long a page that leaves waits for the server to know. */
const LEAVE_MS = 2_000;
/** How much of a new round trip goes into the smoothed one, as TCP does it (RFC 6298). */
const ROUND_TRIP_WEIGHT = 1 / 8;

/** Takes one input, then does what is due. Inputs about connections that are no longer ours change nothing. */
export function step(state: LinkState, input: LinkInput, nowMs: number): Step {
  const draft = new LinkDraft(state, nowMs);
  late(draft);
  take(draft, input);
  due(draft);
  return { state: draft.state, effects: draft.effects };
}

function take(draft: LinkDraft, input: LinkInput): void {
  const { carrier } = draft;
  switch (input.kind) {
    case "opened":
      return answered(draft, input.connection, "opened");
    case "heard":
      if (carrier?.connection === input.connection) return believe(draft, carrier);
      return answered(draft, input.connection);
    case "welcome":
      return welcome(draft, input.connection);
    case "seated":
      return seated(draft, input);
    case "refused":
    case "closing":
      if (carrier?.connection === input.connection)
        return refusedCarrier(draft, input.refused, input.kind === "closing");
      return refusedAttempt(draft, input.connection, input.refused);
    case "closed":
      return closed(draft, input.connection);
    case "reached":
      return reached(draft, input.connection);
    case "paused":
      return draft.set({ pausedBy: [...draft.state.pausedBy, input.connection] });
    case "resumed":
      return draft.set({
        pausedBy: draft.state.pausedBy.filter((each) => each !== input.connection),
      });
    case "drain":
      if (carrier?.connection !== input.connection) return;
      draft.set({ isUpdating: true });
      return move(draft, carrier, input.retryInMs);
    case "token":
    case "token-refused":
    case "token-failed":
      return token(draft, input);
    case "round-trip":
      return roundTrip(draft, input.ms);
    case "unanswered":
      // Its way up may be gone, which the server sees after 18 s. A room that stands still answers later.
      if (carrier === undefined || draft.state.pausedBy.includes(carrier.connection)) return;
      return move(draft, carrier, 0);
    case "hidden":
      draft.set({ hidden: true });
      if (carrier !== undefined) unwatch(draft, carrier);
      return;
    case "visible":
      draft.set({ hidden: false });
      return woken(draft);
    case "woken":
      return woken(draft);
    case "offline":
      if (draft.believed !== undefined) doubt(draft, draft.believed);
      return;
    case "rejoin":
      if (draft.search !== undefined || carrier !== undefined) askAnew(draft);
      return;
    case "take-back":
      if (draft.state.phase.kind === "elsewhere") askAnew(draft);
      return;
    case "leave":
      return leave(draft);
    case "close":
      // Whoever is leaving has left, whether or not the server's answer is waited for.
      if (draft.state.leaveByMs !== undefined) return draft.over("seat-left", "rejoin");
      return draft.over("line-closed", "resume");
    case "wake":
      return;
    default:
      unreachable(input);
  }
}

/** Another connection is opened in this time, and this one carries on until that has the seat. */
function move(draft: LinkDraft, carrier: Carried, inMs: number): void {
  const moveMs = draft.nowMs + inMs;
  draft.carry(carrier, { moveMs, search: { ...draft.freshSearch(), sinceMs: moveMs } });
}

/** What is much too late is so because the page stood still, whatever it comes to first. */
function late(draft: LinkDraft): void {
  const { nowMs } = draft;
  if (deadlineMs(draft.state) + STALL_MS >= nowMs) return;
  draft.searching((search) => searching.spared(search, nowMs + STALL_MS));
}

/** Does everything whose time has come. */
function due(draft: LinkDraft): void {
  const { nowMs } = draft;
  const { leaveByMs, fetch } = draft.state;
  if (leaveByMs !== undefined && leaveByMs <= nowMs) draft.over("seat-left", "rejoin");
  if (fetch !== undefined && abandonTokenMs(fetch) <= nowMs) {
    draft.effects.push({ kind: "abandon-token", fetch: fetch.fetch });
    draft.set({ fetch: undefined });
    draft.unanswered();
  }
  if (draft.carrier !== undefined) judge(draft, draft.carrier);
  for (const attempt of draft.search?.attempts ?? []) {
    if (giveUpMs(draft.state, attempt) > nowMs) continue;
    draft.drop(attempt.connection);
    if (!searching.isUnknown(attempt.stage)) draft.failed();
  }
  while (tryMs(draft.state) <= nowMs) tryOnce(draft);
}

function answered(draft: LinkDraft, connection: number, stage?: searching.Stage): void {
  const patienceMs = searching.patienceMs(draft.state.roundTripMs);
  const news = { stage, nowMs: draft.nowMs, patienceMs };
  draft.searching((search) => searching.answered(search, connection, news));
}

function welcome(draft: LinkDraft, connection: number): void {
  const attempt = draft.attempt(connection);
  if (attempt === undefined) return;
  // Being held tells of the server's store, not of the line.
  if (!draft.state.pausedBy.includes(connection)) roundTrip(draft, draft.nowMs - attempt.openedMs);
  answered(draft, connection, "admitted");
  if (draft.state.wish !== "join") return;
  draft.dropAttempts((other) => other.connection !== connection);
  draft.effects.push({ kind: "join", connection });
}

function seated(
  draft: LinkDraft,
  { connection, ticket, watching, attachment }: Extract<LinkInput, { kind: "seated" }>,
): void {
  const { carrier, nowMs } = draft;
  if (carrier?.connection === connection) {
    draft.effects.push({ kind: "carry", connection });
    return draft.set({ ticket, attachment });
  }
  if (draft.attempt(connection) === undefined) return;
  // An answer that was overtaken: the seat has been on another connection of ours since.
  if (isOlder(attachment, draft.state.attachment)) return draft.drop(connection);
  if (carrier !== undefined) draft.drop(carrier.connection);
  draft.searching((search) => searching.without(search, connection));
  const { wish, hidden, silenceMs, leaveByMs } = draft.state;
  // One whose handshake has left may be taken up by the server after this one: frames would go
  // there, and closing it would put the seat away. It is waited for, and then carries the seat.
  draft.dropAttempts(({ stage }) => searching.isUnknown(stage) || wish === "join");
  draft.set({
    ticket,
    attachment,
    hadSeat: true,
    isUpdating: false,
    wish: watching ? "join" : "resume",
    phase: {
      kind: "seated",
      connection,
      heardMs: nowMs,
      judgeMs: hidden ? Infinity : nowMs + silenceMs,
      doubtedMs: undefined,
      moveMs: undefined,
      search: draft.freshSearch(),
    },
  });
  draft.effects.push({ kind: "carry", connection });
  if (leaveByMs !== undefined) draft.effects.push({ kind: "leave", connection });
}

function isOlder(one: Attachment | undefined, other: Attachment | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one[0] === other[0] ? one[1] < other[1] : one[0] < other[0];
}

function closed(draft: LinkDraft, connection: number): void {
  const { carrier } = draft;
  if (carrier?.connection === connection) {
    draft.lost(carrier);
    if (draft.state.leaveByMs !== undefined) draft.over("seat-left", "rejoin");
    return;
  }
  const attempt = draft.attempt(connection);
  if (attempt === undefined) return;
  draft.searching((search) => searching.without(search, connection));
  if (searching.isUnknown(attempt.stage)) draft.unanswered();
  else draft.failed();
}

/** The server is there: a connection is opened in the place of the question. */
function reached(draft: LinkDraft, connection: number): void {
  if (draft.attempt(connection)?.stage !== "probing") return;
  draft.searching((search) => searching.without(search, connection));
  tryOnce(draft, "opening");
}

function token(
  draft: LinkDraft,
  input: Extract<LinkInput, { kind: "token" | "token-refused" | "token-failed" }>,
): void {
  if (draft.state.fetch?.fetch !== input.fetch) return;
  draft.set({ fetch: undefined });
  if (input.kind === "token-failed") return draft.unanswered();
  if (input.kind === "token-refused") return tokenRefused(draft, input.refused);
  const goodUntilMs = draft.nowMs + TOKEN_USE * input.expiresInMs;
  draft.set({ token: { text: input.token, goodUntilMs } });
}

function roundTrip(draft: LinkDraft, ms: number): void {
  // No server has more patience: the page stood still meanwhile.
  if (ms > ADMISSION_MS_MAX) return;
  const known = draft.state.roundTripMs ?? ms;
  draft.set({ roundTripMs: known + (ms - known) * ROUND_TRIP_WEIGHT });
}

/** Something changed for the better: silence is doubted sooner, and what waits is tried at once. */
function woken(draft: LinkDraft): void {
  const { believed, nowMs } = draft;
  if (believed !== undefined) return watch(draft, believed);
  // What was begun before may hang on a network that is gone; what is new is as good as another one.
  const oldMs = nowMs - searching.CADENCE_MS;
  draft.dropAttempts(({ stage, begunMs }) => searching.isUnknown(stage) && begunMs <= oldMs);
  draft.hasten();
}

/** Opens a connection or asks for the server, or for the token without which none can be opened. */
function tryOnce(draft: LinkDraft, stage = nextStage(draft)): void {
  const { nowMs } = draft;
  const { wish, token: known, hadSeat } = draft.state;
  const number = draft.state.numbered + 1;
  draft.set({ numbered: number });
  const at = { nowMs, draw: draft.draw() };
  const tried = () =>
    draft.searching((search) => searching.tried(search, { connection: number, stage }, at));
  if (stage === "probing") {
    draft.effects.push({ kind: "probe", connection: number });
    return tried();
  }
  const ticket = wish === "resume" ? draft.state.ticket : undefined;
  const good = known !== undefined && known.goodUntilMs > nowMs ? known.text : undefined;
  if (ticket === undefined && good === undefined) {
    draft.set({ fetch: { fetch: number, sinceMs: nowMs } });
    draft.effects.push({ kind: "fetch-token", fetch: number, mayBecomeGuest: !hadSeat });
    return;
  }
  const text = ticket === undefined ? good : undefined;
  draft.effects.push({ kind: "open", connection: number, token: text, ticket, wish });
  tried();
}

function nextStage({ state, search }: LinkDraft): "probing" | "opening" {
  const asks = state.canProbe && search !== undefined && searching.shouldProbe(search);
  return asks ? "probing" : "opening";
}

function leave(draft: LinkDraft): void {
  const { phase } = draft.state;
  if (phase.kind === "over") return;
  if (phase.kind === "elsewhere") return draft.over("seat-left", "rejoin");
  draft.set({ leaveByMs: draft.state.leaveByMs ?? draft.nowMs + LEAVE_MS });
  if (phase.kind === "seated") draft.effects.push({ kind: "leave", connection: phase.connection });
}

/** Everything from the beginning: nothing that was opened before counts any more. */
function askAnew(draft: LinkDraft): void {
  const lostMs = draft.carrier === undefined ? undefined : draft.nowMs;
  draft.closeAll();
  const phase = { kind: "seeking", lostMs, search: draft.freshSearch() } as const;
  draft.set({ wish: "join", ticket: undefined, attachment: undefined, phase });
}
