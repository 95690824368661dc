// Sign-in: how a browser becomes somebody and stays it: identities for guests, a session for each
// cookie that proves one, a token for each session. It knows cookies and names, nothing of HTTP.

import type { IdentityId, SessionId } from "../../shared/ids.ts";
import { randomCode } from "../../shared/random.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { SessionStore } from "../store/store.ts";
import { cookieHash, isCookie, labelOf, newCookie } from "./cookie.ts";
import type { KeyRing } from "./keys.ts";
import { openSession } from "./opening.ts";
import type { IdentityRecord, SessionRecord } from "./record.ts";
import type { SessionClocks } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { StoreTime } from "./storeTime.ts";
import { writeToken } from "./token.ts";

export interface SignInParts {
  readonly store: SessionStore;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly clocks: SessionClocks;
  readonly sessions: Sessions;
  readonly tokenKeys: KeyRing;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A browser as a request shows it. */
export interface Browser {
  readonly cookie: string | undefined;
  readonly device: string;
}

export interface SignedIn {
  readonly session: SessionRecord;
  readonly token: string;
  /** What is left until the session's absolute end. */
  readonly endsInMs: number;
}

export interface GuestSignedIn extends SignedIn {
  /** Set if the browser had none that proves anybody. */
  readonly newCookie: { readonly secret: string; readonly lifeMs: number } | undefined;
}

/** Somebody whose cookie was found, and the session it has now, if any. */
export interface Known {
  readonly identity: IdentityRecord;
  readonly session: SessionRecord | undefined;
  /** What is left until the session's absolute end; 0 without one. */
  readonly endsInMs: number;
}

const DAY_MS = 24 * 60 * 60_000;
/** A guest may be away for a month, and is nobody after three. */
const GUEST_IDLE_MS = 30 * DAY_MS;
const GUEST_ABSOLUTE_MS = 90 * DAY_MS;
/** Letters and digits of about 4.9 bits: 117 and 137 bits, never met by chance and never guessed. */
const IDENTITY_ID_LENGTH = 24;
const SESSION_ID_LENGTH = 28;
/** Who signs in so shortly before a session's end gets the next one, and no game is interrupted. */
const NEXT_BEFORE_END_MS = 60_000;

export class SignIn {
  readonly #parts: SignInParts;
  /** Sessions being opened, by cookie: pages that start together share one. */
  readonly #opening = new Map<string, Promise<SessionRecord>>();

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /** A guest of that name: the one the cookie proves, renamed if need be, or a new one. `name` was checked. */
  async guest(name: string, browser: Browser): Promise<GuestSignedIn> {
    const known = await this.#identityOf(browser.cookie);
    if (known !== undefined && isCookie(browser.cookie)) {
      const identity = await this.#renamed(known, name);
      const signedIn = await this.#signedIn(identity, browser.cookie, browser.device);
      return { ...signedIn, newCookie: undefined };
    }
    const secret = newCookie();
    const identity = this.#newGuest(name);
    await this.#parts.store.createIdentity(identity, cookieHash(secret));
    this.#parts.metrics.identities.add("guest");
    const signedIn = await this.#signedIn(identity, secret, browser.device);
    return { ...signedIn, newCookie: { secret, lifeMs: GUEST_ABSOLUTE_MS } };
  }

  /** A token for the session of the cookie; opens a session without questions if it has none. Undefined for nobody. */
  async token({ cookie, device }: Browser): Promise<SignedIn | undefined> {
    const identity = await this.#identityOf(cookie);
    if (identity === undefined || !isCookie(cookie)) return undefined;
    return this.#signedIn(identity, cookie, device);
  }

  async known(cookie: string | undefined): Promise<Known | undefined> {
    const identity = await this.#identityOf(cookie);
    if (identity === undefined || !isCookie(cookie)) return undefined;
    const session = await this.#living(identity, labelOf(cookie));
    const leftMs = session === undefined ? 0 : session.endsMs - this.#parts.storeTime.nowMs();
    return { identity, session, endsInMs: Math.round(leftMs) };
  }

  /** Ends the sessions of this browser, and its cookie proves nobody any more. */
  async signOut(cookie: string | undefined): Promise<void> {
    const identity = await this.#identityOf(cookie);
    if (identity === undefined || !isCookie(cookie)) return;
    const label = labelOf(cookie);
    // The cookie first: no session may be opened with it while the others are ended.
    await this.#parts.store.removeCookie(cookieHash(cookie));
    const sessions = await this.#parts.store.sessionsOf(identity.id);
    await Promise.all(
      sessions
        .filter((session) => session.label === label)
        .map((session) => this.#parts.sessions.revoke(session, { reason: "signed-out" })),
    );
    this.#parts.log.note("signed-out", { identity: identity.id });
  }

  async #identityOf(cookie: string | undefined): Promise<IdentityRecord | undefined> {
    if (!isCookie(cookie)) return undefined;
    const identity = await this.#parts.store.identityByCookie(cookieHash(cookie));
    return identity === undefined ? undefined : this.#parts.store.readIdentity(identity);
  }

  #newGuest(name: string): IdentityRecord {
    const createdMs = Math.floor(this.#parts.storeTime.nowMs());
    return {
      id: randomCode(IDENTITY_ID_LENGTH) as IdentityId,
      name,
      role: "guest",
      revision: 1,
      createdMs,
      cookieIdleMs: GUEST_IDLE_MS,
      cookieEndsMs: createdMs + GUEST_ABSOLUTE_MS,
    };
  }

  /** An account's name is changed elsewhere; of two renamings at a time one stands. */
  async #renamed(identity: IdentityRecord, name: string): Promise<IdentityRecord> {
    if (identity.name === name || identity.role !== "guest") return identity;
    const renamed = { ...identity, name };
    const isWritten = await this.#parts.store.writeIdentity(renamed, identity.revision);
    return isWritten ? renamed : identity;
  }

  async #signedIn(identity: IdentityRecord, cookie: string, device: string): Promise<SignedIn> {
    const label = labelOf(cookie);
    const session =
      (await this.#living(identity, label)) ?? (await this.#open(identity, label, device));
    const nowMs = this.#parts.storeTime.nowMs();
    const claims = { identity: identity.id, session: session.id, revision: session.revision };
    const token = writeToken(this.#parts.tokenKeys, claims, nowMs);
    return { session, token, endsInMs: Math.round(session.endsMs - nowMs) };
  }

  /** The newest session of this browser that says what the identity is now. */
  async #living(identity: IdentityRecord, label: string): Promise<SessionRecord | undefined> {
    const sessions = await this.#parts.store.sessionsOf(identity.id);
    const untilMs = this.#parts.storeTime.nowMs() + NEXT_BEFORE_END_MS;
    return (
      sessions
        .filter((session) => session.label === label)
        // The last session of a cookie ends with it: opening another would not last longer.
        .filter(({ endsMs }) => endsMs > untilMs || endsMs === identity.cookieEndsMs)
        .filter(({ name, role, revision }) => {
          const isSame = name === identity.name && role === identity.role;
          return isSame && revision === identity.revision;
        })
        .reduce<SessionRecord | undefined>(newer, undefined)
    );
  }

  #open(identity: IdentityRecord, label: string, device: string): Promise<SessionRecord> {
    const key = `${label} ${identity.name}`;
    const opening = this.#opening.get(key) ?? this.#openAnew(identity, label, device);
    this.#opening.set(key, opening);
    // Whoever waits for it learns of a failure; here it only makes room for the next attempt.
    const done = () => void this.#opening.delete(key);
    opening.then(done, done);
    return opening;
  }

  async #openAnew(identity: IdentityRecord, label: string, device: string) {
    const { storeTime, clocks, store, log, metrics } = this.#parts;
    const session = openSession(
      identity,
      { id: randomCode(SESSION_ID_LENGTH) as SessionId, label, device },
      { nowMs: Math.floor(storeTime.nowMs()), absoluteMs: clocks.absoluteMs },
    );
    await store.openSession(session, clocks.lifeMs);
    metrics.sessionsOpened.add(identity.role);
    log.note("session-opened", { session: session.id, identity: identity.id });
    return session;
  }
}

function newer(one: SessionRecord | undefined, other: SessionRecord): SessionRecord {
  if (one === undefined || other.createdMs > one.createdMs) return other;
  return other.createdMs === one.createdMs && other.id > one.id ? other : one;
}
