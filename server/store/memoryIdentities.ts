// Memory identities: identities, cookies, accounts, counts and the audit stream of the in-process
// store, in maps. It decides by what it holds and the time it is told, and is changed only by facts.

import type { IdentityId } from "../../shared/ids.ts";
import type { AccountRecord, AuditEntry } from "../identity/record.ts";
import type { CookieRecord, IdentityRecord } from "../session/record.ts";
import type { CookieFact, CountedFact, Decision, IdentityFact } from "./facts.ts";
import {
  AUDIT_LIFE_MS,
  type Counted,
  changedOnce,
  FORGETTINGS_TOLD,
  type IdentityVersion,
} from "./identityStore.ts";

/** Newest lines of the audit stream that are kept: a few MiB. */
const AUDIT_KEPT = 10_000;

type IdentityDecision<T> = Decision<T, IdentityFact>;

const nothing = <T>(outcome: T): IdentityDecision<T> => ({ outcome, facts: [] });

export class MemoryIdentities {
  readonly #identities = new Map<IdentityId, IdentityRecord>();
  readonly #cookies = new Map<string, CookieFact>();
  readonly #hashesByIdentity = new Map<IdentityId, Set<string>>();
  readonly #accounts = new Map<string, AccountRecord>();
  /** Since when each is to be forgotten. */
  readonly #forgettings = new Map<IdentityId, number>();
  readonly #counts = new Map<string, CountedFact>();
  /** Oldest first. */
  #audit: AuditEntry[] = [];

  /** A guest's record ends with the cookie: nobody could prove to be that guest after it. */
  read(identity: IdentityId, nowMs: number): IdentityRecord | undefined {
    const record = this.#identities.get(identity);
    return record !== undefined && isOver(record, nowMs) ? undefined : record;
  }

  write(identity: IdentityRecord, read: IdentityVersion, nowMs: number): IdentityDecision<boolean> {
    const stored = this.read(identity.id, nowMs);
    const isSame = stored?.revision === read.revision && stored.changes === read.changes;
    if (!isSame) return nothing(false);
    return { outcome: true, facts: [{ fact: "identity", identity: changedOnce(identity, read) }] };
  }

  keepCookie(cookie: CookieRecord, nowMs: number): IdentityDecision<void> {
    return { outcome: undefined, facts: [usedNow(cookie, nowMs)] };
  }

  useCookie(hash: string, nowMs: number): IdentityDecision<CookieRecord | undefined> {
    const fact = this.#cookies.get(hash);
    if (fact === undefined || fact.untilMs <= nowMs) return nothing(undefined);
    return { outcome: fact.cookie, facts: [usedNow(fact.cookie, nowMs)] };
  }

  cookiesOf(identity: IdentityId, nowMs: number) {
    return [...(this.#hashesByIdentity.get(identity) ?? [])]
      .flatMap((hash) => this.#cookies.get(hash) ?? [])
      .filter(({ untilMs }) => untilMs > nowMs)
      .map(({ cookie, usedMs }) => ({ cookie, usedMs }));
  }

  createAccount(account: AccountRecord): IdentityDecision<boolean> {
    if (this.#accounts.has(account.name)) return nothing(false);
    return { outcome: true, facts: [{ fact: "account", account }] };
  }

  account(name: string): AccountRecord | undefined {
    return this.#accounts.get(name);
  }

  writeAccount(account: AccountRecord, expectedRevision: number): IdentityDecision<boolean> {
    if (this.#accounts.get(account.name)?.revision !== expectedRevision) return nothing(false);
    return { outcome: true, facts: [{ fact: "account", account }] };
  }

  noteForgetting(identity: IdentityId, sinceMs: number): IdentityDecision<void> {
    if (this.#forgettings.has(identity)) return nothing(undefined);
    return { outcome: undefined, facts: [{ fact: "forgetting", identity, sinceMs }] };
  }

  forgettings(sinceMs: number): readonly IdentityId[] {
    const due = [...this.#forgettings].filter(([, notedMs]) => notedMs <= sinceMs);
    const oldest = due.toSorted(([, one], [, other]) => one - other);
    return oldest.slice(0, FORGETTINGS_TOLD).map(([identity]) => identity);
  }

  count(what: string, windowMs: number, nowMs: number): IdentityDecision<Counted> {
    const known = this.#counts.get(what);
    const lives = known !== undefined && known.untilMs > nowMs;
    const count = lives ? known.count + 1 : 1;
    const untilMs = lives ? known.untilMs : nowMs + windowMs;
    const outcome = { count, leftMs: untilMs - nowMs };
    return { outcome, facts: [{ fact: "counted", what, count, untilMs }] };
  }

  /** The newest first. */
  auditTail(limit: number): readonly AuditEntry[] {
    return this.#audit.slice(-limit).reverse();
  }

  apply(fact: IdentityFact): void {
    switch (fact.fact) {
      case "identity":
        this.#identities.set(fact.identity.id, fact.identity);
        return;
      case "cookie":
        return this.#applyCookie(fact);
      case "cookie-removed":
        return this.#removeCookie(fact.hash);
      case "account":
        this.#accounts.set(fact.account.name, fact.account);
        return;
      case "forgetting":
        this.#forgettings.set(fact.identity, fact.sinceMs);
        return;
      case "forgetting-ended":
        this.#forgettings.delete(fact.identity);
        return;
      case "counted":
        this.#counts.set(fact.what, fact);
        return;
      case "count-forgotten":
        this.#counts.delete(fact.what);
        return;
      case "audited":
        this.#audit.push(fact.entry);
        if (this.#audit.length >= 2 * AUDIT_KEPT) this.#audit = this.#audit.slice(-AUDIT_KEPT);
    }
  }

  #applyCookie(fact: CookieFact): void {
    const { hash, identity } = fact.cookie;
    this.#cookies.set(hash, fact);
    const hashes = this.#hashesByIdentity.get(identity) ?? new Set();
    this.#hashesByIdentity.set(identity, hashes.add(hash));
  }

  #removeCookie(hash: string): void {
    const identity = this.#cookies.get(hash)?.cookie.identity;
    this.#cookies.delete(hash);
    if (identity === undefined) return;
    const hashes = this.#hashesByIdentity.get(identity);
    hashes?.delete(hash);
    if (hashes?.size === 0) this.#hashesByIdentity.delete(identity);
  }

  /** Drops what nobody can ask for any more. */
  sweep(nowMs: number): void {
    for (const [hash, { untilMs }] of this.#cookies) if (untilMs <= nowMs) this.#removeCookie(hash);
    for (const [what, { untilMs }] of this.#counts) if (untilMs <= nowMs) this.#counts.delete(what);
    for (const [id, identity] of this.#identities) {
      if (isOver(identity, nowMs)) this.#identities.delete(id);
    }
    this.#audit = this.#audit.filter(({ atMs }) => atMs > nowMs - AUDIT_LIFE_MS);
  }

  /** Facts that give the same maps to an empty store. */
  *facts(): Iterable<IdentityFact> {
    for (const identity of this.#identities.values()) yield { fact: "identity", identity };
    for (const account of this.#accounts.values()) yield { fact: "account", account };
    for (const [identity, sinceMs] of this.#forgettings)
      yield { fact: "forgetting", identity, sinceMs };
    yield* this.#cookies.values();
    yield* this.#counts.values();
    for (const entry of this.#audit.slice(-AUDIT_KEPT)) yield { fact: "audited", entry };
  }
}

function isOver({ role, cookieEndsMs }: IdentityRecord, nowMs: number): boolean {
  return role === "guest" && cookieEndsMs <= nowMs;
}

function usedNow(cookie: CookieRecord, nowMs: number): CookieFact {
  const untilMs = Math.min(nowMs + cookie.idleMs, cookie.endsMs);
  return { fact: "cookie", cookie, untilMs, usedMs: nowMs };
}
