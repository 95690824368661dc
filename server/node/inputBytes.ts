// Input bytes: what goes into a room, on its way from the node of a connection to the room's host.
// Values and arguments stay as they came from the client: the room checks them against the game.

import { unreachable } from "../../shared/assert.ts";
import { type ByteReader, type ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import type { Json } from "../../shared/field.ts";
import type { IdentityId, NodeId, PageId, SessionId } from "../../shared/ids.ts";
import { OUTBOX_COMMANDS_MAX } from "../../shared/limits.ts";
import type { Instance, NumberedCommand } from "../../shared/protocol.ts";
import type { Arrival, RoomInput, TicketClaim } from "../room/turn.ts";
import * as scalar from "./scalars.ts";

/** What comes from a connection, or concerns a person; the others never leave the host. */
export type CarriedInput = Extract<
  RoomInput,
  { connection: unknown } | { arrival: unknown } | { kind: "pass" | "put-out" }
>;

const KINDS = [
  ...["join", "resume", "commands", "input", "sync"],
  ...["leave", "idle", "active", "gone", "pass", "put-out"],
] as readonly CarriedInput["kind"][];
const FRAMES = ["binary", "json"] as const;
const VOIDS = ["applied", "cancelled", "expired"] as const;

export function isCarried(input: RoomInput): input is CarriedInput {
  if ("connection" in input || "arrival" in input) return true;
  return input.kind === "pass" || input.kind === "put-out";
}

export function writeInput(writer: ByteWriter, input: CarriedInput): void {
  scalar.writeWord(writer, input.kind, KINDS);
  switch (input.kind) {
    case "join":
      writeArrival(writer, input.arrival);
      writer.varuint(input.request);
      writer.u8(input.watch ? 1 : 0);
      scalar.writeOptional(writer, input.game, scalar.writeText);
      return scalar.writeOptional(writer, input.bookmark, scalar.writeBookmark);
    case "resume":
      writeArrival(writer, input.arrival);
      writeInstance(writer, input.instance);
      scalar.writeOptional(writer, input.bookmark, scalar.writeBookmark);
      scalar.writeOptional(writer, input.ticket, writeClaim);
      return writeCommands(writer, input.commands);
    case "commands":
      writer.text(input.connection);
      writeInstance(writer, input.instance);
      return writeCommands(writer, input.commands);
    case "input":
      writer.text(input.connection);
      writer.varuint(input.n);
      writer.text(input.name);
      return scalar.writeJson(writer, input.values);
    case "sync":
      writer.text(input.connection);
      return scalar.writeOptional(writer, input.bookmark, scalar.writeBookmark);
    case "leave":
      writer.text(input.connection);
      return writeInstance(writer, input.instance);
    case "pass":
      for (const text of [input.from, input.to, input.name]) writer.text(text);
      return;
    case "put-out":
      writer.text(input.identity);
      return writer.u8(input.keepOut ? 1 : 0);
    case "idle":
    case "active":
    case "gone":
      return writer.text(input.connection);
    default:
      return unreachable(input);
  }
}

/** Throws MalformedBytes for what `writeInput` does not write. */
export function readInput(reader: ByteReader): CarriedInput {
  const kind = scalar.readWord(reader, KINDS);
  switch (kind) {
    case "join": {
      const arrival = readArrival(reader);
      const [request, watch] = [reader.varuint(), reader.u8() === 1];
      const game = scalar.readOptional(reader, scalar.readText);
      const bookmark = scalar.readOptional(reader, scalar.readBookmark);
      return { kind, arrival, request, watch, bookmark, ...(game === undefined ? {} : { game }) };
    }
    case "resume": {
      const arrival = readArrival(reader);
      const instance = readInstance(reader);
      const bookmark = scalar.readOptional(reader, scalar.readBookmark);
      const ticket = scalar.readOptional(reader, readClaim);
      return { kind, arrival, instance, bookmark, ticket, commands: readCommands(reader) };
    }
    case "pass": {
      const [from, to] = [reader.text() as IdentityId, reader.text() as IdentityId];
      return { kind, from, to, name: reader.text() };
    }
    case "put-out":
      return { kind, identity: reader.text() as IdentityId, keepOut: reader.u8() === 1 };
    default:
      return readFromConnection(reader, kind);
  }
}

type FromConnection = Extract<CarriedInput, { connection: unknown }>;

function readFromConnection(reader: ByteReader, kind: FromConnection["kind"]): FromConnection {
  const connection = scalar.readConnection(reader);
  switch (kind) {
    case "commands": {
      const instance = readInstance(reader);
      return { kind, connection, instance, commands: readCommands(reader) };
    }
    case "input": {
      const n = reader.varuint();
      const name = reader.text();
      return { kind, connection, n, name, values: scalar.readJson(reader) };
    }
    case "sync": {
      const bookmark = scalar.readOptional(reader, scalar.readBookmark);
      return { kind, connection, bookmark };
    }
    case "leave":
      return { kind, connection, instance: readInstance(reader) };
    default:
      return { kind, connection };
  }
}

function writeArrival(writer: ByteWriter, arrival: Arrival): void {
  const { connection, node, identity, session, name, page, frames } = arrival;
  for (const text of [connection, node, identity, session, name, page]) writer.text(text);
  scalar.writeWord(writer, frames, FRAMES);
}

function readArrival(reader: ByteReader): Arrival {
  return {
    connection: scalar.readConnection(reader),
    node: reader.text() as NodeId,
    identity: reader.text() as IdentityId,
    session: reader.text() as SessionId,
    name: reader.text(),
    page: reader.text() as PageId,
    frames: scalar.readWord(reader, FRAMES),
  };
}

function writeInstance(writer: ByteWriter, [epoch, count]: Instance): void {
  writer.varuint(epoch);
  writer.varuint(count);
}

function readInstance(reader: ByteReader): Instance {
  return [reader.varuint(), reader.varuint()];
}

export function writeClaim(writer: ByteWriter, { seat, family, generation }: TicketClaim): void {
  writer.varuint(seat);
  writer.varuint(family);
  writer.varuint(generation);
}

export function readClaim(reader: ByteReader): TicketClaim {
  return { seat: reader.varuint(), family: reader.varuint(), generation: reader.varuint() };
}

function writeCommands(writer: ByteWriter, commands: readonly NumberedCommand[]): void {
  writer.varuint(commands.length);
  for (const command of commands) {
    writer.varuint(command.seq);
    if ("void" in command) {
      scalar.writeWord(writer, command.void, VOIDS);
      continue;
    }
    scalar.writeWord(writer, "applied", VOIDS);
    writer.text(command.name);
    scalar.writeJson(writer, command.args);
  }
}

function readCommands(reader: ByteReader): readonly NumberedCommand[] {
  const count = reader.varuint();
  if (count > OUTBOX_COMMANDS_MAX) throw new MalformedBytes(`${count} commands`);
  const commands: NumberedCommand[] = [];
  for (let at = 0; at < count; at++) {
    const seq = reader.varuint();
    const end = scalar.readWord(reader, VOIDS);
    if (end !== "applied") commands.push({ seq, void: end });
    else commands.push({ seq, name: reader.text(), args: scalar.readJson(reader) as Json });
  }
  return commands;
}
