// Doors: how many connections may come at once, from one address, and in one session. It counts what
// is here; who somebody is was proved before, and no store is asked.

import { assert } from "../../shared/assert.ts";
import type { ConnectionId, PageId, SessionId } from "../../shared/ids.ts";
import type { Random } from "../../shared/random.ts";
import { SITE_HOUSEHOLDS, siteOf } from "../http/address.ts";
import { type Allowance, Turnstile } from "./allowance.ts";

export interface DoorLimits {
  /** Handshakes with a ticket: people who are in the middle of a game. */
  readonly returning: Allowance;
  /** Those of one session. */
  readonly returningPerSession: Allowance;
  /** Handshakes with a token alone. */
  readonly arriving: Allowance;
  /** The same from one address, and how many of those may stay; undefined for no such limit. */
  readonly address: (Allowance & { readonly atOnce: number }) | undefined;
  /** Pages of one session that may be connected at a time. */
  readonly pagesPerSession: number;
  /** Its connections: more, because a page on a bad line leaves dead ones behind for a while. */
  readonly connectionsPerSession: number;
  /** Connections of this node. */
  readonly all: number;
}

/**
 * A whole classroom or street behind one address must be able to come in; a machine that opens
 * sockets by the thousand must not. Whoever has a ticket is not counted by address at all, but with the
 * session: its pages on a bad line try three times a second, and nobody fills the door up with one ticket.
 */
export const DOOR_LIMITS: DoorLimits = {
  returning: { perSecond: 500, burst: 500 },
  returningPerSession: { perSecond: 10, burst: 100 },
  arriving: { perSecond: 200, burst: 200 },
  address: { perSecond: 5, burst: 60, atOnce: 100 },
  pagesPerSession: 5,
  connectionsPerSession: 16,
  all: 10_000,
};

assert(DOOR_LIMITS.returning.perSecond >= DOOR_LIMITS.arriving.perSecond, "players go first");

/** Somebody at the door whose signature was found right. */
export interface Caller {
  readonly connection: ConnectionId;
  readonly session: SessionId;
  readonly page: PageId;
  /** What limits count by: see `addressGroup`. Undefined for who is exempt. */
  readonly addressGroup: string | undefined;
  readonly hasTicket: boolean;
}

export type DoorAnswer =
  | { readonly kind: "open" }
  | {
      readonly kind: "refused";
      readonly reason: "server-busy" | "too-many-connections";
      readonly retryInMs: number;
    };

/** How long until a place may have become free, and what keeps a refused crowd from coming in step. */
const FULL_RETRY_MS = 2_000;
const JITTER_MS = 500;
/** The longest anybody is sent away for. */
const RETRY_MS_MAX = 10_000;

const ofSite = ({ perSecond, burst, atOnce }: Allowance & { readonly atOnce: number }) => ({
  perSecond: SITE_HOUSEHOLDS * perSecond,
  burst: SITE_HOUSEHOLDS * burst,
  atOnce: SITE_HOUSEHOLDS * atOnce,
});

/** Groups remembered before the first look at which of them can be forgotten. */
const GROUPS_KEPT = 1_024;

/** Callers that have one turnstile: of an address, or with tickets of a session. */
interface Group {
  readonly turnstile: Turnstile;
  readonly atOnceMax: number;
  atOnce: number;
}

const NONE: readonly never[] = [];

export class Doors {
  readonly #limits: DoorLimits;
  readonly #random: Random;
  readonly #returning: Turnstile;
  readonly #arriving: Turnstile;
  readonly #callers = new Map<ConnectionId, Caller>();
  readonly #groups = new Map<string, Group>();
  readonly #bySession = new Map<SessionId, readonly Caller[]>();
  #groupsToSweep = GROUPS_KEPT;

  constructor(limits: DoorLimits, random: Random) {
    this.#limits = limits;
    this.#random = random;
    this.#returning = new Turnstile(limits.returning);
    this.#arriving = new Turnstile(limits.arriving);
  }

  /** Lets a caller in and keeps its place until `leave`; or says when to come again. */
  enter(caller: Caller, nowMs: number): DoorAnswer {
    if (this.#callers.size >= this.#limits.all) return this.#refused("server-busy", FULL_RETRY_MS);
    if (this.#isSessionFull(caller)) return this.#refused("too-many-connections", FULL_RETRY_MS);
    if (this.#groups.size >= this.#groupsToSweep) this.#sweepGroups(nowMs);
    const groups = this.#groupsOf(caller);
    if (groups.some(({ atOnce, atOnceMax }) => atOnce >= atOnceMax)) {
      return this.#refused("too-many-connections", FULL_RETRY_MS);
    }
    for (const { turnstile } of groups) {
      const waitMs = turnstile.pass(nowMs);
      if (waitMs > 0) return this.#refused("too-many-connections", waitMs);
    }
    const turnstile = caller.hasTicket ? this.#returning : this.#arriving;
    const busyMs = turnstile.pass(nowMs);
    if (busyMs > 0) return this.#refused("server-busy", busyMs);
    this.#keep(caller, groups);
    return { kind: "open" };
  }

  has(connection: ConnectionId): boolean {
    return this.#callers.has(connection);
  }

  /** Gives a place back. Does nothing for who has none. */
  leave(connection: ConnectionId): Caller | undefined {
    const caller = this.#callers.get(connection);
    if (caller === undefined) return undefined;
    this.#callers.delete(connection);
    const others = this.connectionsOf(caller.session).filter((other) => other !== caller);
    if (others.length === 0) this.#bySession.delete(caller.session);
    else this.#bySession.set(caller.session, others);
    for (const group of this.#groupsOf(caller)) group.atOnce -= 1;
    return caller;
  }

  connectionsOf(session: SessionId): readonly Caller[] {
    return this.#bySession.get(session) ?? NONE;
  }

  #keep(caller: Caller, groups: readonly Group[]): void {
    this.#callers.set(caller.connection, caller);
    this.#bySession.set(caller.session, this.connectionsOf(caller.session).concat(caller));
    for (const group of groups) group.atOnce += 1;
  }

  #isSessionFull({ session, page }: Caller): boolean {
    const others = this.connectionsOf(session);
    const pages = new Set(others.map((other) => other.page)).add(page);
    const { pagesPerSession, connectionsPerSession } = this.#limits;
    return pages.size > pagesPerSession || others.length >= connectionsPerSession;
  }

  /** Whom a caller is counted with: a session, or an address and the site it is of. */
  #groupsOf({ session, addressGroup, hasTicket }: Caller): readonly Group[] {
    const { address, returningPerSession, connectionsPerSession } = this.#limits;
    if (hasTicket) {
      const limit = { ...returningPerSession, atOnce: connectionsPerSession };
      return [this.#group(session, limit)];
    }
    if (address === undefined || addressGroup === undefined) return [];
    const own = this.#group(addressGroup, address);
    const site = siteOf(addressGroup);
    return site === undefined ? [own] : [own, this.#group(site, ofSite(address))];
  }

  /** An address has dots or colons, and a session neither. */
  #group(name: string, limit: Allowance & { readonly atOnce: number }): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group = { turnstile: new Turnstile(limit), atOnceMax: limit.atOnce, atOnce: 0 };
    this.#groups.set(name, group);
    return group;
  }

  /** Forgets who is long gone; next when as many again have come, so that each pays for one look. */
  #sweepGroups(nowMs: number): void {
    for (const [name, { atOnce, turnstile }] of this.#groups) {
      if (atOnce === 0 && turnstile.isRested(nowMs)) this.#groups.delete(name);
    }
    this.#groupsToSweep = Math.max(GROUPS_KEPT, 2 * this.#groups.size);
  }

  #refused(reason: "server-busy" | "too-many-connections", afterMs: number): DoorAnswer {
    const retryInMs = Math.round(Math.min(RETRY_MS_MAX, afterMs) + this.#random() * JITTER_MS);
    return { kind: "refused", reason, retryInMs };
  }
}
