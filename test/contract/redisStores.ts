// Redis stores: what the tests of the Redis store begin with: stores that are closed again, ids that
// nobody used before, records that say nothing special.

import type { SessionRecord } from "../../server/session/record.ts";
import { openRedisStore } from "../../server/store/redis.ts";
import { parseRedisUrl } from "../../server/store/redisUrl.ts";
import type { Append, Store } from "../../server/store/store.ts";
import { systemClock } from "../../shared/clock.ts";
import type { IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import { randomCode } from "../../shared/random.ts";

export const KEY_PREFIX = "hf:";

const opened: Store[] = [];

/** A store on the Redis of that URL; `closeStores` closes it. */
export async function openStore(url: string, openMs?: number): Promise<Store> {
  const store = await openRedisStore({
    address: parseRedisUrl(url),
    keyPrefix: KEY_PREFIX,
    clock: systemClock,
    ...(openMs === undefined ? {} : { openMs }),
  });
  opened.push(store);
  return store;
}

export async function closeStores(): Promise<void> {
  await Promise.all(opened.splice(0).map((store) => store.close()));
}

export const newRoomId = (): RoomId => randomCode(12) as RoomId;
export const newSessionId = (): SessionId => randomCode(12) as SessionId;
export const newIdentityId = (): IdentityId => randomCode(12) as IdentityId;
export const NODE = "nodeaaaa" as NodeId;
export const RIVAL = "noderival" as NodeId;

export interface HostedRoom {
  readonly room: RoomId;
  readonly epoch: number;
  /** The append of one version of it. */
  commit(version: number): Append;
}

/** A new room at version 0, hosted by NODE. */
export async function newRoom(store: Store): Promise<HostedRoom> {
  const room = newRoomId();
  const created = await store.createRoom(room, NODE, Uint8Array.of(0));
  if (created.kind !== "created") throw new Error(`room ${room} was there already`);
  const { epoch } = created;
  return {
    room,
    epoch,
    commit: (version) => ({ room, node: NODE, epoch, version, bytes: Uint8Array.of(version) }),
  };
}

/** A session that ends `lifeMs` from now whatever happens. */
export async function newSession(store: Store, lifeMs = 3_600_000): Promise<SessionRecord> {
  const nowMs = await store.timeMs();
  return {
    id: newSessionId(),
    identity: newIdentityId(),
    name: "Ada",
    role: "guest",
    revision: 1,
    label: "label",
    device: "Firefox on Linux",
    createdMs: nowMs,
    endsMs: nowMs + lifeMs,
  };
}
