// Attacks by waiting: crowds that say nothing, requests that never end, sockets that never read. All of
// them begin at once and are looked at when everything else is done.

import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { AttackBed } from "./attackBed.ts";
import { Wire } from "./attackWire.ts";
import { until } from "./lab.ts";

const CROWD = 1_000;
const SOCKETS = 300;
const READERS = 6;
/** On the table: a view of them is a quarter of a MB, and the system takes a few MB for each socket. */
const MARKS = 3_520;
const TAIL = 64;
const HEAD =
  "POST /api/session/guest HTTP/1.1\r\nHost: play.example.org\r\nContent-Type: application/json\r\n";

/** Something that lasts; whether the server has made an end of it. */
export interface Waiting {
  readonly what: string;
  isOver(): boolean;
}

/** Plain sockets that begin with some bytes and go on with others, one each half second. */
function plain(bed: AttackBed, what: string, [count, begins, goesOn]: Bytes): Waiting {
  const from = bed.nextAddress();
  const sockets = Array.from({ length: count }, () => {
    const socket = connect({ port: bed.port, host: "127.0.0.1", localAddress: from });
    // That the server ends it is what is waited for.
    socket.on("error", () => undefined);
    socket.on("data", () => undefined);
    socket.write(begins);
    if (goesOn !== "") void drip(socket, goesOn);
    return socket;
  });
  return { what, isOver: () => sockets.every(({ destroyed }) => destroyed) };
}

type Bytes = readonly [count: number, begins: string, goesOn: string];

async function drip(socket: Socket, bytes: string): Promise<void> {
  while (!socket.destroyed) {
    socket.write(bytes);
    await sleep(500);
  }
}

/** WebSockets that never say who they are. */
function silent(bed: AttackBed): Waiting {
  const from = bed.nextAddress();
  const wires = Array.from({ length: SOCKETS }, () => new Wire(bed.port, { from }));
  return {
    what: "WebSockets without a CONNECT",
    isOver: () => wires.every((wire) => wire.closeCode),
  };
}

/** A frame that was begun, on a connection that answers no ping any more. */
async function halfFrame(bed: AttackBed): Promise<Waiting> {
  const wire = await bed.admitted(await bed.guest("Half"));
  wire.below.write(Buffer.from("81fe3fff00000000", "hex"));
  return { what: "half a frame", isOver: () => wire.closeCode !== undefined };
}

/** People at a table with much on it, who ask for all of it again and again and read nothing. */
async function deaf(bed: AttackBed): Promise<Waiting> {
  const first = await bed.admitted(await bed.guest("Full"));
  const { room, seat, instance, code } = await bed.seated(first);
  for (let sent = 0; sent < MARKS; sent += TAIL) {
    const commands = Array.from({ length: TAIL }, (_, at) => {
      const mark = String(sent + at).padStart(32, "x");
      return { seq: sent + at + 1, name: "transfer", args: { to: seat, coins: 1, mark } };
    });
    first.send(`2${JSON.stringify(["command", { room, instance, commands }])}`);
    // As a page does: what comes faster is asked for again.
    const applied = sent + TAIL;
    await until("the table fills", () => first.events("frame").at(-1)?.applied === applied);
  }
  const readers = await Promise.all(
    Array.from({ length: READERS }, async (_, at) => bed.admitted(await bed.guest(`Deaf ${at}`))),
  );
  for (const wire of readers) {
    await bed.seated(wire, { code });
    wire.below.pause();
    void asking(wire, room);
  }
  const ended = () =>
    bed.lines.filter(({ event, reason }) => {
      return event === "connection-closed" && reason === "reader-too-slow";
    });
  return { what: "sockets that never read", isOver: () => ended().length >= READERS };
}

/** Answers pings that it does not read, and asks for the whole view as often as it may. */
async function asking(wire: Wire, room: string): Promise<void> {
  const sync = `2${JSON.stringify(["sync", { room, instance: [1, 1] }])}`;
  for (let at = 0; at < 16; at++) wire.send(sync);
  while (!wire.below.destroyed) {
    wire.raw("3").send(sync);
    await sleep(500);
  }
}

/** Begins all of it. */
export async function begin(bed: AttackBed): Promise<readonly Waiting[]> {
  return [
    plain(bed, "sockets without a word", [CROWD, "", ""]),
    plain(bed, "heads without an end", [20, "GET / HTTP/1.1\r\n", "x: y\r\n"]),
    plain(bed, "bodies without an end", [
      20,
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
      "1\r\n \r\n",
    ]),
    plain(bed, "bodies that do not come", [20, `${HEAD}Content-Length: 100\r\n\r\n`, ""]),
    silent(bed),
    await halfFrame(bed),
    await deaf(bed),
  ];
}

/** What the server has made no end of. */
export async function over(waiting: readonly Waiting[]): Promise<string[]> {
  const left = () => waiting.filter((each) => !each.isOver()).map(({ what }) => what);
  await until("all is over", () => left().length === 0, 25_000).catch(() => undefined);
  return left();
}
