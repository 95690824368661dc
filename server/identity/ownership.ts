// Ownership: what somebody sees and ends of what is his: the browsers he is signed in on, the alerts,
// his preferences. A label names a browser and opens nothing.

import type { BrowserSeen, Owned, Preferences } from "../../shared/owned.ts";
import type { Browsers } from "../session/browsers.ts";
import { labelOfHash } from "../session/cookie.ts";
import type { CookieRecord, IdentityRecord } from "../session/record.ts";
import type { SessionClocks } from "../session/session.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import type { SessionStore } from "../store/sessionStore.ts";
import type { RoomStore } from "../store/store.ts";
import type { Audit } from "./audit.ts";
import { changeIdentity } from "./change.ts";
import { signOutEverywhere } from "./everywhere.ts";
import { mayRename } from "./renames.ts";

export interface OwnershipParts {
  readonly store: SessionStore & IdentityStore & Pick<RoomStore, "seatsOf">;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly clocks: SessionClocks;
  readonly browsers: Browsers;
  readonly audit: Audit;
}

export class Ownership {
  readonly #parts: OwnershipParts;

  constructor(parts: OwnershipParts) {
    this.#parts = parts;
  }

  /** Undefined for nobody; so do all below. */
  async list(secret: string | undefined): Promise<Omit<Owned, "rooms"> | undefined> {
    const bearer = await this.#parts.browsers.find(secret);
    if (bearer === undefined) return undefined;
    const { identity, cookie: own } = bearer;
    const [cookies, pages, seats] = await Promise.all([
      this.#cookiesOf(identity),
      this.#pagesOf(identity),
      this.#parts.store.seatsOf(identity.id),
    ]);
    const nowMs = this.#parts.storeTime.nowMs();
    const sessions = cookies.map(({ cookie, usedMs }): BrowserSeen => {
      const label = labelOfHash(cookie.hash);
      const of = pages.filter((page) => page.label === label);
      const seenMs = Math.max(usedMs, ...of.map((page) => page.heardMs));
      return {
        label,
        device: cookie.device,
        isThis: cookie.hash === own.hash,
        ageMs: age(nowMs - cookie.createdMs),
        seenAgoMs: age(nowMs - seenMs),
        endsInMs: age(cookie.endsMs - nowMs),
        connections: of.reduce((sum, page) => sum + page.connections, 0),
        rooms: seats
          .filter(({ session }) => of.some((page) => page.session === session))
          .map(({ room }) => room),
      };
    });
    const alerts = identity.alerts ?? [];
    return {
      sessions: sessions.toSorted((a, b) => a.seenAgoMs - b.seenAgoMs),
      alerts: alerts.map(({ kind, device, atMs }) => ({ kind, device, agoMs: age(nowMs - atMs) })),
    };
  }

  /** Ends one of the asker's browsers: its cookie and all its sessions. */
  async end(secret: string | undefined, label: string): Promise<"ended" | "unknown" | undefined> {
    const { browsers, audit } = this.#parts;
    const bearer = await browsers.find(secret);
    if (bearer === undefined) return undefined;
    const cookies = await this.#cookiesOf(bearer.identity);
    const meant = cookies.find(({ cookie }) => labelOfHash(cookie.hash) === label);
    if (meant === undefined) return "unknown";
    await browsers.end(meant.cookie, { reason: "ended-by-owner" });
    audit.note("authn_token_revoked", { identity: bearer.identity.id, why: "ended-by-owner" });
    return "ended";
  }

  /** Signs the asker out everywhere, here as well. */
  async endAll(secret: string | undefined): Promise<"ended" | undefined> {
    const { browsers, audit } = this.#parts;
    const bearer = await browsers.find(secret);
    if (bearer === undefined) return undefined;
    const { id } = bearer.identity;
    await signOutEverywhere(this.#parts, id);
    audit.note("authn_token_revoked", { identity: id, why: "signed-out everywhere" });
    return "ended";
  }

  async preferences(secret: string | undefined): Promise<Preferences | undefined> {
    const bearer = await this.#parts.browsers.find(secret);
    return bearer === undefined ? undefined : (bearer.identity.preferences ?? {});
  }

  /** Replaces all of them; of two changes at a time one stands. */
  async prefer(
    secret: string | undefined,
    preferences: Preferences,
  ): Promise<Preferences | undefined> {
    const bearer = await this.#parts.browsers.find(secret);
    if (bearer === undefined) return undefined;
    const { id } = bearer.identity;
    const changed = await changeIdentity(this.#parts.store, id, (identity) => {
      return { ...identity, preferences };
    });
    return changed?.preferences;
  }

  /**
   * How others see somebody from the next session on; an account is still signed in to by its own name.
   * Gives the name that stands: the former one for whoever has taken too many today.
   */
  async rename(secret: string | undefined, name: string): Promise<string | undefined> {
    const bearer = await this.#parts.browsers.find(secret);
    if (bearer === undefined) return undefined;
    const { id, name: former } = bearer.identity;
    if (name === former || !(await mayRename(this.#parts.store, id))) return former;
    const changed = await changeIdentity(this.#parts.store, id, (identity) => {
      return { ...identity, name };
    });
    return changed?.name;
  }

  async #cookiesOf({ id, cookiesSince = 0 }: IdentityRecord) {
    const cookies = await this.#parts.store.cookiesOf(id);
    const isGood = ({ revision }: CookieRecord) => revision >= cookiesSince;
    return cookies.filter(({ cookie }) => isGood(cookie));
  }

  /** Of each live session: whose browser it is, when it was last heard of, how many are connected. */
  async #pagesOf({ id }: IdentityRecord) {
    const { store, clocks, storeTime } = this.#parts;
    const { living } = await store.sessionsOf(id);
    const found = await Promise.all(
      living.map(async (session) => {
        const read = await store.readSession(session.id);
        if (read === undefined) return [];
        const heardMs = storeTime.nowMs() - Math.max(0, clocks.lifeMs - read.lifeMs);
        const { label, id } = session;
        return [{ label, session: id, heardMs, connections: read.connections.length }];
      }),
    );
    return found.flat();
  }
}

function age(ms: number): number {
  return Math.max(0, Math.round(ms));
}
