// Session and identity records: who somebody is, and that they are here now. Shapes only; they
// hold no secret, and nothing here touches a store or a clock.

import type { IdentityId, SessionId } from "../../shared/ids.ts";

export type Role = "guest" | "player" | "moderator" | "admin";

/** Who somebody is. Seats and saves belong to it; a cookie proves it. */
export interface IdentityRecord {
  readonly id: IdentityId;
  readonly name: string;
  readonly role: Role;
  /** Raised whenever all credentials given out before must die. */
  readonly revision: number;
  readonly createdMs: number;
  /** How long the identity's cookie lives without being used, in ms. */
  readonly cookieIdleMs: number;
  /** Store time at which the cookie ends whatever happens. */
  readonly cookieEndsMs: number;
}

/** "Is here now": slid by packets and pings, linked to its connections. */
export interface SessionRecord {
  readonly id: SessionId;
  readonly identity: IdentityId;
  readonly name: string;
  readonly role: Role;
  readonly revision: number;
  /** Names the session to its owner; grants nothing. */
  readonly label: string;
  readonly device: string;
  readonly createdMs: number;
  /** Store time at which the session ends whatever happens. */
  readonly endsMs: number;
}

/** Why a session was revoked. */
export interface SessionTombstone {
  readonly reason: "signed-out" | "ended-by-owner" | "password-changed" | "role-changed" | "banned";
}
