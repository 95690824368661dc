// Backup file: copied keys as lines of JSON in one file that says what it is at its beginning and that
// it is whole at its end. It reads and writes the file; it knows nothing of what the keys mean.

import { createHash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { fromJson } from "../../shared/json.ts";
import { CannotStart } from "../process.ts";
import type { CopiedKey } from "./redisCopy.ts";

/** What a file that can be used begins with. */
interface Head {
  readonly holdfast: "backup";
  readonly format: 1;
  readonly keyPrefix: string;
  /** When the copying began, in ms since 1970 by the store's clock. */
  readonly takenMs: number;
}

/** The last line: how many pieces there are, and the hash of every line before it. */
interface End {
  readonly pieces: number;
  readonly sha256: string;
}

/** The first and the last. */
const FRAME_LINES = 2;

/** What somebody gave as a backup is none, or not all of one; a sentence for the operator. */
class BackupUnfit extends CannotStart {}

/** Why the disk does not take or give a file, by the code of its refusal. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "this user may not",
  EPERM: "this user may not",
  EROFS: "nothing can be written there",
  ENOTDIR: "its folder is no folder",
  ENOSPC: "the disk is full",
};

/**
 * Writes a file that is there only once it is whole and on the disk, readable by its owner alone.
 * Gives how many pieces it holds. Rejects with a sentence for the operator if there is a file of
 * that name already, or the disk takes none.
 */
export async function writeBackup(
  path: string,
  about: { readonly keyPrefix: string; readonly takenMs: number },
  copied: AsyncIterable<CopiedKey>,
): Promise<number> {
  await (await opened(path, "wx")).close();
  const fresh = `${path}.fresh`;
  const file = await opened(fresh, "w");
  try {
    const head: Head = { holdfast: "backup", format: 1, ...about };
    const pieces = await writeLines(file, head, copied);
    await file.sync();
    await file.close();
    await rename(fresh, path);
    return pieces;
  } catch (cause) {
    await file.close();
    await Promise.all([fresh, path].map((name) => rm(name, { force: true })));
    throw refusal(path, "w", cause);
  }
}

/** What is made here is for its owner alone. */
async function opened(path: string, flags: "r" | "w" | "wx"): Promise<FileHandle> {
  const file = await open(path, flags, 0o600).catch((cause: unknown) => {
    throw refusal(path, flags, cause);
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new BackupUnfit(`${path} is no file.`);
}

/** For an operator, if it is the disk that refuses. */
function refusal(path: string, flags: "r" | "w" | "wx", cause: unknown): unknown {
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (code === "EEXIST") return new BackupUnfit(`${path} exists already. Name a new file.`);
  const [verb, missing] = flags === "r" ? ["read", "file"] : ["written", "folder"];
  const why = code === "ENOENT" ? `no such ${missing}` : REFUSALS[code];
  return why === undefined ? cause : new BackupUnfit(`${path} cannot be ${verb}: ${why}.`);
}

async function writeLines(
  file: FileHandle,
  head: Head,
  copied: AsyncIterable<CopiedKey>,
): Promise<number> {
  const hash = createHash("sha256");
  const write = async (what: object) => {
    const line = `${JSON.stringify(what)}\n`;
    hash.update(line);
    await file.write(line);
  };
  let pieces = 0;
  await write(head);
  for await (const { parts, ...key } of copied) {
    await write({ ...key, parts: parts.map((part) => Buffer.from(part).toString("base64")) });
    pieces++;
  }
  const end: End = { pieces, sha256: hash.digest("hex") };
  await file.write(`${JSON.stringify(end)}\n`);
  return pieces;
}

/** Looks at all of a file. Rejects with BackupUnfit unless it is a whole backup of this prefix. */
export async function checkBackup(path: string, keyPrefix: string): Promise<Head & End> {
  const hash = createHash("sha256");
  let head: Partial<Head> | undefined;
  let before: string | undefined;
  let lines = 0;
  for await (const line of linesOf(path)) {
    head ??= objectIn<Head>(line);
    if (before !== undefined) hash.update(`${before}\n`);
    before = line;
    lines++;
  }
  if (head?.holdfast !== "backup") throw new BackupUnfit(`${path} is no backup of Holdfast.`);
  if (head.format !== 1) throw new BackupUnfit(`${path} was written by a newer Holdfast.`);
  const end = objectIn<End>(before ?? "");
  if (end.sha256 !== hash.digest("hex") || end.pieces !== lines - FRAME_LINES)
    throw new BackupUnfit(`${path} is not whole, or was changed.`);
  if (head.keyPrefix !== keyPrefix)
    throw new BackupUnfit(
      `${path} is of KEY_PREFIX ${head.keyPrefix}: what is sealed opens under no other.`,
    );
  return { ...(head as Head), ...(end as End) };
}

/** The keys of a file that was checked. */
export async function* readBackup(path: string): AsyncGenerator<CopiedKey> {
  for await (const line of linesOf(path)) {
    const { key, kind, endsMs, parts } = objectIn<CopiedKey>(line);
    if (key === undefined || kind === undefined || parts === undefined) continue;
    const bytes = parts.map((part) => Buffer.from(String(part), "base64"));
    yield { key, kind, endsMs, parts: bytes };
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await opened(path, "r");
  try {
    for await (const line of file.readLines()) yield line;
  } finally {
    await file.close();
  }
}

function objectIn<T>(line: string): Partial<T> {
  return (fromJson(line) ?? {}) as Partial<T>;
}
