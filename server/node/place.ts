// Place: the machine and the process that a node runs in, as text in its life sign, so that nodes of
// one machine see at once that a process has ended. It asks the system; it ends nothing.

import { readFileSync, readlinkSync } from "node:fs";
import { hashText } from "../../shared/hash.ts";

/**
 * Two processes can see one another by their ids if their machine started at the same time and they
 * are in the same process namespace; a container is a machine of its own. Empty where the system
 * does not say: then only life signs count.
 */
export function placeOfProcess(): string {
  try {
    const started = readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
    const namespace = readlinkSync("/proc/self/ns/pid");
    return `${hashText(started + namespace).toString(36)} ${process.pid}`;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause) return "";
    throw cause;
  }
}

/** Whether the process of a place is known to have ended, seen from another place. */
export function hasEnded(place: string, own: string): boolean {
  const [machine, pid] = place.split(" ");
  const [ownMachine] = own.split(" ");
  if (machine === "" || machine !== ownMachine || !Number.isInteger(Number(pid))) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (cause) {
    // Somebody else's process with this id is no process of ours either, but that cannot be told.
    return cause instanceof Error && "code" in cause && cause.code === "ESRCH";
  }
}
