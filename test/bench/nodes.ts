// Nodes bench: how long players wait when the node that hosts their room is killed, frozen or replaced,
// from the moment it happens to a command of each that took effect with another node.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { join, type Seat } from "../../client/join.ts";
import { keysWith } from "../../server/store/keys.ts";
import type { RoomId } from "../../shared/ids.ts";
import { type RedisServer, startRedisServer } from "../contract/redisServer.ts";
import { LabServer, until, workersOf } from "../live/lab.ts";
import { ledger } from "../live/ledger.ts";
import { TcpProxy } from "../live/proxy.ts";

const NODES = 3;
/** Everybody plays again for so long before the next blow. */
const CALM_MS = 1_500;
const PLAY_EVERY_MS = 10;
/** Where a load balancer would have led the lines when nothing answers any more. */
const NOTICED_MS = 1_000;

type Player = Pick<Seat, "room" | "index" | "close"> & { note(mark: string): Promise<void> };

interface Bed {
  readonly redis: RedisServer;
  readonly nodes: readonly LabServer[];
  readonly lines: readonly TcpProxy[];
  readonly players: readonly Player[];
  close(): Promise<void>;
}

async function openBed(): Promise<Bed> {
  const redis = await startRedisServer({ fsync: "always" });
  const secrets = `k1:${randomBytes(32).toString("base64")}`;
  const environment = { REDIS_URL: redis.url, SECRETS: secrets };
  const nodes = await Promise.all(
    Array.from({ length: NODES }, () => LabServer.start({ environment })),
  );
  const lines = await Promise.all(nodes.map(({ port }) => TcpProxy.open(port)));
  const players: Player[] = [];
  for (const [at, { url }] of lines.entries())
    players.push(await sitDown(url, `player ${at}`, players[0]?.room));
  const close = async () => {
    for (const player of players) player.close();
    for (const line of lines) await line.close();
    for (const node of nodes) await node.close();
    await redis.stop();
  };
  return { redis, nodes, lines, players, close };
}

async function sitDown(url: string, name: string, room?: string): Promise<Player> {
  const seat = await join({ url, game: ledger, name, ...(room === undefined ? {} : { room }) });
  const note = async (mark: string) => {
    const { end } = await seat.send.transfer({ to: seat.index ?? 0, coins: 1, mark });
    if (end !== "applied") throw new Error(`a command ended as ${end}`);
  };
  return { room: seat.room, index: seat.index, close: () => seat.close(), note };
}

/** The node that wrote the newest entry of the players' room. */
async function hostOf({ redis, nodes, players }: Bed): Promise<LabServer> {
  const log = keysWith("hf:").log((players[0]?.room ?? "") as RoomId);
  const newest = JSON.stringify(await redis.command("XREVRANGE", log, "+", "-", "COUNT", 1));
  const id = /"node","([^"]+)"/.exec(newest)?.[1] ?? "nobody";
  // Its own name stands in every line that a node writes; others may tell of it under another word.
  const host = nodes.find(({ output }) => output.includes(`"node":"${id}"`));
  if (host === undefined) throw new Error(`no node is ${id}`);
  return host;
}

/** What a load balancer does: lines that led to a node lead to the next. */
function leadAway({ nodes, lines }: Bed, node: LabServer): void {
  const next = nodes[(nodes.indexOf(node) + 1) % nodes.length];
  for (const line of lines)
    if (line.targetPort === node.port && next !== undefined) line.targetPort = next.port;
}

/** How long until a command of everybody has taken effect, in ms. */
async function untilAllPlay({ players }: Pick<Bed, "players">): Promise<number> {
  const beganMs = performance.now();
  await Promise.all(players.map(({ note }, at) => note(`${at} ${beganMs.toFixed(3)}`)));
  return performance.now() - beganMs;
}

/** Gives how long somebody had to wait because of it, in ms. */
type Blow = (bed: Bed, host: LabServer) => Promise<number>;

const killed: Blow = async (bed, host) => {
  const dying = host.signal("SIGKILL");
  leadAway(bed, host);
  const waitedMs = await untilAllPlay(bed);
  await dying;
  await host.begin();
  return waitedMs;
};

const frozen: Blow = async (bed, host) => {
  await host.signal("SIGSTOP");
  const noticed = sleep(NOTICED_MS).then(() => leadAway(bed, host));
  const waitedMs = await untilAllPlay(bed);
  await noticed;
  await host.signal("SIGCONT");
  return waitedMs;
};

/** The longest that anybody waits for a command while the host is replaced under play. */
const replaced: Blow = async (bed, host) => {
  let isOver = false;
  let waitedMs = 0;
  const playing = bed.players.map(async ({ note }, at) => {
    for (let count = 0; !isOver; count++) {
      const beganMs = performance.now();
      await note(`${at} ${count} ${beganMs.toFixed(0)}`);
      waitedMs = Math.max(waitedMs, performance.now() - beganMs);
      await sleep(PLAY_EVERY_MS);
    }
  });
  leadAway(bed, host);
  await host.signal("SIGTERM");
  await host.begin();
  await sleep(CALM_MS);
  isOver = true;
  await Promise.all(playing);
  return waitedMs;
};

const BLOWS: readonly (readonly [name: string, blow: Blow, target: string])[] = [
  ["host killed, no supervisor", killed, "≤ 6,000"],
  ["host frozen", frozen, "≤ 6,000"],
  ["host replaced under play (SIGTERM)", replaced, "≤ 1,000"],
];

/** Rows of the table: what befell the host, median and longest wait of so many, target; in ms. */
export async function nodesBench({ times }: { readonly times: number }): Promise<string[]> {
  const bed = await openBed();
  try {
    const rows: string[] = [];
    for (const [name, blow, target] of BLOWS) {
      const waits: number[] = [];
      for (let time = 0; time < times; time++) {
        await untilAllPlay(bed);
        await sleep(CALM_MS);
        waits.push(await blow(bed, await hostOf(bed)));
      }
      rows.push(rowOf(name, waits, target));
    }
    return [...rows, await workersRow(times)];
  } finally {
    await bed.close();
  }
}

function rowOf(name: string, waits: readonly number[], target: string): string {
  const sorted = [...waits].sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return `| ${name} | ${median.toFixed(0)} | ${(sorted.at(-1) ?? 0).toFixed(0)} | ${target} |`;
}

/** Nobody leads a line away here: the supervisor does. Whether the worker hosts is left to chance. */
async function workersRow(times: number): Promise<string> {
  const server = await LabServer.start({ args: ["--workers", "2"] });
  const players: Player[] = [];
  const serving = () => server.output.match(/Holdfast serves/g)?.length ?? 0;
  try {
    await until("both workers serve", () => serving() === 2);
    for (let at = 0; at < NODES; at++)
      players.push(await sitDown(server.url, `player ${at}`, players[0]?.room));
    const waits: number[] = [];
    for (let time = 0; time < times; time++) {
      await untilAllPlay({ players });
      const [worker = 0] = await workersOf(server.pid);
      process.kill(worker, "SIGKILL");
      waits.push(await untilAllPlay({ players }));
      // One that keeps ending is started again ever later.
      await until("it is started again", () => serving() === 3 + time, 30_000);
    }
    return rowOf("worker killed under a supervisor", waits, "≤ 1,000");
  } finally {
    for (const player of players) player.close();
    await server.close();
  }
}
