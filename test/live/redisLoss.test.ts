// A Redis that loses, forgets, refuses or is emptied under play: a real server, real players, real
// Redis. As long as the host lives nothing confirmed is lost and nobody loses the seat.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { join } from "../../client/join.ts";
import type { CommandEnd } from "../../client/seat.ts";
import { type RedisServer, startRedisServer } from "../contract/redisServer.ts";
import { greeting } from "./attackBed.ts";
import { Wire } from "./attackWire.ts";
import { ask } from "./httpBed.ts";
import { LabServer, until } from "./lab.ts";
import { COINS_AT_START, ledger } from "./ledger.ts";
import { TcpProxy } from "./proxy.ts";

/** A pause, on however slow a machine: many times what the attempts of a node and a page are apart. */
const PAUSE_MS_MAX = 15_000;

const closers: (() => Promise<void> | void)[] = [];

async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

async function newRedis(...settings: readonly string[]): Promise<RedisServer> {
  const redis = await startRedisServer({ settings });
  closers.push(() => redis.stop());
  return redis;
}

/** A copy of a Redis as it is now, which follows it no more. */
async function newCopy(redis: RedisServer): Promise<RedisServer> {
  const following = ["--replicaof", `127.0.0.1 ${redis.port}`, "--repl-diskless-sync-delay", "0"];
  const copy = await newRedis(...following);
  await until("the copy follows", async () =>
    String(await copy.command("INFO", "replication")).includes("master_link_status:up"),
  );
  await copy.command("REPLICAOF", "NO", "ONE");
  return copy;
}

async function lineTo(port: number): Promise<TcpProxy> {
  const line = await TcpProxy.open(port);
  closers.push(() => line.close());
  return line;
}

async function sitDown(url: string, name: string, room?: string) {
  const seat = await join({ url, game: ledger, name, ...(room === undefined ? {} : { room }) });
  closers.push(() => seat.close());
  const told = { phases: [] as string[], rolledBack: 0, undone: 0 };
  seat.on("status", ({ phase }) => told.phases.push(phase));
  seat.on("rolledBack", ({ undone }) => {
    told.rolledBack++;
    told.undone += undone;
  });
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
async function playThrough(
  { players }: Pick<Scene, "players">,
  strike: () => Promise<unknown>,
): Promise<number> {
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
  });
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
        const copy = await newCopy(redis);
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
      expect(tookMs).toBeLessThan(PAUSE_MS_MAX);
      await expectWhole(scene.players);
      // Whoever looks from outside finds what the players see: a line that drops is taken up again.
      scene.line.cut();
      await Promise.all(scene.players.map(note));
      await expectWhole(scene.players);
    },
  );
});

describe("when the host dies with it", () => {
  afterEach(closeAll);

  test("[L51] what a copy of Redis lacks and no host remembers is said to each player, and everybody plays on in the same seat", async () => {
    const { redis, way, server, players } = await playedRoom();
    await Promise.all(players.map(note));
    const kept = players.reduce((sum, { sent }) => sum + sent, 0);
    const copy = await newCopy(redis);
    await Promise.all(players.flatMap((player) => [note(player), note(player), note(player)]));
    for (const player of players)
      await until("all is shown", () => marksOf(player).length === kept + 6);
    await server.signal("SIGKILL");
    way.targetPort = copy.port;
    way.reset();
    await server.begin();
    const wereTold = () => players.every(({ told }) => told.rolledBack > 0);
    await until("both were told", wereTold);
    for (const player of players) {
      const { index, name } = player;
      const end = await player.seat.send.transfer({ to: index ?? 0, coins: 1, mark: name });
      expect(end).toEqual({ end: "applied" });
      expect(player.told).toMatchObject({ rolledBack: 1, undone: 3 });
      expect(player.seat.index).toBe(index);
      expect(player.told.phases).not.toContain("elsewhere");
    }
    // One history: what was there when the copy was made, and what came after.
    for (const player of players) {
      await until("the new marks are shown", () => marksOf(player).length === kept + 2);
      expect(new Set(marksOf(player)).size).toBe(kept + 2);
    }
  });

  test("[L52] a room that nobody has any more is over for its players, with a reason, and a new one can be had", async () => {
    const { redis, server, line, players } = await playedRoom();
    await Promise.all(players.map(note));
    await server.signal("SIGKILL");
    await redis.command("FLUSHALL");
    await server.begin();
    const isOver = () => players.every(({ seat }) => seat.status.phase === "over");
    await until("both are told", isOver);
    for (const { seat } of players) expect(seat.status).toMatchObject({ next: expect.any(String) });
    const again = await sitDown(line.url, "ada");
    expect(await note(again)).toEqual({ end: "applied" });
  });
});

describe("when somebody signed out since", () => {
  afterEach(closeAll);

  test("[L54] whoever signed out stays out of a Redis that is replaced by an older copy, as long as a node knows", async () => {
    const { redis, way, server, players } = await playedRoom();
    const guest = await ask(server.port, "POST /api/session/guest", { body: { name: "Gone" } });
    const token = String(guest.json?.token);
    const copy = await newCopy(redis);
    const headers = { Cookie: `holdfast=${guest.cookie}` };
    expect((await ask(server.port, "DELETE /api/session", { headers })).status).toBe(204);
    await redis.stop();
    way.targetPort = copy.port;
    way.reset();
    const entering = async () => {
      const wire = await new Wire(server.port, { from: "127.0.0.1", headers: {} }).opened();
      wire.send(`0${JSON.stringify(greeting(token))}`);
      const isIn = () => wire.events("welcome").length > 0;
      await until("it is decided", () => wire.ending !== "open" || isIn());
      const { ending } = wire;
      wire.drop();
      return ending;
    };
    await until("it is refused", async () => (await entering()) === "refused: session-revoked");
    for (const player of players) expect(await note(player)).toEqual({ end: "applied" });
  });
});

describe("while several nodes live", () => {
  afterEach(closeAll);

  test("[L53] a Redis of several nodes that is emptied, and emptied again, costs players of all of them nothing but a pause", async () => {
    const redis = await newRedis();
    const SECRETS = `k1:${randomBytes(32).toString("base64")}`;
    const environment = { REDIS_URL: redis.url, SECRETS };
    const nodes = await Promise.all([1, 2].map(() => LabServer.start({ environment })));
    for (const node of nodes) closers.push(() => node.close());
    const lines = await Promise.all(nodes.map(({ port }) => lineTo(port)));
    const ada = await sitDown(lines[0]?.url ?? "", "ada");
    const bob = await sitDown(lines[1]?.url ?? "", "bob", ada.seat.room);
    const players = [ada, bob] as const;
    await sleep(1_000);
    for (let round = 0; round < 3; round++) {
      const strike = () => redis.command("FLUSHALL");
      expect(await playThrough({ players }, strike)).toBeLessThan(PAUSE_MS_MAX);
      await sleep(300);
    }
    await expectWhole(players);
    for (const line of lines) line.cut();
    await Promise.all(players.map(note));
    await expectWhole(players);
  });
});
