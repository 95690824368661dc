// Several nodes: real processes on one real Redis, players behind lines to different ones, and nodes
// that are killed, frozen and replaced under play.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { join } from "../../client/join.ts";
import type { CommandEnd } from "../../client/seat.ts";
import { ADOPT_EVERY_MS } from "../../server/node/node.ts";
import { keysWith } from "../../server/store/keys.ts";
import { freePort } from "../contract/freePort.ts";
import { type RedisServer, startRedisServer } from "../contract/redisServer.ts";
import { LabServer, until, workersOf } from "./lab.ts";
import { COINS_AT_START, ledger } from "./ledger.ts";
import { type Direction, TcpProxy } from "./proxy.ts";

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function newRedis(): Promise<RedisServer> {
  const redis = await startRedisServer({ fsync: "always" });
  closers.push(() => redis.stop());
  return redis;
}

/** Nodes on one Redis, each reached over the URL that is made of the Redis' own. */
async function serveOver(
  redis: RedisServer,
  urls: readonly ((port: number) => string)[],
): Promise<LabServer[]> {
  const secret = { SECRETS: `k1:${randomBytes(32).toString("base64")}` };
  const nodes = await Promise.all(
    urls.map((urlOf) =>
      LabServer.start({ environment: { REDIS_URL: urlOf(redis.port), ...secret } }),
    ),
  );
  for (const node of nodes) closers.push(() => node.close());
  return nodes;
}

const directly = (port: number): string => `redis://127.0.0.1:${port}`;

/** So many nodes on one Redis. */
async function serveNodes(count: number, redis?: RedisServer): Promise<LabServer[]> {
  const urls = Array.from({ length: count }, () => directly);
  return serveOver(redis ?? (await newRedis()), urls);
}

/** Signs of nodes that have ended do not run out: others see the end of the process, or never know. */
async function keepSigns(redis: RedisServer): Promise<void> {
  const key = keysWith("hf:").nodes;
  for (const node of (await redis.command("HKEYS", key)) as readonly string[]) {
    const sign = String(await redis.command("HGET", key, node));
    await redis.command("HSET", key, node, sign.replace(/^\d+/, "9999999999999"));
  }
}

/** A line to the first of these nodes; it can be led to another. */
async function lineTo(node: LabServer): Promise<TcpProxy> {
  const line = await TcpProxy.open(node.port);
  closers.push(() => line.close());
  return line;
}

async function sitDown(url: string, name: string, room?: string) {
  const seat = await join({ url, game: ledger, name, ...(room === undefined ? {} : { room }) });
  closers.push(() => seat.close());
  const phases: string[] = [];
  seat.on("status", ({ phase }) => phases.push(phase));
  return { seat, name, phases, sent: 0, ends: new Map<string, CommandEnd>() };
}

type Player = Awaited<ReturnType<typeof sitDown>>;

/** Sends a transfer to oneself: it leaves a mark and no coin moves. */
function note(player: Player): Promise<CommandEnd> {
  const mark = `${player.name}-${++player.sent}`;
  const end = player.seat.send.transfer({ to: player.seat.index ?? 0, coins: 1, mark });
  return end.then((ended) => {
    player.ends.set(mark, ended);
    return ended;
  });
}

/** Every command ended as applied, and each left exactly one mark, as everybody sees. */
async function expectOnce(players: readonly Player[]): Promise<void> {
  const sent = players.reduce((sum, player) => sum + player.sent, 0);
  for (const { seat } of players) {
    await until("everybody sees every mark", () => [...seat.state.marks].length >= sent);
    const marks = [...seat.state.marks].map(({ mark }) => mark);
    expect(new Set(marks).size).toBe(marks.length);
    expect(marks).toHaveLength(sent);
    expect(seat.state.accounts.get(seat.index ?? -1)?.coins).toBe(COINS_AT_START);
  }
  for (const player of players) {
    for (const [mark, { end }] of player.ends) expect(end, mark).toBe("applied");
  }
}

test("[L40] players of two nodes play in one room, and see the same", async () => {
  const [one, two] = await serveNodes(2);
  if (one === undefined || two === undefined) throw new Error("two nodes");
  const ada = await sitDown(one.url, "ada");
  const bob = await sitDown(two.url, "bob", ada.seat.room);
  expect(bob.seat.index).not.toBe(ada.seat.index);
  for (let round = 0; round < 20; round++) await Promise.all([note(ada), note(bob), note(bob)]);
  await expectOnce([ada, bob]);
});

/** A room hosted by the first node, with a player behind each; their lines can be led elsewhere. */
async function roomOver(nodes: readonly LabServer[]) {
  const [host] = nodes;
  if (host === undefined) throw new Error("a node that hosts");
  const lines: TcpProxy[] = [];
  const players: Player[] = [];
  for (const [at, node] of nodes.entries()) {
    const line = await lineTo(node);
    lines.push(line);
    players.push(await sitDown(line.url, `player${at}`, players[0]?.seat.room));
  }
  const [line] = lines;
  if (line === undefined) throw new Error("a line to the host");
  return { host, line, lines, players };
}

test("[L41] when the host is killed under play its room goes on with another node long before a life sign runs out, every command once", async () => {
  const redis = await newRedis();
  const nodes = await serveNodes(3, redis);
  const { host, line, players } = await roomOver(nodes);
  const seats = players.map(({ seat }) => seat.index);
  const ends = players.map(note);
  await Promise.all(ends);
  ends.push(...players.flatMap((player) => [note(player), note(player)]));
  line.targetPort = nodes[1]?.port ?? 0;
  await host.signal("SIGKILL");
  await keepSigns(redis);
  await Promise.all([...ends, ...players.map(note)]);
  expect(players.map(({ seat }) => seat.index)).toEqual(seats);
  await expectOnce(players);
});

test("[L42, N197] a host that freezes is replaced, finds its writes refused when it goes on, and says that it stood still", async () => {
  const nodes = await serveNodes(2);
  const { host, line, players } = await roomOver(nodes);
  const [ada, bob] = players;
  if (ada === undefined || bob === undefined) throw new Error("two players");
  await Promise.all(players.map(note));
  await host.signal("SIGSTOP");
  const ends = [note(ada), note(bob), note(bob)];
  line.targetPort = nodes[1]?.port ?? 0;
  await Promise.all(players.map(note));
  await host.signal("SIGCONT");
  await Promise.all([...ends, ...players.map(note)]);
  await expectOnce(players);
  await until("it says so", () => /"durationMs":\d{4,}.*"event":"was-frozen"/.test(host.output));
});

test("[L43] three nodes are replaced one after the other under play; nothing is lost and nobody waits as if one had died", async () => {
  const nodes = await serveNodes(3);
  const { lines, players } = await roomOver(nodes);
  const seats = players.map(({ seat }) => seat.index);
  let isOver = false;
  let longestMs = 0;
  const playing = players.map(async (player) => {
    while (!isOver) {
      const beganMs = performance.now();
      await note(player);
      longestMs = Math.max(longestMs, performance.now() - beganMs);
      await sleep(20);
    }
  });
  for (const [at, node] of nodes.entries()) {
    const next = nodes[(at + 1) % nodes.length]?.port ?? 0;
    for (const each of lines) if (each.targetPort === node.port) each.targetPort = next;
    await node.signal("SIGTERM");
    await node.begin();
    await sleep(300);
  }
  isOver = true;
  await Promise.all(playing);
  expect(players.map(({ seat }) => seat.index)).toEqual(seats);
  await expectOnce(players);
  expect(longestMs).toBeLessThan(ADOPT_EVERY_MS);
});

/** One way of the line between the host and Redis swallows everything; both ends believe it is fine. */
async function cutOneWay(direction: Direction): Promise<void> {
  const toRedis = await TcpProxy.open(0);
  closers.push(() => toRedis.close());
  const [host, other] = await serveOver(await newRedis(), [
    (port) => {
      toRedis.targetPort = port;
      return directly(toRedis.port);
    },
    directly,
  ]);
  if (host === undefined || other === undefined) throw new Error("two nodes");
  const line = await lineTo(host);
  const ada = await sitDown(line.url, "ada");
  const cid = await sitDown(host.url, "cid", ada.seat.room);
  const bob = await sitDown(other.url, "bob", ada.seat.room);
  const players = [ada, bob, cid];
  await Promise.all(players.map(note));
  toRedis.swallow(direction);
  const ends = players.flatMap((player) => [note(player), note(player)]);
  await until("who stays is told that the room stands still", () => cid.phases.includes("paused"));
  await until("a balancer is told to lead nobody there", async () => !(await host.isReady()));
  // As a balancer does.
  line.targetPort = other.port;
  line.cut();
  await Promise.all([note(ada), note(bob)]);
  expect(cid.seat.status.phase).toBe("paused");
  toRedis.heal();
  await Promise.all([...ends, ...players.map(note)]);
  await expectOnce(players);
  expect(host.output).toMatch(/"event":"room-fenced"/);
}

test("[L46] a node that cannot be heard by Redis is replaced, and finds its writes refused when it is heard again", async () => {
  await cutOneWay("up");
});

test("[L46] a node that cannot hear Redis is replaced, and finds its writes refused when it hears again", async () => {
  await cutOneWay("down");
});

test("[L44] when a worker is killed its players play on with another long before a life sign runs out, and it is started again", async () => {
  const [metricsPort, redis] = [await freePort(), await newRedis()];
  const server = await LabServer.start({
    args: ["--workers", "2"],
    environment: { METRICS_PORT: String(metricsPort), REDIS_URL: redis.url },
  });
  closers.push(() => server.close());
  const served = () => server.output.match(/Holdfast serves/g)?.length ?? 0;
  await until("both workers serve", () => served() === 2);
  const ada = await sitDown(server.url, "ada");
  const players = [ada];
  for (const name of ["bob", "cid", "dan"])
    players.push(await sitDown(server.url, name, ada.seat.room));
  await Promise.all(players.map(note));
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  expect(metrics).toMatch(/^holdfast_connections 4$/m);
  for (const [killed, pid] of (await workersOf(server.pid)).entries()) {
    process.kill(pid, "SIGKILL");
    await keepSigns(redis);
    await Promise.all(players.map(note));
    await until("a new worker serves", () => served() === 3 + killed);
  }
  await expectOnce(players);
  await server.signal("SIGTERM");
});

test("[L45] without a Redis that workers could share they are refused, with the reason", async () => {
  const alone = LabServer.start({ args: ["--workers", "2"], environment: { PATH: "/nowhere" } });
  await expect(alone).rejects.toThrow("Workers need a Redis that they share");
});
