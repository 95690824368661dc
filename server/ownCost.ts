// Own cost: what this process takes of its machine, and which build it runs, for whoever watches it. It
// measures and reads; it decides nothing.

import { existsSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fromJson } from "../shared/json.ts";
import type { OwnCost } from "./metrics.ts";

const NS_A_SECOND = 1e9;
/** Seen from the sources and from what they are built into. */
const PACKAGE = import.meta.url.endsWith(".ts") ? "../package.json" : "../../package.json";

/** Measures from here on. */
export function watchOwnCost(): OwnCost {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  return {
    version: versionHere(),
    memoryBytes: () => process.memoryUsage.rss(),
    takeLagSeconds() {
      const lagSeconds = delay.percentile(99) / NS_A_SECOND;
      delay.reset();
      return lagSeconds;
    },
  };
}

/** Whoever has put the server into one file of his own has no package beside it. */
function versionHere(): string {
  const url = new URL(PACKAGE, import.meta.url);
  const told = existsSync(url) ? fromJson(readFileSync(url, "utf8")) : undefined;
  const { version } = (told ?? {}) as { readonly version?: unknown };
  return typeof version === "string" ? version : "unknown";
}
