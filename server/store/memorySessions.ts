// Memory sessions: sessions, tombstones and the stream of revocations of the in-process store, in
// maps. It decides by what it holds and the time it is told, and is changed only by facts.

import type { ConnectionId, IdentityId, SessionId } from "../../shared/ids.ts";
import type { OwnSessions, SessionRecord, SessionTombstone } from "../session/record.ts";
import type { Decision, SessionFact } from "./facts.ts";
import { REVOCATIONS_KEPT, REVOCATIONS_READ_MAX, type Revocations } from "./identityStore.ts";
import type { ConnectionLink, Touch, TouchOutcome } from "./sessionStore.ts";

interface HeldSession {
  readonly record: SessionRecord;
  readonly untilMs: number;
  readonly connections: Map<ConnectionId, ConnectionLink>;
}

interface Tombstone {
  readonly reason: SessionTombstone["reason"];
  readonly untilMs: number;
}

type SessionDecision<T> = Decision<T, SessionFact>;

const nothing = <T>(outcome: T): SessionDecision<T> => ({ outcome, facts: [] });
const done = (...facts: SessionFact[]): SessionDecision<void> => ({ outcome: undefined, facts });

export class MemorySessions {
  readonly #sessions = new Map<SessionId, HeldSession>();
  readonly #sessionsByIdentity = new Map<IdentityId, Set<SessionId>>();
  readonly #tombstones = new Map<SessionId, Tombstone>();
  /** Sessions in the order they were revoked; the first has the number `#dropped`. */
  #revoked: SessionId[] = [];
  #dropped = 0;

  /** A revoked session is not opened again, whoever writes it back. */
  open(session: SessionRecord, lifeMs: number, nowMs: number): SessionDecision<void> {
    if (this.isRevoked(session.id, nowMs)) return nothing(undefined);
    const untilMs = Math.min(nowMs + lifeMs, session.endsMs);
    return done({ fact: "session", session, untilMs });
  }

  read(session: SessionId, nowMs: number) {
    const held = this.#living(session, nowMs);
    return held === undefined
      ? undefined
      : {
          record: held.record,
          lifeMs: held.untilMs - nowMs,
          connections: [...held.connections.values()],
        };
  }

  /** Nothing is read here that could be damaged. */
  sessionsOf(identity: IdentityId, nowMs: number): OwnSessions {
    const ids = [...(this.#sessionsByIdentity.get(identity) ?? [])];
    return { living: ids.flatMap((id) => this.#living(id, nowMs)?.record ?? []), damaged: [] };
  }

  touch(touch: Touch, nowMs: number): SessionDecision<TouchOutcome> {
    if (this.isRevoked(touch.session, nowMs)) return nothing({ kind: "revoked" });
    const held = this.#living(touch.session, nowMs);
    // This store is the one the session was written to, or the session would not be asked for here.
    if (held === undefined) return nothing({ kind: "ended" });
    if (held.record.revision !== touch.revision) return nothing({ kind: "revoked" });
    const untilMs = Math.min(nowMs + touch.lifeMs, held.record.endsMs);
    return {
      outcome: { kind: "touched", lifeMs: untilMs - nowMs },
      facts: [{ fact: "touched", session: touch.session, untilMs }],
    };
  }

  /** Only a living session has connections: a link never revives one. */
  link(session: SessionId, link: ConnectionLink, nowMs: number): SessionDecision<void> {
    const held = this.#living(session, nowMs);
    return held === undefined ? nothing(undefined) : done({ fact: "linked", session, link });
  }

  unlink(session: SessionId, connection: ConnectionId): SessionDecision<void> {
    const held = this.#sessions.get(session);
    const isLinked = held?.connections.has(connection) ?? false;
    return isLinked ? done({ fact: "unlinked", session, connection }) : nothing(undefined);
  }

  /** Of two revocations the one that is remembered longer stands. */
  revoke(session: SessionId, { reason, untilMs }: Tombstone): SessionDecision<void> {
    const known = this.#tombstones.get(session);
    if (known !== undefined && known.untilMs >= untilMs) return nothing(undefined);
    return done({ fact: "revoked", session, reason, untilMs });
  }

  isRevoked(session: SessionId, nowMs: number): boolean {
    return (this.#tombstones.get(session)?.untilMs ?? 0) > nowMs;
  }

  revocationsSince(place: string | undefined): Revocations {
    const end = this.#dropped + this.#revoked.length;
    const from = place === undefined ? end : Number(place);
    const next = Math.max(0, from - this.#dropped);
    const sessions = this.#revoked.slice(next, next + REVOCATIONS_READ_MAX);
    return { place: String(Math.max(from, this.#dropped) + sessions.length), sessions };
  }

  #living(session: SessionId, nowMs: number): HeldSession | undefined {
    const held = this.#sessions.get(session);
    return held !== undefined && held.untilMs > nowMs ? held : undefined;
  }

  apply(fact: SessionFact): void {
    switch (fact.fact) {
      case "session":
        return this.#applySession(fact.session, fact.untilMs);
      case "touched": {
        const held = this.#sessions.get(fact.session);
        if (held !== undefined) {
          this.#sessions.set(fact.session, { ...held, untilMs: fact.untilMs });
        }
        return;
      }
      case "linked":
        this.#sessions.get(fact.session)?.connections.set(fact.link.connection, fact.link);
        return;
      case "unlinked":
        this.#sessions.get(fact.session)?.connections.delete(fact.connection);
        return;
      case "revoked":
        this.#tombstones.set(fact.session, { reason: fact.reason, untilMs: fact.untilMs });
        this.#remove(fact.session);
        this.#noteRevoked(fact.session);
    }
  }

  #noteRevoked(session: SessionId): void {
    this.#revoked.push(session);
    if (this.#revoked.length < 2 * REVOCATIONS_KEPT) return;
    this.#dropped += this.#revoked.length - REVOCATIONS_KEPT;
    this.#revoked = this.#revoked.slice(-REVOCATIONS_KEPT);
  }

  #applySession(record: SessionRecord, untilMs: number): void {
    const connections = this.#sessions.get(record.id)?.connections ?? new Map();
    this.#sessions.set(record.id, { record, untilMs, connections });
    const siblings = this.#sessionsByIdentity.get(record.identity) ?? new Set();
    this.#sessionsByIdentity.set(record.identity, siblings.add(record.id));
  }

  #remove(session: SessionId): void {
    const identity = this.#sessions.get(session)?.record.identity;
    this.#sessions.delete(session);
    if (identity === undefined) return;
    const siblings = this.#sessionsByIdentity.get(identity);
    siblings?.delete(session);
    if (siblings?.size === 0) this.#sessionsByIdentity.delete(identity);
  }

  /** Drops what nobody can ask for any more. */
  sweep(nowMs: number): void {
    for (const [session, { untilMs }] of this.#sessions) {
      if (untilMs <= nowMs) this.#remove(session);
    }
    for (const [session, { untilMs }] of this.#tombstones) {
      if (untilMs <= nowMs) this.#tombstones.delete(session);
    }
  }

  /** Facts that give the same maps to an empty store. */
  *facts(): Iterable<SessionFact> {
    for (const [session, { record, untilMs, connections }] of this.#sessions) {
      yield { fact: "session", session: record, untilMs };
      for (const link of connections.values()) yield { fact: "linked", session, link };
    }
    for (const [session, tombstone] of this.#tombstones) {
      yield { fact: "revoked", session, ...tombstone };
    }
  }
}
