// Plain Socket.IO: the least server that seats people in rooms and tells them when somebody waves. It
// forgets whoever drops: what a seat takes in memory is measured against it.

import { createServer } from "node:http";
import { Server } from "socket.io";
import { ROOM_SIZE } from "./drift.ts";
import { tellLiveBytes } from "./liveBytes.ts";

const http = createServer((_request, response) => response.end("ok"));
const io = new Server(http);
let seated = 0;

io.on("connection", (socket) => {
  const room = `room ${Math.floor(seated / ROOM_SIZE)}`;
  const person = { seat: seated++ % ROOM_SIZE, waves: 0 };
  void socket.join(room);
  socket.on("wave", () => {
    person.waves++;
    io.to(room).emit("waved", person.seat, person.waves);
  });
  socket.emit("seated", room, person.seat);
});

tellLiveBytes();
http.listen(Number(process.env.PORT), "127.0.0.1");
