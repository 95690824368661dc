// Socket: the client's end of a connection against a stock Socket.IO server.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket as ServerSocket } from "socket.io";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Refused } from "../../client/linkState.ts";
import {
  openSocket,
  platformWebSocket,
  type ServerMessage,
  type Socket,
  type SocketOwner,
} from "../../client/socket.ts";
import type { Handshake } from "../../shared/protocol.ts";
import { until } from "../contract/until.ts";

const HANDSHAKE: Handshake = {
  protocol: 1,
  page: "page-of-the-socket-test",
  frames: "binary",
  token: "a token",
};

type Told =
  | readonly [kind: "event", event: ServerMessage]
  | readonly [kind: "bytes", bytes: readonly number[]]
  | readonly [kind: "refused", refused: Refused]
  | readonly [kind: "opened" | "closed"];

/** Everything a connection told its owner, in order; life signs are only counted. */
class Diary implements SocketOwner {
  readonly told: Told[] = [];
  heardCount = 0;
  opened(): Handshake {
    this.told.push(["opened"]);
    return HANDSHAKE;
  }
  heard(): void {
    this.heardCount++;
  }
  event(event: ServerMessage): void {
    this.told.push(["event", event]);
  }
  bytes(bytes: Uint8Array): void {
    this.told.push(["bytes", [...bytes]]);
  }
  refused(refused: Refused): void {
    this.told.push(["refused", refused]);
  }
  closed(): void {
    this.told.push(["closed"]);
  }
}

const drain = (retryInMs: number) =>
  ["event", { name: "notice", message: { kind: "drain", retryInMs } }] as const;

let server: Server;
let url: string;
const Line = await platformWebSocket();
const sockets: Socket[] = [];

beforeEach(async () => {
  const http = createServer();
  server = new Server(http, { transports: ["websocket"], pingInterval: 50, serveClient: false });
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await server.close();
});

function open(): { readonly socket: Socket; readonly diary: Diary } {
  const diary = new Diary();
  const socket = openSocket(url, Line, diary);
  sockets.push(socket);
  return { socket, diary };
}

/** The next connection that the server admits. */
function admitted(): Promise<ServerSocket> {
  return new Promise((found) => server.once("connection", found));
}

describe("the client's end of a connection", () => {
  test("[C70] text and binary messages are told in the order they were sent", async () => {
    server.on("connection", (socket) => {
      for (let n = 1; n <= 3; n++) {
        socket.emit("notice", { kind: "drain", retryInMs: n });
        socket.conn.write(Buffer.from([0x48, n]));
      }
      socket.emit("closing", { reason: "server-draining", next: "resume" });
    });
    const { diary } = open();
    await until("everything came", () => diary.told.length >= 8);
    expect(diary.told).toEqual([
      ["opened"],
      drain(1),
      ["bytes", [0x48, 1]],
      drain(2),
      ["bytes", [0x48, 2]],
      drain(3),
      ["bytes", [0x48, 3]],
      ["event", { name: "closing", message: { reason: "server-draining", next: "resume" } }],
    ]);
  });

  test("[C71] the handshake leaves once the line is open, and events, joins and bytes after it", async () => {
    const raw: unknown[] = [];
    server.engine.on(
      "connection",
      (conn: { on(name: "data", take: (raw: unknown) => void): void }) =>
        conn.on("data", (message) => raw.push(message)),
    );
    const connecting = admitted();
    const { socket, diary } = open();
    const connection = await connecting;
    expect(connection.handshake.auth).toEqual(HANDSHAKE);
    expect(diary.told).toEqual([["opened"]]);
    const left = new Promise((leave) => connection.on("leave", leave));
    connection.on("join", (request, reply) =>
      reply({ refusal: { reason: "room-full", next: "rejoin", room: request.room } }),
    );
    connection.emit("welcome", {});
    await until("welcome came", () => diary.told.length === 2);
    socket.send("leave", { room: "room-1", instance: [7, 1] });
    expect(await left).toEqual({ room: "room-1", instance: [7, 1] });
    const answer = await new Promise((reply) =>
      socket.join({ game: "nim", shape: "0", room: "room-2" }, reply),
    );
    expect(answer).toEqual({ refusal: { reason: "room-full", next: "rejoin", room: "room-2" } });
    socket.write(Uint8Array.of(0x69, 1, 2, 3));
    await until("the bytes came", () => raw.some((message) => Buffer.isBuffer(message)));
    expect(raw.filter((message) => Buffer.isBuffer(message))).toEqual([
      Buffer.from([0x69, 1, 2, 3]),
    ]);
  });

  test("[C72] a refused admission is told with its reason, a lost line as closed, each once", async () => {
    server.use((_socket, next) =>
      next(
        Object.assign(new Error("no"), {
          data: { reason: "server-busy", next: "retry", retryInMs: 700 },
        }),
      ),
    );
    const { diary } = open();
    await until("it was refused", () => diary.told.length >= 2);
    const refused = { reason: "server-busy", next: "retry", retryInMs: 700 } as const;
    expect(diary.told).toEqual([["opened"], ["refused", refused]]);
    await server.close();
    const { diary: nobody } = open();
    await until("it was closed", () => nobody.told.length >= 1);
    expect(nobody.told).toEqual([["closed"]]);
    expect(diary.told).toHaveLength(2);
  });

  test("[C73] pings are answered and are life signs; a connection that was closed tells nothing more", async () => {
    const connecting = admitted();
    const { socket, diary } = open();
    const connection = await connecting;
    const before = diary.heardCount;
    await until("three pings came", () => diary.heardCount >= before + 3);
    expect(connection.connected).toBe(true);
    const ended = new Promise((end) => connection.on("disconnect", end));
    socket.close();
    connection.emit("notice", { kind: "drain", retryInMs: 1 });
    expect(await ended).toMatch(/client namespace disconnect|transport close/);
    expect(diary.told).toEqual([["opened"]]);
    const other = admitted();
    const { diary: cut } = open();
    (await other).conn.close();
    await until("the line was lost", () => cut.told.length >= 2);
    expect(cut.told).toEqual([["opened"], ["closed"]]);
  });
});
