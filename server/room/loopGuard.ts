// Loop guard: runs synchronous work under a time limit, so that a rule that never returns cannot
// stop the node. It interrupts; what the interrupted work has left behind is for its caller.

import vm from "node:vm";

/**
 * Runs work to its end, or stops it after the limit. Whatever the work throws passes through.
 * `held-up`: it was stopped, but hardly ran in that time: the process or its machine was frozen.
 */
export type LoopGuard = (work: () => void) => "done" | "timed-out" | "held-up";

/** A loop gets at least this part of a processor, however busy the machine is. */
const RAN_LEAST = 0.1;

const SLOT = Symbol.for("holdfast.guarded");
const SCRIPT = new vm.Script("globalThis[Symbol.for('holdfast.guarded')]()");

/** A guard with a limit in ms. One guarded call costs about 0.1 ms, so one serves a whole node turn. */
export function loopGuard(limitMs: number): LoopGuard {
  return (work) => {
    Reflect.set(globalThis, SLOT, work);
    const before = process.cpuUsage();
    try {
      SCRIPT.runInThisContext({ timeout: limitMs });
      return "done";
    } catch (cause) {
      if (isTimeOut(cause)) return ranMs(before) < limitMs * RAN_LEAST ? "held-up" : "timed-out";
      throw cause;
    } finally {
      Reflect.deleteProperty(globalThis, SLOT);
    }
  };
}

function ranMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function isTimeOut(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}
