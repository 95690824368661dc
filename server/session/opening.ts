// Opening: what a new session holds, and whether one that is stored still opens anything. Pure rules
// over records; the store and the clock are somebody else's.

import type { SessionId } from "../../shared/ids.ts";
import type { IdentityRecord, SessionRecord } from "./record.ts";

/** What is drawn or derived for a new session. */
export interface SessionNames {
  readonly id: SessionId;
  readonly label: string;
  readonly device: string;
}

/** When a new session begins, how long it may last, and when the cookie behind it ends. */
export interface SessionTimes {
  readonly nowMs: number;
  readonly absoluteMs: number;
  readonly cookieEndsMs: number;
}

/** A new session of an identity. It ends with the cookie at the latest. */
export function openSession(
  identity: IdentityRecord,
  names: SessionNames,
  { nowMs, absoluteMs, cookieEndsMs }: SessionTimes,
): SessionRecord {
  return {
    ...names,
    identity: identity.id,
    name: identity.name,
    role: identity.role,
    revision: identity.revision,
    createdMs: nowMs,
    endsMs: Math.min(nowMs + absoluteMs, cookieEndsMs),
  };
}

/**
 * Whether a credential of a session that is stored still opens anything. `revision` is the one the
 * credential was written for; a ticket has none: it stands for whatever the session is.
 */
export function judgeSession(
  record: SessionRecord,
  revision: number | undefined,
  nowMs: number,
): "lives" | "session-ended" | "session-revoked" {
  if (revision !== undefined && revision !== record.revision) return "session-revoked";
  return nowMs < record.endsMs ? "lives" : "session-ended";
}
