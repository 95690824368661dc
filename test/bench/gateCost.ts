// Gate cost bench: how long a player waits from sending a command to the frame that confirms it, in
// rooms that tick, with every append synced to disk first.

import { setTimeout as sleep } from "node:timers/promises";
import { join } from "../../client/join.ts";
import { driftGame, TICK_HZ } from "./drift.ts";
import { Served } from "./served.ts";

const TICK_MS = 1_000 / TICK_HZ;
/** A prime, so that commands fall on every part of a tick. */
const EVERY_MS = 307;

export interface GateCost {
  readonly rooms: number;
  readonly seconds: number;
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
}

/** Rows of the table: what, result and target, in ms. */
export async function gateCostBench({ rooms, seconds }: GateCost): Promise<readonly string[]> {
  const server = await Served.start("ours");
  try {
    const seats: Awaited<ReturnType<typeof sitDown>>[] = [];
    for (let at = 0; at < rooms; at++) seats.push(await sitDown(server.url, at));
    const waits: number[] = [];
    const endMs = performance.now() + seconds * 1_000;
    await Promise.all(
      seats.map(async (seat, at) => {
        await sleep((at * EVERY_MS) / rooms);
        for (let heading = at; performance.now() < endMs; heading++) {
          const sentMs = performance.now();
          const { end } = await seat.send.turn({ heading: heading % 256 });
          if (end !== "applied") throw new Error(`a command ended as ${end}`);
          waits.push(performance.now() - sentMs);
          await sleep(Math.max(0, sentMs + EVERY_MS - performance.now()));
        }
      }),
    );
    for (const seat of seats) seat.close();
    waits.sort((one, other) => one - other);
    const row = (name: string, part: number, aboveTickMs: number) => {
      const waited = percentile(waits, part).toFixed(1);
      return `| ${name} of ${waits.length} | ${waited} | ≤ ${TICK_MS + aboveTickMs} |`;
    };
    return [row("p50", 0.5, 10), row("p99", 0.99, 40)];
  } finally {
    await server.end();
  }
}

function sitDown(url: string, at: number) {
  return join({ url, game: driftGame, name: `waiter ${at}`, create: "private" });
}
