// Log file: every entry and snapshot that a Redis was ever given, read from its append-only file when
// all is over. Trimming takes nothing from it, and reading it disturbs nobody.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { keysWith } from "../../../server/store/keys.ts";
import { placeOf } from "../../../server/store/redisLog.ts";
import type { NodeId, RoomId } from "../../../shared/ids.ts";
import type { Logged } from "../../sim/history.ts";

/** Settings of a server that keeps everything it was told, in one file. */
export const KEEPS_EVERYTHING = ["--auto-aof-rewrite-percentage", "0"] as const;

const FOLDER = "appendonlydir";
const NEWLINE_BYTES = 2;

/** All rooms' entries, oldest first, as the server whose directory this is took them. */
export async function readLogFile(directory: string): Promise<readonly Logged[]> {
  const folder = join(directory, FOLDER);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".incr.aof")).sort();
  const entries: Logged[] = [];
  const known = new Set<string>();
  for (const name of names) {
    for (const words of commandsIn(await readFile(join(folder, name)))) {
      const entry = entryOf(words, known);
      if (entry !== undefined) entries.push(entry);
    }
  }
  return entries.sort(creationFirst);
}

/** Commands of a file in Redis' own protocol: `*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n`. */
function* commandsIn(file: Buffer): Generator<readonly Buffer[]> {
  let at = 0;
  const number = (): number => {
    const end = file.indexOf("\r\n", at);
    const text = file.toString("latin1", at + 1, end);
    at = end + NEWLINE_BYTES;
    return Number(text);
  };
  while (at < file.length) {
    const words: Buffer[] = [];
    for (let left = number(); left > 0; left--) {
      const length = number();
      words.push(file.subarray(at, at + length));
      at += length + NEWLINE_BYTES;
    }
    yield words;
  }
}

const LOG = new RegExp(
  `^${keysWith("hf:")
    .log("([^}]+)" as RoomId)
    .replace("{", "\\{")}$`,
);
const SNAPSHOT = new RegExp(
  `^${keysWith("hf:")
    .snapshot("([^}]+)" as RoomId)
    .replace("{", "\\{")}$`,
);
/** What is known of everything in the file. Neither order nor time of the clients' history is in it. */
const UNTIMED = { order: 0, atMs: 0 };

function entryOf(words: readonly Buffer[], known: Set<string>): Logged | undefined {
  const [verb = "", key = ""] = words.slice(0, 2).map(String);
  const log = verb.toUpperCase() === "XADD" ? LOG.exec(key)?.[1] : undefined;
  if (log !== undefined) {
    const at = words.findIndex((word) => /^\d+-\d+$/.test(String(word)));
    const [, kind, , node, , bytes = Buffer.alloc(0)] = words.slice(at + 1);
    return {
      ...UNTIMED,
      ...placeOf(String(words[at])),
      room: log as RoomId,
      kind: String(kind) === "claim" ? "claim" : "commit",
      node: String(node) as NodeId,
      bytes,
    };
  }
  const room = verb.toUpperCase() === "HSET" ? SNAPSHOT.exec(key)?.[1] : undefined;
  if (room === undefined) return undefined;
  const [, place, , bytes = Buffer.alloc(0)] = words.slice(2);
  const kind = known.has(room) ? "kept" : "created";
  known.add(room);
  const node = "" as NodeId;
  return { ...UNTIMED, ...placeOf(String(place)), room: room as RoomId, kind, node, bytes };
}

/** A room's first claim is written just before its first snapshot, and stands on it. */
function creationFirst(one: Logged, other: Logged): number {
  if (one.kind === "created" || other.kind === "created")
    return Number(other.kind === "created") - Number(one.kind === "created");
  return 0;
}
