// Account, ban, alert and audit records: what an identity may have besides its name. Shapes
// only; they hold no secret but a password's slow hash, and nothing here touches a store or a clock.

import type { IdentityId } from "../../shared/ids.ts";
import type { AlertKind } from "../../shared/protocol.ts";

/** What a name and a password prove. */
export interface AccountRecord {
  /** As it is looked up: see `accountNameOf`. */
  readonly name: string;
  readonly identity: IdentityId;
  /** In the PHC string format; says itself how it was made. */
  readonly passwordHash: string;
  /** Raised with each change, so that of two changes at a time one stands. */
  readonly revision: number;
  /** Set once the account is closed: from this store time on anybody may have its name. */
  readonly freeMs?: number;
}

/** Somebody is kept out. */
export interface Ban {
  /** For whoever is banned. */
  readonly reason: string;
  readonly sinceMs: number;
  /** Store time of its end; null if it has none. */
  readonly untilMs: number | null;
}

/** A guest whom a player turned out to be: seats, and what proved the guest, are still to be taken over. */
export interface Takeover {
  readonly guest: IdentityId;
  readonly sinceMs: number;
}

/** Something about an account that its owner should look at. */
export interface Alert {
  readonly kind: AlertKind;
  readonly atMs: number;
  readonly device: string;
}

/** A line of the audit stream. Names are those of OWASP's logging vocabulary. */
export interface AuditEntry {
  readonly event: string;
  readonly atMs: number;
  readonly node: string;
  /** Keyed hashes: the same for the same one, and they lead nowhere. */
  readonly identity?: string;
  readonly by?: string;
  readonly session?: string;
  /** A neighbourhood, never an address. */
  readonly address?: string;
  readonly why?: string;
}
