// Live bytes: what a served process of the bench holds after all garbage is gone, told as a line when
// a signal asks for it. What the system holds for its sockets is in no process's memory.

import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export const LIVE = "live ";

/** What is collected is told to whoever waited for that, and what they kept for it is garbage then, too. */
const TOLD_MS = 100;

/** Answers each SIGUSR2 with a line of the heap's and the buffers' bytes. */
export function tellLiveBytes(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  process.on("SIGUSR2", async () => {
    collect();
    await sleep(TOLD_MS);
    collect();
    const { heapUsed, external } = process.memoryUsage();
    process.stdout.write(`${LIVE}${heapUsed + external}\n`);
  });
}
