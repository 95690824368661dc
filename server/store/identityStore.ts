// Identity store: what is kept of who people are, and of what was done to them: the interface that
// every store implements. It stores and counts; it never decides who may do what.

import type { IdentityId, SessionId } from "../../shared/ids.ts";
import type { AccountRecord, AuditEntry } from "../identity/record.ts";
import type { CookieRecord, IdentityRecord } from "../session/record.ts";

export interface Counted {
  readonly count: number;
  /** Until the count begins anew. */
  readonly leftMs: number;
}

/** What tells an identity's record from those before it. */
export type IdentityVersion = Pick<IdentityRecord, "revision" | "changes">;

/** The next record, told from the one that it replaces. */
export function changedOnce(identity: IdentityRecord, { changes = 0 }: IdentityVersion) {
  return { ...identity, changes: changes + 1 } satisfies IdentityRecord;
}

/** Lines of the audit are kept for so long, and fewer if there are very many. */
export const AUDIT_LIFE_MS = 90 * 86_400_000;

/** Of those who are to be forgotten so many are told at a time. */
export const FORGETTINGS_TOLD = 100;

/** Revocations that are remembered in order: far more than come between two readings. */
export const REVOCATIONS_KEPT = 10_000;
export const REVOCATIONS_READ_MAX = 1_000;

/** How far somebody has read the stream of revocations, and what came after that. */
export interface Revocations {
  readonly place: string;
  readonly sessions: readonly SessionId[];
}

/** Every method rejects with StoreAway when no answer can be had. */
export interface IdentityStore {
  /** Keeps a new identity. Nothing proves it before a cookie of it is kept. */
  createIdentity(identity: IdentityRecord): Promise<void>;
  readIdentity(identity: IdentityId): Promise<IdentityRecord | undefined>;
  /** Replaces an identity's record, if the one that was read is still the one stored; false if it is not. */
  writeIdentity(identity: IdentityRecord, read: IdentityVersion): Promise<boolean>;

  /** Keeps a cookie until it is not used for its idle time, or its absolute end comes. */
  keepCookie(cookie: CookieRecord): Promise<void>;
  /** The cookie of that hash; finding it slides its idle end. Undefined if unknown or past an end. */
  useCookie(cookieHash: string): Promise<CookieRecord | undefined>;
  /** A cookie that is removed is dead at once. */
  removeCookie(cookieHash: string): Promise<void>;
  /** Cookies of an identity that live, each with the store time of its last use. */
  cookiesOf(
    identity: IdentityId,
  ): Promise<readonly { readonly cookie: CookieRecord; readonly usedMs: number }[]>;

  /** Keeps an account that does not exist; false if there is one of that name. */
  createAccount(account: AccountRecord): Promise<boolean>;
  readAccount(name: string): Promise<AccountRecord | undefined>;
  /** Replaces an account, whose revision must be the one stored; false if it is not. */
  writeAccount(account: AccountRecord, expectedRevision: number): Promise<boolean>;

  /** Notes that somebody is to be forgotten, since a store time; of two notes the first stands. */
  noteForgetting(identity: IdentityId, sinceMs: number): Promise<void>;
  /** Those noted since then or longer, the first of them first, a hundred at most. */
  forgettings(sinceMs: number): Promise<readonly IdentityId[]>;
  /** Nothing of somebody is left to be forgotten. */
  endForgetting(identity: IdentityId): Promise<void>;

  /** Counts one more of something within a time that begins with the first; over all nodes. */
  count(what: string, windowMs: number): Promise<Counted>;
  forgetCount(what: string): Promise<void>;

  /**
   * Sessions revoked since a place, oldest first, `REVOCATIONS_READ_MAX` at most; without a place only where the
   * stream ends now. Who is so late that some were dropped meets their tombstones instead.
   */
  revocationsSince(place: string | undefined): Promise<Revocations>;

  noteAudit(entry: AuditEntry): Promise<void>;
  /** The newest lines of the audit stream, newest first. */
  auditTail(limit: number): Promise<readonly AuditEntry[]>;
}
