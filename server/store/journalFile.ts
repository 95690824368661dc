// Journal file: how records lie in the store's file, and how a torn end is told from damage. It
// writes and reads bytes; it never knows what a record says.

import { Buffer } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { ByteReader, ByteWriter } from "../../shared/bytes.ts";
import { StoreDamaged } from "./store.ts";

/*
 * header   "holdfast", u32 format, u32 seed, f64 rewrittenEnd, 32 characters of incarnation, u32 checksum
 * batches  4 bytes of mark, u32 length, u32 checksum of what follows, then varuint length + record, …
 *
 * A batch is what one fsync made durable, and none is begun before the one before it is durable. So
 * only the last one can be torn, and a whole one after a broken one proves damage. Checksums start
 * from the file's random seed: nothing a record holds can pass for a batch of its file.
 */
export const HEADER_BYTES = 60;
const FORMAT = 1;
const TITLE = "holdfast";
const INCARNATION_LENGTH = 32;
const BATCH_HEADER_BYTES = 12;
/** No byte of it occurs in UTF-8, which most of a record is. */
const MARK = Uint8Array.of(0xff, 0xfe, 0xc0, 0xf5);
const MARK_NUMBER = 0xf5c0_feff;
/** How much is searched at a time for a batch after a broken one. */
const SEARCH_BYTES = 1 << 20;

export interface JournalHeader {
  readonly seed: number;
  /** Names the line of stores that the file belongs to. */
  readonly incarnation: string;
  /** Up to here the file was whole before it got its name: nothing below can be torn. */
  readonly rewrittenEnd: number;
}

export function encodeHeader({ seed, incarnation, rewrittenEnd }: JournalHeader): Uint8Array {
  const writer = new ByteWriter(HEADER_BYTES);
  writer.raw(Buffer.from(TITLE, "latin1"));
  writer.u32(FORMAT);
  writer.u32(seed);
  writer.f64(rewrittenEnd);
  writer.raw(
    Buffer.from(incarnation.padEnd(INCARNATION_LENGTH).slice(0, INCARNATION_LENGTH), "latin1"),
  );
  writer.u32(crc32(writer.finish()));
  return writer.finish();
}

export function encodeBatch(records: readonly Uint8Array[], seed: number): Uint8Array {
  const recordBytes = records.reduce((sum, { length }) => sum + length, 0);
  // At most five bytes of length before each: what is written here is copied once.
  const writer = new ByteWriter(BATCH_HEADER_BYTES + recordBytes + records.length * 8);
  writer.raw(MARK);
  writer.u32(0);
  writer.u32(0);
  for (const record of records) {
    writer.varuint(record.length);
    writer.raw(record);
  }
  const batch = writer.finish();
  const body = batch.subarray(BATCH_HEADER_BYTES);
  const header = new DataView(batch.buffer, MARK.length, 8);
  header.setUint32(0, body.length, true);
  header.setUint32(4, crc32(body, seed), true);
  return batch;
}

interface Reading {
  readonly file: FileHandle;
  /** For error messages. */
  readonly path: string;
  readonly size: number;
}

/** Reads a journal: its header, then each batch's records, oldest first. A torn end is left out. */
export async function readJournal(
  file: FileHandle,
  path: string,
): Promise<{ header: JournalHeader; batches: AsyncIterable<readonly Uint8Array[]> }> {
  const reading = { file, path, size: (await file.stat()).size };
  const header = await readHeader(reading);
  return { header, batches: readBatches(reading, header) };
}

async function readHeader(reading: Reading): Promise<JournalHeader> {
  const bytes = await readAt(reading, 0, HEADER_BYTES);
  if (bytes === undefined) throw damage(reading, 0, "it is shorter than its header");
  const reader = new ByteReader(bytes);
  const title = Buffer.from(reader.raw(TITLE.length)).toString("latin1");
  if (title !== TITLE) throw damage(reading, 0, "it does not begin as a journal");
  const format = reader.u32();
  if (format !== FORMAT) {
    throw new StoreDamaged(`${reading.path} has format ${format}, this version reads ${FORMAT}`);
  }
  const seed = reader.u32();
  const rewrittenEnd = reader.f64();
  const incarnation = Buffer.from(reader.raw(INCARNATION_LENGTH)).toString("latin1").trimEnd();
  if (reader.u32() !== crc32(bytes.subarray(0, HEADER_BYTES - 4))) {
    throw damage(reading, 0, "its header does not fit its checksum");
  }
  return { seed, incarnation, rewrittenEnd };
}

async function* readBatches(
  reading: Reading,
  { seed, rewrittenEnd }: JournalHeader,
): AsyncGenerator<readonly Uint8Array[]> {
  let at = HEADER_BYTES;
  while (at < reading.size) {
    const body = await readBatch(reading, at, seed);
    if (body === undefined) {
      const whole = await findBatch(reading, at + 1, seed);
      if (whole !== undefined) {
        throw damage(reading, at, `a batch is broken, and one at byte ${whole} is whole`);
      }
      break;
    }
    yield recordsOf(body);
    at += BATCH_HEADER_BYTES + body.length;
  }
  if (at < rewrittenEnd) throw damage(reading, at, `it was whole up to byte ${rewrittenEnd} once`);
}

function recordsOf(body: Uint8Array): readonly Uint8Array[] {
  const reader = new ByteReader(body);
  const records: Uint8Array[] = [];
  while (reader.left > 0) records.push(reader.raw(reader.varuint()));
  return records;
}

/** What the batch at `at` holds; undefined if there is no whole one. */
async function readBatch(
  reading: Reading,
  at: number,
  seed: number,
): Promise<Uint8Array | undefined> {
  const head = await readAt(reading, at, BATCH_HEADER_BYTES);
  if (head === undefined) return undefined;
  const reader = new ByteReader(head);
  if (reader.u32() !== MARK_NUMBER) return undefined;
  const body = await readAt(reading, at + BATCH_HEADER_BYTES, reader.u32());
  return body !== undefined && crc32(body, seed) === reader.u32() ? body : undefined;
}

/** Where the first whole batch at or after `from` begins. */
async function findBatch(
  reading: Reading,
  from: number,
  seed: number,
): Promise<number | undefined> {
  // Windows overlap by a mark less one byte, so that none is missed between two of them.
  for (let start = from; start < reading.size; start += SEARCH_BYTES) {
    const length = Math.min(SEARCH_BYTES + MARK.length - 1, reading.size - start);
    const window = Buffer.from((await readAt(reading, start, length)) ?? []);
    for (let at = window.indexOf(MARK); at >= 0; at = window.indexOf(MARK, at + 1)) {
      if ((await readBatch(reading, start + at, seed)) !== undefined) return start + at;
    }
  }
  return undefined;
}

/** So many bytes from a place on; undefined if the file ends before. */
async function readAt(
  { file, size }: Reading,
  at: number,
  length: number,
): Promise<Uint8Array | undefined> {
  if (at + length > size) return undefined;
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return bytes;
}

function damage({ path }: Reading, at: number, why: string): StoreDamaged {
  return new StoreDamaged(
    `${path} is damaged at byte ${at}: ${why}. It is left as it is; restore it from a backup, ` +
      "or move it away to begin with nothing.",
  );
}
