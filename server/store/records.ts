// Records: how listings, identities, sessions and links stand in Redis as text, and their reading.
// What lacks a field, or has something else in its place, is damaged and said so; nothing is guessed.

import {
  type Form,
  isNumber,
  isText,
  isTruth,
  listOf,
  objectOf,
  oneOf,
  orMissing,
  orNull,
} from "../../shared/form.ts";
import type { PageId, SessionId } from "../../shared/ids.ts";
import { fromJson } from "../../shared/json.ts";
import type { Preferences } from "../../shared/owned.ts";
import type { AccountRecord, Alert, AuditEntry, Ban, Takeover } from "../identity/record.ts";
import type {
  CookieRecord,
  CookiesEnded,
  IdentityRecord,
  SessionRecord,
} from "../session/record.ts";
import type { ConnectionLink } from "./sessionStore.ts";
import type { QuarantineListing, RoomListing, SeatListing } from "./store.ts";
import { StoreDamaged } from "./store.ts";

const isRole = oneOf("guest", "player", "moderator", "admin");

/** Older builds gave no order. */
const ORDER = { epoch: orMissing(isNumber), ordinal: orMissing(isNumber) };

const isQuarantine = objectOf<QuarantineListing>({
  sinceMs: isNumber,
  why: isText,
  isReleased: orMissing(isTruth),
});

const isRoomListing = objectOf<RoomListing>({
  ...ORDER,
  room: isText,
  game: isText,
  gameVersion: isNumber,
  code: isText,
  open: isText,
  status: isText,
  seatsTaken: isNumber,
  seatsMax: isNumber,
  listedMs: isNumber,
  goesMs: orMissing(isNumber),
  quarantine: orMissing(isQuarantine),
});

const isSeatListing = objectOf<SeatListing>({
  ...ORDER,
  room: isText,
  game: isText,
  seat: isNumber,
  since: isNumber,
  session: orMissing(isText<SessionId>),
  page: orMissing(isText<PageId>),
});

const isBan = objectOf<Ban>({ reason: isText, sinceMs: isNumber, untilMs: orNull(isNumber) });
const isAlert = objectOf<Alert>({ kind: isText, atMs: isNumber, device: isText });
const isTakeover = objectOf<Takeover>({ guest: isText, sinceMs: isNumber });
const isPreferences = objectOf<Preferences>({
  language: orMissing(isText),
  colours: orMissing(isText<"light" | "dark" | "contrast">),
  reducedMotion: orMissing(isTruth),
});

const isIdentity = objectOf<IdentityRecord>({
  id: isText,
  name: isText,
  role: isRole,
  revision: isNumber,
  changes: orMissing(isNumber),
  createdMs: isNumber,
  cookieIdleMs: isNumber,
  cookieEndsMs: isNumber,
  cookiesSince: orMissing(isNumber),
  roleSince: orMissing(isNumber),
  cookiesEnded: orMissing(isText<CookiesEnded>),
  account: orMissing(isText),
  ban: orMissing(isBan),
  preferences: orMissing(isPreferences),
  devices: orMissing(listOf(isText)),
  alerts: orMissing(listOf(isAlert)),
  takesOver: orMissing(listOf(isTakeover)),
  leaving: orMissing(isText),
});

const isCookie = objectOf<CookieRecord>({
  hash: isText,
  identity: isText,
  revision: isNumber,
  device: isText,
  createdMs: isNumber,
  idleMs: isNumber,
  endsMs: isNumber,
  askedWith: orMissing(isText),
});

const isAccount = objectOf<AccountRecord>({
  name: isText,
  identity: isText,
  passwordHash: isText,
  revision: isNumber,
  freeMs: orMissing(isNumber),
});

const isAuditEntry = objectOf<AuditEntry>({
  event: isText,
  atMs: isNumber,
  node: isText,
  identity: orMissing(isText),
  by: orMissing(isText),
  session: orMissing(isText),
  address: orMissing(isText),
  why: orMissing(isText),
});

const isSession = objectOf<SessionRecord>({
  id: isText,
  identity: isText,
  name: isText,
  role: isRole,
  revision: isNumber,
  label: isText,
  device: isText,
  createdMs: isNumber,
  endsMs: isNumber,
});

const isLink = objectOf<ConnectionLink>({ connection: isText, node: isText, device: isText });

export const readRoomListing = reader("listing of a room", isRoomListing);
export const readSeatListing = reader("listing of a seat", isSeatListing);
export const readIdentityRecord = reader("identity", isIdentity);
export const readCookieRecord = reader("cookie", isCookie);
export const readAccountRecord = reader("account", isAccount);
export const readAuditEntry = reader("line of the audit", isAuditEntry);
export const readSessionRecord = reader("session", isSession);
export const readConnectionLink = reader("link of a connection", isLink);

/** A reader of JSON text that throws StoreDamaged for what has not the form. */
function reader<T>(what: string, form: Form<T>): (text: string) => T {
  return (text) => {
    const value = fromJson(text);
    if (!form(value)) throw new StoreDamaged(`what is stored as ${what} is none`);
    return value;
  };
}
