// Sessions: drives the sessions whose connections are on this node: gathers their life signs into few
// writes and says when one is over. It decides nothing that the session's machine could decide.

import type { Clock } from "../../shared/clock.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { REVOCATIONS_KEPT } from "../store/identityStore.ts";
import type { SessionStore, Touch, TouchOutcome } from "../store/sessionStore.ts";
import { StoreAway } from "../store/store.ts";
import { Gathering } from "./gathering.ts";
import type { SessionRecord, SessionTombstone } from "./record.ts";
import {
  enterSession,
  type SessionClocks,
  type SessionEnd,
  type SessionInput,
  type SessionState,
  step,
} from "./session.ts";
import type { StoreTime } from "./storeTime.ts";

export interface SessionsParts {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly clocks: SessionClocks;
  readonly log: Log;
  readonly metrics: Metrics;
}

export type EndListener = (session: SessionId, reason: SessionEnd) => void;

/** What a tombstone outlives the session's absolute end by: a token that was written just before it. */
const TOMBSTONE_SLACK_MS = 10 * 60_000;

/** More than are revoked while the store looks for a session. */
const HEARD_KEPT = 1_000;

/** A session that was revoked on this node, and the store time until which that must be known. */
export interface Revocation {
  readonly session: SessionId;
  readonly tombstone: SessionTombstone;
  readonly untilMs: number;
}

interface Here {
  readonly record: SessionRecord;
  state: SessionState;
}

export class Sessions {
  readonly #parts: SessionsParts;
  readonly #here = new Map<SessionId, Here>();
  readonly #listeners = new Set<EndListener>();
  readonly #spreaders = new Set<(session: SessionId) => void>();
  /** Oldest first, as many as the store's own stream remembers. */
  readonly #revoked = new Map<SessionId, Revocation>();
  readonly #due: Gathering<SessionId>;
  #revocationsHeard = 0;
  /** The newest of them, each by its number, oldest first. */
  readonly #heard = new Map<SessionId, number>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    this.#due = new Gathering({ clock: parts.clock, write: (batch) => this.#write(batch) });
  }

  /** Sessions with a connection on this node. */
  get size(): number {
    return this.#here.size;
  }

  /** Records of sessions with a connection on this node that have not ended. */
  get living(): readonly SessionRecord[] {
    return [...this.#here.values()]
      .filter(({ state }) => state.phase !== "ended")
      .map(({ record }) => record);
  }

  /** What was revoked here and is not forgotten by then, for a store that lost it. */
  get revocations(): readonly Revocation[] {
    const nowMs = this.#parts.storeTime.nowMs();
    for (const [session, { untilMs }] of this.#revoked)
      if (untilMs <= nowMs) this.#revoked.delete(session);
    return [...this.#revoked.values()];
  }

  /** Tells of sessions that ended while somebody is connected. Returns what ends the telling. */
  onEnd(listener: EndListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A connection of a session was admitted; the store has just given it so much life. */
  enter(record: SessionRecord, lifeLeftMs: number): void {
    const { phase } = this.#here.get(record.id)?.state ?? {};
    if (phase !== undefined && phase !== "ended") return;
    const state = enterSession(lifeLeftMs, this.#now(record));
    this.#here.set(record.id, { record, state });
  }

  /** Its last connection on this node is gone: the session lives on in the store. */
  leave(session: SessionId): void {
    this.#here.delete(session);
  }

  /**
   * How many revocations were heard of here. Whose session is not here yet is told of none: who lets
   * somebody in asks whether theirs was among those since then, when the store has answered.
   */
  get revocationsHeard(): number {
    return this.#revocationsHeard;
  }

  /** Whether this one was revoked since so many had been heard of, or may have been: there were very many. */
  wasRevokedSince(session: SessionId, heard: number): boolean {
    if (this.#revocationsHeard - heard > HEARD_KEPT) return true;
    return (this.#heard.get(session) ?? 0) > heard;
  }

  /**
   * Notes a life sign. Costs a write only if the last one is long enough ago. Gives why the session is
   * over, if it is: its listeners may have been told before the connection was there to be closed.
   */
  touch(session: SessionId): SessionEnd | undefined {
    this.#step(session, { kind: "sign" });
    const state = this.#here.get(session)?.state;
    return state?.phase === "ended" ? state.reason : undefined;
  }

  /** Tells of sessions revoked here, whether or not anybody is connected: other nodes want to know. */
  onRevoke(spread: (session: SessionId) => void): void {
    this.#spreaders.add(spread);
  }

  /** Ends a session everywhere: here at once, on other nodes when they hear or read of it. */
  async revoke(
    { id, endsMs }: Pick<SessionRecord, "id" | "endsMs">,
    tombstone: SessionTombstone,
  ): Promise<void> {
    // The store counts whole milliseconds, and its clock as we know it does not.
    const restMs = Math.max(0, Math.ceil(endsMs - this.#parts.storeTime.nowMs()));
    const untilMs = this.#parts.storeTime.nowMs() + restMs + TOMBSTONE_SLACK_MS;
    this.#remember({ session: id, tombstone, untilMs });
    await this.#parts.store.revokeSession(id, tombstone, restMs + TOMBSTONE_SLACK_MS);
    for (const spread of this.#spreaders) spread(id);
    this.revoked([id]);
  }

  #remember(revocation: Revocation): void {
    this.#revoked.set(revocation.session, revocation);
    dropOldest(this.#revoked, REVOCATIONS_KEPT);
  }

  /** These have been revoked: what of them is here ends now. */
  revoked(sessions: readonly SessionId[]): void {
    for (const session of sessions) {
      this.#revocationsHeard += 1;
      this.#heard.delete(session);
      this.#heard.set(session, this.#revocationsHeard);
      this.#step(session, { kind: "revoked" });
    }
    dropOldest(this.#heard, HEARD_KEPT);
  }

  /** Resolves when every touch that is due has been answered. */
  async settled(): Promise<void> {
    await this.#due.settled();
  }

  #now(record: SessionRecord) {
    const { storeTime, clocks } = this.#parts;
    return { nowMs: storeTime.nowMs(), endsMs: record.endsMs, clocks };
  }

  #step(session: SessionId, input: SessionInput): void {
    const here = this.#here.get(session);
    if (here === undefined) return;
    const { state, effects } = step(here.state, input, this.#now(here.record));
    here.state = state;
    for (const effect of effects) {
      if (effect.kind === "touch") this.#due.add(session);
      else if (effect.kind === "write-back") this.#writeBack(here.record);
      else this.#end(session, effect.reason);
    }
  }

  #end(session: SessionId, reason: SessionEnd): void {
    this.#parts.log.note("session-over", { session, reason });
    for (const listener of this.#listeners) listener(session, reason);
  }

  /** Never rejects: what became of each session is put to its machine. */
  async #write(batch: readonly SessionId[]): Promise<void> {
    const { store, clocks, metrics } = this.#parts;
    const touches = batch.flatMap((session): Touch[] => {
      const revision = this.#here.get(session)?.record.revision;
      return revision === undefined ? [] : [{ session, revision, lifeMs: clocks.lifeMs }];
    });
    if (touches.length === 0) return;
    let outcomes: readonly TouchOutcome[] = [];
    try {
      outcomes = await store.touch(touches);
    } catch (cause) {
      this.#failed("session-touch-failed", cause);
      metrics.touches.add("away", touches.length);
    }
    for (const [at, { session }] of touches.entries()) {
      const kind = outcomes[at]?.kind;
      if (kind !== undefined) metrics.touches.add(kind);
      this.#step(session, { kind: kind ?? "unanswered" });
    }
  }

  /** The store refuses what was revoked, and says so when the session is touched next. */
  #writeBack(record: SessionRecord): void {
    this.#parts.log.warn("session-lost", { session: record.id });
    this.#parts.store.openSession(record, this.#parts.clocks.lifeMs).then(
      () => this.#step(record.id, { kind: "written-back" }),
      (cause: unknown) => {
        this.#failed("session-write-back-failed", cause);
        this.#step(record.id, { kind: "unanswered" });
      },
    );
  }

  #failed(event: string, cause: unknown): void {
    if (cause instanceof StoreAway) this.#parts.log.debug(event, { reason: "store-away" });
    else this.#parts.log.fault(event, { cause });
  }
}

function dropOldest(map: Map<SessionId, unknown>, kept: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= kept) return;
    map.delete(oldest);
  }
}
