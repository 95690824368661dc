// Load bench: what a client and tick cost the server, beside bare ws that plays the same game. Both
// in one run, in turns; processor time of the server's process alone, read from the system.

import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { startRedisServer } from "../contract/redisServer.ts";
import { TICK_HZ } from "./drift.ts";
import { type Kind, run, Served } from "./served.ts";

interface Measured {
  readonly microsecondsPerFrame: number;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Time from one frame of a client to its next, which 99 of 100 stay within. */
  readonly gapMsP99: number;
}

async function measure(kind: Kind, count: number, seconds: number): Promise<Measured> {
  const server = await Served.start(kind);
  try {
    return await driven(kind, [server], { count, seconds });
  } finally {
    await server.end();
  }
}

/** Clients on servers that play the same rooms, and the time of all these servers together. */
async function driven(
  kind: Kind,
  servers: readonly Served[],
  { count, seconds }: Pick<Load, "count" | "seconds">,
): Promise<Measured> {
  const urls = servers.map(({ url }) => url).join(",");
  const drivers = run("drivers.ts", [kind, urls, String(count), String(seconds)]);
  const lines = createInterface({ input: drivers.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const [before, startMs] = [await processorSeconds(servers), performance.now()];
  const said = JSON.parse((await lines.next()).value as string) as Omit<
    Measured,
    "microsecondsPerFrame"
  >;
  const spent = (await processorSeconds(servers)) - before;
  const frames = (said.framesPerSecond * count * (performance.now() - startMs)) / 1_000;
  return { ...said, microsecondsPerFrame: (spent / frames) * 1e6 };
}

async function processorSeconds(servers: readonly Served[]): Promise<number> {
  const spent = await Promise.all(servers.map((server) => server.processorSeconds()));
  return spent.reduce((sum, seconds) => sum + seconds, 0);
}

export interface Load {
  readonly count: number;
  readonly seconds: number;
  readonly rounds: number;
}

/** Of several rounds the one in the middle. */
function middle(measured: readonly Measured[]): Measured {
  return [...measured].sort((one, other) => one.microsecondsPerFrame - other.microsecondsPerFrame)[
    Math.floor(measured.length / 2)
  ] as Measured;
}

/** What a tick may be late before a person sees it. */
const GAP_MS_MAX = 60;

/** The most clients, of the counts that are tried upwards, whose ticks stay even; 0 if none. */
async function mostClients(kind: Kind, counts: readonly number[], seconds: number) {
  let most = 0;
  for (const count of counts) {
    const { gapMsP99, framesPerSecond } = await measure(kind, count, seconds);
    if (gapMsP99 >= GAP_MS_MAX || framesPerSecond < TICK_HZ * 0.98) break;
    most = count;
  }
  return most;
}

/** Rows of the table: each server with how many clients it takes. The load and the store run beside it. */
export async function crowdBench(
  counts: readonly number[],
  seconds: number,
): Promise<readonly string[]> {
  const bare = await mostClients("bare", counts, seconds);
  const ours = await mostClients("ours", counts, seconds);
  return [`| bare ws | ${bare} | – |`, `| Holdfast, durable log on | ${ours} | ≥ 1600 |`];
}

/** Rows of the table: each server, medians over rounds. */
export async function loadBench({ count, seconds, rounds }: Load): Promise<readonly string[]> {
  const results = { bare: [] as Measured[], ours: [] as Measured[] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of ["bare", "ours"] as const)
      results[kind].push(await measure(kind, count, seconds));
  }
  const base = middle(results.bare).microsecondsPerFrame;
  return (["bare", "ours"] as const).map((kind) => {
    const { microsecondsPerFrame, framesPerSecond, bytesPerSecond } = middle(results[kind]);
    const name = kind === "bare" ? "bare ws, whole state as floats" : "Holdfast, durable log on";
    const ratio = (microsecondsPerFrame / base).toFixed(2);
    const target = kind === "bare" ? "–" : "time ≤ 1.30, bytes ≤ 1,500";
    const figures = `${ratio} | ${framesPerSecond.toFixed(1)} | ${Math.round(bytesPerSecond)}`;
    return `| ${name} | ${figures} | ${target} |`;
  });
}

/** Clients dealt to so many nodes on one Redis: with two, every second player of a room is relayed. */
async function measureNodes(nodes: number, load: Load): Promise<Measured> {
  const redis = await startRedisServer({ fsync: "always" });
  const SECRETS = `k1:${randomBytes(32).toString("base64")}`;
  const servers: Served[] = [];
  try {
    for (let at = 0; at < nodes; at++)
      servers.push(await Served.start("ours", { REDIS_URL: redis.url, SECRETS }));
    return await driven("ours", servers, load);
  } finally {
    for (const server of servers) await server.end();
    await redis.stop();
  }
}

/** Rows of the table: one node and two, with the time of all their processes for a client and tick. */
export async function relayBench(load: Load): Promise<readonly string[]> {
  const results = new Map([1, 2].map((nodes) => [nodes, [] as Measured[]]));
  for (let round = 0; round < load.rounds; round++)
    for (const [nodes, measured] of results) measured.push(await measureNodes(nodes, load));
  const base = middle(results.get(1) ?? []).microsecondsPerFrame;
  return [...results].map(([nodes, measured]) => {
    const { microsecondsPerFrame, framesPerSecond, gapMsP99 } = middle(measured);
    const name = nodes === 1 ? "one node" : "two nodes, every second frame relayed";
    const ratio = (microsecondsPerFrame / base).toFixed(2);
    return `| ${name} | ${ratio} | ${framesPerSecond.toFixed(1)} | ${gapMsP99} |`;
  });
}
