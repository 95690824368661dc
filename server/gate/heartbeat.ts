// Heartbeat: what a connection with these rooms hears when nothing else is said, and how often. It
// waits for no room and no store, so silence means the line alone.

import { encodeHeartbeat } from "../../shared/heartbeat.ts";
import { HEARTBEAT_QUIET_MS, HEARTBEAT_TICKING_MS } from "../../shared/limits.ts";
import type { HeartbeatMessage } from "../../shared/protocol.ts";
import type { AttachedRoom } from "./attached.ts";

/** The longest silence a connection with these rooms may see. */
export function heartbeatMs(rooms: Iterable<AttachedRoom>): number {
  for (const { game } of rooms) if (game.tickHz !== undefined) return HEARTBEAT_TICKING_MS;
  return HEARTBEAT_QUIET_MS;
}

export function heartbeatBytes(rooms: Iterable<AttachedRoom>): Uint8Array {
  return encodeHeartbeat(
    [...rooms].flatMap(({ tag, shown }) =>
      tag === undefined || shown === undefined ? [] : [{ tag, version: shown.version }],
    ),
  );
}

export function heartbeatMessage(rooms: Iterable<AttachedRoom>): HeartbeatMessage {
  return {
    rooms: [...rooms].flatMap(({ room, shown }) =>
      shown === undefined ? [] : [[room, shown.epoch, shown.version] as const],
    ),
  };
}
