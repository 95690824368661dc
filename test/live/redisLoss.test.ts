// A Redis that loses, forgets, refuses or is emptied under play: a real server, real players, real
// Redis. As long as the host lives nothing confirmed is lost and nobody loses the seat.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { join } from "../../client/join.ts";
import type { CommandEnd } from "../../client/seat.ts";
import { type RedisServer, startRedisServer } from "../contract/redisServer.ts";
import { LabServer, until } from "./lab.ts";
import { COINS_AT_START, ledger } from "./ledger.ts";
import { TcpProxy } from "./proxy.ts";

/** How soon everybody plays on once Redis answers again, the pauses between attempts included. */
const PLAYING_AGAIN_MS = 5_000;

const closers: (() => Promise<void> | void)[] = [];

async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

async function newRedis(...settings: readonly string[]): Promise<RedisServer> {
  const redis = await startRedisServer({ settings });
  closers.push(() => redis.stop());
  return redis;
}

async function lineTo(port: number): Promise<TcpProxy> {
  const line = await TcpProxy.open(port);
  closers.push(() => line.close());
  return line;
}

async function sitDown(url: string, name: string, room?: string) {
  const seat = await join({ url, game: ledger, name, ...(room === undefined ? {} : { room }) });
  closers.push(() => seat.close());
  const told = { phases: [] as string[], rolledBack: 0 };
  seat.on("status", ({ phase }) => told.phases.push(phase));
  seat.on("rolledBack", () => told.rolledBack++);
  return { seat, name, told, index: seat.index, sent: 0, ends: new Map<string, CommandEnd>() };
}

type Player = Awaited<ReturnType<typeof sitDown>>;

/** Sends a transfer to oneself: it leaves a mark and no coin moves. */
async function note(player: Player): Promise<CommandEnd> {
  const mark = `${player.name}-${++player.sent}`;
  const index = player.seat.index ?? 0;
  const end = await player.seat.send.transfer({ to: index, coins: 1, mark });
  player.ends.set(mark, end);
  return end;
}

const marksOf = ({ seat }: Player) => [...seat.state.marks].map(({ mark }) => mark);

/** Every command ended as applied and left one mark, as everybody sees, and everybody sits as before. */
async function expectWhole(players: readonly Player[]): Promise<void> {
  const sent = players.reduce((sum, player) => sum + player.sent, 0);
  for (const player of players) {
    await until("everybody sees every mark", () => marksOf(player).length >= sent);
    expect(new Set(marksOf(player)).size).toBe(sent);
    for (const [mark, { end }] of player.ends) expect(end, mark).toBe("applied");
    expect(player.seat.index).toBe(player.index);
    expect(player.seat.state.accounts.get(player.index ?? -1)?.coins).toBe(COINS_AT_START);
    expect(player.told).toMatchObject({ rolledBack: 0 });
  }
}

/** A room on a server whose way to its Redis can be led elsewhere, and two who play there. */
async function playedRoom() {
  const redis = await newRedis();
  const way = await lineTo(redis.port);
  const server = await LabServer.start({
    environment: { REDIS_URL: `redis://127.0.0.1:${way.port}` },
  });
  closers.push(() => server.close());
  const line = await lineTo(server.port);
  const ada = await sitDown(line.url, "ada");
  const bob = await sitDown(line.url, "bob", ada.seat.room);
  return { redis, way, server, line, players: [ada, bob] as const };
}

type Scene = Awaited<ReturnType<typeof playedRoom>>;

/** Both play while something happens to Redis; gives how long after it everybody had played on. */
async function playThrough({ players }: Scene, strike: () => Promise<unknown>): Promise<number> {
  await Promise.all(players.map(note));
  const ends = players.flatMap((player) => [note(player), note(player)]);
  const struck = strike();
  let isOver = false;
  struck.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  while (!isOver) {
    ends.push(...players.map(note));
    // As fast as people play: an outbox holds 64 commands.
    await sleep(250);
  }
  await struck;
  const overMs = performance.now();
  ends.push(...players.map(note));
  await Promise.all(ends);
  return performance.now() - overMs;
}

describe("while the host lives", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await playedRoom();
    // Who has been there for a moment is known well enough to be written back.
    await sleep(1_000);
  }, 30_000);
  afterAll(closeAll);

  const strikes: readonly (readonly [string, (scene: Scene) => Promise<unknown>])[] = [
    ["is emptied", ({ redis }) => redis.command("FLUSHALL")],
    [
      "is killed and starts again empty",
      async ({ redis }) => {
        await redis.kill();
        await sleep(300);
        await redis.start();
      },
    ],
    [
      "says nothing for five seconds",
      async ({ redis }) => {
        redis.freeze();
        await sleep(5_000);
        redis.thaw();
      },
    ],
    [
      "is read-only for a second",
      async ({ redis }) => {
        await redis.command("REPLICAOF", "127.0.0.1", "1");
        await sleep(1_000);
        await redis.command("REPLICAOF", "NO", "ONE");
      },
    ],
    [
      "is full for a second",
      async ({ redis }) => {
        await redis.command("CONFIG", "SET", "maxmemory", "1");
        await sleep(1_000);
        await redis.command("CONFIG", "SET", "maxmemory", "0");
      },
    ],
    ["forgets its scripts", ({ redis }) => redis.command("SCRIPT", "FLUSH")],
    [
      "is replaced by a copy that lacks the newest entries",
      async ({ redis, way, players }) => {
        const copy = await newRedis(
          "--replicaof",
          `127.0.0.1 ${redis.port}`,
          "--repl-diskless-sync-delay",
          "0",
        );
        await until("the copy follows", async () =>
          String(await copy.command("INFO", "replication")).includes("master_link_status:up"),
        );
        await copy.command("REPLICAOF", "NO", "ONE");
        await Promise.all(players.flatMap((player) => [note(player), note(player), note(player)]));
        way.targetPort = copy.port;
        way.reset();
      },
    ],
  ];

  test.each(strikes)(
    "[L50] a Redis that %s costs nobody anything but a pause",
    async (_, strike) => {
      const tookMs = await playThrough(scene, () => strike(scene));
      expect(tookMs).toBeLessThan(PLAYING_AGAIN_MS);
      await expectWhole(scene.players);
      // Whoever looks from outside finds what the players see: a line that drops is taken up again.
      scene.line.cut();
      await Promise.all(scene.players.map(note));
      await expectWhole(scene.players);
    },
    20_000,
  );
});
