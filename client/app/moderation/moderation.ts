// Moderation: what a page asks the server about somebody else: who they are, keeping them out, their
// role. The server judges anew each time who may; calls reject with RefusedError or fetch's own error.

import type { SessionSeen } from "../../../shared/protocol.ts";
import type { Ban } from "../../join.ts";
import { visitor } from "../visitor.ts";

export type Role = SessionSeen["role"];

export interface PersonSeen {
  readonly identity: string;
  readonly name: string;
  readonly role: Role;
  readonly account?: string;
  readonly ban?: Ban;
  /** By this the audit names them. */
  readonly auditedAs: string;
}

/** A line of the audit, newest first. */
export interface AuditLine {
  readonly event: string;
  readonly agoMs: number;
  readonly node: string;
  readonly identity?: string;
  readonly by?: string;
  readonly address?: string;
  readonly why?: string;
}

type Answer = { readonly person: PersonSeen };

/** Somebody by the name of their account, in any capitals. */
export async function find(account: string): Promise<PersonSeen> {
  const path = `/api/admin/person?account=${encodeURIComponent(account)}`;
  return (await visitor.ask<Answer>("GET", path)).person;
}

/** Ends all of somebody's sessions and keeps them out; `forMs` null is without end. */
export function ban(
  { identity }: PersonSeen,
  reason: string,
  forMs: number | null,
): Promise<PersonSeen> {
  return change("ban", { identity, reason, forMs });
}

export function liftBan({ identity }: PersonSeen): Promise<PersonSeen> {
  return change("unban", { identity });
}

export function giveRole(
  { identity }: PersonSeen,
  role: Exclude<Role, "guest">,
): Promise<PersonSeen> {
  return change("role", { identity, role });
}

/** Somebody who sits in a room, guests as well: they have no account to be found by. */
export interface Seated {
  readonly seat: number;
  readonly name: string;
  readonly identity: string;
}

export async function seatsIn(room: string): Promise<readonly Seated[]> {
  type Answer = { readonly seats: readonly Seated[] };
  const path = `/api/admin/room?room=${encodeURIComponent(room)}`;
  return (await visitor.ask<Answer>("GET", path)).seats;
}

/** Takes somebody's seat in a room away; with `keepOut` they do not come back into this room. */
export function putOut(identity: string, room: string, keepOut: boolean): Promise<PersonSeen> {
  return change("kick", { identity, room, keepOut });
}

export async function findById(identity: string): Promise<PersonSeen> {
  const path = `/api/admin/person?identity=${encodeURIComponent(identity)}`;
  return (await visitor.ask<Answer>("GET", path)).person;
}

export async function auditTail(): Promise<readonly AuditLine[]> {
  type Tail = { readonly entries: readonly AuditLine[] };
  return (await visitor.ask<Tail>("GET", "/api/admin/audit")).entries;
}

async function change(what: string, body: object): Promise<PersonSeen> {
  return (await visitor.ask<Answer>("POST", `/api/admin/${what}`, { body })).person;
}
