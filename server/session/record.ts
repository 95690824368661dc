// Session and identity records: who somebody is, and that they are here now. Shapes only; they
// hold no secret, and nothing here touches a store or a clock.

import type { IdentityId, SessionId } from "../../shared/ids.ts";
import type { Preferences } from "../../shared/owned.ts";
import type { Alert, Ban, Takeover } from "../identity/record.ts";

export type Role = "guest" | "player" | "moderator" | "admin";

/** Who somebody is. Seats and saves belong to it; a cookie proves it. */
export interface IdentityRecord {
  readonly id: IdentityId;
  readonly name: string;
  readonly role: Role;
  /** Raised whenever all credentials given out before must die. */
  readonly revision: number;
  /** Raised by the store with every change, so that of two at a time none is lost; missing before the first. */
  readonly changes?: number;
  readonly createdMs: number;
  /** How long a cookie of the identity lives without being used, in ms. */
  readonly cookieIdleMs: number;
  /** Store time at which its newest cookie ends whatever happens; a guest is nobody after it. */
  readonly cookieEndsMs: number;
  /** Cookies given out at an older revision prove nothing any more; missing if all do. */
  readonly cookiesSince?: number;
  /** Cookies given out at an older revision, before its role, are worth none of the role's rights. */
  readonly roleSince?: number;
  /** Why those older ones ended, for whoever still shows one. */
  readonly cookiesEnded?: CookiesEnded;
  /** The name of its account; missing for a guest. */
  readonly account?: string;
  readonly ban?: Ban;
  readonly preferences?: Preferences;
  /** Hashes of what marks the devices it signed in on, newest first. */
  readonly devices?: readonly string[];
  /** What its owner should look at, newest first. */
  readonly alerts?: readonly Alert[];
  /** Guests who signed in to it, as long as not everything of theirs has come over. */
  readonly takesOver?: readonly Takeover[];
  /** Hash of the cookie that asked, with the password, to have everything forgotten. */
  readonly leaving?: string;
}

/** What ended every cookie that an identity had: a guest became a player, or one of these was asked for. */
export type CookiesEnded = "signed-in" | "password-changed" | "signed-out";

/** What the store knows of a cookie; only the browser has the secret itself. */
export interface CookieRecord {
  readonly hash: string;
  readonly identity: IdentityId;
  /** Of the identity, when its bearer last proved to be who he is. */
  readonly revision: number;
  readonly device: string;
  /** When its bearer last proved to be who he is: a player by password. */
  readonly createdMs: number;
  /** How long it lives without being used. */
  readonly idleMs: number;
  /** Store time at which it ends whatever happens. */
  readonly endsMs: number;
  /** Hash of the cookie that it was asked with, and lives no longer than; only a code for another device has one. */
  readonly askedWith?: string;
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

/** Sessions of an identity that have not ended. */
export interface OwnSessions {
  readonly living: readonly SessionRecord[];
  /** What is stored of these cannot be read. They open nothing, and can still be revoked. */
  readonly damaged: readonly SessionId[];
}

/** Why a session was revoked. */
export interface SessionTombstone {
  readonly reason:
    | "signed-out"
    | "signed-in"
    | "ended-by-owner"
    | "password-changed"
    | "role-changed"
    | "banned";
}
