// Supervise: what `--workers n` starts: one process that holds the ports for n others. It assembles
// and ends them; the server itself is in each of them.

import { systemClock } from "../shared/clock.ts";
import type { Config } from "./config.ts";
import { notOpened, urlOf } from "./door.ts";
import { openLog } from "./log.ts";
import { serveMetrics, sumOfCounts } from "./metrics.ts";
import { Supervisor } from "./node/supervisor.ts";
import { onSignals } from "./process.ts";

/** Resolves when players can come. Rejects if the first worker cannot start; that has said why. */
export async function supervise(
  workers: number,
  config: Config,
): Promise<{ readonly url: string }> {
  const { host, port, metricsPort } = config;
  const log = openLog({ level: config.logLevel, node: "supervisor" });
  const supervisor = new Supervisor({ workers, port, host, clock: systemClock, log });
  const opened = await supervisor.start().catch((cause: Error) => {
    throw notOpened(cause, { host, port });
  });
  const url = urlOf(host, opened);
  const metrics = { text: async () => sumOfCounts(await supervisor.counts()) };
  if (metricsPort !== undefined) await serveMetrics({ port: metricsPort, metrics });
  onSignals(() => supervisor.stop(), log);
  log.announce(`${workers} workers serve on ${url}`);
  return { url };
}
