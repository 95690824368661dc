// Served: a process of the bench that serves its games, on a port and in a folder of its own. It
// starts it, waits until it answers and ends it; it measures nothing but processor time and memory.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "../contract/freePort.ts";
import { until } from "../live/lab.ts";
import { LIVE } from "./liveBytes.ts";

/** The system counts processor time in hundredths of a second. */
const TICKS_A_SECOND = 100;

/** Which server: bare ws, plain Socket.IO, or Holdfast. */
export type Kind = keyof typeof SCRIPTS;

const SCRIPTS = { bare: "bareWs.ts", plain: "plainIo.ts", ours: "serveDrift.ts" } as const;

/** Starts a script of this folder. */
export function run(
  script: string,
  args: readonly string[],
  environment: Record<string, string> = {},
) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const flags = ["--max-semi-space-size=64", "--import", "tsx"];
  return spawn(process.execPath, [...flags, path, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

export class Served {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, process: ChildProcess, folder: string) {
    this.url = url;
    this.#process = process;
    this.#folder = folder;
  }

  /** Resolves when it answers. Our server starts a Redis of its own that syncs each append. */
  static async start(kind: Kind, environment: Record<string, string> = {}): Promise<Served> {
    const port = String(await freePort());
    const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
    const child = run(SCRIPTS[kind], [], {
      PORT: port,
      HOST: "127.0.0.1",
      DATA_DIR: folder,
      LOG_LEVEL: "error",
      ...environment,
    });
    const served = new Served(`http://127.0.0.1:${port}`, child, folder);
    const ready = served.url + (kind === "ours" ? "/readyz" : "/");
    try {
      await until("the server answers", async () => {
        const answer = await fetch(ready).catch(() => undefined);
        return answer?.ok === true;
      });
      return served;
    } catch (cause) {
      await served.end();
      throw cause;
    }
  }

  /** Processor seconds that the process has used, all its threads together. */
  async processorSeconds(): Promise<number> {
    const stat = await readFile(`/proc/${this.#process.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  }

  /** Bytes that the process holds after all garbage is gone. */
  async liveBytes(): Promise<number> {
    const { stdout } = this.#process;
    if (stdout === null) throw new Error("a served process tells by its output");
    const lines = createInterface({ input: stdout });
    this.#process.kill("SIGUSR2");
    for await (const line of lines)
      if (line.startsWith(LIVE)) return Number(line.slice(LIVE.length));
    throw new Error("the server ended");
  }

  async end(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGTERM");
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
