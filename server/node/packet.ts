// Packet: the bytes of what one node sends another: who sends, a link's packet, and in its payload
// items by length. Bytes from the bus are read as what this build writes, or not at all.

import { ByteReader, ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { Packet } from "./link.ts";

/** Raised whenever nodes of two builds would misread one another; such nodes do not relay. */
const RELAY_VERSION = 3;

/** The largest message of the bus: what one tick tells one node, in the worst case in several. */
const PAYLOAD_BYTES_MAX = 4 * 1024 * 1024;

const NODE_ID = /^[a-z0-9]{8,32}$/;

export function encodePacket(from: NodeId, packet: Packet): Uint8Array {
  const writer = new ByteWriter(packet.payload.length + 64);
  writer.u8(RELAY_VERSION);
  writer.text(from);
  writer.varuint(packet.stream);
  writer.varuint(packet.seq);
  writer.varuint(packet.heard);
  writer.varuint(packet.ack);
  writer.u8(packet.wants ? 1 : 0);
  writer.raw(packet.payload);
  return writer.finish();
}

/** Throws MalformedBytes for what no node of this build sends. */
export function decodePacket(bytes: Uint8Array): {
  readonly from: NodeId;
  readonly packet: Packet;
} {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== RELAY_VERSION) throw new MalformedBytes(`version ${version} of the relay`);
  const from = reader.text();
  if (!NODE_ID.test(from)) throw new MalformedBytes("no id of a node");
  const stream = reader.varuint();
  const seq = reader.varuint();
  const heard = reader.varuint();
  const ack = reader.varuint();
  const wants = reader.u8() === 1;
  if (reader.left > PAYLOAD_BYTES_MAX) throw new MalformedBytes(`${reader.left} bytes of payload`);
  const payload = reader.raw(reader.left);
  return { from: from as NodeId, packet: { stream, seq, heard, ack, wants, payload } };
}
