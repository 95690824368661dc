// Records: how listings, identities, sessions and links stand in Redis as text, and their reading.
// What lacks a field is damaged and said so; nothing is guessed.

import type { AccountRecord, AuditEntry } from "../identity/record.ts";
import type { CookieRecord, IdentityRecord, SessionRecord } from "../session/record.ts";
import type { ConnectionLink } from "./sessionStore.ts";
import type { RoomListing, SeatListing } from "./store.ts";
import { StoreDamaged } from "./store.ts";

/** Names of the fields that are always there. */
type Required<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];
type Fields<T> = { readonly [K in Required<T>]: "string" | "number" };

const ROOM_LISTING: Fields<RoomListing> = {
  room: "string",
  game: "string",
  gameVersion: "number",
  code: "string",
  open: "string",
  status: "string",
  seatsTaken: "number",
  seatsMax: "number",
  listedMs: "number",
};

const SEAT_LISTING: Fields<SeatListing> = {
  room: "string",
  game: "string",
  seat: "number",
  since: "number",
};

const IDENTITY: Fields<IdentityRecord> = {
  id: "string",
  name: "string",
  role: "string",
  revision: "number",
  createdMs: "number",
  cookieIdleMs: "number",
  cookieEndsMs: "number",
};

const COOKIE: Fields<CookieRecord> = {
  hash: "string",
  identity: "string",
  revision: "number",
  device: "string",
  createdMs: "number",
  idleMs: "number",
  endsMs: "number",
};

const ACCOUNT: Fields<AccountRecord> = {
  name: "string",
  identity: "string",
  passwordHash: "string",
  revision: "number",
};

const AUDIT: Fields<AuditEntry> = { event: "string", atMs: "number", node: "string" };

const SESSION: Fields<SessionRecord> = {
  id: "string",
  identity: "string",
  name: "string",
  role: "string",
  revision: "number",
  label: "string",
  device: "string",
  createdMs: "number",
  endsMs: "number",
};

const LINK: Fields<ConnectionLink> = {
  connection: "string",
  node: "string",
  device: "string",
};

export const readRoomListing = reader("listing of a room", ROOM_LISTING);
export const readSeatListing = reader("listing of a seat", SEAT_LISTING);
export const readIdentityRecord = reader("identity", IDENTITY);
export const readCookieRecord = reader("cookie", COOKIE);
export const readAccountRecord = reader("account", ACCOUNT);
export const readAuditEntry = reader("line of the audit", AUDIT);
export const readSessionRecord = reader("session", SESSION);
export const readConnectionLink = reader("link of a connection", LINK);

/** A reader of JSON text whose fields have these types; what else the values may be, the writer knew. */
function reader<T>(what: string, fields: Fields<T>): (text: string) => T {
  const names = Object.keys(fields) as (Required<T> & string)[];
  return (text) => {
    const value = parse(text);
    const fits =
      typeof value === "object" &&
      value !== null &&
      names.every((name) => typeof (value as Record<string, unknown>)[name] === fields[name]);
    if (!fits) throw new StoreDamaged(`what is stored as ${what} is none`);
    return value as T;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
