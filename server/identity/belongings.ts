// Belongings: everything that is kept of somebody, for that person to take along or to have forgotten.
// Nobody else's belongings are ever touched or told, and what is forgotten comes back in no way.

import type { Json } from "../../shared/field.ts";
import type { IdentityId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { SeatDesk } from "../node/seatDesk.ts";
import { shelfOf } from "../room/shelf.ts";
import { allOf, type Story } from "../room/stories.ts";
import type { Bearer, Browsers } from "../session/browsers.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import type { RoomStore } from "../store/store.ts";
import type { Accounts, Asker } from "./accounts.ts";
import type { Audit } from "./audit.ts";
import { openAccountOf } from "./closedAccount.ts";
import type { Forgetting } from "./forgetting.ts";

export interface BelongingsParts {
  readonly store: IdentityStore &
    Pick<RoomStore, "seatsOf" | "unlinkSeat" | "listingOf" | "readShelf">;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly browsers: Browsers;
  readonly accounts: Pick<Accounts, "confirm">;
  readonly audit: Audit;
  readonly rooms: Pick<SeatDesk, "putOut">;
  readonly forgetting: Pick<Forgetting, "forget">;
  /** Names of the games that may keep progress. */
  readonly games: readonly string[];
}

/** Plain JSON: whoever takes it along reads it without us. Times are ISO 8601. */
export type Export = Readonly<Record<string, Json>>;

export type ForgetAnswer =
  | { readonly kind: "forgotten" }
  | { readonly kind: "refused"; readonly reason: Reason; readonly retryInMs?: number };

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
    const [cookies, seats, shelves] = await Promise.all([
      store.cookiesOf(id),
      store.seatsOf(id),
      this.#shelves(id),
    ]);
    const saves = shelves.filter(({ stories }) => stories.length > 0);
    const unreadable = shelves.filter(({ isWhole }) => !isWhole);
    audit.noteSparingly("sensitive_read", { identity: id, why: "own export" });
    return {
      identity: id,
      name,
      role,
      account,
      since: isoOf(createdMs),
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
      saves: Object.fromEntries(saves.map(({ game, stories }) => [game, stories])),
      // Kept, and nobody can tell what it says or whether all of it is theirs.
      unreadable: { saves: unreadable.map(({ game }) => game) },
    };
  }

  /**
   * Has everything forgotten: seats are given up, then all else goes. A player gives the password again.
   * Until the seats are empty nothing else is touched, so that whoever is refused can ask again. So may
   * whoever was told nothing because a node or the store broke off, by the same cookie.
   */
  async forget(password: string | undefined, asker: Asker): Promise<ForgetAnswer> {
    const { browsers, forgetting } = this.#parts;
    const bearer =
      (await browsers.find(asker.cookie)) ?? (await browsers.findLeaving(asker.cookie));
    if (bearer === undefined) return refused("sign-in-needed");
    const confirmed = await this.#confirm(bearer, password, asker);
    if (confirmed !== undefined) return confirmed;
    const { id } = bearer.identity;
    if (!(await this.#leaveSeats(id))) return refused("server-busy");
    await forgetting.forget(bearer);
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

  /** In a room that nobody runs any more a seat can be given up by nobody: it stays, and is nobody's. */
  async #leaveSeats(id: IdentityId): Promise<boolean> {
    const { store, rooms } = this.#parts;
    const seats = await store.seatsOf(id);
    if (seats.length === 0) return true;
    const outcomes = await Promise.all(
      seats.map(async ({ room }) => {
        const { status, epoch = 0 } = (await store.listingOf(room)) ?? {};
        if (status !== "quarantined") return rooms.putOut(room, id, false);
        return store.unlinkSeat(id, room, { epoch });
      }),
    );
    return !outcomes.includes("asked");
  }

  #shelves(id: IdentityId) {
    const { store, games } = this.#parts;
    return Promise.all(
      games.map(async (game) => {
        const shelf = shelfOf(await store.readShelf(id, game));
        const isWhole = shelf.unreadable.length === 0;
        return { game, stories: allOf(shelf).map(toTake), isWhole };
      }),
    );
  }
}

/** A story as its player takes it along. Older builds did not note when they kept one. */
function toTake({ save, keptMs, isGuests }: Story): Json {
  return { save, asGuest: isGuests, ...(keptMs === 0 ? {} : { kept: isoOf(keptMs) }) };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function refused(reason: Reason): Extract<ForgetAnswer, { kind: "refused" }> {
  return { kind: "refused", reason };
}
