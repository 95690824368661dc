// Ids: branded strings, so that one kind cannot stand in for another, and their only checks.
// An id from outside is never used as a key before it has passed here.

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type RoomId = Branded<"RoomId">;
export type IdentityId = Branded<"IdentityId">;
/** Names a session record; the hash of nothing secret, so it may stand in logs and keys. */
export type SessionId = Branded<"SessionId">;
export type NodeId = Branded<"NodeId">;
/** One live socket on one node; unique over all nodes. */
export type ConnectionId = Branded<"ConnectionId">;
/** A loaded page; kept in memory only, so a reload or a duplicated tab has another. */
export type PageId = Branded<"PageId">;

/** Nobody's: none that is drawn is so short. */
export const NOBODY = "nobody" as IdentityId;

/** Lower-case letters and digits only: safe in keys, channels, hash tags, URLs and logs. */
const PLAIN_ID = /^[a-z0-9]{8,32}$/;
const PAGE_ID = /^[A-Za-z0-9_-]{16,43}$/;

export function isRoomId(value: unknown): value is RoomId {
  return typeof value === "string" && PLAIN_ID.test(value);
}

export function isIdentityId(value: unknown): value is IdentityId {
  return typeof value === "string" && PLAIN_ID.test(value);
}

export function isSessionId(value: unknown): value is SessionId {
  return typeof value === "string" && PLAIN_ID.test(value);
}

/** A code out of what somebody typed: capitals, blanks and dashes are forgiven. Empty if there is none in it. */
export function plainCode(typed: string): string {
  return typed.toLowerCase().replace(/[^a-z0-9]/g, "");
}

export function isPageId(value: unknown): value is PageId {
  return typeof value === "string" && PAGE_ID.test(value);
}
