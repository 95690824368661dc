// Metrics: what the operator's own port tells, and to whom.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Metrics, openMetrics, serveMetrics } from "../../server/metrics.ts";
import { ask } from "./httpBed.ts";

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

test("[N11] it is told on loopback alone", async () => {
  const { address } = (await served(openMetrics())).address() as AddressInfo;
  expect(address).toBe("127.0.0.1");
});
