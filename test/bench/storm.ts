// Storm bench: so many players whose lines are all cut at once, how long until the last of them sees
// its room again, and what somebody in a room that nobody cut notices of it.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { join } from "../../client/join.ts";
import { driftGame, TICK_HZ } from "./drift.ts";
import { Served } from "./served.ts";

export interface Storm {
  readonly count: number;
  /** Of the game whose rooms they sit in: one that ticks or one that is quiet. */
  readonly game: string;
  readonly target: string;
}

const WINDOW_MS = 1_000;
/** Watched before the storm, so that everything that runs all the time is compiled. */
const CALM_MS = 3_000;

/** One row: who, half of them back, all of them back, the witness's worst second, target. */
export async function stormBench({ count, game, target }: Storm): Promise<string> {
  const server = await Served.start("ours");
  const path = fileURLToPath(new URL("stormers.ts", import.meta.url));
  const crowd = spawn(process.execPath, ["--import", "tsx", path, server.url, `${count}`, game], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const lines = createInterface({ input: crowd.stdout })[Symbol.asyncIterator]();
    const seat = await join({
      url: server.url,
      game: driftGame,
      name: "witness",
      create: "private",
    });
    const ticks: number[] = [];
    seat.on("change", () => ticks.push(performance.now()));
    await lines.next();
    await sleep(CALM_MS);
    const cutMs = performance.now();
    crowd.stdin.write("cut\n");
    const times = (JSON.parse((await lines.next()).value as string) as number[]).sort(
      (one, other) => one - other,
    );
    const backMs = times.length < count ? Infinity : (times.at(-1) ?? 0);
    await sleep(WINDOW_MS);
    seat.close();
    const worst = worstSecond(ticks, cutMs, cutMs + Math.max(WINDOW_MS, times.at(-1) ?? 0));
    const half = (times[Math.floor(times.length / 2)] ?? 0) / 1_000;
    const who = `${count} players in ${game} rooms`;
    return `| ${who} | ${half.toFixed(2)} | ${(backMs / 1_000).toFixed(2)} | ${worst} of ${TICK_HZ} | ${target} |`;
  } finally {
    crowd.kill();
    await server.end();
  }
}

/** The fewest moments within any second between two times. */
function worstSecond(moments: readonly number[], fromMs: number, untilMs: number): number {
  let fewest = Infinity;
  for (let atMs = fromMs; atMs + WINDOW_MS <= untilMs; atMs += WINDOW_MS / TICK_HZ) {
    const within = moments.filter((each) => each >= atMs && each < atMs + WINDOW_MS);
    fewest = Math.min(fewest, within.length);
  }
  return fewest;
}
