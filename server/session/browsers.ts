// Browsers: the cookies and sessions of identities: who a cookie proves, a session for each cookie, a
// token for each session, and their ends. It asks for no name and no password.

import type { IdentityId, SessionId } from "../../shared/ids.ts";
import { randomCode } from "../../shared/random.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import type { SessionStore } from "../store/sessionStore.ts";
import { cookieHash, isCookie, labelOfHash, newCookie } from "./cookie.ts";
import type { KeyRing } from "./keys.ts";
import { openSession } from "./opening.ts";
import type {
  CookieRecord,
  CookiesEnded,
  IdentityRecord,
  SessionRecord,
  SessionTombstone,
} from "./record.ts";
import type { SessionClocks } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { StoreTime } from "./storeTime.ts";
import { writeToken } from "./token.ts";

export interface BrowsersParts {
  readonly store: SessionStore & IdentityStore;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly clocks: SessionClocks;
  readonly sessions: Sessions;
  readonly tokenKeys: KeyRing;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Somebody whose cookie was found. */
export interface Bearer {
  readonly identity: IdentityRecord;
  readonly cookie: CookieRecord;
}

export interface SignedIn {
  readonly session: SessionRecord;
  readonly token: string;
  /** Until the session ends by itself. */
  readonly endsInMs: number;
}

/** For the browser to keep. */
export interface NewCookie {
  readonly secret: string;
  readonly lifeMs: number;
}

/** Letters and digits of about 4.9 bits: 137 bits, never met by chance and never guessed. */
const SESSION_ID_LENGTH = 28;
/** Who signs in so shortly before a session's end gets the next one, and no game is interrupted. */
const NEXT_BEFORE_END_MS = 60_000;
/**
 * Of one cookie: whoever is called otherwise opens another, and pages go on under the name before. All of
 * somebody's are read each time that one is looked for.
 */
const SESSIONS_MAX = 10;

export class Browsers {
  readonly #parts: BrowsersParts;
  /** Sessions being opened, by cookie: pages that start together share one. */
  readonly #opening = new Map<string, Promise<SessionRecord | undefined>>();

  constructor(parts: BrowsersParts) {
    this.#parts = parts;
  }

  /** Whom a cookie proves; undefined for nobody. */
  async find(secret: string | undefined): Promise<Bearer | undefined> {
    const bearer = await this.#look(secret);
    return bearer !== undefined && isGood(bearer) ? bearer : undefined;
  }

  /** Who leaves for good by this cookie, also if it proves nobody any more. */
  async findLeaving(secret: string | undefined): Promise<Bearer | undefined> {
    const bearer = await this.#look(secret);
    return bearer?.identity.leaving === bearer?.cookie.hash ? bearer : undefined;
  }

  /** Why a cookie that proved somebody proves nobody now; undefined if it does, or never did. */
  async whyNobody(secret: string | undefined): Promise<CookiesEnded | undefined> {
    const bearer = await this.#look(secret);
    return bearer === undefined || isGood(bearer) ? undefined : bearer.identity.cookiesEnded;
  }

  async #look(secret: string | undefined): Promise<Bearer | undefined> {
    if (!isCookie(secret)) return undefined;
    const cookie = await this.#parts.store.useCookie(cookieHash(secret));
    if (cookie === undefined) return undefined;
    const identity = await this.#parts.store.readIdentity(cookie.identity);
    return identity === undefined ? undefined : { identity, cookie };
  }

  /** A cookie for an identity from now on; the caller keeps it in the store. */
  drawCookie(identity: IdentityRecord, device: string, createdMs: number) {
    const secret = newCookie();
    const { id, revision, cookieIdleMs: idleMs, cookieEndsMs: endsMs } = identity;
    const hash = cookieHash(secret);
    const cookie = { hash, identity: id, revision, device, createdMs, idleMs, endsMs };
    const given: NewCookie = { secret, lifeMs: endsMs - createdMs };
    return { cookie: cookie satisfies CookieRecord, given };
  }

  /** A token for the session of a cookie, which is opened if there is none. Undefined if the cookie ends meanwhile. */
  async signedIn(bearer: Bearer, device: string): Promise<SignedIn | undefined> {
    const own = await this.#sessionsOf(bearer);
    const session = this.#fitting(own, bearer) ?? (await this.#open(bearer, device));
    if (session === undefined) return undefined;
    if (!own.includes(session)) await this.#makeRoom(own);
    const nowMs = this.#parts.storeTime.nowMs();
    const claims = {
      identity: session.identity,
      session: session.id,
      revision: session.revision,
    };
    const token = writeToken(this.#parts.tokenKeys, claims, nowMs);
    return { session, token, endsInMs: Math.round(session.endsMs - nowMs) };
  }

  /** The newest session of a cookie that says what the identity is now. */
  async living(bearer: Bearer): Promise<SessionRecord | undefined> {
    return this.#fitting(await this.#sessionsOf(bearer), bearer);
  }

  async #sessionsOf({ identity, cookie }: Bearer): Promise<readonly SessionRecord[]> {
    const { living } = await this.#parts.store.sessionsOf(identity.id);
    const label = labelOfHash(cookie.hash);
    return living.filter((session) => session.label === label);
  }

  #fitting(own: readonly SessionRecord[], { identity, cookie }: Bearer): SessionRecord | undefined {
    const untilMs = this.#parts.storeTime.nowMs() + NEXT_BEFORE_END_MS;
    return (
      own
        // The last session of a cookie ends with it: opening another would not last longer.
        .filter(({ endsMs }) => endsMs > untilMs || endsMs === cookie.endsMs)
        .filter(({ name, role, revision }) => {
          const isSame = name === identity.name && role === identity.role;
          return isSame && revision === identity.revision;
        })
        .reduce<SessionRecord | undefined>(newer, undefined)
    );
  }

  /** Ends one browser: its cookie first, so that no session is opened with it meanwhile. */
  async end(
    cookie: Pick<CookieRecord, "hash" | "identity">,
    tombstone: SessionTombstone,
  ): Promise<void> {
    await this.#parts.store.removeCookie(cookie.hash);
    const label = labelOfHash(cookie.hash);
    await this.endSessions(cookie.identity, tombstone, (session) => session.label === label);
  }

  /**
   * Ends the sessions of an identity, or those of them that are meant. Whose record is damaged nobody
   * knows more of than that it is one of them: it ends in any case.
   */
  async endSessions(
    identity: IdentityId,
    tombstone: SessionTombstone,
    isMeant: (session: SessionRecord) => boolean = () => true,
  ): Promise<void> {
    const { store, storeTime, clocks, sessions } = this.#parts;
    const { living, damaged } = await store.sessionsOf(identity);
    const endsMs = storeTime.nowMs() + clocks.absoluteMs;
    const meant = [...living.filter(isMeant), ...damaged.map((id) => ({ id, endsMs }))];
    await Promise.all(meant.map((session) => sessions.revoke(session, tombstone)));
  }

  /** One more was opened beside these. */
  async #makeRoom(own: readonly SessionRecord[]): Promise<void> {
    const oldest = own.toSorted((a, b) => a.createdMs - b.createdMs);
    const tooMany = oldest.slice(0, Math.max(0, own.length + 1 - SESSIONS_MAX));
    const { sessions } = this.#parts;
    await Promise.all(tooMany.map((session) => sessions.revoke(session, { reason: "signed-in" })));
  }

  #open(bearer: Bearer, device: string): Promise<SessionRecord | undefined> {
    const { identity, cookie } = bearer;
    const key = `${cookie.hash} ${identity.revision} ${identity.name}`;
    const opening = this.#opening.get(key) ?? this.#openAnew(bearer, device);
    this.#opening.set(key, opening);
    // Whoever waits for it learns of a failure; here it only makes room for the next attempt.
    const done = () => void this.#opening.delete(key);
    opening.then(done, done);
    return opening;
  }

  async #openAnew({ identity, cookie }: Bearer, device: string) {
    const { storeTime, clocks, store, log, metrics, sessions } = this.#parts;
    const session = openSession(
      identity,
      { id: randomCode(SESSION_ID_LENGTH) as SessionId, label: labelOfHash(cookie.hash), device },
      {
        nowMs: Math.floor(storeTime.nowMs()),
        absoluteMs: clocks.absoluteMs,
        cookieEndsMs: cookie.endsMs,
      },
    );
    await store.openSession(session, clocks.lifeMs);
    // Whoever ends all sessions lists them after what forbids new ones is written: this one was on
    // the list, or what forbids it is seen here.
    const [stillKept, stillIs] = await Promise.all([
      store.useCookie(cookie.hash),
      store.readIdentity(identity.id),
    ]);
    if (stillKept === undefined || stillIs?.revision !== identity.revision) {
      await sessions.revoke(session, { reason: "signed-out" });
      return undefined;
    }
    metrics.sessionsOpened.add(identity.role);
    log.note("session-opened", { session: session.id, identity: identity.id });
    return session;
  }
}

function isGood({ cookie, identity }: Bearer): boolean {
  return cookie.revision >= (identity.cookiesSince ?? 0);
}

function newer(one: SessionRecord | undefined, other: SessionRecord): SessionRecord {
  if (one === undefined || other.createdMs > one.createdMs) return other;
  return other.createdMs === one.createdMs && other.id > one.id ? other : one;
}
