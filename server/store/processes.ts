// Processes: whether the process that a pid file names still works in the file's directory. A pid
// alone proves nothing: after a restart of the machine it is somebody else's.

import { execFile } from "node:child_process";
import { readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** The pid in that file of the directory, if a Redis of that pid works in the directory. */
export async function pidWorkingIn(directory: string, file: string): Promise<number | undefined> {
  const pid = Number(await unlessAbsent(readFile(join(directory, file), "utf8")));
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const works =
    process.platform === "linux" ? await worksIn(directory, pid) : await isRedisProcess(pid);
  return works ? pid : undefined;
}

async function worksIn(directory: string, pid: number): Promise<boolean> {
  const workingDirectory = await unlessAbsent(readlink(`/proc/${pid}/cwd`));
  return workingDirectory === (await realpath(directory));
}

/** Where a system does not tell what a process works in, its name must do. */
async function isRedisProcess(pid: number): Promise<boolean> {
  const run = promisify(execFile);
  const command = await run("ps", ["-o", "command=", "-p", String(pid)]).then(
    ({ stdout }) => stdout,
    // ps fails if there is no such process.
    () => "",
  );
  return /(redis|valkey)-server/.test(command);
}

/** Undefined if the file is not there, or the process is gone or somebody else's. */
async function unlessAbsent(look: Promise<string>): Promise<string | undefined> {
  try {
    return await look;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES") return undefined;
    throw error;
  }
}
