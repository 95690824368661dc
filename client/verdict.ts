// Verdict: what a refusal leads to: another attempt, a new token, a reload, or the end. It follows
// the next step that every refusal names; it never guesses from a reason what the server meant.

import type { LinkDraft } from "./linkDraft.ts";
import type { Refused } from "./linkState.ts";

/** An unknown room of ours is asked for again for so long: its node may be starting. */
const UNKNOWN_MS = 10_000;
/** Credentials refused so often in a row will not become good. */
const SIGN_INS_MAX = 4;

/** What a connection that carries the seat is told when the seat is no longer its; other refusals answer a message. */
export const SEAT_ENDS: ReadonlySet<string> = new Set([
  "superseded",
  "not-seated",
  "seat-lost",
  "put-out",
  "room-ended",
  "room-unknown",
  "room-stopped",
  "room-moved",
  "room-quarantined",
  "ticket-reused",
  "wrong-version",
]);

/** What only time or the person can mend: whoever asks for a seat is told, and may ask again. */
const JOIN_ENDS: ReadonlySet<string> = new Set(["room-unknown", "creations-too-many", "seat-held"]);

/** A refusal on the connection that carries the seat; `closing` if the server ends it. */
export function refusedCarrier(draft: LinkDraft, refused: Refused, closing: boolean): void {
  const { carrier } = draft;
  if (carrier === undefined || (!closing && !SEAT_ENDS.has(refused.reason))) return;
  if (draft.state.leaveByMs !== undefined) return draft.over("seat-left", "rejoin");
  draft.drop(carrier.connection);
  draft.lost(carrier);
  // The server forgot this connection, perhaps for one of ours that came late: a resume tells.
  if (refused.reason === "not-seated") return draft.failed(refused.retryInMs);
  conclude(draft, refused);
}

export function refusedAttempt(draft: LinkDraft, connection: number, refused: Refused): void {
  if (draft.attempt(connection) === undefined) return;
  draft.drop(connection);
  // Beside a connection that is believed in, an attempt has nothing to say about the seat.
  if (draft.believed !== undefined) return draft.failed(refused.retryInMs);
  conclude(draft, refused);
}

function conclude(draft: LinkDraft, { reason, next, retryInMs }: Refused): void {
  const { wish, hadSeat } = draft.state;
  if (reason === "server-draining") draft.set({ isUpdating: true });
  if (reason === "superseded") return draft.end({ kind: "elsewhere" });
  if (reason === "room-unknown" && hadSeat) return unknown(draft, reason, retryInMs);
  if (next === "sign-in") return signIn(draft, reason, retryInMs);
  // Whoever asks for a seat learns at once that there is none; who has one is tried for.
  const final = wish === "join" && JOIN_ENDS.has(reason);
  if (!final && (next === "retry" || next === "resume")) return draft.failed(retryInMs);
  if (next === "reload") draft.effects.push({ kind: "reload" });
  draft.over(reason, next);
}

function unknown(draft: LinkDraft, reason: string, retryInMs: number | undefined): void {
  const unknownSinceMs = draft.search?.unknownSinceMs ?? draft.nowMs;
  if (draft.nowMs - unknownSinceMs >= UNKNOWN_MS) return draft.over(reason, "rejoin");
  draft.searching((search) => ({ ...search, unknownSinceMs }));
  draft.failed(retryInMs);
}

/** Neither ticket nor token is good any more: a token from the cookie is the way back. */
function signIn(draft: LinkDraft, reason: string, retryInMs: number | undefined): void {
  const signIns = (draft.search?.signIns ?? 0) + 1;
  if (signIns > SIGN_INS_MAX) return draft.over(reason, "sign-in");
  draft.set({ ticket: undefined, token: undefined });
  if (signIns > 1 || retryInMs !== undefined) draft.failed(retryInMs);
  else draft.hasten();
  draft.searching((search) => ({ ...search, signIns }));
}

/** What came of asking for a token. */
export function tokenRefused(draft: LinkDraft, { reason, next, retryInMs }: Refused): void {
  if (draft.believed !== undefined || next === "retry" || next === "resume")
    return draft.failed(retryInMs);
  draft.over(reason, next);
}
