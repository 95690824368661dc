// Forecourt: one address with more silent sockets than may be, on a real server, also behind a proxy.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { CROWD_MAX } from "../../server/http/crowd.ts";
import { watchForecourt } from "../../server/http/forecourt.ts";
import { isNear, watchProxies } from "../../server/http/strangeProxy.ts";
import { openLog } from "../../server/log.ts";
import { randomSecret } from "../../shared/random.ts";
import { startRedisServer } from "../contract/redisServer.ts";
import { until } from "../contract/until.ts";
import { sendBytes } from "./attackWire.ts";
import { LabServer } from "./lab.ts";

test("[G71] whoever opens more than a thousand sockets and says nothing loses the oldest; who was let in keeps his", async () => {
  const http = createServer((_request, response) => response.end("ok"));
  const taken: Socket[] = [];
  http.on("connection", (socket) => taken.push(socket));
  const forecourt = watchForecourt(http, {
    ofPeer: () => "one address",
    ofSender: () => "another address",
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const closed: number[] = [];
  const sockets: Socket[] = [];
  const open = async () => {
    const at = sockets.length;
    const isTaken = once(http, "connection");
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined).on("close", () => closed.push(at));
    sockets.push(socket.resume());
    await isTaken;
  };
  try {
    await open();
    const [first] = taken;
    if (first !== undefined) forecourt.letIn(first);
    for (let at = 0; at < CROWD_MAX; at++) await open();
    expect(closed).toEqual([]);
    await open();
    await open();
    await until("two have made room", () => closed.length === 2);
    expect(closed).toEqual([1, 2]);
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(await answer.text()).toBe("ok");
  } finally {
    for (const socket of sockets) socket.destroy();
    http.closeAllConnections();
    http.close();
  }
});

test("[G114] a proxy near by that nobody named is told of once, with what to do; a named one and a stranger are not", async () => {
  const http = createServer((_request, response) => response.end());
  const lines: string[] = [];
  const log = openLog({
    level: "warn",
    node: "one",
    terminal: false,
    write: (to) => lines.push(to),
  });
  watchProxies(http, { trustedProxies: ["127.0.0.2"], log });
  http.listen(0, "::");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const through = async (proxy: string, head: string) => {
    await sendBytes(port, proxy, `GET / HTTP/1.1\r\nHost: x\r\n${head}\r\n`);
    return lines.length;
  };
  try {
    expect(await through("127.0.0.3", "")).toBe(0);
    expect(await through("127.0.0.2", "X-Forwarded-For: 203.0.113.7\r\n")).toBe(0);
    expect(await through("127.0.0.3", "X-Forwarded-For: 203.0.113.7\r\n")).toBe(1);
    expect(await through("127.0.0.4", "X-Forwarded-For: 203.0.113.7\r\n")).toBe(1);
    const { event, remedy } = JSON.parse(lines[0] ?? "") as Record<string, string>;
    expect(event).toBe("proxy-not-trusted");
    expect(remedy).toMatch(/TRUST_PROXY=127\.0\.0\.3$/);
  } finally {
    http.closeAllConnections();
    http.close();
  }
  for (const far of ["203.0.113.7", "2001:db8::1", ""]) {
    expect(isNear({ remoteAddress: far }), far).toBe(false);
  }
  for (const near of ["::1", "10.1.2.3", "::ffff:172.17.0.1", "fd00::7"]) {
    expect(isNear({ remoteAddress: near }), near).toBe(true);
  }
});

const ORIGIN = "https://play.example.org";
const PROXY = "127.0.0.1";

/** How many are opened at once: the server ends each within seconds in any case. */
const BATCH = 100;
/** The frame in which a server says why it closes; who has to make room is told nothing. */
const CLOSE_FRAME = 0x88;

/** WebSockets that say nothing, as a proxy or anybody else opens them for an address. */
class Crowd {
  /** Who was cut off without a word: whence, and for whom. */
  readonly cut: { readonly from: string; readonly forwardedFor: string }[] = [];
  readonly #port: number;
  readonly #sockets: Socket[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  async open(from: string, forwardedFor: string): Promise<void> {
    const socket = connect({ port: this.#port, host: "127.0.0.1", localAddress: from });
    this.#sockets.push(socket);
    let isTold = false;
    socket.on("data", (bytes: Buffer) => {
      isTold ||= bytes.includes(CLOSE_FRAME);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (!isTold) this.cut.push({ from, forwardedFor });
    });
    const head = [
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
      `Host: ${new URL(ORIGIN).host}`,
      `Origin: ${ORIGIN}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
      `X-Forwarded-For: ${forwardedFor}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString("latin1")).toMatch(/^HTTP\/1.1 101 /);
  }

  /** Opens more and more until somebody from there is cut off; gives how many that took. */
  async grow(from: string, addressOf: (at: number) => string): Promise<number> {
    let count = 0;
    while (!this.cut.some((each) => each.from === from)) {
      const batch = Array.from({ length: BATCH }, () => this.open(from, addressOf(count++)));
      await Promise.all(batch);
    }
    return count;
  }

  leave(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

test("[G111] behind a trusted proxy silent WebSockets count by the address it names; what others name counts nothing", async () => {
  const redis = await startRedisServer();
  const environment = {
    ...{ NODE_ENV: "production", ALLOWED_ORIGINS: ORIGIN, REDIS_URL: redis.url },
    ...{ SECRETS: `k1:${randomSecret(32)}`, TRUST_PROXY: PROXY },
  };
  const server = await LabServer.start({ environment });
  const crowd = new Crowd(server.port);
  try {
    await crowd.open(PROXY, "203.0.113.8");
    expect(await crowd.grow(PROXY, () => "203.0.113.7")).toBeGreaterThan(CROWD_MAX);
    const forged = (at: number) => `198.51.100.${at % 250}`;
    expect(await crowd.grow("127.0.0.2", forged)).toBeGreaterThan(CROWD_MAX);
    const ofProxy = crowd.cut.filter(({ from }) => from === PROXY);
    expect(new Set(ofProxy.map(({ forwardedFor }) => forwardedFor))).toEqual(
      new Set(["203.0.113.7"]),
    );
  } finally {
    crowd.leave();
    await server.close();
    await redis.stop();
  }
});
