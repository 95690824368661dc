// Sign-in: how a browser becomes a guest and stays somebody: an identity for a name, a token for a
// cookie, and the way out. It knows names and cookies, nothing of passwords or HTTP.

import type { IdentityId } from "../../shared/ids.ts";
import { randomCode } from "../../shared/random.ts";
import { banOf } from "../identity/ban.ts";
import type { Ban } from "../identity/record.ts";
import { mayRename } from "../identity/renames.ts";
import type { Takeovers } from "../identity/takeovers.ts";
import type { Bearer, Browsers, BrowsersParts, NewCookie, SignedIn } from "./browsers.ts";
import type { CookiesEnded, IdentityRecord, SessionRecord } from "./record.ts";

export interface SignInParts
  extends Pick<BrowsersParts, "store" | "storeTime" | "log" | "metrics"> {
  readonly browsers: Browsers;
  readonly takeovers: Pick<Takeovers, "takeUp">;
}

/** A browser as a request shows it. */
export interface Browser {
  readonly cookie: string | undefined;
  readonly device: string;
}

export interface GuestSignedIn extends SignedIn {
  /** Set if the browser had none that proves anybody. */
  readonly newCookie: NewCookie | undefined;
}

/** Somebody whose cookie was found, and the session it has now, if any. */
export interface Known extends Bearer {
  readonly session: SessionRecord | undefined;
  /** Set while somebody is kept out. */
  readonly ban: Ban | undefined;
  /** What is left until the session's absolute end; 0 without one. */
  readonly endsInMs: number;
  /** What is left if nothing more is heard of it; 0 without one. */
  readonly silentMs: number;
}

const DAY_MS = 24 * 60 * 60_000;
/** A guest may be away for a month, and is nobody after three. */
const GUEST_IDLE_MS = 30 * DAY_MS;
const GUEST_ABSOLUTE_MS = 90 * DAY_MS;
/** Letters and digits of about 4.9 bits: 117 bits, never met by chance and never guessed. */
const IDENTITY_ID_LENGTH = 24;

export function newIdentityId(): IdentityId {
  return randomCode(IDENTITY_ID_LENGTH) as IdentityId;
}

export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /**
   * A guest of that name: the one the cookie proves, renamed if need be, or a new one. `name` was
   * checked, and so was that whoever the cookie proves is not banned.
   */
  async guest(name: string, { cookie: secret, device }: Browser): Promise<GuestSignedIn> {
    const { browsers, store, storeTime, metrics } = this.#parts;
    const known = await browsers.find(secret);
    if (known !== undefined && !this.#isBanned(known)) {
      const identity = await this.#renamed(known.identity, name);
      const signedIn = await browsers.signedIn({ ...known, identity }, device);
      if (signedIn !== undefined) return { ...signedIn, newCookie: undefined };
    }
    const createdMs = Math.floor(storeTime.nowMs());
    const identity = newGuest(name, createdMs);
    const { cookie, given } = browsers.drawCookie(identity, device, createdMs);
    await store.createIdentity(identity);
    await store.keepCookie(cookie);
    metrics.identities.add("guest");
    const signedIn = await browsers.signedIn({ identity, cookie }, device);
    if (signedIn === undefined) throw new Error("a new guest was ended at once");
    return { ...signedIn, newCookie: given };
  }

  /**
   * A token for the session of the cookie; opens a session without questions if it has none.
   * Undefined for nobody, and for who is banned.
   */
  async token({ cookie, device }: Browser): Promise<SignedIn | undefined> {
    const bearer = await this.#parts.browsers.find(cookie);
    if (bearer === undefined || this.#isBanned(bearer)) return undefined;
    // Whoever signed in when a node broke off finds the seats with the next token.
    await this.#parts.takeovers.takeUp(bearer.identity);
    return this.#parts.browsers.signedIn(bearer, device);
  }

  async known(cookie: string | undefined): Promise<Known | undefined> {
    const bearer = await this.#parts.browsers.find(cookie);
    if (bearer === undefined) return undefined;
    await this.#parts.takeovers.takeUp(bearer.identity);
    const session = await this.#parts.browsers.living(bearer);
    const nowMs = this.#parts.storeTime.nowMs();
    const leftMs = session === undefined ? 0 : session.endsMs - nowMs;
    const ban = banOf(bearer.identity, nowMs);
    const found = session && (await this.#parts.store.readSession(session.id));
    const silentMs = Math.round(found?.lifeMs ?? 0);
    return { ...bearer, session, ban, endsInMs: Math.round(leftMs), silentMs };
  }

  /** Why a cookie proves nobody any more, as far as that is known. */
  whyNobody(cookie: string | undefined): Promise<CookiesEnded | undefined> {
    return this.#parts.browsers.whyNobody(cookie);
  }

  /** Ends the sessions of this browser, and its cookie proves nobody any more. */
  async signOut(cookie: string | undefined): Promise<void> {
    const bearer = await this.#parts.browsers.find(cookie);
    if (bearer === undefined) return;
    await this.#parts.browsers.end(bearer.cookie, { reason: "signed-out" });
    this.#parts.log.note("signed-out", { identity: bearer.identity.id });
  }

  #isBanned({ identity }: Bearer): boolean {
    return banOf(identity, this.#parts.storeTime.nowMs()) !== undefined;
  }

  /** An account's name is changed elsewhere; of two renamings at a time one stands, of too many none. */
  async #renamed(identity: IdentityRecord, name: string): Promise<IdentityRecord> {
    if (identity.name === name || identity.role !== "guest") return identity;
    if (!(await mayRename(this.#parts.store, identity.id))) return identity;
    const renamed = { ...identity, name };
    const isWritten = await this.#parts.store.writeIdentity(renamed, identity);
    return isWritten ? renamed : identity;
  }
}

function newGuest(name: string, createdMs: number): IdentityRecord {
  return {
    id: newIdentityId(),
    name,
    role: "guest",
    revision: 1,
    createdMs,
    cookieIdleMs: GUEST_IDLE_MS,
    cookieEndsMs: createdMs + GUEST_ABSOLUTE_MS,
  };
}
