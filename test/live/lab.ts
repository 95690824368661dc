// Lab: real server processes on free ports, each with its own folder, killed by their own ids. It
// never touches a process that it did not start.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WORKER_FLAG } from "../../server/node/role.ts";
import { freePort } from "../contract/freePort.ts";
import { until as untilAnswered } from "../contract/until.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SERVE = fileURLToPath(new URL("serve.ts", import.meta.url));
/** What is told of a server whose test failed. */
const LAST_LINES = 40;
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;

export interface ServerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What stands on its command line. */
  readonly args?: readonly string[];
  /** What it runs, if it is of another build. */
  readonly script?: string;
}

/** Servers that run, and those that were closed since their words were last asked for. */
const met = new Set<LabServer>();

/** What each server said last that ran since this was last asked. */
export function lastWords(): string {
  const words = [...met].map(({ url, output }) =>
    [`${url} said:`, ...output.trimEnd().split("\n").slice(-LAST_LINES)].join("\n"),
  );
  for (const server of met) if (server.isClosed) met.delete(server);
  return words.join("\n\n");
}

/** One server with a port and a folder that outlive its processes. */
export class LabServer {
  readonly port: number;
  readonly folder: string;
  /** Everything it printed, over all its processes. */
  output = "";
  isClosed = false;
  readonly #options: ServerOptions;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, options: ServerOptions) {
    this.port = port;
    this.folder = folder;
    this.#options = options;
  }

  /** Makes a folder, finds a port and starts the server there. */
  static async start(options: ServerOptions = {}): Promise<LabServer> {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-lab-"));
    const server = new LabServer(await freePort(), folder, options);
    met.add(server);
    await server.begin();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error("the server is not running");
    return pid;
  }

  /** Starts a process, of another build if its script is given; resolves when it is ready to serve. */
  async begin(script = this.#options.script ?? SERVE): Promise<void> {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", script, ...(this.#options.args ?? [])],
      {
        cwd: ROOT,
        env: {
          PATH: process.env.PATH,
          HOST: "127.0.0.1",
          PORT: String(this.port),
          DATA_DIR: join(this.folder, "data"),
          ...this.#options.environment,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#process = child;
    child.stdout.on("data", (chunk: Buffer) => {
      this.output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.output += chunk.toString();
    });
    const deadlineMs = performance.now() + START_MS_MAX;
    while (performance.now() < deadlineMs) {
      if (child.exitCode !== null) break;
      if (await this.isReady()) return;
      await sleep(25);
    }
    await this.signal("SIGKILL");
    throw new Error(`the server did not become ready:\n${this.output}`);
  }

  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch (cause) {
      if (cause instanceof TypeError) return false;
      throw cause;
    }
  }

  /** Sends a signal and, if it ends the process, waits for that; gives the code it ended with. */
  async signal(
    name: "SIGKILL" | "SIGTERM" | "SIGINT" | "SIGSTOP" | "SIGCONT",
  ): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(name);
    if (name === "SIGSTOP" || name === "SIGCONT") return null;
    const timer = sleep(STOP_MS_MAX, "late", { ref: false });
    if ((await Promise.race([ended, timer])) === "late") {
      child.kill("SIGKILL");
      throw new Error(`the server did not end on ${name}:\n${this.output}`);
    }
    return child.exitCode;
  }

  /** Ends the process and the private Redis that a killed one leaves behind, and removes the folder. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.signal("SIGKILL");
    await endRedisOf(join(this.folder, "data", "redis", "redis.pid"));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A private Redis outlives its killed nodes on purpose; here nobody comes back for it. */
async function endRedisOf(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, "utf8").catch(() => ""));
  if (Number.isInteger(pid) && pid > 1) signalIfThere(pid, "SIGKILL");
}

/** Signals a process that may have ended by itself. */
export function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ESRCH")) throw cause;
  }
}

/** Ids of the workers that a supervisor started. */
export async function workersOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const children = text.split(" ").filter(Boolean).map(Number);
  const lines = await Promise.all(children.map((id) => readFile(`/proc/${id}/cmdline`, "utf8")));
  return children.filter((_, at) => lines[at]?.includes(WORKER_FLAG));
}

/** Waits until something holds; fails with what was hoped for if it does not in time. */
export async function until(
  hope: string,
  holds: () => boolean | Promise<boolean>,
  withinMs?: number,
): Promise<void> {
  await untilAnswered(hope, holds, withinMs);
}
