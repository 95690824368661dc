// Fresh file: a journal written anew beside the old one, which takes the old one's name only once it
// is whole and durable. Whatever fails before that leaves the old one as it was.

import { type FileHandle, open, readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { hashText } from "../../shared/hash.ts";
import { randomSecret } from "../../shared/random.ts";
import { encodeBatch, encodeHeader, HEADER_BYTES, type JournalHeader } from "./journalFile.ts";

const JOURNAL_NAME = /^store\.(\d{1,15})\.journal$/;
const ANY_NAME = /^store\.\d{1,15}\.(journal|fresh)$/;

/**
 * Where a journal is: the number is its writer's, and the highest one counts. A process that lost the
 * directory while it was frozen can only ever put its file below its successor's.
 */
export interface JournalPlace {
  readonly directory: string;
  readonly number: number;
}

export function journalFile({ directory, number }: JournalPlace): string {
  return join(directory, `store.${number}.journal`);
}

function freshFile({ directory, number }: JournalPlace): string {
  return join(directory, `store.${number}.fresh`);
}

/** Number of the journal that counts; 0 if there is none. */
export async function newestJournal(directory: string): Promise<number> {
  const names = await readdir(directory);
  return Math.max(0, ...names.map((name) => Number(JOURNAL_NAME.exec(name)?.[1] ?? 0)));
}

/** Removes what earlier writers left; their journals are in that of this one. */
export async function removeOthers(place: JournalPlace): Promise<void> {
  for (const name of await readdir(place.directory)) {
    const path = join(place.directory, name);
    if (ANY_NAME.test(name) && path !== journalFile(place)) await unlink(path);
  }
}

/** Records that are written in one go, so that other work gets its turn in between. */
const CHUNK_BYTES = 1 << 20;

/** A journal's file, open for writing at its end. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly seed: number;
  readonly length: number;
}

/** Writes all of some bytes at a place. */
export async function writeAt(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/** Writes records to a fresh file that is no journal yet: it lacks a header, and nothing of it need be durable. */
export async function writeFresh(
  place: JournalPlace,
  records: Iterable<Uint8Array>,
): Promise<OpenFile> {
  const handle = await open(freshFile(place), "w", 0o600);
  try {
    const seed = hashText(randomSecret(16));
    let length = HEADER_BYTES;
    for (const chunk of chunksOf(records)) {
      const batch = encodeBatch(chunk, seed);
      await writeAt(handle, batch, length);
      length += batch.length;
    }
    return { handle, seed, length };
  } catch (cause) {
    await dropFresh(place, handle);
    throw cause;
  }
}

function* chunksOf(records: Iterable<Uint8Array>): Iterable<readonly Uint8Array[]> {
  let chunk: Uint8Array[] = [];
  let byteCount = 0;
  for (const record of records) {
    chunk.push(record);
    byteCount += record.length;
    if (byteCount < CHUNK_BYTES) continue;
    yield chunk;
    chunk = [];
    byteCount = 0;
  }
  if (chunk.length > 0) yield chunk;
}

/**
 * Adds what became true meanwhile, makes the file durable and puts it in the place of the journal,
 * in one step for whoever opens the directory.
 */
export async function nameFresh(
  place: JournalPlace,
  { file, incarnation }: { readonly file: OpenFile; readonly incarnation: string },
  records: readonly Uint8Array[],
): Promise<OpenFile> {
  const { handle, seed } = file;
  const batch = records.length === 0 ? new Uint8Array(0) : encodeBatch(records, seed);
  await writeAt(handle, batch, file.length);
  const length = file.length + batch.length;
  const header: JournalHeader = { seed, incarnation, rewrittenEnd: length };
  await writeAt(handle, encodeHeader(header), 0);
  await handle.sync();
  await rename(freshFile(place), journalFile(place));
  await syncDirectory(place.directory);
  return { handle, seed, length };
}

/** Gives a fresh file up. */
export async function dropFresh(place: JournalPlace, handle: FileHandle): Promise<void> {
  await handle.close();
  await unlink(freshFile(place));
}

/** Makes a new name in the directory durable. Windows cannot open one, and does it by itself. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
