// Bare ws: the least server that plays drift: sockets, rooms in memory, the whole state as floats to
// everybody each tick. No session, no log, no return: what the others' comfort is measured against.

import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { type Body, drift, ROOM_SIZE, SEA, TICK_HZ } from "./drift.ts";

interface Player {
  readonly socket: WebSocket;
  readonly body: Body;
}

const rooms: Player[][] = [];
const http = createServer((_request, response) => response.end("ok"));
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });

sockets.on("connection", (socket) => {
  let room = rooms.at(-1);
  if (room === undefined || room.length >= ROOM_SIZE) {
    room = [];
    rooms.push(room);
  }
  const body = { x: Math.random() * SEA, y: Math.random() * SEA, heading: 0 };
  room.push({ socket, body });
  socket.on("message", (message: Buffer) => {
    body.heading = message.readUInt8(0);
  });
});

setInterval(() => {
  for (const room of rooms) {
    const frame = Buffer.alloc(1 + room.length * 13);
    frame.writeUInt8(room.length, 0);
    for (const [at, { body }] of room.entries()) {
      drift(body);
      frame.writeUInt8(at, 1 + at * 13);
      frame.writeFloatLE(body.x, 2 + at * 13);
      frame.writeFloatLE(body.y, 6 + at * 13);
      frame.writeFloatLE(body.heading, 10 + at * 13);
    }
    for (const { socket } of room) if (socket.readyState === socket.OPEN) socket.send(frame);
  }
}, 1_000 / TICK_HZ);

http.listen(Number(process.env.PORT), "127.0.0.1");
