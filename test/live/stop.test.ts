// Stop: that a server which is told to stop does so in order, however often it hears of it. It never
// looks at what becomes of the seats; survive does.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { pidWorkingIn } from "../../server/store/processes.ts";
import { PID_FILE } from "../../server/store/redisBinary.ts";
import { until } from "../contract/until.ts";
import { LabServer, signalIfThere, workersOf } from "./lab.ts";

/** So much later npm passes on the signal that the terminal has given to all. */
const ECHO_AFTER_MS = 2;

test.each([
  { processes: 1, args: [] },
  { processes: 2, args: ["--workers", "2"] },
])(
  "[N144] one Ctrl-C that is heard twice stops every process in order: $processes",
  async ({ processes, args }) => {
    const server = await LabServer.start({ args });
    try {
      const said = (what: string) => server.output.split(what).length - 1;
      await until("all serve", () => said("Holdfast serves") === processes);
      const redis = () => pidWorkingIn(join(server.folder, "data", "redis"), PID_FILE);
      expect(await redis()).toBeDefined();
      const workers = await workersOf(server.pid);
      for (const pid of [server.pid, ...workers]) process.kill(pid, "SIGINT");
      await sleep(ECHO_AFTER_MS);
      for (const pid of workers) signalIfThere(pid, "SIGINT");
      expect(await server.signal("SIGINT")).toBe(0);
      await until("all have said that they stopped", () => said('"event":"stopped"') === processes);
      expect(await redis()).toBeUndefined();
    } finally {
      await server.close();
    }
  },
);

test("[N158] a Ctrl-C during the start stops what has been started, and the Redis that it started", async () => {
  const server = await LabServer.start();
  try {
    const redis = () => pidWorkingIn(join(server.folder, "data", "redis"), PID_FILE);
    expect(await server.signal("SIGTERM")).toBe(0);
    expect(await redis()).toBeUndefined();
    const begun = server.begin().catch(() => undefined);
    // The start gets no further until the signal is heard.
    const pid = await until("a Redis is started", redis);
    process.kill(pid, "SIGSTOP");
    process.kill(server.pid, "SIGINT");
    const said = (what: string) => server.output.split(what).length - 1;
    await until("it is heard", () => said('"event":"stopping"') === 2);
    process.kill(pid, "SIGCONT");
    await begun;
    expect(await server.signal("SIGINT")).toBe(0);
    expect(await redis()).toBeUndefined();
  } finally {
    await server.close();
  }
});
