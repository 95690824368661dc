// Process: what the operating system tells this process, and its last words. It stops what it is
// given and nothing else.

import { systemClock } from "../shared/clock.ts";
import type { Log } from "./log.ts";

/** A stop that takes longer is given up; what was confirmed is in the log already. */
const STOP_MS_MAX = 8_000;
/**
 * One Ctrl-C is heard more than once: the terminal signals everybody, and npm or a supervisor then
 * passes it on. Nobody who waited for the end of a stop asks again so soon.
 */
const ECHO_MS = 1_000;

/** A start that fails for a reason that the operator can mend; its message says how. */
export class CannotStart extends Error {}

/** The same, for something that went wrong with the store. */
export function cannotStart(cause: unknown): CannotStart {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CannotStart(`The server does not start: ${why}`, { cause });
}

/** Says why this process cannot do what it was started for, and ends it. */
export function endWith(cause: unknown): never {
  process.stderr.write(`${saidOf(cause)}\n`);
  process.exit(1);
}

function saidOf(cause: unknown): string {
  if (cause instanceof CannotStart) return cause.message;
  return cause instanceof Error && cause.stack !== undefined ? cause.stack : String(cause);
}

/**
 * Stops the server on SIGTERM and SIGINT, and on a fault that nobody caught. Ends the process; at
 * once if a fault comes while it stops, or a signal a second or more after the first.
 */
export function onSignals(stop: () => Promise<void>, log: Log): void {
  let stopping = false;
  let signalledMs: number | undefined;
  const end = (code: number) => {
    // A stop that has a fault cannot be trusted, and whoever signals again is tired of waiting.
    if (stopping) process.exit(code);
    stopping = true;
    const patience = AbortSignal.timeout(STOP_MS_MAX);
    patience.addEventListener("abort", () => process.exit(code));
    stop().then(
      () => process.exit(code),
      (cause: unknown) => {
        log.fault("stop-failed", { cause });
        log.flush();
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      const nowMs = systemClock.now();
      if (signalledMs !== undefined && nowMs - signalledMs < ECHO_MS) return;
      signalledMs ??= nowMs;
      log.note("stopping", { signal });
      end(0);
    });
  }
  // The state of the process is unknown from here on; that of the rooms is in the log.
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (cause: unknown) => {
      log.fault(event === "uncaughtException" ? "uncaught" : "rejection-unhandled", { cause });
      log.flush();
      end(1);
    });
  }
}
