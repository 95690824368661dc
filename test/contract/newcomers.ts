// Newcomers: rooms, identities and sessions that no test has used before, so that tests may share a
// server; their records say nothing special.

import type { CookieRecord, IdentityRecord, SessionRecord } from "../../server/session/record.ts";
import type { Append, RoomListing, Store } from "../../server/store/store.ts";
import type { ConnectionId, IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import { randomCode, randomSecret } from "../../shared/random.ts";

export const NODE = "nodeaaaa" as NodeId;
export const RIVAL = "nodebbbb" as NodeId;
export const DAY_MS = 86_400_000;

export const newRoomId = (): RoomId => randomCode(12) as RoomId;
export const newIdentityId = (): IdentityId => randomCode(12) as IdentityId;
export const newSessionId = (): SessionId => randomCode(12) as SessionId;
export const newConnectionId = (): ConnectionId => randomCode(12) as ConnectionId;
export const newHash = (): string => randomSecret(32);

/** Every byte there is, so that whatever takes one for something else is found. */
export const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, at) => at);

export interface HostedRoom {
  readonly room: RoomId;
  readonly epoch: number;
  /** The append of one version of it; its bytes are the version. */
  commit(version: number, by?: Partial<Append>): Append;
}

/** A new room at version 0, hosted by NODE. */
export async function newRoom(store: Store, snapshot = Uint8Array.of(0)): Promise<HostedRoom> {
  const room = newRoomId();
  const created = await store.createRoom(room, NODE, snapshot);
  if (created.kind !== "created") throw new Error(`room ${room} was there already`);
  const { epoch } = created;
  return {
    room,
    epoch,
    commit: (version, by = {}) => ({
      room,
      node: NODE,
      epoch,
      version,
      bytes: Uint8Array.of(version),
      ...by,
    }),
  };
}

/** A new room with commits up to a version. */
export async function newRoomAt(store: Store, version: number): Promise<HostedRoom> {
  const hosted = await newRoom(store);
  for (let next = 1; next <= version; next++) await store.append([hosted.commit(next)]);
  return hosted;
}

/** Takes a room over for RIVAL and gives the new epoch. */
export async function claim(store: Store, room: RoomId, expectedEpoch: number): Promise<number> {
  const outcome = await store.claimRoom(room, RIVAL, expectedEpoch);
  if (outcome.kind !== "claimed") throw new Error(`room ${room}: ${outcome.kind}`);
  return outcome.epoch;
}

export function newListing(room: RoomId, listing: Partial<RoomListing> = {}): RoomListing {
  return {
    room,
    game: "nim",
    gameVersion: 1,
    code: randomCode(8),
    open: "listed",
    status: "running",
    seatsTaken: 1,
    seatsMax: 2,
    listedMs: 1_795_000_000_000,
    ...listing,
  };
}

/** A guest whose cookie lives for an hour unused, and for a day at most. */
export async function newIdentity(
  store: Store,
  identity: Partial<IdentityRecord> = {},
): Promise<IdentityRecord> {
  const nowMs = await store.timeMs();
  return {
    id: newIdentityId(),
    name: "Ada",
    role: "guest",
    revision: 1,
    createdMs: nowMs,
    cookieIdleMs: 3_600_000,
    cookieEndsMs: nowMs + DAY_MS,
    ...identity,
  };
}

/** A cookie of an identity, ending as it says. */
export function newCookie(identity: IdentityRecord, hash = newHash()): CookieRecord {
  return {
    hash,
    identity: identity.id,
    revision: identity.revision,
    device: "Firefox on Linux",
    createdMs: identity.createdMs,
    idleMs: identity.cookieIdleMs,
    endsMs: identity.cookieEndsMs,
  };
}

/** A session that ends in a day whatever happens. */
export async function newSession(
  store: Store,
  session: Partial<SessionRecord> = {},
): Promise<SessionRecord> {
  const nowMs = await store.timeMs();
  return {
    id: newSessionId(),
    identity: newIdentityId(),
    name: "Ada",
    role: "guest",
    revision: 1,
    label: "brave-otter",
    device: "Firefox on Linux",
    createdMs: nowMs,
    endsMs: nowMs + DAY_MS,
    ...session,
  };
}
