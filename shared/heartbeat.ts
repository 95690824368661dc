// Heartbeat: the few bytes that say a line is alive, and which commit of each room was shown last. Both
// ends agree on them here; when one is due is decided elsewhere.

import { ByteReader, ByteWriter } from "./bytes.ts";
import { HEARTBEAT_BYTE } from "./frame.ts";

/** A room by its tag (see `lineTag`), and the version of its newest commit that was shown to anybody. */
export interface ShownCommit {
  readonly tag: number;
  readonly version: number;
}

/** First byte, count, tag and version: no room's part is longer. */
const HEAD_BYTES = 2;
const ROOM_BYTES = 12;

/** `0x4a`, the count as varuint, then for each room its tag as u32 and the version as varuint. */
export function encodeHeartbeat(shown: readonly ShownCommit[]): Uint8Array {
  const writer = new ByteWriter(HEAD_BYTES + ROOM_BYTES * shown.length);
  writer.u8(HEARTBEAT_BYTE);
  writer.varuint(shown.length);
  for (const { tag, version } of shown) {
    writer.u32(tag);
    writer.varuint(version);
  }
  return writer.finish();
}

/** Reads what begins with the heartbeat's byte. Throws MalformedBytes if it ends too soon. */
export function decodeHeartbeat(bytes: Uint8Array): readonly ShownCommit[] {
  const reader = new ByteReader(bytes);
  reader.u8();
  const shown: ShownCommit[] = [];
  for (let left = reader.varuint(); left > 0; left--) {
    shown.push({ tag: reader.u32(), version: reader.varuint() });
  }
  return shown;
}
