// Place: the machine and the process that something runs in, as text, so that others of that machine
// see at once that the process has ended. It asks the system; it ends nothing.

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { hashText } from "../shared/hash.ts";

/**
 * Where process ids mean something: two processes can see one another by them if their machine started
 * at the same time and they are in the same process namespace; a container is a machine of its own.
 * Undefined where the system does not say.
 */
export function placeOfPids(): string | undefined {
  try {
    const started = readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
    return `${started.trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause) return undefined;
    throw cause;
  }
}

/** For a life sign. Empty where the system does not say: then only life signs count. */
export function placeOfProcess(): string {
  const place = placeOfPids();
  return place === undefined ? "" : `${hashText(place).toString(36)} ${process.pid}`;
}

/** For an operator, who looks for it on one of many machines. */
export function nameOfProcess(): string {
  return `process ${process.pid} on ${hostname()}`;
}

/** Whether the process of a place is known to have ended, seen from another place. */
export function hasEnded(place: string, own: string): boolean {
  const [machine, pid] = place.split(" ");
  const [ownMachine] = own.split(" ");
  if (machine === "" || machine !== ownMachine || !Number.isInteger(Number(pid))) return false;
  return !isRunning(Number(pid));
}

/** Whether there is a process of that id here; somebody else's cannot be told from one of ours. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return !(cause instanceof Error && "code" in cause && cause.code === "ESRCH");
  }
}
