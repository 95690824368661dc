// Item: what nodes tell one another, one thing at a time, and its bytes. Frames travel as they are,
// once for all readers of a node; what only passes through on its way to a client stays JSON.

import { ByteReader, type ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import type { IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import { ALERT_KINDS, type AlertKind, type AlertTold } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Tell } from "../room/turn.ts";
import { type CarriedInput, readInput, writeInput } from "./inputBytes.ts";
import { readReason } from "./scalars.ts";
import { readTell, writeTell } from "./tellBytes.ts";

export type Item =
  /** To the host of a room, from a node with connections in it. */
  | { readonly kind: "input"; readonly room: RoomId; readonly input: CarriedInput }
  /** From the host of a room, to a node with connections in it. `shape` is its game's. */
  | {
      readonly kind: "tells";
      readonly room: RoomId;
      readonly game: string;
      readonly shape: string;
      readonly tells: readonly Tell[];
    }
  /** An input comes back: the room is with another node. */
  | {
      readonly kind: "astray";
      readonly room: RoomId;
      readonly host: NodeId;
      readonly input: CarriedInput;
    }
  /** The room is with another node from here on: its connections take up their seats there. */
  | { readonly kind: "moved"; readonly room: RoomId; readonly host: NodeId }
  /** The sender hands a room over: host it. */
  | { readonly kind: "yours"; readonly room: RoomId }
  /** A session has ended: its connections are closed everywhere. */
  | { readonly kind: "session-over"; readonly session: SessionId; readonly reason: Reason }
  /** Something unusual: its owner is told wherever he is connected. */
  | ({ readonly kind: "alert"; readonly identity: IdentityId } & AlertTold);

const KINDS = ["input", "tells", "astray", "moved", "yours", "session-over", "alert"] as const;

/** One turn's tells of a room to one node; more means that the bytes are none of ours. */
const TELLS_MAX = 100_000;

export function writeItem(writer: ByteWriter, item: Item): void {
  writer.u8(KINDS.indexOf(item.kind));
  switch (item.kind) {
    case "input":
      writer.text(item.room);
      return writeInput(writer, item.input);
    case "tells":
      writer.text(item.room);
      writer.text(item.game);
      writer.text(item.shape);
      writer.varuint(item.tells.length);
      for (const tell of item.tells) writeTell(writer, tell);
      return;
    case "astray":
      writer.text(item.room);
      writer.text(item.host);
      return writeInput(writer, item.input);
    case "moved":
      writer.text(item.room);
      return writer.text(item.host);
    case "yours":
      return writer.text(item.room);
    case "session-over":
      writer.text(item.session);
      return writer.text(item.reason);
    case "alert":
      writer.text(item.identity);
      writer.text(item.alert);
      return writer.text(item.device);
  }
}

/** Every item of a payload. Throws MalformedBytes for what `writeItem` does not write. */
export function readItems(payload: Uint8Array): readonly Item[] {
  const reader = new ByteReader(payload);
  const items: Item[] = [];
  while (reader.left > 0) items.push(readItem(reader));
  return items;
}

function readItem(reader: ByteReader): Item {
  const kind = KINDS[reader.u8()];
  const id = reader.text();
  // Ids come from nodes that checked them when they came from outside.
  const room = id as RoomId;
  switch (kind) {
    case "input":
      return { kind, room, input: readInput(reader) };
    case "tells":
      return { kind, room, game: reader.text(), shape: reader.text(), tells: readTells(reader) };
    case "astray":
      return { kind, room, host: reader.text() as NodeId, input: readInput(reader) };
    case "moved":
      return { kind, room, host: reader.text() as NodeId };
    case "yours":
      return { kind, room };
    case "session-over":
      return { kind, session: id as SessionId, reason: readReason(reader) };
    case "alert":
      return {
        kind,
        identity: id as IdentityId,
        alert: readAlert(reader),
        device: reader.text(),
      };
    default:
      throw new MalformedBytes("no such item");
  }
}

function readTells(reader: ByteReader): readonly Tell[] {
  const count = reader.varuint();
  if (count > TELLS_MAX) throw new MalformedBytes(`${count} tells`);
  const tells: Tell[] = [];
  for (let at = 0; at < count; at++) tells.push(readTell(reader));
  return tells;
}

function readAlert(reader: ByteReader): AlertKind {
  const read = reader.text();
  const alert = ALERT_KINDS.find((kind) => kind === read);
  if (alert === undefined) throw new MalformedBytes("no such alert");
  return alert;
}
