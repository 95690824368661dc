// Hand-off: how somebody goes on, on another device, by a short code: it is good once and for two
// minutes, gives that device a cookie of its own, and proves no more than the browser that asked for it.

import { createHash } from "node:crypto";
import { plainCode } from "../../shared/ids.ts";
import { randomCode } from "../../shared/random.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Browsers, NewCookie, SignedIn } from "../session/browsers.ts";
import type { CookieRecord } from "../session/record.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { BROWSERS_MAX } from "./accounts.ts";
import type { Audit } from "./audit.ts";
import { banOf } from "./ban.ts";
import type { Ban } from "./record.ts";

export interface HandOffParts {
  readonly store: IdentityStore;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly browsers: Browsers;
  readonly audit: Audit;
}

type Refusal = { readonly kind: "refused"; readonly reason: Reason };

export type Offer =
  | { readonly kind: "offered"; readonly code: string; readonly expiresInMs: number }
  | Refusal;

export type Taking =
  | (SignedIn & { readonly kind: "signed-in"; readonly newCookie: NewCookie })
  | { readonly kind: "banned"; readonly ban: Ban }
  | Refusal;

/** Letters and digits of about 4.9 bits: 39 bits, for two minutes, and whoever guesses is slowed down. */
const CODE_LENGTH = 8;
const CODE_FORM = /^[a-z0-9]{8}$/;
/** Time to walk to another device, not to be overheard. */
export const CODE_LIFE_MS = 2 * 60_000;
/** What the list of browsers says of a code that waits. */
const CODE_DEVICE = "a code for another device";

export class HandOff {
  readonly #parts: HandOffParts;

  constructor(parts: HandOffParts) {
    this.#parts = parts;
  }

  /** A code for whoever a cookie proves. */
  async offer(secret: string | undefined): Promise<Offer> {
    const { store, browsers, audit } = this.#parts;
    const bearer = await browsers.find(secret);
    if (bearer === undefined) return refused("sign-in-needed");
    const { identity, cookie } = bearer;
    const nowMs = this.#nowMs();
    if (banOf(identity, nowMs) !== undefined) return refused("not-allowed");
    const { id, cookiesSince = 0 } = identity;
    const kept = await store.cookiesOf(id);
    const living = kept.filter(({ cookie: { revision } }) => revision >= cookiesSince);
    // Those asked for at once do not see each other among the cookies.
    const { count } = await store.count(`codes of ${id}`, CODE_LIFE_MS);
    if (Math.max(living.length + 1, count) > BROWSERS_MAX) return refused("not-allowed");
    const code = randomCode(CODE_LENGTH);
    await store.keepCookie({
      hash: hashOf(code),
      identity: id,
      device: CODE_DEVICE,
      askedWith: cookie.hash,
      // When somebody last proved to be who they are is handed on, and gets no younger by it.
      revision: cookie.revision,
      createdMs: cookie.createdMs,
      idleMs: CODE_LIFE_MS,
      endsMs: nowMs + CODE_LIFE_MS,
    });
    audit.noteSparingly("authn_token_created", { identity: id, why: "hand-off offered" });
    return { kind: "offered", code, expiresInMs: CODE_LIFE_MS };
  }

  /** Whoever shows a code first is who offered it, on this device from now on. */
  async take(typed: string, device: string): Promise<Taking> {
    const { store, browsers, audit } = this.#parts;
    const code = plainCode(typed);
    const kept = CODE_FORM.test(code) ? await store.useCookie(hashOf(code)) : undefined;
    if (kept === undefined || !(await this.#isFirst(kept))) return refused("not-found");
    // Whose browser was ended takes nothing along by a code that still waits.
    const { askedWith } = kept;
    const former = askedWith === undefined ? undefined : await store.useCookie(askedWith);
    const identity = former && (await store.readIdentity(kept.identity));
    if (identity === undefined || kept.revision < (identity.cookiesSince ?? 0))
      return refused("not-found");
    const nowMs = this.#nowMs();
    const ban = banOf(identity, nowMs);
    if (ban !== undefined) return { kind: "banned", ban };
    const { cookie, given } = browsers.drawCookie(identity, device, nowMs);
    const own = { ...cookie, revision: kept.revision, createdMs: kept.createdMs };
    await store.keepCookie(own);
    const signedIn = await browsers.signedIn({ identity, cookie: own }, device);
    if (signedIn === undefined) return refused("not-found");
    audit.note("session_created", { identity: identity.id, session: signedIn.session.id });
    return { kind: "signed-in", ...signedIn, newCookie: given };
  }

  /** Of two that show it at a time one is first. */
  async #isFirst({ hash }: CookieRecord): Promise<boolean> {
    const { store } = this.#parts;
    const { count } = await store.count(`hand-off ${hash}`, CODE_LIFE_MS);
    await store.removeCookie(hash);
    return count === 1;
  }

  #nowMs(): number {
    return Math.floor(this.#parts.storeTime.nowMs());
  }
}

/** No cookie has this hash: none is made of these words. */
function hashOf(code: string): string {
  return createHash("sha256").update(`hand-off ${code}`).digest("hex");
}

function refused(reason: Reason): Refusal {
  return { kind: "refused", reason };
}
