// Live bytes: what a served process of the bench holds after all garbage is gone, told as a line when
// a signal asks for it. What the system holds for its sockets is in no process's memory.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export const LIVE = "live ";

/** Answers each SIGUSR2 with a line of the heap's and the buffers' bytes. */
export function tellLiveBytes(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  process.on("SIGUSR2", () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    process.stdout.write(`${LIVE}${heapUsed + external}\n`);
  });
}
