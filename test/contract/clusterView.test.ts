// Cluster view: whom the store believes about who serves what, where its servers do not agree. They are
// stubs that know a handful of commands: real ones agree within moments, unless their network is cut.
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Cluster } from "../../server/store/cluster.ts";
import { systemClock } from "../../shared/clock.ts";
import { freePort } from "./freePort.ts";
import { until } from "./until.ts";

const opened: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(opened.splice(0).map((server) => new Promise((done) => server.close(done))));
});

type Range = readonly [from: number, to: number, port: number];

/** A server of a Cluster that answers with its own view, for ever. */
async function serverAt(port: number, view: readonly Range[]): Promise<void> {
  const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
  const slots = view.map(
    ([from, to, at]) => `*3\r\n:${from}\r\n:${to}\r\n*2\r\n${bulk("127.0.0.1")}:${at}\r\n`,
  );
  const answers: Readonly<Record<string, string>> = {
    HELLO: `%1\r\n${bulk("proto")}:3\r\n`,
    INFO: bulk("loading:0"),
    CLUSTER: `*${slots.length}\r\n${slots.join("")}`,
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    // Each command begins with the count of its words, and comes in one piece: nothing here is long.
    socket.on("data", (bytes) => {
      const commands = bytes
        .toString()
        .toUpperCase()
        .matchAll(/\*\d+\r\n\$\d+\r\n(\w+)\r\n/g);
      for (const [, name = ""] of commands) socket.write(answers[name] ?? "+OK\r\n");
    });
    socket.on("error", () => socket.destroy());
  });
  opened.push(server);
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
}

test("[D182] a master that is cut off from the others is not the only one that is asked who serves what", async () => {
  const [cutOff, other, heir] = await Promise.all([freePort(), freePort(), freePort()]);
  const last = 16_383;
  await serverAt(cutOff, [
    [0, 8_191, cutOff],
    [8_192, last, other],
  ]);
  const newer: readonly Range[] = [
    [0, 8_191, heir],
    [8_192, last, other],
  ];
  for (const port of [other, heir]) await serverAt(port, newer);
  const seeds = [{ host: "127.0.0.1", port: cutOff }];
  const address = { kind: "cluster", seeds, tls: false } as const;
  const cluster = new Cluster(address, {
    name: "test",
    clock: systemClock,
    onChange: () => undefined,
  });
  await until("every master is there", async () => cluster.isReady);
  const before = cluster.connectionOf(0);
  // As after each refusal of the one that is cut off.
  await until("its heir is asked for its slots", async () => {
    await cluster.refreshed();
    return cluster.isReady && cluster.connectionOf(0) !== before;
  });
  expect(cluster.connections).toHaveLength(2);
  await cluster.close();
});
