// Facts: what the in-process store knows, as the smallest things that can become true. A fact says
// what came out, never what was asked, so that reading the same facts gives the same store.

import { ByteReader, ByteWriter } from "../../shared/bytes.ts";
import type { ConnectionId, IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import type { AccountRecord, AuditEntry } from "../identity/record.ts";
import type {
  CookieRecord,
  IdentityRecord,
  SessionRecord,
  SessionTombstone,
} from "../session/record.ts";
import type { Seal } from "./seal.ts";
import type { ConnectionLink } from "./sessionStore.ts";
import type { LogEntry, LogPlace, RemovalNote, RoomListing, SeatListing } from "./store.ts";

export type RoomFact =
  /** The room's snapshot; makes the log if there is none, and drops entries below its place. */
  | (LogPlace & {
      readonly fact: "snapshot";
      readonly room: RoomId;
      readonly bytes: Uint8Array;
      /** When log and snapshot end; not said by journals of before. */
      readonly untilMs?: number;
    })
  | (LogEntry & { readonly fact: "entry"; readonly room: RoomId; readonly node: NodeId })
  | { readonly fact: "room-removed"; readonly room: RoomId; readonly left?: RemovalLeft }
  | { readonly fact: "listed"; readonly listing: RoomListing }
  | SeatFact
  | { readonly fact: "seat-unlinked"; readonly identity: IdentityId; readonly room: RoomId }
  | ShelfFact;

/** What is left of a room: why it was removed, and the code that led there, until `untilMs`. */
export interface RemovalLeft {
  readonly why: RemovalNote["why"];
  readonly code: string | undefined;
  readonly untilMs: number;
}

/** Whether something with an end has ended; what has none never does. */
export function isOver(one: { readonly untilMs?: number }, nowMs: number): boolean {
  return one.untilMs !== undefined && one.untilMs <= nowMs;
}

export interface SeatFact {
  readonly fact: "seat-linked";
  readonly identity: IdentityId;
  readonly seat: SeatListing;
  /** Not said by journals of before. */
  readonly untilMs?: number;
}

/** What is kept of an identity's progress in a game, written at `nowMs`, until `untilMs`. */
export interface ShelfFact {
  readonly fact: "shelf";
  readonly identity: IdentityId;
  readonly game: string;
  readonly text: string;
  readonly nowMs: number;
  readonly untilMs: number;
}

/** A cookie proves its identity until `untilMs`, which use moves. */
export interface CookieFact {
  readonly fact: "cookie";
  readonly cookie: CookieRecord;
  readonly untilMs: number;
  readonly usedMs: number;
}

export interface CountedFact {
  readonly fact: "counted";
  readonly what: string;
  readonly count: number;
  readonly untilMs: number;
}

export type IdentityFact =
  | { readonly fact: "identity"; readonly identity: IdentityRecord }
  | CookieFact
  | { readonly fact: "cookie-removed"; readonly hash: string }
  | { readonly fact: "account"; readonly account: AccountRecord }
  | { readonly fact: "forgetting"; readonly identity: IdentityId; readonly sinceMs: number }
  | { readonly fact: "forgetting-ended"; readonly identity: IdentityId }
  | CountedFact
  | { readonly fact: "count-forgotten"; readonly what: string }
  | { readonly fact: "audited"; readonly entry: AuditEntry };

export type SessionFact =
  | { readonly fact: "session"; readonly session: SessionRecord; readonly untilMs: number }
  | { readonly fact: "touched"; readonly session: SessionId; readonly untilMs: number }
  | { readonly fact: "linked"; readonly session: SessionId; readonly link: ConnectionLink }
  | {
      readonly fact: "unlinked";
      readonly session: SessionId;
      readonly connection: ConnectionId;
    }
  | {
      readonly fact: "revoked";
      readonly session: SessionId;
      readonly reason: SessionTombstone["reason"];
      readonly untilMs: number;
    };

export type Fact = RoomFact | IdentityFact | SessionFact;

const ROOM_FACTS: ReadonlySet<Fact["fact"]> = new Set<RoomFact["fact"]>([
  "snapshot",
  "entry",
  "room-removed",
  "listed",
  "seat-linked",
  "seat-unlinked",
  "shelf",
]);

const IDENTITY_FACTS: ReadonlySet<Fact["fact"]> = new Set<IdentityFact["fact"]>([
  "identity",
  "cookie",
  "cookie-removed",
  "account",
  "forgetting",
  "forgetting-ended",
  "counted",
  "count-forgotten",
  "audited",
]);

export function isIdentityFact(fact: Fact): fact is IdentityFact {
  return IDENTITY_FACTS.has(fact.fact);
}

export function isRoomFact(fact: Fact): fact is RoomFact {
  return ROOM_FACTS.has(fact.fact);
}

/** How a fact that holds what is known of somebody is written. */
interface SealedFact {
  readonly fact: Fact["fact"];
  readonly sealed: string;
}

/** A journal has no places of its own: one kind of fact cannot be taken for another. */
function placeOf(fact: Fact["fact"]): string {
  return `journal ${fact}`;
}

/** What was decided about a request: what to answer, once these facts are durable. */
export interface Decision<T, F extends Fact> {
  readonly outcome: T;
  readonly facts: readonly F[];
}

/** Of what is true whatever was before. */
export function simply(fact: Fact): Decision<void, Fact> {
  return { outcome: undefined, facts: [fact] };
}

/** For one fact after the other: making one for each costs more than the encoding. */
const writer = new ByteWriter(4_096);

/** Facts that hold what is known of somebody. */
const PERSONAL: ReadonlySet<Fact["fact"]> = new Set<Fact["fact"]>([
  ...(["identity", "cookie", "account", "session", "linked", "shelf"] as const),
]);

/**
 * A fact as bytes: its plain part as JSON text, then the bytes it carries, if any. What is known of
 * somebody is sealed.
 */
export function encodeFact(fact: Fact, seal: Seal): Uint8Array {
  writer.reset();
  if ("bytes" in fact) {
    const { bytes, ...plain } = fact;
    writer.text(JSON.stringify(plain));
    writer.raw(bytes);
  } else if (PERSONAL.has(fact.fact)) {
    const sealed = seal.close(JSON.stringify(fact), placeOf(fact.fact));
    writer.text(JSON.stringify({ fact: fact.fact, sealed }));
  } else {
    writer.text(JSON.stringify(fact));
  }
  return writer.finish();
}

/**
 * Reads what `encodeFact` wrote; a checksum has shown before that it is what was written. Undefined
 * if a key sealed it that is no longer there.
 */
export function decodeFact(encoded: Uint8Array, seal: Seal): Fact | undefined {
  const reader = new ByteReader(encoded);
  const written = JSON.parse(reader.text()) as Fact | SealedFact;
  if ("sealed" in written) {
    const opened = seal.open(written.sealed, placeOf(written.fact));
    return opened === undefined ? undefined : (JSON.parse(opened.text) as Fact);
  }
  const plain = written;
  const carries = plain.fact === "snapshot" || plain.fact === "entry";
  return carries ? { ...plain, bytes: reader.raw(reader.left) } : plain;
}
