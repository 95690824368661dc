// Directory lock: one process at a time works in a directory. A lock file only says who seems to;
// what makes it safe is that a holder asks `isHeld` after each durable write and before it tells.

import { readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../shared/clock.ts";
import { fromJson } from "../../shared/json.ts";
import { randomSecret } from "../../shared/random.ts";
import { isRunning, placeOfPids } from "../place.ts";
import { awaitsSign, giveSigns } from "./signs.ts";

/** Another process works in the directory. */
export class DirectoryHeld extends Error {
  /** Process id of the holder, in its own system; undefined if it could not be read. */
  readonly pid: number | undefined;

  constructor(directory: string, file: string, pid: number | undefined) {
    super(
      `${directory} is in use by process ${pid ?? "unknown"} (${file}): ` +
        "only one process can keep its store there. Stop it, or give this one another DATA_DIR.",
    );
    this.pid = pid;
  }
}

export interface DirectoryLock {
  /** Higher than that of every earlier holder: what a name with it says, only this holder has written. */
  readonly number: number;
  /** Whether nobody has taken the directory over. What was durable before a `true` is seen by all later holders. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

interface Holder {
  /** Drawn for this one lock: a file of the same name that somebody else made is not ours. */
  readonly mark: string;
  readonly pid: number;
  /** When the process started, in the system's own words: a pid is used again, the two together are not. */
  readonly started: string;
  /** Where the pid means something. */
  readonly place: string;
}

/** Numbered, so that of two processes that take over at once only one can create the next. */
const LOCK_NAME = /^lock\.(\d{1,15})$/;
/** Each lost race means that another process got further; two of them never go on for long. */
const RACES_MAX = 20;

/**
 * Takes the directory for this process, under a number above `above`. Rejects with DirectoryHeld if another one lives that has it.
 * The lock of a process that died is taken over: at once if it ran on this machine, after five
 * seconds without a sign of life if it ran elsewhere, e.g. in a container that shares the directory.
 */
export async function lockDirectory(
  directory: string,
  clock: Clock,
  above: number,
): Promise<DirectoryLock> {
  const me: Holder = {
    mark: randomSecret(12),
    pid: process.pid,
    started: (await startOf(process.pid)) ?? "",
    place: placeOfPids() ?? hostname(),
  };
  for (let race = 0; race < RACES_MAX; race++) {
    const numbers = await locksIn(directory);
    const newest = numbers[0] ?? 0;
    if (newest > 0 && (await isAlive(join(directory, `lock.${newest}`), me, clock))) {
      const file = join(directory, `lock.${newest}`);
      throw new DirectoryHeld(directory, file, (await holderIn(file))?.pid);
    }
    const number = Math.max(newest, above) + 1;
    if (await createLock(directory, number, me)) return keepLock(directory, number, { me, clock });
  }
  throw new DirectoryHeld(directory, "a lock that keeps changing", undefined);
}

/** Creates the lock of that number and drops lower ones; false if somebody else was faster. */
async function createLock(directory: string, number: number, me: Holder): Promise<boolean> {
  const file = join(directory, `lock.${number}`);
  try {
    await writeFile(file, JSON.stringify(me), { flag: "wx", mode: 0o600 });
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw cause;
  }
  const numbers = await locksIn(directory);
  if (numbers[0] !== number) {
    await removeFile(file);
    return false;
  }
  for (const lower of numbers.slice(1)) await removeFile(join(directory, `lock.${lower}`));
  return true;
}

function keepLock(
  directory: string,
  number: number,
  { me, clock }: { readonly me: Holder; readonly clock: Clock },
): DirectoryLock {
  const file = join(directory, `lock.${number}`);
  // A lock that is gone shows at the next `isHeld`.
  const endSigns = giveSigns(file, clock);
  const isHeld = async () => (await holderIn(file))?.mark === me.mark;
  return {
    number,
    isHeld,
    async release() {
      endSigns();
      if (await isHeld()) await removeFile(file);
    },
  };
}

/** Numbers of the locks there are, highest first. */
async function locksIn(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory);
  const numbers = names.flatMap((name) => LOCK_NAME.exec(name)?.[1] ?? []).map(Number);
  return numbers.sort((one, other) => other - one);
}

async function isAlive(file: string, me: Holder, clock: Clock): Promise<boolean> {
  const holder = await holderIn(file);
  // Unreadable: it is being written just now, or its writer died while writing it.
  if (holder === undefined || holder.place !== me.place) return awaitsSign(file, clock);
  return isRunning(holder.pid) && (await startOf(holder.pid)) === holder.started;
}

/** Half a file is a lock all the same; whoever asks treats it as one that cannot be read. */
async function holderIn(file: string): Promise<Holder | undefined> {
  const text = await unlessAbsent(readFile(file, "utf8"));
  const holder = Object(fromJson(text ?? "")) as Partial<Holder>;
  const words = [holder.mark, holder.started, holder.place];
  const isWhole =
    Number.isSafeInteger(holder.pid) && words.every((word) => typeof word === "string");
  return isWhole ? (holder as Holder) : undefined;
}

/** Start of a process since boot, as Linux tells it; "" where a system does not. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== "linux") return "";
  const line = await unlessAbsent(readFile(`/proc/${pid}/stat`, "utf8"));
  // Field 22 of proc(5); the second one is a name in brackets that may hold blanks and brackets.
  return line?.slice(line.lastIndexOf(")") + 2).split(" ")[19];
}

async function removeFile(file: string): Promise<void> {
  await unlessAbsent(unlink(file));
}

/** The outcome of a look at a file, undefined if the file (or its process) is not there. */
async function unlessAbsent<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ESRCH") return undefined;
    throw cause;
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}
