// Redis identities: identities, cookies, accounts, counts and the audit stream in Redis. Every expiry
// is Redis' own; a key of a cookie is the cookie's hash, and one of an account the hash of its name.

import { isNumber } from "../../shared/form.ts";
import type { IdentityId, SessionId } from "../../shared/ids.ts";
import type { AccountRecord, AuditEntry } from "../identity/record.ts";
import type { CookieRecord, IdentityRecord } from "../session/record.ts";
import type { Damages } from "./damages.ts";
import {
  AUDIT_LIFE_MS,
  type Counted,
  changedOnce,
  FORGETTINGS_TOLD,
  type IdentityStore,
  type IdentityVersion,
  REVOCATIONS_READ_MAX,
  type Revocations,
} from "./identityStore.ts";
import type { Keys } from "./keys.ts";
import {
  readAccountRecord,
  readAuditEntry,
  readCookieRecord,
  readIdentityRecord,
} from "./records.ts";
import { listOf, numberOf, type Reply, textOf } from "./replies.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Opened, Seal } from "./seal.ts";
import type { Shards } from "./shards.ts";
import { StoreDamaged } from "./store.ts";

/** Lines of the audit stream that are kept: about a hundred MiB. */
const AUDIT_KEPT = 200_000;
/** The place before everything in a stream. */
const BEGINNING = "0-0";

export interface RedisIdentitiesParts {
  readonly shards: Shards;
  readonly keys: Keys;
  readonly seal: Seal;
  readonly damages: Damages;
}

export class RedisIdentities implements IdentityStore {
  readonly #shards: Shards;
  readonly #keys: Keys;
  readonly #seal: Seal;
  readonly #damages: Damages;

  constructor({ shards, keys, seal, damages }: RedisIdentitiesParts) {
    this.#shards = shards;
    this.#keys = keys;
    this.#seal = seal;
    this.#damages = damages;
  }

  async createIdentity(identity: IdentityRecord): Promise<void> {
    await this.#keepIdentity(identity, "");
  }

  async readIdentity(identity: IdentityId): Promise<IdentityRecord | undefined> {
    const key = this.#keys.identity(identity);
    const opened = this.#open(key, await this.#shards.call("HGET", key, "record"));
    if (opened === undefined) return undefined;
    const record = readIdentityRecord(opened.text);
    if (opened.isOld) await this.#keepIdentity(record, markOf(record));
    return record;
  }

  async writeIdentity(identity: IdentityRecord, read: IdentityVersion): Promise<boolean> {
    return (await this.#keepIdentity(changedOnce(identity, read), markOf(read))) === "kept";
  }

  /** It is listed first: a cookie that lives must be found by whoever ends them all. */
  async keepCookie(cookie: CookieRecord): Promise<void> {
    const { hash, identity, idleMs, endsMs } = cookie;
    await this.#shards.run(SCRIPTS.noteEnding, [this.#keys.cookies(identity)], hash, endsMs);
    const key = this.#keys.cookie(hash);
    const record = this.#seal.close(JSON.stringify(cookie), key);
    await this.#shards.run(SCRIPTS.keepCookie, [key], idleMs, endsMs, record);
  }

  async useCookie(cookieHash: string): Promise<CookieRecord | undefined> {
    const key = this.#keys.cookie(cookieHash);
    const sealed = await this.#shards.run(SCRIPTS.useCookie, [key]);
    const found = this.#damages.without(key, () => this.#cookieIn(key, sealed));
    if (found?.isOld) await this.keepCookie(found.cookie);
    return found?.cookie;
  }

  async removeCookie(cookieHash: string): Promise<void> {
    await this.#shards.call("DEL", this.#keys.cookie(cookieHash));
  }

  async cookiesOf(identity: IdentityId) {
    const reply = await this.#shards.call("ZRANGE", this.#keys.cookies(identity), 0, -1);
    const found = await Promise.all(
      listOf(reply).map(async (hash) => {
        const key = this.#keys.cookie(textOf(hash));
        const [record = null, usedMs] = listOf(
          await this.#shards.call("HMGET", key, "record", "usedMs"),
        );
        return this.#damages.without(key, () => {
          const found = this.#cookieIn(key, record);
          return found && { cookie: found.cookie, usedMs: usedMsOf(usedMs) };
        });
      }),
    );
    return found.flatMap((each) => each ?? []);
  }

  async createAccount(account: AccountRecord): Promise<boolean> {
    const key = this.#keys.account(account.name);
    const record = this.#seal.close(JSON.stringify(account), key);
    const outcome = await this.#shards.run(SCRIPTS.claimAccount, [key], account.revision, record);
    return textOf(outcome) === "kept";
  }

  async readAccount(name: string): Promise<AccountRecord | undefined> {
    const key = this.#keys.account(name);
    const opened = this.#open(key, await this.#shards.call("HGET", key, "record"));
    if (opened === undefined) return undefined;
    const account = readAccountRecord(opened.text);
    if (opened.isOld) await this.writeAccount(account, account.revision);
    return account;
  }

  async writeAccount(account: AccountRecord, expectedRevision: number): Promise<boolean> {
    const { name, revision } = account;
    const key = this.#keys.account(name);
    const record = this.#seal.close(JSON.stringify(account), key);
    const args = [expectedRevision, revision, record, ""];
    return textOf(await this.#shards.run(SCRIPTS.keepIdentity, [key], ...args)) === "kept";
  }

  async noteForgetting(identity: IdentityId, sinceMs: number): Promise<void> {
    await this.#shards.call("ZADD", this.#keys.forgettings, "NX", sinceMs, identity);
  }

  async forgettings(sinceMs: number): Promise<readonly IdentityId[]> {
    const range = ["-inf", sinceMs, "LIMIT", 0, FORGETTINGS_TOLD] as const;
    const reply = await this.#shards.call("ZRANGEBYSCORE", this.#keys.forgettings, ...range);
    return listOf(reply).map((identity) => textOf(identity) as IdentityId);
  }

  async endForgetting(identity: IdentityId): Promise<void> {
    await this.#shards.call("ZREM", this.#keys.forgettings, identity);
  }

  async count(what: string, windowMs: number): Promise<Counted> {
    const reply = await this.#shards.run(SCRIPTS.count, [this.#keys.count(what)], windowMs);
    const [count, leftMs] = listOf(reply);
    return { count: numberOf(count), leftMs: Math.max(0, numberOf(leftMs)) };
  }

  async forgetCount(what: string): Promise<void> {
    await this.#shards.call("DEL", this.#keys.count(what));
  }

  async revocationsSince(place: string | undefined): Promise<Revocations> {
    const key = this.#keys.revocations;
    if (place === undefined) {
      const newest = await this.#shards.call("XREVRANGE", key, "+", "-", "COUNT", 1);
      const [entry] = listOf(newest).map(entryOf);
      return { place: entry?.id ?? BEGINNING, sessions: [] };
    }
    const atMost = ["COUNT", REVOCATIONS_READ_MAX];
    const after = await this.#shards.call("XRANGE", key, `(${place}`, "+", ...atMost);
    const entries = listOf(after).map(entryOf);
    return {
      place: entries.at(-1)?.id ?? place,
      // A session's id comes back as it was given.
      sessions: entries.map(({ value }) => value as SessionId),
    };
  }

  async noteAudit(entry: AuditEntry): Promise<void> {
    const capped = ["MAXLEN", "~", AUDIT_KEPT];
    const line = JSON.stringify(entry);
    const firstMs = Math.max(0, entry.atMs - AUDIT_LIFE_MS);
    const key = this.#keys.audit;
    await this.#shards.call("XADD", key, ...capped, "*", "entry", line);
    await this.#shards.call("XTRIM", key, "MINID", firstMs);
  }

  async auditTail(limit: number): Promise<readonly AuditEntry[]> {
    const key = this.#keys.audit;
    const newest = await this.#shards.call("XREVRANGE", key, "+", "-", "COUNT", limit);
    return listOf(newest).flatMap((entry) => {
      const { value } = entryOf(entry);
      return this.#damages.without(key, () => readAuditEntry(value)) ?? [];
    });
  }

  /** One that throws StoreDamaged proves nobody, like one that nobody was given. */
  #cookieIn(key: string, sealed: Reply) {
    const opened = this.#open(key, sealed);
    return opened && { cookie: readCookieRecord(opened.text), isOld: opened.isOld };
  }

  #open(key: string, sealed: Reply): Opened | undefined {
    return sealed === null ? undefined : this.#seal.open(textOf(sealed), key);
  }

  /** A guest's record ends with the cookie: nobody could prove to be that guest after it. */
  async #keepIdentity(identity: IdentityRecord, expected: string): Promise<string> {
    const { id, role, cookieEndsMs } = identity;
    const endsMs = role === "guest" ? cookieEndsMs : "";
    const key = this.#keys.identity(id);
    const record = this.#seal.close(JSON.stringify(identity), key);
    const args = [expected, markOf(identity), record, endsMs];
    return textOf(await this.#shards.run(SCRIPTS.keepIdentity, [key], ...args));
  }
}

/** Stands beside a sealed record, as the script that slides the cookie's end wrote it. */
function usedMsOf(reply: Reply | undefined): number {
  const usedMs = Buffer.isBuffer(reply) ? Number(textOf(reply)) : Number.NaN;
  if (isNumber(usedMs)) return usedMs;
  throw new StoreDamaged("what is stored as a cookie's last use is none");
}

/** Stands beside a sealed record, so that a script can tell it from others. */
function markOf({ revision, changes }: IdentityVersion): string {
  return changes === undefined ? `${revision}` : `${revision}.${changes}`;
}

/** An entry of one field. */
function entryOf(reply: Reply): { readonly id: string; readonly value: string } {
  const [id, fields] = listOf(reply);
  return { id: textOf(id), value: textOf(listOf(fields)[1]) };
}
