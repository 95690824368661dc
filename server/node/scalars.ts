// Scalars: the small parts that items are written with: places, ids, reasons, what may be absent, and
// JSON. They know the layout of values, never what they are for.

import { type ByteReader, type ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import type { Bookmark } from "../../shared/frame.ts";
import type { ConnectionId } from "../../shared/ids.ts";
import { isReason, type Reason } from "../../shared/reasons.ts";

export function writeBookmark(writer: ByteWriter, { epoch, version }: Bookmark): void {
  writer.varuint(epoch);
  writer.varuint(version);
}

export function readBookmark(reader: ByteReader): Bookmark {
  return { epoch: reader.varuint(), version: reader.varuint() };
}

/** A byte that says whether it is there, and then the value itself. */
export function writeOptional<T>(
  writer: ByteWriter,
  value: T | undefined,
  write: (writer: ByteWriter, value: T) => void,
): void {
  writer.u8(value === undefined ? 0 : 1);
  if (value !== undefined) write(writer, value);
}

export function readOptional<T>(
  reader: ByteReader,
  read: (reader: ByteReader) => T,
): T | undefined {
  return reader.u8() === 0 ? undefined : read(reader);
}

export const writeNumber = (writer: ByteWriter, value: number): void => writer.varuint(value);
export const readNumber = (reader: ByteReader): number => reader.varuint();
export const writeText = (writer: ByteWriter, value: string): void => writer.text(value);
export const readText = (reader: ByteReader): string => reader.text();

/** A connection's name is given by its node, which is no one a client could speak for. */
export const readConnection = (reader: ByteReader): ConnectionId => reader.text() as ConnectionId;

export function writeJson(writer: ByteWriter, value: unknown): void {
  writer.text(JSON.stringify(value) ?? "null");
}

export function readJson(reader: ByteReader): unknown {
  const text = reader.text();
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new MalformedBytes("text that is not JSON", { cause });
  }
}

/** JSON that is an object; who receives it looks at its parts. */
export function readObject(reader: ByteReader): object {
  const value = readJson(reader);
  if (typeof value !== "object" || value === null) throw new MalformedBytes("no object");
  return value;
}

/** As text: nodes of two builds may have different tables of reasons. */
export function readReason(reader: ByteReader): Reason {
  const reason = reader.text();
  if (!isReason(reason)) throw new MalformedBytes("no such reason");
  return reason;
}

/** One of a closed list of words, as its place in it. */
export function writeWord<Word extends string>(
  writer: ByteWriter,
  word: Word,
  words: readonly Word[],
): void {
  writer.u8(words.indexOf(word));
}

export function readWord<Word extends string>(reader: ByteReader, words: readonly Word[]): Word {
  const word = words[reader.u8()];
  if (word === undefined) throw new MalformedBytes(`none of ${words.join(", ")}`);
  return word;
}

export function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writer.varuint(bytes.length);
  writer.raw(bytes);
}

export function readBytes(reader: ByteReader): Uint8Array {
  return reader.raw(reader.varuint());
}
