// Tell bytes: what a room says, on its way from its host to the node of a connection. A step's bytes
// travel once for all its readers there.

import { type ByteReader, type ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import type { JsonFrame } from "../../shared/frame.ts";
import type { ConnectionId, SessionId } from "../../shared/ids.ts";
import type { NoticeMessage } from "../../shared/protocol.ts";
import type { AnswerKind, Tell } from "../room/turn.ts";
import { readClaim, writeClaim } from "./inputBytes.ts";
import * as scalar from "./scalars.ts";

const KINDS = [
  ...["step", "frame", "json", "seated"],
  ...["refusal", "notice", "moved", "detached"],
] as readonly Tell["kind"][];

type ToOne = Exclude<Tell, { kind: "step" }>;

const ANSWERS: readonly AnswerKind[] = ["current", "changes", "full"];

/** Connections of one node in one room. */
const READERS_MAX = 100_000;

export function writeTell(writer: ByteWriter, tell: Tell): void {
  scalar.writeWord(writer, tell.kind, KINDS);
  if (tell.kind !== "step") writer.text(tell.to);
  switch (tell.kind) {
    case "step":
      writer.varuint(tell.to.length);
      for (const connection of tell.to) writer.text(connection);
      scalar.writeBookmark(writer, tell.shown);
      return scalar.writeBytes(writer, tell.bytes);
    case "frame":
      scalar.writeBookmark(writer, tell.shown);
      writeAnswer(writer, tell.answer);
      return scalar.writeBytes(writer, tell.bytes);
    case "json":
      scalar.writeBookmark(writer, tell.shown);
      writeAnswer(writer, tell.answer);
      return scalar.writeJson(writer, tell.frame);
    case "seated":
      scalar.writeOptional(writer, tell.request, scalar.writeNumber);
      scalar.writeOptional(writer, tell.ticket, writeClaim);
      writer.text(tell.session);
      return scalar.writeJson(writer, tell.seated);
    case "refusal":
      scalar.writeOptional(writer, tell.request, scalar.writeNumber);
      scalar.writeOptional(writer, tell.seq, scalar.writeNumber);
      scalar.writeOptional(writer, tell.detail, scalar.writeText);
      return writer.text(tell.reason);
    case "notice":
      return scalar.writeJson(writer, tell.notice);
    case "moved":
      return;
    case "detached":
      return writer.text(tell.reason);
  }
}

/** Throws MalformedBytes for what `writeTell` does not write. */
export function readTell(reader: ByteReader): Tell {
  const kind = scalar.readWord(reader, KINDS);
  if (kind !== "step") return readToOne(reader, kind, scalar.readConnection(reader));
  const count = reader.varuint();
  if (count > READERS_MAX) throw new MalformedBytes(`${count} readers`);
  const to = Array.from({ length: count }, () => scalar.readConnection(reader));
  const shown = scalar.readBookmark(reader);
  return { kind, to, shown, bytes: scalar.readBytes(reader) };
}

function readToOne(reader: ByteReader, kind: ToOne["kind"], to: ConnectionId): ToOne {
  switch (kind) {
    case "frame": {
      const shown = scalar.readBookmark(reader);
      const answer = readAnswer(reader);
      return { kind, to, shown, ...answer, bytes: scalar.readBytes(reader) };
    }
    case "json": {
      const shown = scalar.readBookmark(reader);
      const answer = readAnswer(reader);
      return { kind, to, shown, ...answer, frame: scalar.readObject(reader) as JsonFrame };
    }
    case "seated":
      return readSeated(reader, to);
    case "refusal": {
      const request = scalar.readOptional(reader, scalar.readNumber);
      const seq = scalar.readOptional(reader, scalar.readNumber);
      const detail = scalar.readOptional(reader, scalar.readText);
      return { kind, to, request, seq, detail, reason: scalar.readReason(reader) };
    }
    case "notice":
      return { kind, to, notice: scalar.readObject(reader) as NoticeMessage };
    case "moved":
      return { kind, to };
    case "detached":
      return { kind, to, reason: scalar.readReason(reader) };
  }
}

function writeAnswer(writer: ByteWriter, answer: AnswerKind | undefined): void {
  scalar.writeOptional(writer, answer, (to, kind) => scalar.writeWord(to, kind, ANSWERS));
}

function readAnswer(reader: ByteReader): { readonly answer?: AnswerKind } {
  const answer = scalar.readOptional(reader, (from) => scalar.readWord(from, ANSWERS));
  return answer === undefined ? {} : { answer };
}

function readSeated(reader: ByteReader, to: ConnectionId): Extract<Tell, { kind: "seated" }> {
  const request = scalar.readOptional(reader, scalar.readNumber);
  const ticket = scalar.readOptional(reader, readClaim);
  const session = reader.text() as SessionId;
  const seated = scalar.readObject(reader) as Extract<Tell, { kind: "seated" }>["seated"];
  return { kind: "seated", to, request, ticket, session, seated };
}
