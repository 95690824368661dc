// Touches bench: how many writes to the store it costs that a session shows signs of life all the
// time. Counted where the operator sees it, on the metrics port.

import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { join } from "../../client/join.ts";
import { freePort } from "../contract/freePort.ts";
import { driftGame, TICK_HZ } from "./drift.ts";
import { Served } from "./served.ts";

/** Our client sends one input a tick at most. */
const SIGNS_OFFERED = 20 * TICK_HZ;
/** Longer than the throttle, so that a count that stays at 0 is a broken count. */
const WITHIN_MS = 20_000;
const TARGET = WITHIN_MS / 10_000;
const MOVED = 'holdfast_touches_total{kind="touched"}';

let sent = 0;

/** Counts what really leaves: each message is a sign of life. */
class CountingSocket extends WebSocket {
  override send(...message: unknown[]): void {
    sent++;
    Reflect.apply(super.send, this, message);
  }
}

async function touchesAt(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = text.split("\n").find((candidate) => candidate.startsWith(MOVED));
  return Number(line?.split(" ").at(-1) ?? 0);
}

/** The row of the table: signs of life, writes, target. */
export async function touchesBench(): Promise<readonly string[]> {
  const port = await freePort();
  const server = await Served.start("ours", { METRICS_PORT: String(port) });
  try {
    const seat = await join({
      url: server.url,
      game: driftGame,
      name: "restless",
      WebSocket: CountingSocket as never,
    });
    const [before, sentBefore] = [await touchesAt(port), sent];
    const startMs = performance.now();
    for (let sign = 0; sign < SIGNS_OFFERED; sign++) {
      seat.input.steer({ heading: sign % 256 });
      await sleep(
        Math.max(0, startMs + ((sign + 1) * WITHIN_MS) / SIGNS_OFFERED - performance.now()),
      );
    }
    const writes = (await touchesAt(port)) - before;
    seat.close();
    if (writes === 0) throw new Error(`${MOVED} did not move in ${WITHIN_MS} ms`);
    return [
      `| ${sent - sentBefore} messages of one session within ${WITHIN_MS / 1_000} s | ${writes} | ≤ ${TARGET} |`,
    ];
  } finally {
    await server.end();
  }
}
