// Started game: a game of one's own, served by its own command in its own folder. It builds and serves
// what is there; it never touches a process that it did not start.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "../contract/freePort.ts";
import { until } from "./lab.ts";

/** Long enough for a machine that does other things besides. */
const START_MS_MAX = 60_000;

export interface StartedGame {
  readonly url: string;
  end(): Promise<void>;
}

/** Starts the game in a folder; resolves when it says that it serves lamps. */
export async function startGame(folder: string): Promise<StartedGame> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), DATA_DIR: join(folder, ".data") };
  const child = spawn("npm", ["start"], { cwd: folder, env, detached: true });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part) => said.push(`${part}`));
  const isServed = () => said.join("").includes("Holdfast serves lamps");
  try {
    await until("the game is served", () => isServed() || child.exitCode !== null, START_MS_MAX);
    if (!isServed()) throw new Error("its command ended");
  } catch (cause) {
    await endGroup(child);
    throw new Error(`the game did not start:\n${said.join("")}`, { cause });
  }
  return { url: `http://localhost:${port}`, end: () => endGroup(child) };
}

/** npm's child is another process, so the signal goes to the group that was started here. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("close", resolve));
  process.kill(-child.pid, "SIGTERM");
  await gone;
}
