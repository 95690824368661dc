// Redis binary: which Redis of the PATH this machine can start, and the starting of it as a server
// for one directory. It knows nothing of stores, and does not wait for the server to be ready.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { MAJOR_MIN } from "./redisServer.ts";

/** In the server's directory: the path of its socket, its pid, what it has to say. */
export const SOCKET_FILE = "socket";
export const PID_FILE = "redis.pid";
export const LOG_FILE = "redis.log";

const FOLDER_PREFIX = "hf-";
/** A socket's path may be 107 bytes long on Linux and 103 on macOS. */
const SOCKET_BYTES_MAX = 103;

export type RedisBinary =
  | { readonly kind: "found"; readonly path: string }
  | { readonly kind: "none"; readonly why: string };

export async function findRedisBinary(): Promise<RedisBinary> {
  const run = promisify(execFile);
  const path = await run("sh", ["-c", "command -v redis-server || command -v valkey-server"]).then(
    ({ stdout }) => stdout.trim(),
    // Neither of them, or not even a shell.
    () => "",
  );
  if (path === "") return { kind: "none", why: "no redis-server or valkey-server on the PATH" };
  const { stdout } = await run(path, ["--version"]);
  const major = Number(/\bv=(\d+)\./.exec(stdout)?.[1] ?? 0);
  return major >= MAJOR_MIN
    ? { kind: "found", path }
    : { kind: "none", why: `${path} is older than ${MAJOR_MIN}.0` };
}

/**
 * Starts a server that outlives this process; its socket and its pid stand in the directory.
 * The socket's path is written before: whoever comes next finds it, even if this process ends here.
 */
export async function startRedis(binary: string, directory: string): Promise<void> {
  await forgetRedis(directory);
  const socket = await newSocketPath();
  await writeFile(join(directory, `${SOCKET_FILE}.new`), socket, { mode: 0o600 });
  await rename(join(directory, `${SOCKET_FILE}.new`), join(directory, SOCKET_FILE));
  const server = spawn(binary, settingsOf(socket), {
    cwd: directory,
    detached: true,
    // What this process was told in its environment is no business of another program.
    env: {},
    stdio: "ignore",
  });
  // In the same turn, and in one step for whoever reads it: nobody may think that it does not run.
  if (server.pid !== undefined) {
    writeFileSync(join(directory, `${PID_FILE}.new`), String(server.pid));
    renameSync(join(directory, `${PID_FILE}.new`), join(directory, PID_FILE));
  }
  await once(server, "spawn");
  server.unref();
}

/** Removes what a server that does not run any more has left beside what it keeps. */
export async function forgetRedis(directory: string): Promise<void> {
  const file = join(directory, SOCKET_FILE);
  const folder = existsSync(file) ? dirname(await readFile(file, "utf8")) : "";
  if (basename(folder).startsWith(FOLDER_PREFIX)) {
    await rm(folder, { recursive: true, force: true });
  }
  await rm(file, { force: true });
  await rm(join(directory, PID_FILE), { force: true });
}

async function newSocketPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  const path = join(folder, "redis.sock");
  if (Buffer.byteLength(path) <= SOCKET_BYTES_MAX) return path;
  return join(await mkdtemp(`/tmp/${FOLDER_PREFIX}`), "redis.sock");
}

/** Every commit is on the disk before it is answered, and nothing is ever dropped to make room. */
function settingsOf(socket: string): string[] {
  return [
    ...["--port", "0", "--unixsocket", socket, "--unixsocketperm", "700"],
    ...["--dir", ".", "--logfile", LOG_FILE, "--daemonize", "no"],
    ...["--appendonly", "yes", "--appendfsync", "always", "--save", ""],
    ...["--maxmemory-policy", "noeviction"],
  ];
}
