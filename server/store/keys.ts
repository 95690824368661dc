// Keys: the name of every key that Holdfast keeps in Redis, each with the part that decides its
// slot. Keys hold ids and hashes, never a secret; no other file puts a key together.

import { createHash } from "node:crypto";
import { assert } from "../../shared/assert.ts";
import type { IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";

/** Slots of a Redis Cluster, by its specification. */
export const SLOT_COUNT = 16_384;

/** Listings are spread over this many keys, so that no shard of a Cluster holds all of them. */
export const BUCKET_COUNT = 64;

/** Shards that lost what they had are found by marks in this many slots. */
export const MARK_COUNT = 16;

export interface Keys {
  readonly prefix: string;
  /** Stream of a room's entries; the id of an entry is its place. */
  log(room: RoomId): string;
  /** Hash of a room's snapshot: `place` and `bytes`. */
  snapshot(room: RoomId): string;
  /** Why a room was removed. */
  removal(room: RoomId): string;
  /** Hash of listings by room id; `bucketOf` names the bucket of a room. */
  listings(bucket: number): string;
  /** Likewise of parked rooms: nobody reads all of those. */
  parked(bucket: number): string;
  /** Sorted set of parked rooms by the store time from which on they may go. */
  leaving(bucket: number): string;
  /** Hash of a room's code: `room`. */
  code(code: string): string;
  /** Hash of an identity: `revision` and `record`. */
  identity(identity: IdentityId): string;
  /** Hash of an identity's seats by room id. */
  seats(identity: IdentityId): string;
  /** What is kept of an identity's progress in a game. */
  shelf(identity: IdentityId, game: string): string;
  /** Sorted set of an identity's sessions by their absolute end. */
  sessions(identity: IdentityId): string;
  /** Hash of a cookie: `idleMs`, `endsMs`, `usedMs`, `record`. */
  cookie(cookieHash: string): string;
  /** Sorted set of the hashes of an identity's cookies by their absolute end. */
  cookies(identity: IdentityId): string;
  /** Hash of an account: `revision` and `record`. */
  account(name: string): string;
  /** Sorted set of identities that are to be forgotten by the store time since when. */
  readonly forgettings: string;
  /** How often something was done lately. */
  count(what: string): string;
  /** Stream of revoked sessions. */
  readonly revocations: string;
  /** Stream of the audit. */
  readonly audit: string;
  /** Hash of a session: `revision`, `endsMs`, `record`, and `connection:<id>` for each connection. */
  session(session: SessionId): string;
  /** Why a session was revoked. */
  tombstone(session: SessionId): string;
  /** Hash of the nodes' life signs: when each ends, and what it says. */
  readonly nodes: string;
  /** Channel of what is sent to a node. */
  channel(node: NodeId): string;
  /** A sealed word: which secrets open what is kept of people. */
  readonly seal: string;
  /** Mark of what a shard holds: another one means that something may have been lost. */
  mark(index: number): string;
}

export function keysWith(prefix: string): Keys {
  assert(/^[\w:.-]*$/.test(prefix), "KEY_PREFIX has letters, digits and _ - . : only");
  return {
    prefix,
    log: (room) => `${prefix}{${room}}:log`,
    snapshot: (room) => `${prefix}{${room}}:snapshot`,
    removal: (room) => `${prefix}{${room}}:removal`,
    parked: (bucket) => `${prefix}parked:{${bucket}}`,
    leaving: (bucket) => `${prefix}leaving:{${bucket}}`,
    listings: (bucket) => `${prefix}listings:{${bucket}}`,
    code: (code) => `${prefix}code:{${code}}`,
    identity: (identity) => `${prefix}{${identity}}:identity`,
    seats: (identity) => `${prefix}{${identity}}:seats`,
    shelf: (identity, game) => `${prefix}shelf:{${identity}}:${game}`,
    sessions: (identity) => `${prefix}{${identity}}:sessions`,
    cookie: (cookieHash) => `${prefix}cookie:{${cookieHash}}`,
    cookies: (identity) => `${prefix}{${identity}}:cookies`,
    account: (name) => `${prefix}account:{${hashOf(name)}}`,
    forgettings: `${prefix}forgettings:{all}`,
    count: (what) => `${prefix}count:{${hashOf(what)}}`,
    revocations: `${prefix}revocations:{all}`,
    audit: `${prefix}audit:{all}`,
    session: (session) => `${prefix}{${session}}:session`,
    tombstone: (session) => `${prefix}{${session}}:tombstone`,
    nodes: `${prefix}nodes`,
    seal: `${prefix}seal:{all}`,
    channel: (node) => `${prefix}node:{${node}}`,
    mark: (index) => `${prefix}mark:{${index}}`,
  };
}

/** People choose the names of accounts: none stands in a key as it is. */
function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The bucket that a room's listing is kept in. */
export function bucketOf(room: RoomId): number {
  return slotOf(room) % BUCKET_COUNT;
}

/**
 * The Cluster slot of a key: CRC-16 (XMODEM) of what stands between its first `{` and the next `}`,
 * or of the whole key. As in the Redis Cluster specification, "Hash tags".
 */
export function slotOf(key: string): number {
  const open = key.indexOf("{");
  const close = open < 0 ? -1 : key.indexOf("}", open);
  const tag = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
    crc &= 0xffff;
  }
  return crc % SLOT_COUNT;
}
