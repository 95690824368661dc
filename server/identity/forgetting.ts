// Forgetting: what is done of somebody who has asked to be forgotten, and shown that they may. It stands in
// the store until nothing is left: whichever node finds it broken off goes on. It asks nobody for a word.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { IdentityId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import { closeShelf } from "../room/shelfOwner.ts";
import type { Bearer, Browsers } from "../session/browsers.ts";
import type { IdentityRecord } from "../session/record.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { type RoomStore, StoreAway } from "../store/store.ts";
import type { Audit } from "./audit.ts";
import { banOf } from "./ban.ts";
import { changeIdentity } from "./change.ts";
import { closeAccount, openAccountOf } from "./closedAccount.ts";
import { isForgotten } from "./player.ts";
import type { Ban } from "./record.ts";

export interface ForgettingParts {
  readonly store: IdentityStore & Pick<RoomStore, "readShelf" | "replaceShelf">;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly clock: Pick<Clock, "after">;
  readonly browsers: Browsers;
  readonly audit: Audit;
  readonly log: Log;
  /** Names of the games that may keep progress. */
  readonly games: readonly string[];
}

/** The store forgets by itself; until then whoever lists sessions to end them still finds whose they are. */
const LINGER_MS = 60_000;
/** As long as any ban that has an end may last. */
const BAN_KEPT_MS = 10 * 365 * 24 * 60 * 60_000;
/** A node takes a second for it: what is not done by then broke off. */
const BROKEN_OFF_MS = 60_000;
const LOOK_EVERY_MS = 60_000;

export class Forgetting {
  readonly #parts: ForgettingParts;
  #cancel: Cancel | undefined;
  #isStopped = false;

  constructor(parts: ForgettingParts) {
    this.#parts = parts;
  }

  /** Looks from time to time for what broke off, here or on a node that is no more. */
  start(): void {
    if (this.#isStopped) return;
    this.#cancel = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      void this.#goOn()
        .catch(this.#failed)
        .then(() => this.start());
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** Progress, sessions, cookies and the account go. Whoever asked may ask again by the same cookie, the last to go. */
  async forget({ identity: { id }, cookie }: Bearer): Promise<void> {
    const { store } = this.#parts;
    await store.noteForgetting(id, this.#nowMs());
    const leaving = (identity: IdentityRecord) => ({ ...identity, leaving: cookie.hash });
    await this.#forget(id, await changeIdentity(store, id, leaving));
  }

  /** One that cannot be finished holds up no other. */
  async #goOn(): Promise<void> {
    for (const id of await this.#parts.store.forgettings(this.#nowMs() - BROKEN_OFF_MS))
      await this.#finish(id).catch(this.#failed);
  }

  /** One node is enough for each. */
  async #finish(id: IdentityId): Promise<void> {
    const { store, audit } = this.#parts;
    const { count } = await store.count(`forgetting ${id}`, LOOK_EVERY_MS);
    if (count > 1) return;
    const identity = await store.readIdentity(id);
    // Whoever is not leaving any more has come back since.
    if (identity !== undefined && identity.leaving === undefined) return store.endForgetting(id);
    await this.#forget(id, identity);
    audit.note("user_deleted", { identity: id, why: "had broken off" });
  }

  readonly #failed = (cause: unknown): void => {
    // It stands in the store, and one that is away says so itself.
    if (!(cause instanceof StoreAway)) this.#parts.log.fault("forgetting-failed", { cause });
  };

  /** `identity` is who is leaving, unless that is forgotten by now. */
  async #forget(id: IdentityId, identity: IdentityRecord | undefined): Promise<void> {
    const { store, browsers, games } = this.#parts;
    if (identity !== undefined) await this.#forgetIdentity(identity);
    await browsers.endSessions(id, { reason: "signed-out" });
    // Saves leave rooms in their own time: what comes after this is nobody's, too.
    for (const game of games) await closeShelf(store, { identity: id, game });
    await this.#removeCookies(id, identity?.leaving);
    await store.endForgetting(id);
  }

  /** What is left is nobody's record, and ends like any guest's that is not used. */
  async #forgetIdentity({ id, account }: IdentityRecord): Promise<void> {
    const { store } = this.#parts;
    const nowMs = this.#nowMs();
    const isOwn = account !== undefined && (await openAccountOf(store, account))?.identity === id;
    if (isOwn) await closeAccount(store, account, nowMs);
    await changeIdentity(store, id, (identity) => {
      const { revision, createdMs, leaving } = identity;
      if (leaving === undefined || isForgotten(identity)) return undefined;
      const ban = lastingBan(identity, nowMs);
      const cookieEndsMs =
        ban === undefined ? nowMs + LINGER_MS : (ban.untilMs ?? nowMs + BAN_KEPT_MS);
      return {
        id,
        name: "",
        role: "guest",
        revision: revision + 1,
        createdMs,
        leaving,
        cookieIdleMs: 0,
        cookieEndsMs,
        cookiesSince: revision + 1,
        ...(ban === undefined ? {} : { ban }),
      };
    });
  }

  async #removeCookies(id: IdentityId, last: string | undefined): Promise<void> {
    const { store } = this.#parts;
    const hashes = (await store.cookiesOf(id)).map(({ cookie }) => cookie.hash);
    const others = hashes.filter((hash) => hash !== last);
    await Promise.all(others.map((hash) => store.removeCookie(hash)));
    if (last !== undefined) await store.removeCookie(last);
  }

  #nowMs(): number {
    return Math.floor(this.#parts.storeTime.nowMs());
  }
}

/**
 * What is not forgotten: whom another issuer vouches for comes back as the same, and would be rid of a
 * ban by leaving. Whoever has an account or is a guest comes back as somebody else in any case.
 */
function lastingBan(identity: IdentityRecord, nowMs: number): Ban | undefined {
  const isVouchedFor = identity.role !== "guest" && identity.account === undefined;
  return isVouchedFor ? banOf(identity, nowMs) : undefined;
}
