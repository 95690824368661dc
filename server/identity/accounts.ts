// Accounts: how somebody becomes a player with a name and a password, comes back as that player, and
// changes the password. Every success gives a new cookie and a new session; it knows nothing of HTTP.

import type { IdentityId } from "../../shared/ids.ts";
import type { Browsers, NewCookie, SignedIn } from "../session/browsers.ts";
import type { Vouched } from "../session/outsideIssuer.ts";
import type { CookieRecord, IdentityRecord, SessionRecord } from "../session/record.ts";
import { newIdentityId } from "../session/signIn.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import type { Alerts } from "./alerts.ts";
import type { Attempts } from "./attempts.ts";
import type { Audit } from "./audit.ts";
import { banOf } from "./ban.ts";
import { changeIdentity, withNewRevision } from "./change.ts";
import { claimAccount, closeAccount } from "./closedAccount.ts";
import { type DeviceMark, isKnownDevice, newDeviceMark, noteDevice } from "./devices.ts";
import type { Passwords } from "./password.ts";
import { BUSY, type PasswordProof, type Refusal, refused } from "./passwordProof.ts";
import { judgePassword } from "./passwordRule.ts";
import { PLAYER_ABSOLUTE_MS, PLAYER_IDLE_MS, playerOf } from "./player.ts";
import type { AccountRecord, Alert, Ban, Takeover } from "./record.ts";
import { type Takeovers, takeoverOf } from "./takeovers.ts";

export interface AccountsParts {
  readonly store: IdentityStore;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly browsers: Browsers;
  readonly passwords: Passwords;
  readonly proof: PasswordProof;
  readonly attempts: Pick<Attempts, "entered">;
  readonly audit: Audit;
  readonly alerts: Alerts;
  /** Words that anybody would try first as a password here. */
  readonly words: readonly string[];
  readonly takeovers: Takeovers;
}

/** Who asks: a browser, as a request shows it. */
export interface Asker {
  readonly cookie: string | undefined;
  readonly device: string;
  /** What marks the device, if it signed in before. */
  readonly mark: DeviceMark | undefined;
  readonly address: string;
  /** What limits count the address by; undefined for who is exempt. */
  readonly addressGroup: string | undefined;
}

export interface PlayerSignedIn extends SignedIn {
  readonly kind: "signed-in";
  readonly newCookie: NewCookie;
  /** For the browser to keep for long. */
  readonly mark: DeviceMark;
}

export type AccountAnswer =
  | PlayerSignedIn
  | { readonly kind: "banned"; readonly ban: Ban }
  | Refusal;

export type Confirmed = { readonly kind: "confirmed"; readonly identity: IdentityId } | Refusal;

/** Browsers an account may be signed in on; the one that was not used for longest makes room. */
export const BROWSERS_MAX = 10;
/** Through so many changes of an identity a dead cookie is kept, to tell why it died. */
const DEAD_TOLD = 3;
/** So many failures in a row before a success are worth telling. */
const FAILURES_TOLD = 3;

/** What an account is looked up by: the name in one of its spellings. */
export function accountNameOf(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

export class Accounts {
  readonly #parts: AccountsParts;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
  }

  /**
   * Makes an account under a name that was checked. A guest stays the same identity, with all seats;
   * everything that proved the guest is dead.
   */
  async register(name: string, given: unknown, asker: Asker): Promise<AccountAnswer> {
    const { store, browsers, passwords } = this.#parts;
    const account = accountNameOf(name);
    const judged = judgePassword(given, [account, ...this.#parts.words]);
    if (judged.kind === "refused") return judged;
    const bearer = await browsers.find(asker.cookie);
    if (bearer !== undefined && bearer.identity.role !== "guest") return refused("not-allowed");
    const ban = bearer && banOf(bearer.identity, this.#nowMs());
    if (ban !== undefined) return { kind: "banned", ban };
    const passwordHash = await passwords.hash(judged.password);
    if (passwordHash === undefined) return BUSY;
    const identity = bearer?.identity.id ?? newIdentityId();
    const record: AccountRecord = { name: account, identity, passwordHash, revision: 1 };
    const isOwn = await claimAccount(store, record, this.#nowMs());
    if (!isOwn) return refused("name-taken");
    const player = await playerOf(store, { id: identity, name, account }, this.#nowMs());
    if (player === undefined) {
      await closeAccount(store, account, this.#nowMs());
      return refused("not-allowed");
    }
    this.#parts.audit.note("user_created", { identity, address: asker.address });
    return this.#admit(player, asker, { tombstone: "signed-in", manyFailures: false });
  }

  async signIn(name: string, given: string, asker: Asker): Promise<AccountAnswer> {
    const account = accountNameOf(name);
    const proved = await this.#parts.proof.prove(account, given, asker);
    if (proved.kind === "refused") return proved;
    const { record, failures } = proved;
    const who = { id: record.identity, name, account };
    const player = await playerOf(this.#parts.store, who, this.#nowMs());
    if (player === undefined) return refused("sign-in-failed");
    const ban = banOf(player, this.#nowMs());
    if (ban !== undefined) return { kind: "banned", ban };
    const manyFailures = failures >= FAILURES_TOLD;
    const event = manyFailures ? "authn_login_successafterfail" : "authn_login_success";
    this.#parts.audit.note(event, { identity: player.id, address: asker.address });
    return this.#enter(player, asker, { manyFailures, record });
  }

  async #enter(
    player: IdentityRecord,
    asker: Asker,
    how: Pick<Admitting, "manyFailures" | "record">,
  ) {
    const bearer = await this.#parts.browsers.find(asker.cookie);
    const takeover = takeoverOf(bearer, player, this.#nowMs());
    const answer = await this.#admit(player, asker, { tombstone: "signed-in", takeover, ...how });
    if (answer.kind !== "signed-in") return answer;
    // Whoever this browser was before is signed out of it.
    if (bearer !== undefined && takeover === undefined) await this.#end(bearer.cookie);
    return answer;
  }

  /** Somebody for whom another issuer vouched: the same player each time, without a password here. */
  async vouched({ identity: id, name }: Vouched, asker: Asker): Promise<AccountAnswer> {
    const player = await playerOf(this.#parts.store, { id, name }, this.#nowMs());
    if (player === undefined) return refused("sign-in-failed");
    const ban = banOf(player, this.#nowMs());
    if (ban !== undefined) return { kind: "banned", ban };
    this.#parts.audit.note("authn_login_success", { identity: id, address: asker.address });
    return this.#enter(player, asker, { manyFailures: false });
  }

  /** Whether the password is that of the account; the try counts like a sign-in. */
  async confirm(account: string, password: string, asker: Asker): Promise<Confirmed> {
    const proved = await this.#parts.proof.prove(account, password, asker);
    if (proved.kind === "refused") return proved;
    return { kind: "confirmed", identity: proved.record.identity };
  }

  /** Every other browser is signed out. */
  async changePassword(current: string, given: unknown, asker: Asker): Promise<AccountAnswer> {
    const { store, browsers, passwords, audit } = this.#parts;
    const bearer = await browsers.find(asker.cookie);
    const account = bearer?.identity.account;
    if (bearer === undefined || account === undefined) return refused("sign-in-needed");
    const ban = banOf(bearer.identity, this.#nowMs());
    if (ban !== undefined) return { kind: "banned", ban };
    const judged = judgePassword(given, [account, ...this.#parts.words]);
    if (judged.kind === "refused") return judged;
    const proved = await this.#parts.proof.prove(account, current, asker);
    if (proved.kind === "refused") return proved;
    const { record } = proved;
    if (record.identity !== bearer.identity.id) return refused("not-allowed");
    const passwordHash = await passwords.hash(judged.password);
    if (passwordHash === undefined) return BUSY;
    const changed = { ...record, passwordHash, revision: record.revision + 1 };
    if (!(await store.writeAccount(changed, record.revision))) return BUSY;
    const player = await changeIdentity(store, record.identity, (of) =>
      withNewRevision(of, "password-changed"),
    );
    if (player === undefined) return refused("sign-in-needed");
    audit.note("authn_password_change", { identity: player.id, address: asker.address });
    return this.#admit(player, asker, { tombstone: "password-changed", manyFailures: false });
  }

  /** Ends what proved the asker before, and gives a new cookie and a new session. */
  async #admit(player: IdentityRecord, asker: Asker, how: Admitting): Promise<AccountAnswer> {
    const { store, browsers } = this.#parts;
    const nowMs = this.#nowMs();
    const { id } = player;
    const isOlder = ({ revision }: SessionRecord) => revision < player.revision;
    await browsers.endSessions(id, { reason: how.tombstone }, isOlder);
    const mark = asker.mark ?? newDeviceMark();
    const isCrowded = !isKnownDevice(player, mark) && (await this.#isOneOfMany(id, asker));
    const seen = { mark, device: asker.device, nowMs, manyFailures: how.manyFailures, isCrowded };
    let unusual: readonly Alert[] = [];
    const noted = await changeIdentity(store, id, (identity) => {
      // Who was banned in this very moment is told so at the next try; who left in it comes back in no way.
      if (banOf(identity, nowMs) !== undefined || identity.role === "guest") return undefined;
      const ends = { cookieIdleMs: PLAYER_IDLE_MS, cookieEndsMs: nowMs + PLAYER_ABSOLUTE_MS };
      const { changed, alerts } = noteDevice(identity, seen);
      unusual = alerts;
      const noted = { ...identity, ...changed, ...ends };
      const { takeover } = how;
      if (takeover === undefined) return noted;
      const others = (identity.takesOver ?? []).filter(({ guest }) => guest !== takeover.guest);
      return { ...noted, takesOver: [...others, takeover] };
    });
    if (noted === undefined) return BUSY;
    // To check a password takes time, in which it may have been changed. From here on a change ends the
    // cookie that is drawn, too.
    const isProved = how.record === undefined || (await this.#parts.proof.stands(how.record));
    if (!isProved) return BUSY;
    this.#parts.alerts.tell(id, unusual);
    await this.#makeRoom(noted);
    const { cookie, given } = browsers.drawCookie(noted, asker.device, nowMs);
    await store.keepCookie(cookie);
    const signedIn = await browsers.signedIn({ identity: noted, cookie }, asker.device);
    // Somebody ended everything in this very moment.
    if (signedIn === undefined) return BUSY;
    await this.#parts.takeovers.takeUp(noted);
    this.#parts.audit.note("session_created", { identity: id, session: signedIn.session.id });
    return { kind: "signed-in", ...signedIn, newCookie: given, mark };
  }

  /** Whether too many accounts were entered from where somebody is; the audit hears once of it. */
  async #isOneOfMany(identity: IdentityId, { address, addressGroup }: Asker): Promise<boolean> {
    const entered = await this.#parts.attempts.entered(addressGroup);
    if (entered === "first-of-crowd") {
      const why = "accounts entered from one address";
      this.#parts.audit.note("excess_rate_limit_exceeded", { identity, address, why });
    }
    return entered !== "one-of-few";
  }

  /** Cookies that prove nothing any more do not count; those that died last still tell their holders why. */
  async #makeRoom({ id, revision, cookiesSince = 0 }: IdentityRecord): Promise<void> {
    const { store } = this.#parts;
    const kept = await store.cookiesOf(id);
    const dead = kept.filter(({ cookie }) => cookie.revision < cookiesSince);
    const forgotten = dead.filter(({ cookie }) => cookie.revision < revision - DEAD_TOLD);
    await Promise.all(forgotten.map(({ cookie }) => store.removeCookie(cookie.hash)));
    const cookies = kept.filter((each) => !dead.includes(each));
    const tooMany = cookies.length - (BROWSERS_MAX - 1);
    if (tooMany <= 0) return;
    const oldest = cookies.toSorted((a, b) => a.usedMs - b.usedMs).slice(0, tooMany);
    await Promise.all(oldest.map(({ cookie }) => this.#end(cookie)));
  }

  #end(cookie: CookieRecord): Promise<void> {
    return this.#parts.browsers.end(cookie, { reason: "signed-in" });
  }

  #nowMs(): number {
    return Math.floor(this.#parts.storeTime.nowMs());
  }
}

interface Admitting {
  readonly tombstone: "signed-in" | "password-changed";
  readonly manyFailures: boolean;
  /** The account that the password was proved for. */
  readonly record?: AccountRecord;
  /** The guest that the browser was. */
  readonly takeover?: Takeover | undefined;
}
