// Redis sessions: sessions, their tombstones and the stream of revocations in Redis. Every expiry is
// Redis' own and goes by its clock.

import type { IdentityId, SessionId } from "../../shared/ids.ts";
import type { OwnSessions, SessionRecord, SessionTombstone } from "../session/record.ts";
import type { Damages } from "./damages.ts";
import { REVOCATIONS_KEPT } from "./identityStore.ts";
import type { Incarnation } from "./incarnation.ts";
import type { Keys } from "./keys.ts";
import { readConnectionLink, readSessionRecord } from "./records.ts";
import type { ScriptCall } from "./redisConnection.ts";
import { listOf, numberOf, pairsOf, type Reply, textOf } from "./replies.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Seal } from "./seal.ts";
import type { ConnectionLink, SessionStore, Touch, TouchOutcome, Unlink } from "./sessionStore.ts";
import type { Shards } from "./shards.ts";
import { StoreDamaged } from "./store.ts";

const CONNECTION = "connection:";

/** What a script says of a touched session: its life, or one of its words. */
type Touched = number | "revoked" | "ended" | "missing";

export interface RedisSessionsParts {
  readonly shards: Shards;
  readonly keys: Keys;
  readonly incarnation: Incarnation;
  readonly seal: Seal;
  readonly damages: Damages;
}

export class RedisSessions implements SessionStore {
  readonly #shards: Shards;
  readonly #keys: Keys;
  readonly #incarnation: Incarnation;
  readonly #seal: Seal;
  readonly #damages: Damages;

  constructor({ shards, keys, incarnation, seal, damages }: RedisSessionsParts) {
    this.#shards = shards;
    this.#keys = keys;
    this.#incarnation = incarnation;
    this.#seal = seal;
    this.#damages = damages;
  }

  /** It is listed first: a session that lives must be found by whoever ends them all. */
  async openSession(session: SessionRecord, lifeMs: number): Promise<void> {
    const { id, identity, revision, endsMs } = session;
    await this.#shards.run(SCRIPTS.noteEnding, [this.#keys.sessions(identity)], id, endsMs);
    const keys = [this.#keys.session(id), this.#keys.tombstone(id)];
    const record = this.#seal.close(JSON.stringify(session), this.#keys.session(id));
    await this.#shards.run(SCRIPTS.openSession, keys, revision, endsMs, lifeMs, record);
  }

  async readSession(session: SessionId) {
    const key = this.#keys.session(session);
    const [fields, life] = await Promise.all([
      this.#shards.call("HGETALL", key),
      this.#shards.call("PTTL", key),
    ]);
    const pairs = pairsOf(fields);
    const record = pairs.find(([name]) => name === "record")?.[1];
    const lifeMs = numberOf(life);
    if (record === undefined || lifeMs <= 0) {
      // Whoever misses it compares incarnations next.
      await this.#incarnation.observe();
      return undefined;
    }
    const connections = pairs
      .filter(([name]) => name.startsWith(CONNECTION))
      .flatMap(
        ([, link]) => this.#damages.without(key, () => readConnectionLink(textOf(link))) ?? [],
      );
    const opened = this.#seal.open(textOf(record), key);
    if (opened === undefined) return undefined;
    return { record: readSessionRecord(opened.text), lifeMs, connections };
  }

  async sessionsOf(identity: IdentityId): Promise<OwnSessions> {
    const ids = listOf(await this.#shards.call("ZRANGE", this.#keys.sessions(identity), 0, -1)).map(
      (id) => textOf(id) as SessionId,
    );
    const read = await Promise.all(ids.map(async (id) => ({ id, record: await this.#record(id) })));
    return {
      living: read.flatMap(({ record }) => (typeof record === "object" ? [record] : [])),
      damaged: read.filter(({ record }) => record === "damaged").map(({ id }) => id),
    };
  }

  async #record(session: SessionId): Promise<SessionRecord | "damaged" | undefined> {
    const key = this.#keys.session(session);
    try {
      const sealed = await this.#shards.call("HGET", key, "record");
      const opened = sealed === null ? undefined : this.#seal.open(textOf(sealed), key);
      return opened === undefined ? undefined : readSessionRecord(opened.text);
    } catch (cause) {
      // Something else stands there, or in a key of another type. What a store says in trouble is neither.
      const isDamaged = cause instanceof StoreDamaged || isWrongType(cause);
      if (!isDamaged) throw cause;
      return "damaged";
    }
  }

  async touch(touches: readonly Touch[]): Promise<readonly TouchOutcome[]> {
    const asked = touches.map((touch, at) => ({ touch, at }));
    const groups = this.#shards.group(asked, ({ touch }) => this.#keys.session(touch.session));
    const replies = await this.#shards.runAll(
      SCRIPTS.touch,
      groups.map((group) => this.#touchesOf(group.map(({ touch }) => touch))),
    );
    const touched = touches.map((): Touched => "missing");
    for (const [index, group] of groups.entries()) {
      const reply = replies[index] ?? null;
      if (reply instanceof Error) throw reply;
      const words = listOf(reply);
      for (const [place, { at }] of group.entries()) touched[at] = touchedOf(words[place]);
    }
    // Only now, after the answer: what is missing may have been lost a moment before it.
    if (touched.includes("missing")) await this.#incarnation.observe();
    return touches.map(({ lifeMs }, at) => this.#outcomeOf(touched[at] ?? "missing", lifeMs));
  }

  async linkConnection(session: SessionId, link: ConnectionLink): Promise<void> {
    const field = CONNECTION + link.connection;
    const key = this.#keys.session(session);
    await this.#shards.run(SCRIPTS.linkConnection, [key], field, JSON.stringify(link));
  }

  async unlinkConnections(unlinks: readonly Unlink[]): Promise<void> {
    const groups = this.#shards.group(unlinks, ({ session }) => this.#keys.session(session));
    const replies = await this.#shards.runAll(
      SCRIPTS.unlinkConnections,
      groups.map((group) => ({
        keys: group.map(({ session }) => this.#keys.session(session)),
        args: group.map(({ connection }) => CONNECTION + connection),
      })),
    );
    for (const reply of replies) if (reply instanceof Error) throw reply;
  }

  async revokeSession(
    session: SessionId,
    { reason }: SessionTombstone,
    tombstoneMs: number,
  ): Promise<void> {
    const keys = [this.#keys.session(session), this.#keys.tombstone(session)];
    await this.#shards.run(SCRIPTS.revokeSession, keys, reason, tombstoneMs);
    // After the tombstone: whoever reads of it finds it.
    const capped = ["MAXLEN", "~", REVOCATIONS_KEPT];
    await this.#shards.call("XADD", this.#keys.revocations, ...capped, "*", "session", session);
  }

  async isRevoked(session: SessionId): Promise<boolean> {
    return numberOf(await this.#shards.call("EXISTS", this.#keys.tombstone(session))) === 1;
  }

  #touchesOf(touches: readonly Touch[]): ScriptCall {
    return {
      keys: touches.flatMap(({ session }) => [
        this.#keys.session(session),
        this.#keys.tombstone(session),
      ]),
      args: touches.flatMap(({ revision, lifeMs }) => [revision, lifeMs]),
    };
  }

  #outcomeOf(touched: Touched, lifeMs: number): TouchOutcome {
    if (typeof touched === "number") return { kind: "touched", lifeMs: touched };
    if (touched !== "missing") return { kind: touched };
    return { kind: this.#incarnation.mayHaveLost(lifeMs) ? "lost" : "ended" };
  }
}

function isWrongType(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith("WRONGTYPE");
}

function touchedOf(reply: Reply | undefined): Touched {
  if (typeof reply === "number") return reply;
  const word = textOf(reply);
  return word === "revoked" || word === "ended" ? word : "missing";
}
