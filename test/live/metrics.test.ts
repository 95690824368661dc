// Metrics: what the operator's own port tells, and to whom.
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { join } from "../../client/join.ts";
import { memoryStorage } from "../../client/keepsake.ts";
import { type Metrics, openMetrics, serveMetrics } from "../../server/metrics.ts";
import { arena } from "../../shared/games/arena.ts";
import { SNAPSHOT_EVERY_ENTRIES } from "../../shared/limits.ts";
import { freePort } from "../contract/freePort.ts";
import { startRedisServer } from "../contract/redisServer.ts";
import { ask } from "./httpBed.ts";
import { LabServer, until, workersOf } from "./lab.ts";
import { ledger } from "./ledger.ts";

const { version: VERSION } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
) as { readonly version: string };

const servers: Server[] = [];
async function served(metrics: Metrics): Promise<Server> {
  const server = await serveMetrics({ port: 0, metrics });
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});

test("[N11] what was counted is told in the form that Prometheus reads", async () => {
  const metrics = openMetrics();
  metrics.connections.add(3);
  metrics.connections.add(-1);
  metrics.refusals.add("not-seated", 2);
  metrics.tickMs.observe(1.5);
  const { port } = (await served(metrics)).address() as AddressInfo;
  const { status, text, headers } = await ask(port, "GET /metrics");
  expect(status).toBe(200);
  expect(headers["content-type"]).toContain("text/plain");
  expect(text).toContain("holdfast_connections 2");
  expect(text).toContain('holdfast_refusals_total{kind="not-seated"} 2');
  expect(text).toContain('holdfast_tick_ms_bucket{le="2"} 1');
  expect((await ask(port, "GET /")).status).toBe(404);
  expect((await ask(port, "POST /metrics")).status).toBe(404);
});

/** Every number of the operator's page, by its name and kind. */
async function numbersAt(port: number): Promise<ReadonlyMap<string, number>> {
  const { text } = await ask(port, "GET /metrics");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.replace(/ \S+$/, ""), Number(line.split(" ").at(-1))]));
}

test("[N195, N196] a node says where it runs and what it takes, and workers are summed", async () => {
  const port = await freePort();
  const server = await LabServer.start({
    args: ["--workers", "2"],
    environment: { METRICS_PORT: String(port) },
  });
  try {
    const said = (pid: number) =>
      server.output.includes(`is process ${pid} on ${hostname()}."`) &&
      new RegExp(`"Store: [^"]* Node \\w+ is process ${pid} on`).test(server.output);
    await until("both have said where", async () => {
      const workers = await workersOf(server.pid);
      return workers.length === 2 && workers.every(said);
    });
    const numbers = await numbersAt(port);
    const count = (name: string) => numbers.get(name) ?? 0;
    // A Node.js that does nothing takes more than 20 MB, and a turn of its loop no whole second.
    expect(count("process_resident_memory_bytes")).toBeGreaterThan(2 * 20e6);
    const lag = "nodejs_eventloop_lag_p99_seconds";
    await until("the lag is measured", async () => ((await numbersAt(port)).get(lag) ?? 0) > 0);
    const build = `holdfast_build_info{version="${VERSION}",node="${process.version}"}`;
    expect(count(build)).toBe(1);
  } finally {
    await server.close();
  }
});

test("[N12] everything that is counted moves when a game is played", async () => {
  const port = await freePort();
  const server = await LabServer.start({ environment: { METRICS_PORT: String(port) } });
  try {
    const before = await numbersAt(port);
    const storage = memoryStorage();
    const ada = await join({
      url: server.url,
      game: arena,
      name: "ada",
      create: "private",
      storage,
    });
    const talk = await join({ url: server.url, game: ledger, name: "eve" });
    for (let entries = 0; entries < SNAPSHOT_EVERY_ENTRIES; entries++)
      await talk.send.transfer({ to: talk.index ?? 0, coins: 1, mark: String(entries) });
    await until("there was a snapshot", async () => {
      const count = (await numbersAt(port)).get('holdfast_snapshots_total{kind="kept"}');
      return (count ?? 0) > 0;
    });
    const strange = join({ url: server.url, game: { ...ledger, name: "chess" }, name: "bob" });
    await expect(strange).rejects.toMatchObject({ reason: "game-unknown" });
    ada.close();
    const again = await join({ url: server.url, game: arena, storage });
    const forged = new WebSocket(
      `ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`,
    );
    const handshake = { protocol: 1, page: "page-0123456789ab", frames: "json", token: "a.b.c" };
    forged.on(
      "message",
      (text) => String(text).startsWith("0") && forged.send(`40${JSON.stringify(handshake)}`),
    );
    await new Promise<void>((done) => forged.once("close", () => done()));
    const after = await numbersAt(port);
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    for (const name of [
      'holdfast_admissions_total{kind="admitted"}',
      'holdfast_closings_total{kind="token-invalid"}',
      'holdfast_refusals_total{kind="game-unknown"}',
      'holdfast_ticks_total{kind="on-time"}',
      "holdfast_tick_ms_count",
      'holdfast_appends_total{kind="appended"}',
      "holdfast_append_ms_count",
      'holdfast_frames_total{kind="binary"}',
      'holdfast_resumes_total{kind="full"}',
      'holdfast_snapshots_total{kind="kept"}',
    ])
      expect(grown(name), name).toBeGreaterThan(0);
    expect(after.get('holdfast_rooms{kind="arena"}')).toBe(1);
    expect(after.get('holdfast_rooms{kind="ledger"}')).toBe(1);
    expect(after.get("holdfast_connections")).toBeGreaterThanOrEqual(2);
    for (const seat of [again, talk]) seat.close();
  } finally {
    await server.close();
  }
});

test("[N30] what nodes do for each other, and how they get on with their store, is counted over all workers", async () => {
  const [port, redis] = [await freePort(), await startRedisServer({ fsync: "always" })];
  const server = await LabServer.start({
    args: ["--workers", "2"],
    environment: { METRICS_PORT: String(port), REDIS_URL: redis.url },
  });
  try {
    const counts = async (name: string) => (await numbersAt(port)).get(`holdfast_${name}`) ?? 0;
    const counted = (name: string, least = 1) =>
      until(`${name} is counted`, async () => (await counts(name)) >= least);
    await counted("nodes", 2);
    const ada = await join({ url: server.url, game: ledger, name: "ada" });
    const seats = [ada];
    for (const name of ["bob", "cid", "dan"])
      seats.push(await join({ url: server.url, game: ledger, name, room: ada.room }));
    const all = async (mark: string) => {
      const moves = seats.map(({ send, index }) =>
        send.transfer({ to: index ?? 0, coins: 1, mark }),
      );
      for (const end of await Promise.all(moves)) expect(end).toMatchObject({ end: "applied" });
    };
    await all("first");
    // Players are dealt out to both workers, and one of those hosts.
    for (const name of ["sent-tells", "heard-tells", "sent-input", "heard-input"])
      await counted(`relayed_total{kind="${name}"}`);
    for (const kind of ["sent", "heard"]) await counted(`relayed_bytes_total{kind="${kind}"}`, 100);
    // Not the sum of what each knows.
    expect(await counts("nodes")).toBe(2);
    const [stills, pauses] = [
      await counts('standstills_total{kind="unknown"}'),
      await counts('notices_total{kind="paused"}'),
    ];
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    const moves = all("refused at first");
    await counted('store_refusals_total{kind="OOM"}');
    await counted('standstills_total{kind="unknown"}', stills + 1);
    await counted('notices_total{kind="paused"}', pauses + 4);
    await counted('rooms_still{kind="ledger"}');
    await redis.command("CONFIG", "SET", "maxmemory", "0");
    await moves;
    await counted("standstill_ms_count");
    await counted('notices_total{kind="resumed"}', pauses + 4);
    expect(await counts('rooms_still{kind="ledger"}')).toBe(0);
    for (const pid of await workersOf(server.pid)) {
      process.kill(pid, "SIGKILL");
      await all(`after the end of ${pid}`);
      await until("a new worker lives", async () => (await counts("nodes")) === 2);
    }
    // Of two workers that were killed in turn, one hosted: the other took its rooms over and counted it.
    const takeOvers = [...(await numbersAt(port))].filter(([name]) =>
      /^holdfast_take_overs_total/.test(name),
    );
    expect(takeOvers.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThan(0);
    await counted("take_over_ms_count");
    for (const seat of seats) seat.close();
  } finally {
    await server.close();
    await redis.stop();
  }
});

test("[N11] it is told on loopback alone", async () => {
  const { address } = (await served(openMetrics())).address() as AddressInfo;
  expect(address).toBe("127.0.0.1");
});
