// Belongings: everything that is kept of somebody, for that person to take along or to have forgotten.
// Nobody else's belongings are ever touched or told, and what is forgotten comes back in no way.

import type { Json } from "../../shared/field.ts";
import type { IdentityId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { SeatDesk } from "../node/seatDesk.ts";
import { shelfOf } from "../room/shelf.ts";
import { closeShelf } from "../room/shelfOwner.ts";
import { allOf, type Story } from "../room/stories.ts";
import type { Bearer, Browsers } from "../session/browsers.ts";
import type { IdentityRecord } from "../session/record.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import type { RoomStore } from "../store/store.ts";
import type { Accounts, Asker } from "./accounts.ts";
import type { Audit } from "./audit.ts";
import { banOf } from "./ban.ts";
import { changeIdentity } from "./change.ts";
import { closeAccount, openAccountOf } from "./closedAccount.ts";
import type { Ban } from "./record.ts";

export interface BelongingsParts {
  readonly store: IdentityStore & Pick<RoomStore, "seatsOf" | "readShelf" | "replaceShelf">;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly browsers: Browsers;
  readonly accounts: Pick<Accounts, "confirm">;
  readonly audit: Audit;
  readonly rooms: Pick<SeatDesk, "putOut">;
  /** Names of the games that may keep progress. */
  readonly games: readonly string[];
}

/** Plain JSON: whoever takes it along reads it without us. Times are ISO 8601. */
export type Export = Readonly<Record<string, Json>>;

export type Forgetting =
  | { readonly kind: "forgotten" }
  | { readonly kind: "refused"; readonly reason: Reason; readonly retryInMs?: number };

/** The store forgets by itself; until then whoever lists sessions to end them still finds whose they are. */
const LINGER_MS = 60_000;
/** As long as any ban that has an end may last. */
const BAN_KEPT_MS = 10 * 365 * 24 * 60 * 60_000;

export class Belongings {
  readonly #parts: BelongingsParts;

  constructor(parts: BelongingsParts) {
    this.#parts = parts;
  }

  /** Undefined for nobody. */
  async export(secret: string | undefined): Promise<Export | undefined> {
    const { store, browsers, audit } = this.#parts;
    const bearer = await browsers.find(secret);
    if (bearer === undefined) return undefined;
    const { identity } = bearer;
    const { id, name, role, account = null, createdMs, preferences = {}, ban } = identity;
    const [cookies, seats, saves] = await Promise.all([
      store.cookiesOf(id),
      store.seatsOf(id),
      this.#saves(id),
    ]);
    audit.noteSparingly("sensitive_read", { identity: id, why: "own export" });
    return {
      ...{ identity: id, name, role, account, since: isoOf(createdMs) },
      preferences: { ...preferences } as Json,
      ban: ban === undefined ? null : { reason: ban.reason, since: isoOf(ban.sinceMs) },
      alerts: (identity.alerts ?? []).map(({ kind, device, atMs }) => {
        return { kind, device, at: isoOf(atMs) };
      }),
      knownDevices: identity.devices?.length ?? 0,
      browsers: cookies.map(({ cookie: { device, createdMs: sinceMs, endsMs }, usedMs }) => {
        return { device, since: isoOf(sinceMs), used: isoOf(usedMs), ends: isoOf(endsMs) };
      }),
      seats: seats.map(({ room, game, seat }) => ({ room, game, seat })),
      saves,
    };
  }

  /**
   * Has everything forgotten: seats are given up, progress, sessions, cookies and the account go. A
   * player gives the password again. Until the seats are empty nothing else is touched, so that whoever
   * is refused can ask again. Whoever was told nothing because a node or the store broke off asks again
   * with the same cookie, which is the last to go.
   */
  async forget(password: string | undefined, asker: Asker): Promise<Forgetting> {
    const { store, browsers, games } = this.#parts;
    const bearer =
      (await browsers.find(asker.cookie)) ?? (await browsers.findLeaving(asker.cookie));
    if (bearer === undefined) return refused("sign-in-needed");
    const confirmed = await this.#confirm(bearer, password, asker);
    if (confirmed !== undefined) return confirmed;
    const { id, account } = bearer.identity;
    if (!(await this.#leaveSeats(id))) return refused("server-busy");
    const leaving = bearer.cookie.hash;
    const nowMs = Math.floor(this.#parts.storeTime.nowMs());
    if (account !== undefined) {
      await changeIdentity(store, id, (identity) => ({ ...identity, leaving }));
      await closeAccount(store, account, nowMs);
    }
    await this.#forgetIdentity(bearer, nowMs);
    // Saves leave rooms in their own time: what comes after this is nobody's, too.
    for (const game of games) await closeShelf(store, { identity: id, game });
    await this.#removeCookies(bearer);
    this.#parts.audit.note("user_deleted", { identity: id, address: asker.address });
    return { kind: "forgotten" };
  }

  /** A guest has nothing but the cookie to show, and nor has whom another issuer vouched for. */
  async #confirm({ identity, cookie }: Bearer, password: string | undefined, asker: Asker) {
    const { id, account, leaving } = identity;
    if (account === undefined) return undefined;
    const { accounts, store } = this.#parts;
    // The password went with the account, after this cookie had given it.
    if (leaving === cookie.hash && !(await openAccountOf(store, account))) return undefined;
    const confirmed = await accounts.confirm(account, password ?? "", asker);
    if (confirmed.kind === "refused") return confirmed;
    return confirmed.identity === id ? undefined : refused("not-allowed");
  }

  async #leaveSeats(id: IdentityId): Promise<boolean> {
    const { store, rooms } = this.#parts;
    const seats = await store.seatsOf(id);
    const outcomes = await Promise.all(seats.map(({ room }) => rooms.putOut(room, id, false)));
    return !outcomes.includes("asked");
  }

  /** What is left is nobody's record, and ends like any guest's that is not used. */
  async #forgetIdentity({ identity: { id }, cookie }: Bearer, nowMs: number): Promise<void> {
    const { store, browsers } = this.#parts;
    await changeIdentity(store, id, (identity) => {
      const { revision, createdMs } = identity;
      const ban = lastingBan(identity, nowMs);
      const cookieEndsMs =
        ban === undefined ? nowMs + LINGER_MS : (ban.untilMs ?? nowMs + BAN_KEPT_MS);
      return {
        ...{ id, name: "", role: "guest", revision: revision + 1, createdMs, leaving: cookie.hash },
        ...{ cookieIdleMs: 0, cookieEndsMs, cookiesSince: revision + 1 },
        ...(ban === undefined ? {} : { ban }),
      };
    });
    await browsers.endSessions(id, { reason: "signed-out" });
  }

  async #removeCookies({ identity, cookie: own }: Bearer): Promise<void> {
    const { store } = this.#parts;
    const hashes = (await store.cookiesOf(identity.id)).map(({ cookie }) => cookie.hash);
    const others = hashes.filter((hash) => hash !== own.hash);
    await Promise.all(others.map((hash) => store.removeCookie(hash)));
    await store.removeCookie(own.hash);
  }

  async #saves(id: IdentityId): Promise<Readonly<Record<string, Json>>> {
    const { store, games } = this.#parts;
    const shelves = await Promise.all(
      games.map(async (game) => [game, allOf(shelfOf(await store.readShelf(id, game)))] as const),
    );
    const kept = shelves.map(([game, stories]) => [game, stories.map(toTake)] as const);
    return Object.fromEntries(kept.filter(([, saves]) => saves.length > 0));
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

/** A story as its player takes it along. Older builds did not note when they kept one. */
function toTake({ save, keptMs, isGuests }: Story): Json {
  return { save, asGuest: isGuests, ...(keptMs === 0 ? {} : { kept: isoOf(keptMs) }) };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function refused(reason: Reason): Extract<Forgetting, { kind: "refused" }> {
  return { kind: "refused", reason };
}
