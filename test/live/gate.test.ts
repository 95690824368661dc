// Gate, live: real sockets on loopback against a real gate whose rooms only note what they are asked.
import { connect } from "node:net";
import { io, type Socket } from "socket.io-client";
import { afterEach, expect, test } from "vitest";
import { ARRIVALS_PER_TURN, SOCKET_ENDS_PER_TURN } from "../../server/gate/connections.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { HEARTBEAT_BYTE, INPUT_BYTE, lineTag } from "../../shared/frame.ts";
import type { ConnectionId, SessionId } from "../../shared/ids.ts";
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from "../../shared/limits.ts";
import { until } from "../contract/until.ts";
import {
  type BedOptions,
  EPOCH,
  GateBed,
  HANDSHAKE,
  hurried,
  pond,
  RawClient,
  ROOM,
} from "./gateBed.ts";

const opened: { stop(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.stop();
});

async function bedOf(options?: BedOptions): Promise<GateBed> {
  const bed = await GateBed.start(options);
  opened.push(bed);
  return bed;
}

/** A client as anybody would write it, with nothing but the library. */
function stockClient(bed: GateBed, auth: object): Socket {
  const socket = io(bed.url, {
    transports: ["websocket"],
    reconnection: false,
    forceNew: true,
    auth,
  });
  opened.push({ stop: () => void socket.disconnect() });
  return socket;
}

/** Half of the time after which a peer that answers no ping is missed anyhow. */
const SOONER_MS = (PING_INTERVAL_MS + PING_TIMEOUT_MS) / 2;

const turnOfLoop = () => new Promise((turned) => setImmediate(turned));
const rssMiB = () => process.memoryUsage().rss / 2 ** 20;
const reasonsIn = (bed: GateBed) => bed.logged.map(({ fields }) => fields?.reason);

test("[G1] a thousand CONNECTs ask for one admission and are closed", async () => {
  let waiting = 0;
  const bed = await bedOf({
    admit: async () => {
      waiting++;
      await until("the socket is gone", () => client.closed !== undefined);
      return bed.admitted("identity0001", 1_000);
    },
  });
  const client = new RawClient(bed);
  await client.opened();
  client.connect();
  await until("it is asked who that is", () => waiting === 1);
  for (let count = 1; count < 1_000; count++) client.connect();
  await client.ended();
  expect(waiting).toBe(1);
  expect(client.texts.filter((text) => text.startsWith("40"))).toEqual([]);
  expect(client.refusal).toMatchObject({ reason: "packet-invalid", next: "never" });
  await until("the gate has forgotten it", () => bed.gate.connectionCount === 0);
  expect(bed.posts).toEqual([]);
});

test("[G7] a flood of pings by somebody who never reads is cut and costs no memory", async () => {
  const bed = await bedOf();
  for (const isAdmitted of [false, true]) {
    const client = isAdmitted ? await RawClient.admitted(bed) : new RawClient(bed);
    await client.opened();
    const beforeMiB = rssMiB();
    client.socket.pause();
    const flood = () => {
      for (let burst = 0; burst < 500 && client.socket.bufferedAmount < 100_000; burst++) {
        client.socket.ping(Buffer.alloc(125), true);
      }
      return gone(bed);
    };
    await until("it is cut", flood);
    expect(rssMiB() - beforeMiB).toBeLessThan(30);
    client.drop();
    await until("the gate has forgotten it", () => bed.gate.connectionCount === 0);
  }
  expect(new Set(reasonsIn(bed))).toEqual(new Set(["too-many-packets"]));
});

const gone = (bed: GateBed) => bed.gate.connectionCount === 0;

test("[G7, G24] a flood of pongs is cut, and touched its session once", async () => {
  const bed = await bedOf();
  const client = await RawClient.admitted(bed);
  for (let count = 0; count < 10_000; count++) client.socket.send("3");
  await client.ended();
  expect(client.events("closing")).toEqual([{ reason: "too-many-packets", next: "retry" }]);
  expect(bed.touches.length).toBe(1);
});

test("[G24] packets, Engine.IO's pongs and the WebSocket's own pings and pongs each touch the session", async () => {
  const clock = new VirtualClock();
  const bed = await bedOf({ clock });
  const client = await RawClient.admitted(bed);
  const signs = [
    () => client.send('2["extend"]'),
    () => client.socket.send("3"),
    () => client.socket.ping(),
    () => client.socket.pong(),
  ];
  for (const sign of signs) {
    const before = bed.touches.length;
    clock.advance(10_000);
    sign();
    await until("the sign is a touch", () => bed.touches.length > before);
    expect(bed.touches.length).toBe(before + 1);
  }
});

test("[G26, G27] who reads nothing and answers pings is not fed for long, and then cut", async () => {
  const bed = await bedOf({ clock: hurried(8) });
  const client = await RawClient.admitted(bed, true);
  const [join] = bed.posted("join");
  const to = join?.arrival.connection ?? ("" as ConnectionId);
  const beforeMiB = rssMiB();
  client.socket.pause();
  let frames = 0;
  await until("it is cut", () => {
    for (let burst = 0; burst < 100; burst++) {
      const { bytes, shown } = bed.nextBulkyStep(16_000);
      bed.gate.tell(ROOM, [{ kind: "step", to: [to], bytes, shown }]);
      frames++;
    }
    return gone(bed);
  });
  expect(reasonsIn(bed)).toEqual(["reader-too-slow"]);
  // The system takes a few MiB before anybody can notice; what was offered is a multiple of that.
  expect(frames * 16_000).toBeGreaterThan(20 * 2 ** 20);
  expect(rssMiB() - beforeMiB).toBeLessThan(60);
  client.drop();
});

test("[G37] a reader who stops for a moment gets what it missed as one answer, and no gap", async () => {
  const bed = await bedOf();
  const client = await RawClient.admitted(bed, true);
  const to = bed.posted("join")[0]?.arrival.connection ?? ("" as ConnectionId);
  client.socket.pause();
  await until("frames are held back", () => {
    for (let burst = 0; burst < 20; burst++) {
      const { bytes, shown } = bed.nextBulkyStep(60_000);
      bed.gate.tell(ROOM, [{ kind: "step", to: [to], bytes, shown }]);
      if (shown.version > 400) return true;
    }
    return false;
  });
  client.socket.resume();
  const sync = await until("the room is asked", () => bed.posted("sync")[0]);
  const written = sync.bookmark?.version ?? 0;
  expect(written).toBeLessThan(400);
  bed.answer(to, written);
  await until("the answer is there", () =>
    client.bytes.some((bytes, at) => at > 0 && bytes[0] === 0x49),
  );
  const steps = client.bytes.filter((bytes) => bytes[0] === 0x48);
  expect(steps.length).toBe(written);
});

test("[G11, G12, G13, G14] requests of foreign pages, with tokens in the URL or of other transports open nothing", async () => {
  const bed = await bedOf();
  const good = "EIO=4&transport=websocket";
  const refused: readonly (readonly [query: string, headers: Record<string, string>])[] = [
    [good, { origin: "https://evil.example" }],
    [good, { origin: "null" }],
    [good, { origin: `http://127.0.0.1:${bed.port + 1}` }],
    [good, { cookie: "holdfast=x" }],
    [good, { "sec-fetch-site": "cross-site" }],
    [`${good}&token=aaaa.bbbb.cccc`, {}],
    [`${good}&sid=abc`, {}],
    ["EIO=3&transport=websocket", {}],
  ];
  for (const [query, headers] of refused) {
    const client = new RawClient(bed, { query, headers });
    await client.ended();
    expect([query, headers, client.texts]).toEqual([query, headers, []]);
  }
  for (const origin of ["https://play.example.org", bed.url]) {
    const client = new RawClient(bed, { headers: { origin, cookie: "holdfast=x" } });
    await client.opened();
    client.drop();
  }
  for (const path of ["?EIO=4&transport=polling", "?EIO=4&transport=polling&j=0", "socket.io.js"]) {
    const { status } = await fetch(`${bed.url}/socket.io/${path}`);
    expect([path, status]).toEqual([path, 400]);
  }
  expect(bed.logged.filter(({ event }) => event === "request-refused").length).toBe(8);
});

test("[G3] ten thousand opening brackets end their sender and nobody else", async () => {
  const bed = await bedOf();
  const [hostile, calm] = [await RawClient.admitted(bed), await RawClient.admitted(bed)];
  hostile.send(`21["join",${"[".repeat(10_000)}`);
  await hostile.ended();
  expect(hostile.events("closing")).toEqual([{ reason: "packet-invalid", next: "never" }]);
  calm.send('2["extend"]');
  await until("the other is answered", () => calm.events("notice").length > 0);
  expect(bed.logged.map(({ fields }) => [fields?.reason, fields?.cause])).toEqual([
    ["packet-invalid", "too-deep"],
  ]);
});

test("[G4] packets that promise attachments end their sender before any memory is kept for them", async () => {
  const bed = await bedOf();
  const beforeMiB = rssMiB();
  for (let count = 0; count < 20; count++) {
    const client = await RawClient.admitted(bed);
    client.send('510-["join",{"_placeholder":true,"num":0}]');
    for (let attachment = 0; attachment < 9; attachment++) client.socket.send(Buffer.alloc(16_000));
    await client.ended();
  }
  expect(bed.gate.connectionCount).toBe(0);
  expect(rssMiB() - beforeMiB).toBeLessThan(30);
});

test("[G22] a socket that says nothing is told to retry and closed", async () => {
  const bed = await bedOf();
  const client = new RawClient(bed);
  await client.ended();
  expect(bed.requests).toEqual([]);
  expect(client.refusal).toMatchObject({ reason: "server-busy", next: "retry" });
});

test("[G51] a message over 16 KiB ends its sender with the WebSocket's own code", async () => {
  const bed = await bedOf();
  const [small, large] = [await RawClient.admitted(bed), await RawClient.admitted(bed)];
  const filled = (length: number) =>
    `42["x",["${"a".repeat(2_000)}"${",1".repeat((length - 2_012) / 2)}]]`;
  expect(filled(16 * 1024).length).toBe(16 * 1024);
  // As large as it may be, and then refused for what it says.
  small.socket.send(filled(16 * 1024));
  await small.ended();
  expect(small.events("closing")).toMatchObject([{ reason: "packet-invalid" }]);
  large.socket.send(`${filled(16 * 1024)} `);
  await large.ended();
  expect(large.closed).toEqual({ code: 1009 });
  expect(reasonsIn(bed)).toEqual(["packet-invalid", "packet-too-large"]);
});

test("[G52] the bytes of a step reach each of many sockets as one binary message, in order", async () => {
  const bed = await bedOf();
  const clients = await Promise.all(
    Array.from({ length: 20 }, () => RawClient.admitted(bed, true)),
  );
  const to = bed.posted("join").map(({ arrival }) => arrival.connection);
  const sizes = [0, 90, 110, 111, 112, 200, 65_500, 65_520, 65_535, 70_000];
  const sent = sizes.map((size) => {
    const { bytes, shown } = bed.nextBulkyStep(size);
    bed.gate.tell(ROOM, [{ kind: "step", to, bytes, shown }]);
    return Buffer.from(bytes);
  });
  for (const client of clients) {
    const steps = () => client.bytes.filter((bytes) => bytes[0] === 0x48);
    await until("all came", () => steps().length === sent.length);
    expect(Buffer.compare(Buffer.concat(steps()), Buffer.concat(sent))).toBe(0);
  }
});

test("[G53] frames and events of one connection arrive in the order they were told", async () => {
  const bed = await bedOf();
  const client = await RawClient.admitted(bed, true);
  const to = bed.posted("join")[0]?.arrival.connection ?? ("" as ConnectionId);
  const order: string[] = [];
  client.socket.on("message", (message: Buffer, isBinary) => {
    // Heartbeats come when they come.
    if (message[0] !== HEARTBEAT_BYTE) order.push(isBinary ? "frame" : "event");
  });
  const told: string[] = [];
  for (let count = 0; count < 50; count++) {
    const { bytes, shown } = bed.nextBulkyStep(5_000);
    bed.gate.tell(ROOM, [
      { kind: "step", to: [to], bytes, shown },
      { kind: "notice", to, notice: { kind: "paused", room: ROOM } },
    ]);
    told.push("frame", "event");
  }
  await until("all came", () => order.length >= told.length);
  expect(order.slice(0, told.length)).toEqual(told);
});

test("[G39, G54] a stock client that asks for JSON signs in, sits down, plays and leaves", async () => {
  const bed = await bedOf();
  const socket = stockClient(bed, { ...HANDSHAKE, frames: "json" });
  const seen: (readonly [name: string, message: Record<string, unknown>])[] = [];
  socket.onAny((name: string, message: Record<string, unknown>) => seen.push([name, message]));
  const of = (name: string) => seen.filter(([each]) => each === name).map(([, message]) => message);
  await until("it is welcome", () => of("welcome").length > 0);
  expect(of("welcome")).toMatchObject([
    {
      protocol: 1,
      session: { name: "Ann", role: "guest" },
      heartbeatMs: { ticking: 200, quiet: 2000 },
    },
  ]);
  const reply = (await socket.emitWithAck("join", { game: "pond", shape: pond.shape })) as {
    seated: Record<string, unknown>;
  };
  expect(reply.seated).toMatchObject({ room: ROOM, instance: [EPOCH, 1], seat: 0 });
  await until("it has a frame", () => of("frame").length > 0);
  expect(of("frame")).toMatchObject([{ room: ROOM, epoch: EPOCH, full: true }]);
  const about = { room: ROOM, instance: [EPOCH, 1] };
  socket.emit("command", { ...about, commands: [{ seq: 1, name: "take", args: { count: 2 } }] });
  socket.emit("input", { ...about, n: 4, name: "steer", values: { dx: 1, dy: 0 } });
  socket.emit("leave", about);
  await until("all arrived", () => bed.posted("leave").length > 0);
  expect(bed.posted("commands")).toMatchObject([{ commands: [{ seq: 1, name: "take" }] }]);
  expect(bed.posted("input")).toMatchObject([{ n: 4, name: "steer", values: { dx: 1, dy: 0 } }]);
  await until("a heartbeat came", () => of("heartbeat").length > 0);
  expect(of("heartbeat").at(-1)).toEqual({ rooms: [[ROOM, EPOCH, 0]] });
  socket.disconnect();
  await until("its room knows", () => bed.posted("gone").length > 0);
  await until("the gate has forgotten it", () => gone(bed));
});

test("[G72] the gate says whose socket was let in, once, and says it of no other", async () => {
  const bed = await bedOf({
    admit: async ({ page }) =>
      page === HANDSHAKE.page
        ? bed.admitted("identity0001", 60_000)
        : { kind: "refused", reason: "server-busy" },
  });
  const other = stockClient(bed, { ...HANDSHAKE, page: "page-of-somebody-else" });
  let isRefused = false;
  other.on("connect_error", () => (isRefused = true));
  await until("the other is refused", () => isRefused);
  expect(bed.letIn).toEqual([]);
  const socket = stockClient(bed, HANDSHAKE);
  await until("it is connected", () => socket.connected);
  expect(bed.letIn).toEqual([expect.any(Number)]);
});

test("[G23] a stock client that is not admitted learns the reason and what to do", async () => {
  const bed = await bedOf({
    admit: async () => ({ kind: "refused", reason: "store-away", retryInMs: 70 }),
  });
  const refusalOf = async (auth: object) => {
    const socket = stockClient(bed, auth);
    let refusal: (Error & { data?: unknown }) | undefined;
    socket.on("connect_error", (error) => (refusal = error));
    await until("it is refused", () => refusal !== undefined);
    return refusal?.data;
  };
  expect(await refusalOf(HANDSHAKE)).toMatchObject({
    reason: "store-away",
    next: "retry",
    retryInMs: 70,
  });
  expect(await refusalOf({ ...HANDSHAKE, protocol: 2 })).toMatchObject({
    reason: "protocol-unknown",
    next: "reload",
  });
  expect(await refusalOf({})).toMatchObject({
    reason: "handshake-invalid",
    next: "never",
    text: expect.any(String) as string,
  });
  await until("the gate has forgotten them", () => gone(bed));
});

test("[G47] an admission that fails says so to its sender, and only to the log why", async () => {
  const bed = await bedOf({
    admit: async () => {
      throw new Error("the secret reason");
    },
  });
  const client = new RawClient(bed);
  await client.opened();
  client.connect();
  await client.ended();
  expect(client.refusal).toMatchObject({ reason: "server-fault", next: "retry" });
  expect(client.texts.join()).not.toContain("secret");
  expect(bed.logged.map(({ event }) => event)).toEqual(["connection-failed", "connection-closed"]);
});

test("[G28] unknown events are refused twice and end the connection at the third", async () => {
  const bed = await bedOf();
  const client = await RawClient.admitted(bed);
  for (const packet of ['2["cheat",{}]', '22["__proto__"]', '2["command",null]'])
    client.send(packet);
  await client.ended();
  expect(client.events("refusal").map(({ reason }) => reason)).toEqual([
    "packet-invalid",
    "packet-invalid",
  ]);
  expect(client.events("closing")).toEqual([{ reason: "packet-invalid", next: "never" }]);
});

test("[G28] a join without an acknowledgement, or whose acknowledgement is data, is refused", async () => {
  const bed = await bedOf();
  const client = await RawClient.admitted(bed);
  const join = `{"game":"pond","shape":"${pond.shape}"}`;
  client.send(`2["join",${join}]`);
  client.send(`2["join",${join},"ack"]`);
  await until("both are refused", () => client.events("refusal").length === 2);
  expect(client.events("refusal").map(({ reason }) => reason)).toEqual([
    "join-invalid",
    "join-invalid",
  ]);
  client.send(`27["join",{"game":"pond"}]`);
  await until("it is answered", () => client.texts.some((text) => text.startsWith("437[")));
  expect(client.texts.find((text) => text.startsWith("437["))).toContain("join-invalid");
});

test("[G43] a binary input is handed to its room with what it says", async () => {
  const bed = await bedOf();
  const client = await RawClient.admitted(bed, true);
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(INPUT_BYTE, 0);
  bytes.writeUInt32LE(lineTag(ROOM, EPOCH), 1);
  bytes.writeUInt32LE(77, 6);
  bytes.writeInt8(2, 10);
  client.socket.send(bytes);
  await until("it arrived", () => bed.posted("input").length > 0);
  expect(bed.posted("input")).toMatchObject([{ n: 77, name: "steer", values: { dx: 1, dy: -1 } }]);
});

test("[G40, G55] seats of the handshake are answered in the flight of the CONNECT reply", async () => {
  const bed = await bedOf();
  const client = new RawClient(bed);
  await client.opened();
  const received: string[] = [];
  client.socket.on("message", (message: Buffer) => {
    // Heartbeats come when they come.
    if (message[0] !== HEARTBEAT_BYTE) received.push(message.toString("latin1"));
  });
  const ticket = `${ROOM}.session0001.0.1.1`;
  const seats = [{ room: ROOM, instance: [EPOCH, 1], shape: pond.shape, ticket }];
  client.connect({ ...HANDSHAKE, token: undefined, seats });
  await until("it has a frame", () => client.bytes.length > 0);
  // All of it without another word from the client.
  const heads = ["40{", '42["welcome"', '42["seated"', `I\u000e${ROOM}`];
  expect(received.length).toBe(heads.length);
  for (const [at, head] of heads.entries()) expect(received[at]?.startsWith(head)).toBe(true);
});

test("[G48] a session that is ended closes its sockets and says what to do next", async () => {
  const bed = await bedOf();
  const [ann, bob] = [await RawClient.admitted(bed, true), await RawClient.admitted(bed)];
  bed.gate.closeSession("session0001" as SessionId, "session-revoked");
  for (const client of [ann, bob]) {
    await client.ended();
    expect(client.events("closing")).toEqual([{ reason: "session-revoked", next: "sign-in" }]);
  }
  expect(bed.posted("gone").length).toBe(1);
});

test("[G56] the id that opens an Engine.IO connection has 144 random bits, and nothing is compressed", async () => {
  const bed = await bedOf();
  const ids = new Set<string>();
  for (let count = 0; count < 20; count++) {
    const client = new RawClient(bed);
    await client.opened();
    const { sid } = JSON.parse((client.texts[0] ?? "").slice(1)) as { sid: string };
    expect(sid).toMatch(/^[\w-]{24}$/);
    ids.add(sid);
    expect(client.socket.extensions).toBe("");
    client.drop();
  }
  expect(ids.size).toBe(20);
});

test("[G57] recovery data in a handshake recovers nothing", async () => {
  const bed = await bedOf();
  const first = await RawClient.admitted(bed);
  expect(first.texts.find((text) => text.startsWith("40"))).not.toContain("pid");
  const thief = new RawClient(bed);
  await thief.opened();
  thief.connect({ pid: "x".repeat(20), offset: "y" });
  await thief.ended();
  expect(thief.refusal).toMatchObject({ reason: "handshake-invalid" });
});

test("[G32] a gate that closes says goodbye to all, also to who does not answer, and takes nobody new", async () => {
  const bed = await bedOf();
  const [polite, deaf] = [await RawClient.admitted(bed), await RawClient.admitted(bed)];
  deaf.socket.pause();
  const closing = bed.gate.close("server-draining");
  await polite.ended();
  expect(polite.events("closing")).toEqual([{ reason: "server-draining", next: "resume" }]);
  const late = new RawClient(bed);
  await late.ended();
  expect(late.texts).toEqual([]);
  await closing;
  expect(gone(bed)).toBe(true);
  await until("no socket is left", async () => (await bed.socketCount()) === 0, SOONER_MS);
  deaf.drop();
});

test("[G33] a connection that Engine.IO gives up leaves its rooms at once, and its socket soon", async () => {
  const bed = await bedOf();
  const client = await RawClient.admitted(bed, true);
  client.socket.pause();
  // A ping from the wrong side: Engine.IO ends the connection, and its goodbye is never answered.
  client.socket.send("2");
  await until("its room knows", () => bed.posted("gone").length > 0, SOONER_MS);
  await until("no socket is left", async () => (await bed.socketCount()) === 0, SOONER_MS);
  client.drop();
});

test("[G59] a client that leaves the namespace is gone, though it keeps its socket open", async () => {
  const bed = await bedOf();
  const client = await RawClient.admitted(bed, true);
  client.send("1");
  await client.ended(SOONER_MS);
  expect(bed.posted("gone").length).toBe(1);
});

test("[G9, G58] noise of every kind leaves the gate standing and others served", async () => {
  const bed = await bedOf();
  const calm = await RawClient.admitted(bed, true);
  const noises: readonly ((client: RawClient) => void)[] = [
    (client) => client.send('2["join",null]'),
    (client) => client.send('20["join",{"game":"pond"},{"then":1}]'),
    (client) => client.send('2["error",{"message":1}]'),
    (client) => client.send('2["disconnecting"]'),
    (client) => client.send("1"),
    (client) => client.send("2"),
    (client) => client.socket.send("6"),
    (client) => client.socket.send("1"),
    (client) => client.socket.send("bAAAA"),
    (client) => client.socket.send(""),
    (client) => client.socket.send("4"),
    (client) => client.socket.send(Buffer.alloc(0)),
    (client) => client.socket.send(Buffer.alloc(64, 0x69)),
    (client) => client.socket.send("2probe"),
    (client) => client.socket.send("5"),
    (client) => client.socket.close(1002, "bye"),
    (client) => client.socket.send('42["join",{"game":"pond"}]', { fin: false }),
  ];
  for (const noise of noises) {
    const client = await RawClient.admitted(bed);
    noise(client);
    client.send('2["cheat"]');
    client.drop();
  }
  // Bytes that are no WebSocket at all, and a handshake that ends half way.
  for (const text of [
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /socket.io/ HT",
    "\u0016\u0003\u0001",
  ]) {
    const socket = connect(bed.port, "127.0.0.1");
    socket.on("error", () => undefined);
    await new Promise<void>((resolve) => socket.write(text, () => resolve()));
    socket.destroy();
  }
  const to = bed.posted("join")[0]?.arrival.connection ?? ("" as ConnectionId);
  const { bytes, shown } = bed.nextStep();
  bed.gate.tell(ROOM, [{ kind: "step", to: [to], bytes, shown }]);
  await until("the frame came", () => calm.bytes.some((each) => each[0] === 0x48));
  await until("only the calm one is left", () => bed.gate.connectionCount === 1);
  expect(bed.logged.filter(({ event }) => event === "connection-failed")).toEqual([]);
});

test("[G112] when a network dies, its connections leave their rooms a few in each turn of the loop", async () => {
  const bed = await bedOf();
  const clients = await Promise.all(
    Array.from({ length: 4 * SOCKET_ENDS_PER_TURN }, () => RawClient.admitted(bed, true)),
  );
  const to = bed.posted("join").map(({ arrival }) => arrival.connection);
  for (const client of clients) client.drop();
  let most = 0;
  for (let gone = 0; gone < clients.length; ) {
    // Rooms go on telling them meanwhile.
    bed.gate.tell(ROOM, [{ kind: "step", to, ...bed.nextStep() }]);
    await turnOfLoop();
    const now = bed.posted("gone").length;
    most = Math.max(most, now - gone);
    gone = now;
  }
  // What is ended in one turn may be over in that of the next.
  expect(most).toBeLessThanOrEqual(2 * SOCKET_ENDS_PER_TURN);
});

test("[G113] sockets that come at once are made connections a few in each turn, but those that broke off", async () => {
  const bed = await bedOf();
  const upgrade = [
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
    `Host: 127.0.0.1:${bed.port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`,
  ];
  const sockets = Array.from({ length: 6 * ARRIVALS_PER_TURN }, () => {
    const socket = connect(bed.port, "127.0.0.1").on("error", () => undefined);
    opened.push({ stop: () => void socket.destroy() });
    return socket;
  });
  await until("the server has them all", async () => (await bed.socketCount()) === sockets.length);
  for (const socket of sockets) socket.write(`${upgrade.join("\r\n")}\r\n\r\n`);
  const brokenOff = sockets.slice(-ARRIVALS_PER_TURN);
  const staying = sockets.length - brokenOff.length;
  let most = 0;
  for (let come = 0; come < staying; ) {
    await turnOfLoop();
    const now = bed.gate.connectionCount;
    most = Math.max(most, now - come);
    if (come === 0 && now > 0) for (const socket of brokenOff) socket.resetAndDestroy();
    come = now;
  }
  expect(most).toBeLessThanOrEqual(ARRIVALS_PER_TURN);
  await until("the server has who stays", async () => (await bed.socketCount()) === staying);
  expect(bed.gate.connectionCount).toBe(staying);
});

test("[G115] CONNECTs that come at once are greeted a few in each turn, but those that broke off", async () => {
  const bed = await bedOf();
  const clients = Array.from({ length: 6 * ARRIVALS_PER_TURN }, () => new RawClient(bed));
  for (const client of clients) await client.opened();
  for (const client of clients) client.connect();
  const brokenOff = clients.slice(-ARRIVALS_PER_TURN);
  const staying = clients.length - brokenOff.length;
  let most = 0;
  for (let greeted = 0; greeted < staying; ) {
    await turnOfLoop();
    const now = bed.requests.length;
    most = Math.max(most, now - greeted);
    if (greeted === 0 && now > 0) for (const client of brokenOff) client.drop();
    greeted = now;
  }
  expect(most).toBeLessThanOrEqual(ARRIVALS_PER_TURN);
  // Whoever comes later is greeted later.
  await RawClient.admitted(bed);
  // A place that is kept for who has gone already is never given back.
  expect(bed.requests).toHaveLength(staying + 1);
});

test("[G118] what asks for no WebSocket takes no turn from what does, however much of it one socket sends", async () => {
  const bed = await bedOf();
  const warnings: string[] = [];
  const note = ({ name, message }: Error) => warnings.push(`${name}: ${message}`);
  process.on("warning", note);
  opened.push({ stop: () => void process.off("warning", note) });
  const count = 10 * ARRIVALS_PER_TURN;
  const socket = connect(bed.port, "127.0.0.1").on("error", () => undefined);
  opened.push({ stop: () => void socket.destroy() });
  let heard = "";
  socket.on("data", (chunk: Buffer) => {
    heard += chunk.toString("latin1");
  });
  const path = "/socket.io/?EIO=4&transport=polling";
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${bed.port}\r\n\r\n`.repeat(count));
  await until("each is answered", () => heard.split("HTTP/1.1 400").length === count + 1);
  // Each that waited would listen to the socket, and Node says so on standard error.
  expect(warnings).toEqual([]);
});
