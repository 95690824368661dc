// Stormers: a process of players whose lines can all be cut at once. It seats them, says so, cuts when
// it is told to by a line of input, and says when each of them was back.

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { join, type Seat, type WebSocketClass } from "../../client/join.ts";
import { driftGame, ROOM_SIZE } from "./drift.ts";
import { stillGame } from "./still.ts";

const [url = "", countText = "", name = ""] = process.argv.slice(2);
const count = Number(countText);
const SEATING = 4;
const BACK_MS_MAX = 60_000;

const sockets = new Set<WebSocket>();

/** A line that somebody can cut. */
class CutLine extends WebSocket {
  constructor(address: string) {
    super(address, { perMessageDeflate: false });
    sockets.add(this);
    this.on("close", () => sockets.delete(this));
  }
}

type Place = { readonly create: "private" } | { readonly code: string };

function sitDown(at: number, place: Place): Promise<Seat<never, never, never, never>> {
  const as = { url, name: `stormer ${at}`, WebSocket: CutLine as unknown as WebSocketClass };
  const seat =
    name === driftGame.name
      ? join({ ...as, ...place, game: driftGame })
      : join({ ...as, ...place, game: stillGame });
  return seat as unknown as Promise<Seat<never, never, never, never>>;
}

/** Seats rooms full of people until all sit. */
async function seatRooms(next: () => number): Promise<Seat<never, never, never, never>[]> {
  const seats: Seat<never, never, never, never>[] = [];
  for (let first = next(); first < count; first = next()) {
    const host = await sitDown(first, { create: "private" });
    seats.push(host);
    for (let at = first + 1; at < Math.min(count, first + ROOM_SIZE); at++)
      seats.push(await sitDown(at, { code: host.code }));
  }
  return seats;
}

let rooms = 0;
const next = () => rooms++ * ROOM_SIZE;
const seats = (await Promise.all(Array.from({ length: SEATING }, () => seatRooms(next)))).flat();
process.stdout.write("seated\n");

for await (const _cut of createInterface({ input: process.stdin })) {
  const startMs = performance.now();
  const times: number[] = [];
  for (const seat of seats) {
    const end = seat.on("status", ({ phase }) => {
      if (phase !== "live") return;
      end();
      times.push(performance.now() - startMs);
    });
  }
  for (const socket of sockets) socket.terminate();
  while (times.length < seats.length && performance.now() - startMs < BACK_MS_MAX) await sleep(5);
  process.stdout.write(`${JSON.stringify(times)}\n`);
}
process.exit(0);
