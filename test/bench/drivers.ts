// Drivers: a process of clients that each send one input and get one frame a tick. Says what it got
// as one line of JSON; started by the load bench, ends by itself.

import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { join } from "../../client/join.ts";
import { driftGame, ROOM_SIZE, TICK_HZ } from "./drift.ts";

const [kind = "", urlsText = "", countText = "", secondsText = ""] = process.argv.slice(2);
/** Of nodes that serve the same rooms: the players of each room are dealt to them in turn. */
const urls = urlsText.split(",");
const count = Number(countText);
const seconds = Number(secondsText);
const TICK_MS = 1_000 / TICK_HZ;

/** Somebody who steers; `frames` counts what came. */
interface Driver {
  frames: number;
  bytes: number;
  steer(heading: number): void;
}

/** How long it was from one frame of a connection to its next: how many for each whole ms. */
const gaps = new Array<number>(1_000).fill(0);

/** Counts the time since a connection's frame before; gives the time of this one. */
function noteGap(beforeMs: number): number {
  const nowMs = performance.now();
  const at = Math.min(gaps.length - 1, Math.floor(nowMs - beforeMs));
  gaps[at] = (gaps[at] ?? 0) + 1;
  return nowMs;
}

/** The gap that so large a part of all stay within, in ms. */
function gapWithin(part: number): number {
  let left = gaps.reduce((sum, count) => sum + count, 0) * part;
  const at = gaps.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  return at + 1;
}

async function bare(): Promise<Driver> {
  const socket = new WebSocket(urlsText.replace("http", "ws"));
  await new Promise<void>((resolve) => socket.once("open", () => resolve()));
  const driver: Driver = {
    frames: 0,
    bytes: 0,
    steer: (heading) => socket.send(Buffer.from([heading])),
  };
  let beforeMs = performance.now();
  socket.on("message", (message: Buffer) => {
    beforeMs = noteGap(beforeMs);
    driver.frames++;
    driver.bytes += message.length;
  });
  return driver;
}

let code: string | undefined;
let seated = 0;

/** Counts the bytes of binary messages below our library. */
class CountingSocket extends WebSocket {
  static newest: CountingSocket | undefined;
  frames = 0;
  bytes = 0;
  #beforeMs = performance.now();
  constructor(address: string) {
    super(address, { perMessageDeflate: false });
    CountingSocket.newest = this;
    this.on("message", (message: Buffer, isBinary: boolean) => {
      if (!isBinary) return;
      this.#beforeMs = noteGap(this.#beforeMs);
      this.frames++;
      this.bytes += message.byteLength;
    });
  }
}

async function ours(): Promise<Driver> {
  const place = seated % ROOM_SIZE === 0 ? ({ create: "private" } as const) : { code: code ?? "" };
  const url = urls[seated % urls.length] ?? "";
  const name = `driver ${seated++}`;
  const seat = await join({
    url,
    game: driftGame,
    name,
    ...place,
    WebSocket: CountingSocket as never,
  });
  const socket = CountingSocket.newest;
  code = seat.code;
  return {
    get frames() {
      return socket?.frames ?? 0;
    },
    get bytes() {
      return socket?.bytes ?? 0;
    },
    steer: (heading) => void seat.input.steer({ heading }),
  };
}

const drivers: Driver[] = [];
for (let at = 0; at < count; at++) drivers.push(await (kind === "bare" ? bare() : ours()));
const SLICES = 10;
/** Both servers are measured once the engine has compiled what they do all the time. */
const WARM_UP_S = 4;

/** Everybody steers once a tick, a slice of them at a time. */
async function drive(driveSeconds: number): Promise<void> {
  const startMs = performance.now();
  for (let round = 0; performance.now() - startMs < driveSeconds * 1_000; round++) {
    for (let at = round % SLICES; at < drivers.length; at += SLICES) {
      drivers[at]?.steer((round * 7 + at * 13) % 256);
    }
    const nextMs = startMs + ((round + 1) * TICK_MS) / SLICES;
    await sleep(Math.max(0, nextMs - performance.now()));
  }
}

await drive(WARM_UP_S);
process.stdout.write("warm\n");

const totals = () => ({
  frames: drivers.reduce((sum, { frames }) => sum + frames, 0),
  bytes: drivers.reduce((sum, { bytes }) => sum + bytes, 0),
});
const before = totals();
gaps.fill(0);
const startMs = performance.now();
await drive(seconds);
const after = totals();
const spent = (performance.now() - startMs) / 1_000;
const frames = (after.frames - before.frames) / count / spent;
const bytes = (after.bytes - before.bytes) / count / spent;
const said = { framesPerSecond: frames, bytesPerSecond: bytes, gapMsP99: gapWithin(0.99) };
process.stdout.write(`${JSON.stringify(said)}\n`);
process.exit(0);
