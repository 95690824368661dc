// Memory bench: what one more seated connection takes of the server's memory, beside plain Socket.IO
// in the same run. A slope: what a server takes before anybody comes is left out.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { run, Served } from "./served.ts";

const FIRST = 500;
const MORE = 2_000;
/** Time for what belongs to arriving to be over: sockets of its requests are kept for five seconds. */
const SETTLE_MS = 7_000;

async function seat(kind: "plain" | "ours", url: string, count: number): Promise<ChildProcess> {
  const sitters = run("sitters.ts", [kind, url, String(count)]);
  await once(sitters.stdout, "data");
  await sleep(SETTLE_MS);
  return sitters;
}

/** Bytes for each connection more. */
async function slope(kind: "plain" | "ours"): Promise<number> {
  const server = await Served.start(kind);
  const sitters: ChildProcess[] = [];
  try {
    sitters.push(await seat(kind, server.url, FIRST));
    const before = await server.liveBytes();
    sitters.push(await seat(kind, server.url, MORE));
    return ((await server.liveBytes()) - before) / MORE;
  } finally {
    for (const each of sitters) each.kill();
    await server.end();
  }
}

/** Rows of the table: server, kB for each connection, ratio, target. */
export async function memoryBench(): Promise<readonly string[]> {
  const plain = await slope("plain");
  const ours = await slope("ours");
  const row = (name: string, bytes: number, target: string) =>
    `| ${name} | ${(bytes / 1_000).toFixed(1)} | ${(bytes / plain).toFixed(2)} | ${target} |`;
  return [row("Socket.IO 4.8.4, plain", plain, "–"), row("Holdfast", ours, "≤ 0.75")];
}
