// Heartbeat: the few bytes that say a line is alive and which commit of each room was shown last. It
// waits for no room and no store, so silence means the line alone.

import { ByteWriter } from "../../shared/bytes.ts";
import { HEARTBEAT_BYTE } from "../../shared/frame.ts";
import { HEARTBEAT_QUIET_MS, HEARTBEAT_TICKING_MS } from "../../shared/limits.ts";
import type { HeartbeatMessage } from "../../shared/protocol.ts";
import type { AttachedRoom } from "./attached.ts";

/** The longest silence a connection with these rooms may see. */
export function heartbeatMs(rooms: Iterable<AttachedRoom>): number {
  for (const { game } of rooms) if (game.tickHz !== undefined) return HEARTBEAT_TICKING_MS;
  return HEARTBEAT_QUIET_MS;
}

/** `0x4a`, the count as varuint, then for each room its tag as u32 and the version as varuint. */
export function heartbeatBytes(rooms: Iterable<AttachedRoom>): Uint8Array {
  const known = [...rooms].filter(({ shown }) => shown !== undefined);
  const writer = new ByteWriter(2 + 12 * known.length);
  writer.u8(HEARTBEAT_BYTE);
  writer.varuint(known.length);
  for (const { tag, shown } of known) {
    writer.u32(tag ?? 0);
    writer.varuint(shown?.version ?? 0);
  }
  return writer.finish();
}

export function heartbeatMessage(rooms: Iterable<AttachedRoom>): HeartbeatMessage {
  return {
    rooms: [...rooms].flatMap(({ room, shown }) =>
      shown === undefined ? [] : [[room, shown.epoch, shown.version] as const],
    ),
  };
}
