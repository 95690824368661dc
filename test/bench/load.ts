// Load bench: what a client and tick cost the server, beside bare ws that plays the same game. Both
// in one run, in turns; processor time of the server's process alone, read from the system.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort, until } from "../live/lab.ts";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** The system counts processor time in hundredths of a second. */
const TICKS_A_SECOND = 100;

interface Measured {
  readonly microsecondsPerFrame: number;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
}

function run(script: string, args: readonly string[], environment: Record<string, string> = {}) {
  return spawn(
    process.execPath,
    ["--max-semi-space-size=64", "--import", "tsx", here(script), ...args],
    {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

/** Processor seconds a process has used. */
async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

async function measure(kind: "bare" | "ours", count: number, seconds: number): Promise<Measured> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
  const environment = {
    PORT: String(port),
    HOST: "127.0.0.1",
    DATA_DIR: folder,
    LOG_LEVEL: "error",
  };
  const server = run(kind === "bare" ? "bareWs.ts" : "serveDrift.ts", [], environment);
  try {
    const url = `http://127.0.0.1:${port}`;
    const path = kind === "bare" ? "/" : "/readyz";
    await until("the server answers", async () => {
      const answer = await fetch(url + path).catch(() => undefined);
      return answer?.ok === true;
    });
    const drivers = run("drivers.ts", [kind, url, String(count), String(seconds)]);
    const lines = createInterface({ input: drivers.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const pid = server.pid ?? 0;
    const [before, startMs] = [await processorSeconds(pid), performance.now()];
    const said = JSON.parse((await lines.next()).value as string) as Omit<
      Measured,
      "microsecondsPerFrame"
    >;
    const spent = (await processorSeconds(pid)) - before;
    const frames = (said.framesPerSecond * count * (performance.now() - startMs)) / 1_000;
    return { ...said, microsecondsPerFrame: (spent / frames) * 1e6 };
  } finally {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Load {
  readonly count: number;
  readonly seconds: number;
  readonly rounds: number;
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
    return `| ${name} | ${ratio} | ${framesPerSecond.toFixed(1)} | ${Math.round(bytesPerSecond)} |`;
  });
}
