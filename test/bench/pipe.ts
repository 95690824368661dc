// Pipe bench: what the server pays to write one frame to one client and to read one input of it,
// beside bare ws and stock Socket.IO, interleaved in one run. Ratios count, times do not.

import { fork } from "node:child_process";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Server } from "socket.io";
import { type WebSocket, WebSocketServer } from "ws";
import { createGate } from "../../server/gate/gate.ts";
import { type EngineConnection, frameMessage } from "../../server/gate/pipe.ts";
import { silentLog } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import type { RoomInput, Tell } from "../../server/room/turn.ts";
import { systemClock } from "../../shared/clock.ts";
import { ANSWER_BYTE, INPUT_BYTE, lineTag, STEP_BYTE } from "../../shared/frame.ts";
import { defineGame, u16 } from "../../shared/game.ts";
import type { ConnectionId, IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import { median } from "./median.ts";
import type { Group, Order, Report } from "./pipeReaders.ts";

const CLIENTS = 200;
const ROOM_SIZE = 10;
const FRAME_BYTES = 350;
const TICK_MS = 20;
const TICKS = 60;
const ROUNDS = 5;
const EPOCH = 1;

const pond = defineGame({
  name: "pond",
  version: 1,
  seats: { min: 1, max: 16 },
  tickHz: 20,
  records: {},
  inputs: { steer: { x: u16, y: u16, z: u16 } },
  rules: {},
});
/** One name for all rooms, so that all clients can send the very same input. */
const ROOM = "pond00000001" as RoomId;

async function listening(server: HttpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** The other process, asked one thing at a time. */
class Readers {
  readonly #child = fork(fileURLToPath(new URL("pipeReaders.ts", import.meta.url)), {
    execArgv: ["--import", "tsx"],
  });

  async ask(order: Order): Promise<number> {
    const answered = new Promise<Report>((resolve) => this.#child.once("message", resolve));
    this.#child.send(order);
    return (await answered).count;
  }

  end(): void {
    this.#child.kill();
  }
}

/** One way to write a frame to everybody and to read an input. */
interface Way {
  readonly name: string;
  readonly group: Group;
  /** Writes one frame to each client; undefined where only reading is compared. */
  write(tick: number): void;
  /** An input as its clients send it, a text or bytes; without one only writing is compared. */
  readonly input?: Uint8Array | string;
  /** Inputs that reached what would use them. */
  readonly read?: () => number;
}

const frameOf = (tick: number): Uint8Array => {
  const bytes = Buffer.alloc(FRAME_BYTES, tick % 200);
  bytes[0] = STEP_BYTE;
  return bytes;
};

async function bareWs(): Promise<{ readonly ways: Way[]; readonly server: HttpServer }> {
  const server = createServer();
  const sockets: WebSocket[] = [];
  let read = 0;
  let checked = 0;
  new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
    sockets.push(socket);
    socket.on("message", (message: Buffer) => {
      read++;
      checked += message.readUInt16LE(10);
    });
  });
  const url = `ws://127.0.0.1:${await listening(server)}`;
  const group: Group = { name: "bare ws", url, count: CLIENTS, answers: [] };
  const input = inputBytes(0);
  const send = (tick: number) => {
    const bytes = frameOf(tick);
    for (const socket of sockets) socket.send(bytes);
  };
  const floor = (tick: number) => {
    const { framed } = frameMessage(frameOf(tick));
    for (const socket of sockets) {
      (socket as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket.write(framed);
    }
  };
  const reads = () => read + 0 * checked;
  return {
    server,
    ways: [
      { name: "bare ws, send", group, write: send, input, read: reads },
      { name: "bare ws, one framed buffer to the socket (the floor)", group, write: floor },
    ],
  };
}

async function stock(): Promise<{ readonly ways: Way[]; readonly server: HttpServer }> {
  const server = createServer();
  const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
  const connections: EngineConnection[] = [];
  let read = 0;
  io.on("connection", (socket) => {
    connections.push(socket.conn as unknown as EngineConnection);
    socket.on("input", () => read++);
  });
  const url = `ws://127.0.0.1:${await listening(server)}/socket.io/?EIO=4&transport=websocket`;
  const group: Group = {
    name: "stock",
    url,
    count: CLIENTS,
    answers: [["0{", "40"]],
    ready: "40{",
  };
  return {
    server,
    ways: [
      {
        name: "Socket.IO, emit of a Buffer to a room",
        group,
        write: (tick) => void io.emit("frame", frameOf(tick)),
        input: '42["input",{"room":"pond00000001","n":7,"x":1,"y":2,"z":3}]',
        read: () => read,
      },
      {
        name: "Engine.IO, one framed buffer by conn.write",
        group,
        write: (tick) => {
          const { bytes, options } = frameMessage(frameOf(tick));
          for (const connection of connections) connection.write(bytes, options);
        },
      },
    ],
  };
}

async function ours(): Promise<{ readonly ways: Way[]; readonly server: HttpServer }> {
  const server = createServer();
  const rooms: ConnectionId[][] = [];
  let read = 0;
  const post = (room: RoomId, input: RoomInput) => {
    if (input.kind === "input") read++;
    if (input.kind !== "join") return;
    const { connection: to, session } = input.arrival;
    const newest = rooms.at(-1);
    if (newest === undefined || newest.length === ROOM_SIZE) rooms.push([to]);
    else newest.push(to);
    const shown = { epoch: EPOCH, version: 0 };
    const instance = [EPOCH, 1] as const;
    const seated = { room, game: "pond", seat: 0, instance, code: "abcdef", applied: 0 };
    const { request } = input;
    gate.tell(room, [
      { kind: "seated", to, request, seated, ticket: undefined, session },
      { kind: "frame", to, bytes: Uint8Array.of(ANSWER_BYTE), shown },
    ]);
  };
  const gate = createGate({
    server,
    node: "node00000001" as NodeId,
    clock: systemClock,
    log: silentLog,
    metrics: openMetrics(),
    origins: { allowed: new Set(), ownHost: true },
    addressOf: () => "127.0.0.1",
    admission: {
      admit: async () => ({
        kind: "admitted",
        identity: "identity0001" as IdentityId,
        session: "session00001" as SessionId,
        revision: 1,
        label: "label",
        name: "Ann",
        role: "guest",
        endsInMs: 3_600_000,
      }),
      left: () => undefined,
    },
    rooms: {
      find: async () => ({ kind: "room", room: ROOM }),
      post,
      gameOf: () => pond,
    },
    tickets: { read: () => undefined, write: () => "" },
    touches: { touch: () => undefined },
  });
  const url = `ws://127.0.0.1:${await listening(server)}/socket.io/?EIO=4&transport=websocket`;
  const handshake = { protocol: 1, page: "page-0123456789ab", frames: "binary", token: "a.b.c" };
  const group: Group = {
    name: "gate",
    url,
    count: CLIENTS,
    answers: [
      ["0{", `40${JSON.stringify(handshake)}`],
      ["40{", `420["join",{"game":"pond","shape":"${pond.shape}"}]`],
    ],
    ready: "430[",
  };
  let version = 0;
  const shared = (tick: number) => {
    const shown = { epoch: EPOCH, version: ++version };
    for (const to of rooms) gate.tell(ROOM, [{ kind: "step", to, bytes: frameOf(tick), shown }]);
  };
  const own = (tick: number) => {
    const shown = { epoch: EPOCH, version: ++version };
    for (const members of rooms) {
      const tells = members.map((to): Tell => ({ kind: "frame", to, bytes: frameOf(tick), shown }));
      gate.tell(ROOM, tells);
    }
  };
  return {
    server,
    ways: [
      { name: "Holdfast, the same step for a room", group, write: shared },
      {
        name: "Holdfast, a frame for each seat",
        group,
        write: own,
        input: inputBytes(lineTag(ROOM, EPOCH)),
        read: () => read,
      },
    ],
  };
}

function inputBytes(tag: number): Uint8Array {
  const bytes = Buffer.alloc(16, 1);
  bytes.writeUInt8(INPUT_BYTE, 0);
  bytes.writeUInt32LE(tag, 1);
  bytes.writeUInt8(0, 5);
  return bytes;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Processor time of this process while something is done, in µs. */
async function cost(doing: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await doing();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function writing(way: Way, readers: Readers): Promise<number> {
  const { name } = way.group;
  const before = await readers.ask({ kind: "count", name });
  const spent = await cost(async () => {
    for (let tick = 0; tick < TICKS; tick++) {
      way.write(tick);
      await pause(TICK_MS);
    }
  });
  const came = (await readers.ask({ kind: "count", name })) - before;
  if (came < TICKS * CLIENTS) throw new Error(`${way.name}: ${came} of ${TICKS * CLIENTS} came`);
  return spent / (TICKS * CLIENTS);
}

async function reading(way: Way, readers: Readers): Promise<number> {
  const { input = "" } = way;
  const isText = typeof input === "string";
  const bytes = Buffer.from(input as string).toString("base64");
  const before = way.read?.() ?? 0;
  const { name } = way.group;
  const order = { kind: "send", name, bytes, isText, everyMs: TICK_MS, times: TICKS } as const;
  const spent = await cost(() => readers.ask(order));
  await pause(100);
  const came = (way.read?.() ?? 0) - before;
  if (came < TICKS * CLIENTS) throw new Error(`${way.name}: ${came} inputs came`);
  return spent / (TICKS * CLIENTS);
}

/** Rows of the table: each way, medians over interleaved rounds, as a multiple of bare ws. */
export async function pipeBench(): Promise<readonly string[]> {
  const parts = [await bareWs(), await stock(), await ours()];
  const ways = parts.flatMap((part) => part.ways);
  const readers = new Readers();
  const opened = new Set<string>();
  for (const { group } of ways) {
    if (!opened.has(group.name)) await readers.ask({ kind: "open", group });
    opened.add(group.name);
  }
  const written = ways.map((): number[] => []);
  const read = ways.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [at, way] of ways.entries()) {
      const figure = await writing(way, readers);
      const readFigure = way.input === undefined ? undefined : await reading(way, readers);
      // The first round warms up.
      if (round === 0) continue;
      written[at]?.push(figure);
      if (readFigure !== undefined) read[at]?.push(readFigure);
    }
  }
  readers.end();
  for (const { server } of parts) {
    server.closeAllConnections();
    server.close();
  }
  const [baseWritten, baseRead] = [median(written[0] ?? []), median(read[0] ?? [])];
  return ways.map(({ name }, at) => {
    const write = median(written[at] ?? []);
    const reads = median(read[at] ?? []);
    const input = Number.isNaN(reads)
      ? "–"
      : `${(reads / baseRead).toFixed(2)} (${reads.toFixed(1)} µs)`;
    return `| ${name} | ${(write / baseWritten).toFixed(2)} (${write.toFixed(1)} µs) | ${input} |`;
  });
}
