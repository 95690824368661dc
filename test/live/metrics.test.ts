// Metrics: what the operator's own port tells, and to whom.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { join } from "../../client/join.ts";
import { memoryStorage } from "../../client/keepsake.ts";
import { type Metrics, openMetrics, serveMetrics } from "../../server/metrics.ts";
import { arena } from "../../shared/games/arena.ts";
import { SNAPSHOT_EVERY_ENTRIES } from "../../shared/limits.ts";
import { ask } from "./httpBed.ts";
import { freePort, LabServer, until } from "./lab.ts";
import { ledger } from "./ledger.ts";

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
}, 60_000);

test("[N11] it is told on loopback alone", async () => {
  const { address } = (await served(openMetrics())).address() as AddressInfo;
  expect(address).toBe("127.0.0.1");
});
