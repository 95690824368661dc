// Sparing log: a log that strangers cannot fill, nor a fault that comes again and again. Of the lines that
// belong to no session, a few of each kind are written in a minute, the rest are counted and told in one.
// It spares no fault that somebody was given the name of.

import type { Clock } from "../shared/clock.ts";
import type { Log, LogFields } from "./log.ts";

/** Enough to see what is going on. */
const LINES_MAX = 20;
/** Of events and reasons, which are words of ours. */
const KINDS_MAX = 1_000;
const WINDOW_MS = 60_000;

/** Lines of one kind within one window. */
interface Window {
  readonly openedMs: number;
  readonly event: string;
  readonly reason: string | undefined;
  count: number;
}

/** What was spared is told with the first line of its kind after the minute, and by `flush`. */
export function sparingLog(log: Log, clock: Pick<Clock, "now">): Log {
  const windows = new Map<string, Window>();
  const close = (kind: string, { event, reason, count }: Window) => {
    windows.delete(kind);
    if (count <= LINES_MAX) return;
    log.warn("lines-spared", { why: event, reason, count: count - LINES_MAX });
  };
  const isSpared = (event: string, { session, reason }: LogFields = {}): boolean => {
    if (session !== undefined) return false;
    const nowMs = clock.now();
    const kind = `${event} ${reason}`;
    const known = windows.get(kind);
    if (known !== undefined && nowMs - known.openedMs >= WINDOW_MS) close(kind, known);
    for (const [oldest, window] of windows) {
      if (windows.size < KINDS_MAX || windows.has(kind)) break;
      close(oldest, window);
    }
    const window = windows.get(kind) ?? { openedMs: nowMs, event, reason, count: 0 };
    windows.set(kind, window);
    window.count += 1;
    return window.count > LINES_MAX;
  };
  return {
    debug: (event, fields) => log.debug(event, fields),
    note(event, fields) {
      if (!isSpared(event, fields)) log.note(event, fields);
    },
    warn(event, fields) {
      if (!isSpared(event, fields)) log.warn(event, fields);
    },
    fault(event, fields) {
      const isNamed = fields?.incident !== undefined;
      if (isNamed || !isSpared(event, fields)) log.fault(event, fields);
    },
    announce: (sentence) => log.announce(sentence),
    flush() {
      for (const [kind, window] of [...windows]) close(kind, window);
      log.flush();
    },
  };
}
