// Moderation: who may do what to whom: bans with a reason and an end, roles, and the look at the audit.
// Whoever asks is judged anew each time, by what the store says of him at that moment.

import type { IdentityId, RoomId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { SeatDesk, SeatTaken } from "../node/seatDesk.ts";
import type { Bearer, Browsers } from "../session/browsers.ts";
import type { IdentityRecord, Role } from "../session/record.ts";
import type { StoreTime } from "../session/storeTime.ts";
import type { IdentityStore } from "../store/identityStore.ts";
import { accountNameOf } from "./accounts.ts";
import { type Alerts, withAlerts } from "./alerts.ts";
import type { Audit } from "./audit.ts";
import { banOf } from "./ban.ts";
import { changeIdentity, withNewRevision } from "./change.ts";
import { openAccountOf } from "./closedAccount.ts";
import { signOutEverywhere } from "./everywhere.ts";
import type { AuditEntry, Ban } from "./record.ts";

export interface ModerationParts {
  readonly store: IdentityStore;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly browsers: Browsers;
  readonly audit: Audit;
  readonly alerts: Alerts;
  readonly rooms: RoomsSeen;
}

/** What moderators want of rooms, wherever they are hosted. */
export type RoomsSeen = Pick<SeatDesk, "putOut" | "seatsIn">;

/** Somebody is named by account, or by id if a guest. */
export type Target = { readonly account: string } | { readonly identity: IdentityId };

/** Somebody as moderators see him. */
export interface PersonSeen {
  readonly identity: IdentityId;
  readonly name: string;
  readonly role: Role;
  readonly account: string | undefined;
  readonly ban: Ban | undefined;
  /** By this the lines of the audit name him. */
  readonly auditedAs: string;
}

export type ModerationAnswer<T> =
  | { readonly kind: "done"; readonly outcome: T }
  | { readonly kind: "refused"; readonly reason: Reason };

/** How far each role reaches: nobody touches whoever stands as high. */
const RANKS: Readonly<Record<Role, number>> = { guest: 0, player: 1, moderator: 2, admin: 3 };
/** A stolen cookie is worth a shift's rights at most. */
const FRESH_MS = 8 * 60 * 60_000;
const AUDIT_SHOWN = 200;
const ROLE_CHANGED = { kind: "role-changed", device: "" } as const;

export class Moderation {
  readonly #parts: ModerationParts;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
  }

  async look(secret: string | undefined, target: Target): Promise<ModerationAnswer<PersonSeen>> {
    const by = await this.#authorised(secret, "moderator");
    if (by.kind === "refused") return by;
    const person = await this.#find(target);
    if (person === undefined) return refused("not-found");
    this.#looked(by.bearer, "looked up", person.id);
    return done(this.#seen(person));
  }

  /** Keeps somebody out for a time, or for good if it is null; ends all his sessions at once. */
  async ban(
    secret: string | undefined,
    target: Target,
    { reason, forMs }: { readonly reason: string; readonly forMs: number | null },
  ): Promise<ModerationAnswer<PersonSeen>> {
    const sinceMs = this.#nowMs();
    const untilMs = forMs === null ? null : sinceMs + forMs;
    const outcome = await this.#change({ secret, target, needs: "moderator" }, (person) => {
      return { ...withNewRevision(person, "spare"), ban: { reason, sinceMs, untilMs } };
    });
    if (outcome.kind === "done") await this.#endSessions(outcome.outcome.identity, "banned");
    return outcome;
  }

  /** Has somebody give up the seat in a room, and with `keepOut` keeps them out of that room for good. */
  async putOut(
    secret: string | undefined,
    target: Target,
    { room, keepOut }: { readonly room: RoomId; readonly keepOut: boolean },
  ): Promise<ModerationAnswer<PersonSeen>> {
    const { rooms, audit } = this.#parts;
    const by = await this.#authorised(secret, "moderator");
    if (by.kind === "refused") return by;
    const person = await this.#find(target);
    if (person === undefined) return refused("not-found");
    const deed = { identity: person.id, by: by.bearer.identity.id };
    if (RANKS[by.bearer.identity.role] <= RANKS[person.role]) {
      audit.note("authz_fail", { ...deed, why: "stands as high" });
      return refused("not-allowed");
    }
    const outcome = await rooms.putOut(room, person.id, keepOut);
    if (outcome === "room-unknown") return refused("room-unknown");
    audit.note("authz_change", { ...deed, why: `${keepOut ? "kept" : "put"} out of ${room}` });
    return outcome === "out" ? done(this.#seen(person)) : refused("server-busy");
  }

  /** Who sits in a room: guests have no account to be named by. */
  async seatsIn(
    secret: string | undefined,
    room: RoomId,
  ): Promise<ModerationAnswer<readonly SeatTaken[]>> {
    const by = await this.#authorised(secret, "moderator");
    if (by.kind === "refused") return by;
    this.#looked(by.bearer, `seats of ${room}`);
    const seats = await this.#parts.rooms.seatsIn(room);
    return seats === undefined ? refused("room-unknown") : done(seats);
  }

  unban(secret: string | undefined, target: Target): Promise<ModerationAnswer<PersonSeen>> {
    return this.#change({ secret, target, needs: "moderator" }, ({ ban: _, ...person }) => person);
  }

  /** Only players have another role: a guest has nothing that would prove it for long. */
  async setRole(
    secret: string | undefined,
    target: Target,
    role: Exclude<Role, "guest">,
  ): Promise<ModerationAnswer<PersonSeen>> {
    const outcome = await this.#change({ secret, target, needs: "admin" }, (person) =>
      this.#withRole(person, role),
    );
    if (outcome.kind === "done") await this.#endSessions(outcome.outcome.identity, "role-changed");
    return outcome;
  }

  async auditTail(secret: string | undefined): Promise<ModerationAnswer<readonly AuditEntry[]>> {
    const by = await this.#authorised(secret, "admin");
    if (by.kind === "refused") return by;
    const tail = await this.#parts.store.auditTail(AUDIT_SHOWN);
    this.#looked(by.bearer, "audit read");
    return done(tail);
  }

  /** For whoever has the machine itself: gives a role without being asked who he is. */
  async grant(account: string, role: Exclude<Role, "guest">): Promise<PersonSeen | undefined> {
    const found = await this.#find({ account });
    const change = (person: IdentityRecord) => this.#withRole(person, role);
    const person = found && (await changeIdentity(this.#parts.store, found.id, change));
    if (person === undefined) return undefined;
    await this.#endSessions(person.id, "role-changed");
    this.#parts.audit.note("authz_change", { identity: person.id, why: `${role} by command` });
    return this.#seen(person);
  }

  /** For whoever has the machine itself: signs an account out everywhere; it may sign in again. */
  async signOut(account: string): Promise<PersonSeen | undefined> {
    const person = await this.#find({ account });
    if (person === undefined) return undefined;
    await signOutEverywhere(this.#parts, person.id);
    const why = "signed-out everywhere by command";
    this.#parts.audit.note("authn_token_revoked", { identity: person.id, why });
    return this.#seen(person);
  }

  async #change(
    asked: { readonly secret: string | undefined; readonly target: Target; readonly needs: Needs },
    change: (person: IdentityRecord) => IdentityRecord | undefined,
  ): Promise<ModerationAnswer<PersonSeen>> {
    const { store, audit } = this.#parts;
    const by = await this.#authorised(asked.secret, asked.needs);
    if (by.kind === "refused") return by;
    const found = await this.#find(asked.target);
    if (found === undefined) return refused("not-found");
    let isAbove = false;
    const person = await changeIdentity(store, found.id, (now) => {
      isAbove = RANKS[by.bearer.identity.role] > RANKS[now.role];
      return isAbove ? change(now) : undefined;
    });
    const deed = { identity: found.id, by: by.bearer.identity.id };
    if (person === undefined) {
      audit.note("authz_fail", { ...deed, why: isAbove ? "cannot be" : "stands as high" });
      return refused("not-allowed");
    }
    audit.note("authz_change", { ...deed, why: whatChanged(found, person) });
    return done(this.#seen(person));
  }

  /** The rank is that of this moment, and a moderator has shown the password lately, as one. */
  async #authorised(secret: string | undefined, needs: Needs): Promise<Authorised> {
    const { browsers, audit } = this.#parts;
    const bearer = await browsers.find(secret);
    if (bearer === undefined) return refused("sign-in-needed");
    const { identity, cookie } = bearer;
    const isBanned = banOf(identity, this.#nowMs()) !== undefined;
    if (isBanned || RANKS[identity.role] < RANKS[needs]) {
      audit.noteSparingly("authz_fail", { identity: identity.id, why: `${needs} needed` });
      return refused("not-allowed");
    }
    const isOld = this.#nowMs() - cookie.createdMs > FRESH_MS;
    // Whoever stole a player's cookie gets nothing by that player's rise.
    const isOfBefore = cookie.revision < (identity.roleSince ?? 0);
    if (isOld || isOfBefore) return refused("password-needed");
    return { kind: "authorised", bearer };
  }

  async #find(target: Target): Promise<IdentityRecord | undefined> {
    const { store } = this.#parts;
    if ("identity" in target) return store.readIdentity(target.identity);
    const account = await openAccountOf(store, accountNameOf(target.account));
    return account === undefined ? undefined : store.readIdentity(account.identity);
  }

  #withRole(person: IdentityRecord, role: Exclude<Role, "guest">): IdentityRecord | undefined {
    if (person.role === "guest") return undefined;
    const alerts = withAlerts(person, [{ ...ROLE_CHANGED, atMs: this.#nowMs() }]);
    const changed = withNewRevision(person, "spare");
    return { ...changed, role, roleSince: changed.revision, alerts };
  }

  async #endSessions(id: IdentityId, reason: "banned" | "role-changed"): Promise<void> {
    // Before the lines end on which it can be told.
    if (reason === "role-changed") this.#parts.alerts.tell(id, [ROLE_CHANGED]);
    await this.#parts.browsers.endSessions(id, { reason });
    const why = `${reason}: the sessions, not the cookies`;
    this.#parts.audit.note("authn_token_revoked", { identity: id, why });
  }

  /** Who may look at others is seen to do so, too. A page asks again and again: once a minute is enough. */
  #looked({ identity: { id: by } }: Bearer, why: string, identity = by): void {
    this.#parts.audit.noteSparingly("authz_admin", { identity, by, why });
  }

  #seen(person: IdentityRecord): PersonSeen {
    const { id: identity, name, role, account } = person;
    const auditedAs = this.#parts.audit.hashOf(identity);
    return { identity, name, role, account, ban: banOf(person, this.#nowMs()), auditedAs };
  }

  #nowMs(): number {
    return Math.floor(this.#parts.storeTime.nowMs());
  }
}

type Needs = "moderator" | "admin";

type Authorised =
  | { readonly kind: "authorised"; readonly bearer: Bearer }
  | { readonly kind: "refused"; readonly reason: Reason };

function whatChanged(before: IdentityRecord, after: IdentityRecord): string {
  if (before.role !== after.role) return `${before.role} to ${after.role}`;
  return after.ban === undefined ? "ban lifted" : "banned";
}

function done<T>(outcome: T): ModerationAnswer<T> {
  return { kind: "done", outcome };
}

function refused(reason: Reason): { readonly kind: "refused"; readonly reason: Reason } {
  return { kind: "refused", reason };
}
