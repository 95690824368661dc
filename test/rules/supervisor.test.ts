// Supervisor: what it does about a process that the system does not give it. No worker ever runs here.
import { setImmediate } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { Supervisor } from "../../server/node/supervisor.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";

const { execPath } = process;
afterEach(() => {
  process.execPath = execPath;
});

// The system says no later, in an event, or at once; so would it for want of memory or of processes.
test.each(["/nowhere/node", "no\0name"])(
  "[N175] a worker whose process the system does not give is tried again, and holds up no end: %j",
  async (path) => {
    process.execPath = path;
    const clock = new VirtualClock();
    const warned: string[] = [];
    const log = { note: () => undefined, warn: (event: string) => void warned.push(event) };
    const supervisor = new Supervisor({ workers: 2, port: 0, host: "127.0.0.1", clock, log });
    await expect(supervisor.start()).rejects.toThrow("did not start");
    expect(warned).toEqual(["worker-failed", "worker-ended"]);
    clock.advance(100);
    await setImmediate();
    expect(warned).toEqual(["worker-failed", "worker-ended", "worker-failed", "worker-ended"]);
    await supervisor.stop();
  },
);
