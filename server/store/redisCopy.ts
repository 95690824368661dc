// Redis copy: everything of a Redis that must outlive it, read out and written back as it stands: what
// is sealed stays sealed. It reads beside running nodes and writes only where nothing is.

import type { RoomId } from "../../shared/ids.ts";
import type { Keys } from "./keys.ts";
import type { RedisArgument, RedisConnection } from "./redisConnection.ts";
import { bytesOf, listOf, numberOf, type Reply, textOf } from "./replies.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Shards } from "./shards.ts";
import { StoreDamaged } from "./store.ts";

/** A key with what stands there, or with a piece of it that goes after those before. Bytes, because a room's log and snapshot are. */
export interface CopiedKey {
  readonly key: string;
  readonly kind: "string" | "hash" | "zset" | "stream";
  /** When it ends, in ms since 1970; undefined if it does not. */
  readonly endsMs: number | undefined;
  /**
   * - `string`: one part
   * - `hash`: field, value, field, value, …
   * - `zset`: member, score, …
   * - `stream`: for each entry its id, how many parts follow, and these
   */
  readonly parts: readonly Uint8Array[];
}

/** What is long is asked for and written in pieces of so many parts. */
const PARTS_MAX = 1_000;
const SCAN_COUNT = 500;

/** What belongs to nodes that run, and not to what they keep. */
const PASSING = /^(nodes$|mark:|count:)/;
/** Every start leaves it; what a backup says of it counts. */
const SEAL = /^seal:/;
/** Who is here now: whoever comes back opens a session anew. */
const PRESENCE = /\}:(session|sessions)$/;
const ROOM_PART = /^\{([^}]+)\}:(log|snapshot)$/;

/** Every key that is worth keeping. A room is read in one step, so that its log fits its snapshot. */
export async function* copyAll(shards: Shards, keys: Keys): AsyncGenerator<CopiedKey> {
  for (const connection of shards.topology.connections) {
    for await (const key of keysOf(connection, keys.prefix)) {
      const name = key.slice(keys.prefix.length);
      const [, room, part] = ROOM_PART.exec(name) ?? [];
      if (PASSING.test(name) || PRESENCE.test(name) || part === "snapshot") continue;
      if (room !== undefined) yield* copyRoom(shards, keys, room as RoomId);
      else yield* copyKey(shards, key);
    }
  }
}

/** Whether nothing worth keeping stands there. */
export async function isEmpty(shards: Shards, keys: Keys): Promise<boolean> {
  for (const connection of shards.topology.connections) {
    for await (const key of keysOf(connection, keys.prefix)) {
      const name = key.slice(keys.prefix.length);
      if (!PASSING.test(name) && !SEAL.test(name)) return false;
    }
  }
  return true;
}

/** Writes what was copied; a key that has ended meanwhile is left out. */
export async function restoreKey(shards: Shards, copied: CopiedKey, nowMs: number): Promise<void> {
  const { key, kind, endsMs, parts } = copied;
  if (endsMs !== undefined && endsMs <= nowMs) return;
  for (const [command, args] of writesOf(kind, parts)) await shards.call(command, key, ...args);
  if (endsMs !== undefined) await shards.call("PEXPIREAT", key, endsMs);
}

/** A scan may name a key twice; it never leaves out one that is there all the time. */
async function* keysOf(connection: RedisConnection, prefix: string): AsyncGenerator<string> {
  const seen = new Set<string>();
  // No character of a prefix means anything in a pattern.
  const match = ["MATCH", `${prefix}*`, "COUNT", SCAN_COUNT] as const;
  let cursor = "0";
  do {
    const [next, found] = listOf(await connection.call("SCAN", cursor, ...match));
    cursor = textOf(next);
    for (const name of listOf(found).map(textOf)) {
      if (seen.has(name)) continue;
      seen.add(name);
      yield name;
    }
  } while (cursor !== "0");
}

async function* copyRoom(shards: Shards, keys: Keys, room: RoomId): AsyncGenerator<CopiedKey> {
  const [log, snapshot] = [keys.log(room), keys.snapshot(room)];
  const [place, bytes, entries, newest] = listOf(
    await shards.run(SCRIPTS.loadRoom, [log, snapshot]),
  );
  // It was removed since it was found.
  if (newest === undefined) return;
  if (textOf(place) === "") throw new StoreDamaged(`room ${room} has a log and no snapshot`);
  const tail = listOf(entries);
  // The newest entry fences older hosts, even if the snapshot holds everything.
  const kept = tail.length === 0 ? [newest] : tail;
  const parts = { place: textOf(place), bytes: bytesOf(bytes) };
  const endsMs = await endOf(shards, log);
  yield {
    key: snapshot,
    kind: "hash",
    endsMs,
    parts: ["place", parts.place, "bytes", parts.bytes].map(asBytes),
  };
  yield { key: log, kind: "stream", endsMs, parts: kept.flatMap(partsOfEntry) };
}

async function* copyKey(shards: Shards, key: string): AsyncGenerator<CopiedKey> {
  const kind = textOf(await shards.call("TYPE", key));
  const about = { key, endsMs: await endOf(shards, key) };
  if (kind === "stream") {
    for await (const parts of pagesOf(shards, key)) yield { ...about, kind, parts };
    return;
  }
  // It may have ended since it was found.
  if (kind === "none") return;
  if (kind !== "string" && kind !== "hash" && kind !== "zset")
    throw new StoreDamaged(`${key} is a ${kind}, which nobody writes here`);
  const reply = await shards.call(...askFor(kind, key));
  const parts = partsOf(reply);
  if (parts.length > 0) yield { ...about, kind, parts };
}

async function endOf(shards: Shards, key: string): Promise<number | undefined> {
  const endsMs = numberOf(await shards.call("PEXPIRETIME", key));
  return endsMs < 0 ? undefined : endsMs;
}

/** Members of a sorted set come in pairs with their scores, which are numbers. */
function partsOf(reply: Reply): readonly Uint8Array[] {
  if (reply === null) return [];
  if (typeof reply === "number") return [asBytes(String(reply))];
  return Buffer.isBuffer(reply) ? [bytesOf(reply)] : listOf(reply).flatMap(partsOf);
}

/** A stream may be longer than what one answer should hold. */
async function* pagesOf(shards: Shards, key: string): AsyncGenerator<readonly Uint8Array[]> {
  let from = "-";
  for (;;) {
    const page = listOf(await shards.call("XRANGE", key, from, "+", "COUNT", PARTS_MAX));
    if (page.length === 0) return;
    yield page.flatMap(partsOfEntry);
    from = `(${textOf(listOf(page.at(-1))[0])}`;
  }
}

type Ask = readonly [command: string, key: string, ...args: RedisArgument[]];

function askFor(kind: "string" | "hash" | "zset", key: string): Ask {
  switch (kind) {
    case "string":
      return ["GET", key];
    case "hash":
      return ["HGETALL", key];
    case "zset":
      return ["ZRANGE", key, 0, -1, "WITHSCORES"];
  }
}

function partsOfEntry(entry: Reply): readonly Uint8Array[] {
  const [id, fields] = listOf(entry);
  const parts = listOf(fields).map(bytesOf);
  return [asBytes(textOf(id)), asBytes(String(parts.length)), ...parts];
}

function asBytes(part: string | Uint8Array): Uint8Array {
  return typeof part === "string" ? Buffer.from(part) : part;
}

type Write = readonly [command: string, args: readonly RedisArgument[]];

function writesOf(kind: CopiedKey["kind"], parts: readonly Uint8Array[]): readonly Write[] {
  switch (kind) {
    case "string":
      return [["SET", parts]];
    case "hash":
      return chunksOf(parts).map((chunk) => ["HSET", chunk]);
    case "zset":
      return chunksOf(inScoreOrder(parts)).map((chunk) => ["ZADD", chunk]);
    case "stream":
      return entriesIn(parts).map((entry) => ["XADD", entry]);
  }
}

/** Redis reads a member after its score, and answers the other way round. */
function inScoreOrder(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  return parts.map((_, at) => parts[at % 2 === 0 ? at + 1 : at - 1] ?? Buffer.alloc(0));
}

function entriesIn(parts: readonly Uint8Array[]): readonly (readonly RedisArgument[])[] {
  const entries: RedisArgument[][] = [];
  for (let at = 0; at < parts.length; ) {
    const [id = Buffer.alloc(0), count] = parts.slice(at, at + 2);
    const end = at + 2 + Number(Buffer.from(count ?? Buffer.alloc(0)).toString());
    entries.push([id, ...parts.slice(at + 2, end)]);
    at = end;
  }
  return entries;
}

function chunksOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / PARTS_MAX);
  return Array.from({ length: count }, (_, at) =>
    items.slice(at * PARTS_MAX, (at + 1) * PARTS_MAX),
  );
}
