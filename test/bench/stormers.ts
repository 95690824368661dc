// Stormers: a process of players whose lines can all be cut at once. It seats them, says so, cuts when
// it is told to by a line of input, and says when each of them was back.

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { join, type Seat, type WebSocketClass } from "../../client/join.ts";
import { Comeback } from "./comeback.ts";
import { driftGame, ROOM_SIZE } from "./drift.ts";
import { LeanLine } from "./leanLine.ts";
import { stillGame } from "./still.ts";

const [url = "", countText = "", name = ""] = process.argv.slice(2);
const count = Number(countText);
const SEATING = 4;
const BACK_MS_MAX = 60_000;
const LOOK_EVERY_MS = 20;

type AnySeat = Seat<never, never, never, never>;
type Place = { readonly create: "private" } | { readonly code: string };

/** Lines that carry a seat. */
const lines = new Set<PlayersLine>();
let socketUrl = "";

/** The line of a page, until what the page would send on its next one is written down. */
class PlayersLine extends LeanLine {
  constructor(address: string) {
    super(address, () => lines.delete(this));
    socketUrl = address;
    lines.add(this);
  }
}

/** What each page would send as its CONNECT, by the page's name. */
const connects = new Map<string, string>();

const CONNECT = "40";

/** A line that asks for the handshake and keeps it. */
class NotedLine {
  binaryType: BinaryType = "arraybuffer";
  onopen: WebSocket["onopen"] = null;
  onclose: WebSocket["onclose"] = null;
  onmessage: WebSocket["onmessage"] = null;
  onerror: WebSocket["onerror"] = null;

  constructor() {
    const asked = { data: '0{"sid":""}' } as MessageEvent;
    queueMicrotask(() => this.onmessage?.call(this as never, asked));
  }

  send(connect: string): void {
    const { page } = JSON.parse(connect.slice(CONNECT.length)) as { page: string };
    connects.set(page, connect);
  }

  close(): void {
    // There is nothing to close.
  }
}

let isNoting = false;
/** Which of both a page gets is asked when it opens one. */
const Line = function open(address: string) {
  return isNoting ? new NotedLine() : new PlayersLine(address);
} as unknown as WebSocketClass;

function sitDown(at: number, place: Place): Promise<AnySeat> {
  const as = { url, name: `stormer ${at}`, WebSocket: Line };
  const seat =
    name === driftGame.name
      ? join({ ...as, ...place, game: driftGame })
      : join({ ...as, ...place, game: stillGame });
  return seat as unknown as Promise<AnySeat>;
}

/** Seats rooms full of people until all sit. */
async function seatRooms(next: () => number): Promise<AnySeat[]> {
  const seats: AnySeat[] = [];
  for (let first = next(); first < count; first = next()) {
    const host = await sitDown(first, { create: "private" });
    seats.push(host);
    for (let at = first + 1; at < Math.min(count, first + ROOM_SIZE); at++)
      seats.push(await sitDown(at, { code: host.code }));
  }
  return seats;
}

/** Each page believes its line to be cut and writes what it would send then; the lines stay up. */
async function noteComebacks(seats: readonly AnySeat[]): Promise<void> {
  isNoting = true;
  for (const line of lines) {
    const { onclose } = line;
    line.onclose = null;
    line.onmessage = ({ data: message }) => {
      if (message === "2") line.send("3");
    };
    onclose?.call(line as never, undefined as never);
  }
  while (connects.size < count) await sleep(LOOK_EVERY_MS);
  for (const seat of seats) seat.close();
}

let rooms = 0;
const next = () => rooms++ * ROOM_SIZE;
const seats = (await Promise.all(Array.from({ length: SEATING }, () => seatRooms(next)))).flat();
await noteComebacks(seats);
process.stdout.write("seated\n");

for await (const _cut of createInterface({ input: process.stdin })) {
  const startMs = performance.now();
  const times: number[] = [];
  const back = () => times.push(performance.now() - startMs);
  const comebacks = [...connects.values()].map((connect) => new Comeback(socketUrl, connect, back));
  for (const line of [...lines]) line.cut();
  while (times.length < count && performance.now() - startMs < BACK_MS_MAX) {
    for (const comeback of comebacks) comeback.look(performance.now());
    await sleep(LOOK_EVERY_MS);
    // After the timer comes what was read meanwhile; only then is anything late.
    await new Promise((read) => setImmediate(read));
  }
  process.stdout.write(`${JSON.stringify(times)}\n`);
}
process.exit(0);
