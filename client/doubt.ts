// Doubt: when the silence of the connection that carries a seat is held against it. It never closes
// a connection before another one could have been opened in its place.

import { lostMs } from "./linkDeadlines.ts";
import type { LinkDraft } from "./linkDraft.ts";
import type { Carried } from "./linkState.ts";
import * as searching from "./search.ts";

/** A timer that fires so much too late tells of a page that stood still, not of a silent line. */
export const STALL_MS = 100;

/** Something was heard from the carrier. Attempts the server cannot know of yet are not needed. */
export function believe(draft: LinkDraft, carrier: Carried): void {
  const { hidden, silenceMs } = draft.state;
  const judgeMs = hidden ? Infinity : draft.nowMs + silenceMs;
  draft.carry(carrier, { heardMs: draft.nowMs, judgeMs, doubtedMs: undefined });
  if (carrier.doubtedMs !== undefined && carrier.moveMs === undefined)
    draft.dropAttempts(({ stage }) => searching.isUnknown(stage));
}

/** Judges the carrier's silence. */
export function judge(draft: LinkDraft, carrier: Carried): void {
  const { nowMs } = draft;
  const { connection, judgeMs } = carrier;
  if (lostMs(carrier) <= nowMs) {
    draft.drop(connection);
    draft.lost(carrier);
  } else if (judgeMs + STALL_MS < nowMs) {
    draft.carry(carrier, { judgeMs: nowMs + STALL_MS });
  } else if (judgeMs <= nowMs) {
    doubt(draft, carrier);
  }
}

export function doubt(draft: LinkDraft, carrier: Carried): void {
  const search = draft.freshSearch();
  draft.carry(carrier, { judgeMs: Infinity, doubtedMs: draft.nowMs, search });
}

/** The page is seen again: what was silent for longer than a heartbeat is doubted at once. */
export function watch(draft: LinkDraft, carrier: Carried): void {
  const { heartbeatMs, silenceMs, hidden } = draft.state;
  if (hidden) return;
  if (draft.nowMs - carrier.heardMs > heartbeatMs) return doubt(draft, carrier);
  draft.carry(carrier, { judgeMs: carrier.heardMs + silenceMs });
}

/** A page that nobody sees is slowed down by its browser: its timers say nothing about the line. */
export function unwatch(draft: LinkDraft, carrier: Carried): void {
  draft.carry(carrier, { judgeMs: Infinity, doubtedMs: undefined });
}
