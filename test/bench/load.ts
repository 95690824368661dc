// Load bench: what a client and tick cost the server, beside bare ws that plays the same game. Both
// in one run, in turns; processor time of the server's process alone, read from the system.

import { createInterface } from "node:readline";
import { TICK_HZ } from "./drift.ts";
import { type Kind, run, Served } from "./served.ts";

interface Measured {
  readonly microsecondsPerFrame: number;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  /** Time from one frame of a client to its next, which 99 of 100 stay within. */
  readonly gapMsP99: number;
}

async function measure(kind: Kind, count: number, seconds: number): Promise<Measured> {
  const server = await Served.start(kind);
  try {
    const drivers = run("drivers.ts", [kind, server.url, String(count), String(seconds)]);
    const lines = createInterface({ input: drivers.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const [before, startMs] = [await server.processorSeconds(), performance.now()];
    const said = JSON.parse((await lines.next()).value as string) as Omit<
      Measured,
      "microsecondsPerFrame"
    >;
    const spent = (await server.processorSeconds()) - before;
    const frames = (said.framesPerSecond * count * (performance.now() - startMs)) / 1_000;
    return { ...said, microsecondsPerFrame: (spent / frames) * 1e6 };
  } finally {
    await server.end();
  }
}

export interface Load {
  readonly count: number;
  readonly seconds: number;
  readonly rounds: number;
}

/** What a tick may be late before a person sees it. */
const GAP_MS_MAX = 60;

/** The most clients, of the counts that are tried upwards, whose ticks stay even; 0 if none. */
async function mostClients(kind: Kind, counts: readonly number[], seconds: number) {
  let most = 0;
  for (const count of counts) {
    const { gapMsP99, framesPerSecond } = await measure(kind, count, seconds);
    if (gapMsP99 >= GAP_MS_MAX || framesPerSecond < TICK_HZ * 0.98) break;
    most = count;
  }
  return most;
}

/** Rows of the table: each server with how many clients it takes. The load and the store run beside it. */
export async function crowdBench(
  counts: readonly number[],
  seconds: number,
): Promise<readonly string[]> {
  const bare = await mostClients("bare", counts, seconds);
  const ours = await mostClients("ours", counts, seconds);
  return [`| bare ws | ${bare} | – |`, `| Holdfast, durable log on | ${ours} | ≥ 1600 |`];
}

/** Rows of the table: each server, medians over rounds. */
export async function loadBench({ count, seconds, rounds }: Load): Promise<readonly string[]> {
  const results = { bare: [] as Measured[], ours: [] as Measured[] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of ["bare", "ours"] as const)
      results[kind].push(await measure(kind, count, seconds));
  }
  const middle = (measured: readonly Measured[]) =>
    [...measured].sort((one, other) => one.microsecondsPerFrame - other.microsecondsPerFrame)[
      Math.floor(measured.length / 2)
    ] as Measured;
  const base = middle(results.bare).microsecondsPerFrame;
  return (["bare", "ours"] as const).map((kind) => {
    const { microsecondsPerFrame, framesPerSecond, bytesPerSecond } = middle(results[kind]);
    const name = kind === "bare" ? "bare ws, whole state as floats" : "Holdfast, durable log on";
    const ratio = (microsecondsPerFrame / base).toFixed(2);
    const target = kind === "bare" ? "–" : "time ≤ 1.30, bytes ≤ 1,500";
    const figures = `${ratio} | ${framesPerSecond.toFixed(1)} | ${Math.round(bytesPerSecond)}`;
    return `| ${name} | ${figures} | ${target} |`;
  });
}
