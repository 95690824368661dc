// What players keep: real servers, real sockets through a line that the test spoils, real Redis.

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { join, Session, type WebSocketClass } from "../../client/join.ts";
import { memoryStorage } from "../../client/keepsake.ts";
import type { CommandEnd } from "../../client/seat.ts";
import { startRedisServer } from "../contract/redisServer.ts";
import { LabServer, until } from "./lab.ts";
import { COINS_AT_START, ledger } from "./ledger.ts";
import { TcpProxy } from "./proxy.ts";

type Player = Awaited<ReturnType<typeof sitDown>>;

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serve(environment: Readonly<Record<string, string>> = {}): Promise<LabServer> {
  const server = await LabServer.start({ environment });
  closers.push(() => server.close());
  return server;
}

async function spoil(server: LabServer): Promise<TcpProxy> {
  const proxy = await TcpProxy.open(server.port);
  closers.push(() => proxy.close());
  return proxy;
}

/** A player at the ledger's table, with everything that was promised to it. */
async function sitDown(url: string, name: string, room?: string) {
  const seat = await join({ url, game: ledger, name, ...(room === undefined ? {} : { room }) });
  closers.push(() => seat.close());
  const events: string[] = [];
  seat.on("event", (event) => events.push(event.values.mark));
  return { seat, name, events, sent: 0, ends: new Map<string, CommandEnd>() };
}

/** What happened on the lines of a page, as the page's own platform tells it. */
function notedLines() {
  const noted = { opened: 0, closed: 0, texts: [] as string[] };
  class NotedLine extends WebSocket {
    constructor(url: string) {
      super(url);
      noted.opened++;
      this.on("close", () => noted.closed++);
      this.on("message", (message, isBinary) => {
        if (!isBinary) noted.texts.push(String(message));
      });
    }
  }
  return { noted, NotedLine: NotedLine as unknown as WebSocketClass };
}

/** Sends a transfer to oneself: it leaves a mark and no coin moves. */
function note(player: Player): Promise<CommandEnd> {
  const mark = `${player.name}-${++player.sent}`;
  const index = player.seat.index ?? 0;
  const end = player.seat.send.transfer({ to: index, coins: 1, mark });
  return end.then((ended) => {
    player.ends.set(mark, ended);
    return ended;
  });
}

/** Every command ended as applied, and each left exactly one mark. */
function expectOnce(players: readonly Player[], view: Player["seat"]): void {
  const marks = [...view.state.marks].map(({ mark }) => mark);
  expect(new Set(marks).size).toBe(marks.length);
  for (const player of players) {
    expect(player.ends.size).toBe(player.sent);
    for (const [mark, { end }] of player.ends) {
      expect(end, mark).toBe("applied");
      expect(marks, mark).toContain(mark);
    }
    const account = view.state.accounts.get(player.seat.index ?? -1);
    expect(account?.coins).toBe(COINS_AT_START);
  }
}

const isLive = (player: Player) => player.seat.status.phase === "live";

describe("a line that breaks", () => {
  test.each(["cut", "reset"] as const)(
    "[L1] after a %s the same seat goes on, and what was under way takes effect once",
    async (how) => {
      const server = await serve();
      const line = await spoil(server);
      const ada = await sitDown(line.url, "ada");
      const index = ada.seat.index;
      for (let round = 0; round < 10; round++) {
        const ends = [note(ada), note(ada)];
        line[how]();
        ends.push(note(ada));
        await Promise.all(ends);
      }
      expect(ada.seat.index).toBe(index);
      expectOnce([ada], ada.seat);
      // Each mark was also told as an event, once.
      expect([...ada.events].sort()).toEqual([...ada.ends.keys()].sort());
    },
  );

  test("[L2] a line cut after any number of bytes loses and doubles nothing", async () => {
    const server = await serve();
    const line = await spoil(server);
    const ada = await sitDown(line.url, "ada");
    for (let bytes = 1; bytes < 3_000; bytes = Math.ceil(bytes * 1.35)) {
      line.cutAfterBytes = bytes;
      const ends = [note(ada)];
      line.cut();
      ends.push(note(ada));
      await until("the line was tried", () => line.lineCount > 0);
      await sleep(40);
      line.cutAfterBytes = undefined;
      line.cut();
      await Promise.all(ends);
    }
    expectOnce([ada], ada.seat);
  });

  test.each([[["up", "down"]], [["up"]], [["down"]]] as const)(
    "[L3] a line that swallows %s is noticed and left",
    async (directions) => {
      const server = await serve();
      const line = await spoil(server);
      const ada = await sitDown(line.url, "ada");
      await note(ada);
      const { lineCount } = line;
      line.swallow(...directions);
      const ends = [note(ada), note(ada)];
      await until("another line is tried", () => line.lineCount > lineCount);
      line.heal();
      await Promise.all(ends);
      await until("ada is live", () => isLive(ada));
      expectOnce([ada], ada.seat);
    },
  );
});

describe("a server that dies", () => {
  test("[L4] after kill -9 and a restart the same seats go on and nothing confirmed is missing", async () => {
    const server = await serve();
    const ada = await sitDown(server.url, "ada");
    const bob = await sitDown(server.url, "bob", ada.seat.room);
    const seats = [ada.seat.index, bob.seat.index];
    for (let kill = 0; kill < 3; kill++) {
      const ends = [note(ada), note(bob)];
      await ends[0];
      ends.push(note(ada), note(bob));
      await server.signal("SIGKILL");
      ends.push(note(ada));
      await server.begin();
      await Promise.all(ends);
    }
    expect([ada.seat.index, bob.seat.index]).toEqual(seats);
    // Bob's view may be a frame behind the ends that ada was told.
    const marks = ada.sent + bob.sent;
    await until("bob sees every mark", () => [...bob.seat.state.marks].length >= marks);
    expectOnce([ada, bob], bob.seat);
  });

  test("[L5] after SIGTERM and a restart the same seats go on", async () => {
    const server = await serve();
    const ada = await sitDown(server.url, "ada");
    await note(ada);
    await server.signal("SIGTERM");
    const end = note(ada);
    await server.begin();
    await end;
    expectOnce([ada], ada.seat);
  });
});

describe("Redis", () => {
  test("[L6] while Redis stalls the room says so, the line stays calm and nothing is lost", async () => {
    const redis = await startRedisServer({ fsync: "always" });
    closers.push(() => redis.stop());
    const server = await serve({ REDIS_URL: redis.url });
    const ada = await sitDown(server.url, "ada");
    await note(ada);
    const phases: string[] = [];
    ada.seat.on("status", ({ phase }) => phases.push(phase));
    redis.freeze();
    const end = note(ada);
    await until("ada is told", () => phases.includes("paused"));
    // Longer than a line that is dead is taken for one that is not.
    await sleep(4_000);
    redis.thaw();
    await end;
    await until("ada is live", () => isLive(ada));
    expect(phases).not.toContain("reconnecting");
    expectOnce([ada], ada.seat);
  });

  test("[L10] a page loaded anew while Redis stalls stays connected and paused, and plays on when it is back", async () => {
    const redis = await startRedisServer({ fsync: "always" });
    closers.push(() => redis.stop());
    const server = await serve({ REDIS_URL: redis.url });
    const storage = memoryStorage();
    const ada = await join({ url: server.url, game: ledger, name: "ada", storage });
    const room = ada.room;
    redis.freeze();
    // Nobody confirms it before the page goes; the next page has it among what waits.
    void ada.send.transfer({ to: ada.index ?? 0, coins: 1, mark: "left behind" });
    await sleep(500);
    ada.close();
    const { noted, NotedLine } = notedLines();
    let isSeated = false;
    const reloaded = join({ url: server.url, game: ledger, storage, WebSocket: NotedLine });
    reloaded.then((seat) => {
      isSeated = true;
      closers.push(() => seat.close());
    }, expect.unreachable);
    const paused = `42["notice",{"kind":"paused","room":"${room}"}]`;
    await until("it is told", () => noted.texts.includes(paused));
    await sleep(6_000);
    expect(isSeated).toBe(false);
    expect(noted).toMatchObject({ opened: 1, closed: 0 });
    const stranger = new Session(server.url).guest("eve");
    await expect(stranger).rejects.toMatchObject({ reason: "store-away", next: "retry" });
    redis.thaw();
    const back = await reloaded;
    expect(noted).toMatchObject({ opened: 1, closed: 0 });
    expect([back.room, back.index]).toEqual([room, ada.index]);
    await until("ada is live", () => back.status.phase === "live");
    const end = await back.send.transfer({ to: back.index ?? 0, coins: 1, mark: "at once" });
    expect(end).toEqual({ end: "applied" });
    expect([...back.state.marks].map(({ mark }) => mark)).toEqual(["left behind", "at once"]);
  });

  test("[L11] a session that ended while Redis was away brings no page back in", async () => {
    const redis = await startRedisServer({ fsync: "always" });
    closers.push(() => redis.stop());
    const server = await serve({ REDIS_URL: redis.url });
    const storage = memoryStorage();
    const session = new Session(server.url);
    const ada = await join({ url: server.url, game: ledger, name: "ada", storage, session });
    ada.close();
    await session.signOut();
    redis.freeze();
    const { noted, NotedLine } = notedLines();
    const reloaded = join({ url: server.url, game: ledger, storage, WebSocket: NotedLine });
    await until("it is held", () => noted.texts.some((text) => text.includes('"paused"')));
    redis.thaw();
    // Without the cookie there is no way back: the seat is kept for whoever shows it.
    await expect(reloaded).rejects.toMatchObject({ next: "sign-in" });
    expect(noted.texts.filter((text) => text.startsWith('42["closing"'))).toEqual([
      '42["closing",{"reason":"session-revoked","next":"sign-in"}]',
    ]);
    expect(noted.texts.join()).not.toContain('"welcome"');
  });

  test("[L7] kill -9 of the only node on Redis keeps seats and confirmed commands", async () => {
    const redis = await startRedisServer({ fsync: "always" });
    closers.push(() => redis.stop());
    const server = await serve({ REDIS_URL: redis.url });
    const ada = await sitDown(server.url, "ada");
    const ends = [note(ada)];
    await ends[0];
    ends.push(note(ada));
    await server.signal("SIGKILL");
    await server.begin();
    await Promise.all(ends);
    expectOnce([ada], ada.seat);
  });
});

describe("rules that fail", () => {
  test("[L8] a command whose rule throws changes nothing and is refused with an incident", async () => {
    const server = await serve();
    const ada = await sitDown(server.url, "ada");
    const end = await ada.seat.send.stumble({});
    expect(end).toMatchObject({ end: "refused", reason: "rule-failed" });
    expect(ada.seat.state.accounts.get(ada.seat.index ?? -1)?.coins).toBe(COINS_AT_START);
  });

  test("[L9] a rule that never ends stops its own room for good, and no other", async () => {
    const server = await serve();
    const eve = await sitDown(server.url, "eve");
    const ada = await join({ url: server.url, game: ledger, name: "ada", create: "private" });
    closers.push(() => ada.close());
    void eve.seat.send.spin({});
    await until("eve's room is over", () => eve.seat.status.phase === "over");
    expect(eve.seat.status).toMatchObject({ reason: "room-quarantined", next: "never" });
    const end = ada.send.transfer({ to: ada.index ?? 0, coins: 1, mark: "still here" });
    expect(await end).toEqual({ end: "applied" });
    expect(ada.status.phase).toBe("live");
  });
});
