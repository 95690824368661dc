// Append bench: what it costs to write one tick of many rooms to their logs, beside a pipeline of
// plain XADDs that fences nobody. Both on one Redis that syncs, in turns.

import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import type { RoomStore } from "../../server/store/store.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import { type RedisServer, startRedisServer } from "../contract/redisServer.ts";
import { closeStores, openStore } from "../contract/redisStores.ts";
import { median } from "./median.ts";

const ROOMS = 200;
const ENTRY = randomBytes(200);
const TICKS = 100;
const ROUNDS = 5;
const NODE = "n1" as NodeId;

/** Writes one tick of every room, and resolves when all of it is durable. */
type WriteTick = () => Promise<void>;

/** Microseconds of an append: processor time here, in Redis, and from sending to the answer. */
interface Cost {
  readonly here: number;
  readonly redis: number;
  readonly wait: number;
}

function plain(redis: Redis): WriteTick {
  return async () => {
    const pipeline = redis.pipeline();
    for (let at = 0; at < ROOMS; at++) pipeline.xadd(`hf:plain:${at}`, "*", "bytes", ENTRY);
    await pipeline.exec();
  };
}

async function fenced(store: RoomStore): Promise<WriteTick> {
  const rooms = Array.from({ length: ROOMS }, (_, at) => `bench${at}` as RoomId);
  const made = await Promise.all(rooms.map((room) => store.createRoom(room, NODE, ENTRY)));
  const logs = made.map((outcome, at) => {
    if (outcome.kind !== "created") throw new Error("there is a room of that name");
    return { room: rooms[at] as RoomId, node: NODE, epoch: outcome.epoch, bytes: ENTRY };
  });
  let version = 0;
  return async () => {
    version++;
    const outcomes = await store.append(logs.map((log) => ({ ...log, version })));
    if (outcomes.some(({ kind }) => kind !== "appended")) throw new Error("an append was refused");
  };
}

/** Microseconds of processor time that Redis has used. */
async function redisMicroseconds(server: RedisServer): Promise<number> {
  const said = String(await server.command("INFO", "cpu"));
  const used = (name: string) => Number(new RegExp(`${name}:([0-9.]+)`).exec(said)?.[1]);
  return (used("used_cpu_user") + used("used_cpu_sys")) * 1e6;
}

async function measure(server: RedisServer, write: WriteTick): Promise<Cost> {
  await write();
  const [here, redis, startMs] = [
    process.cpuUsage(),
    await redisMicroseconds(server),
    performance.now(),
  ];
  for (let tick = 0; tick < TICKS; tick++) await write();
  const waitMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(here);
  const each = (microseconds: number) => microseconds / (TICKS * ROOMS);
  const spent = (await redisMicroseconds(server)) - redis;
  return { here: each(user + system), redis: each(spent), wait: (waitMs * 1e3) / TICKS };
}

/** Rows of the table: way, processor time here and in Redis with plain = 1, ms for a tick of all rooms. */
export async function appendBench(): Promise<string[]> {
  const server = await startRedisServer({ fsync: "always" });
  const redis = new Redis(server.operatorUrl);
  try {
    const ways = {
      "XADD * in a pipeline": plain(redis),
      "Holdfast, fenced": await fenced(await openStore(server.url)),
    };
    const costs = new Map(Object.keys(ways).map((name) => [name, [] as Cost[]]));
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, write] of Object.entries(ways))
        costs.get(name)?.push(await measure(server, write));
    const middle = (name: string, part: keyof Cost) =>
      median((costs.get(name) ?? []).map((cost) => cost[part]));
    const [base = ""] = costs.keys();
    return [...costs.keys()].map((name) => {
      const ratio = (part: keyof Cost) => (middle(name, part) / middle(base, part)).toFixed(2);
      const waitMs = (middle(name, "wait") / 1e3).toFixed(1);
      return `| ${name} | ${ratio("here")} | ${ratio("redis")} | ${waitMs} |`;
    });
  } finally {
    redis.disconnect();
    await closeStores();
    await server.stop();
  }
}
