// Session store: what is kept of who is here now, and of what was ended: the interface that every store
// implements. It keeps and ends what it is told to; it never decides who may come in.

import type { ConnectionId, IdentityId, NodeId, SessionId } from "../../shared/ids.ts";
import type { OwnSessions, SessionRecord, SessionTombstone } from "../session/record.ts";

export interface Touch {
  readonly session: SessionId;
  readonly revision: number;
  /** New time to live; the absolute end is never passed. */
  readonly lifeMs: number;
}

/**
 * - `touched`: lives on, for `lifeMs` or what is left until its absolute end
 * - `ended`: it ran out, or its absolute end has come
 * - `revoked`: a tombstone or a newer revision forbids it
 * - `lost`: it is missing and the store is not the one that the session was written to
 */
export type TouchOutcome =
  | { readonly kind: "touched"; readonly lifeMs: number }
  | { readonly kind: "ended" | "revoked" | "lost" };

export interface ConnectionLink {
  readonly connection: ConnectionId;
  readonly node: NodeId;
  /** What the connection is for, for people: device and browser. */
  readonly device: string;
}

/** A connection that is over, and the session that it belonged to. */
export interface Unlink {
  readonly session: SessionId;
  readonly connection: ConnectionId;
}

/** Sessions and what ended them. Rejects with StoreAway when no answer can be had. */
export interface SessionStore {
  /** Keeps a new session that ends after `lifeMs` without a touch. */
  openSession(session: SessionRecord, lifeMs: number): Promise<void>;
  readSession(session: SessionId): Promise<
    | {
        readonly record: SessionRecord;
        readonly lifeMs: number;
        readonly connections: readonly ConnectionLink[];
      }
    | undefined
  >;
  /** Sessions of an identity. */
  sessionsOf(identity: IdentityId): Promise<OwnSessions>;
  /** Moves the ends of several sessions in one go; outcomes in the order given. Never revives one. */
  touch(touches: readonly Touch[]): Promise<readonly TouchOutcome[]>;
  linkConnection(session: SessionId, link: ConnectionLink): Promise<void>;
  /** Those that are not linked stay so. */
  unlinkConnections(unlinks: readonly Unlink[]): Promise<void>;
  /**
   * Ends a session and leaves a tombstone that lives `tombstoneMs`, longer than every credential of
   * the session. `revocationsSince` tells of it.
   */
  revokeSession(
    session: SessionId,
    tombstone: SessionTombstone,
    tombstoneMs: number,
  ): Promise<void>;
  /** Whether the session was revoked, by its tombstone. */
  isRevoked(session: SessionId): Promise<boolean>;
}
