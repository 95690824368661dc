// Loop guard: what stops a rule that never ends, in real time, because nothing else can be stopped.

import { expect, test } from "vitest";
import { loopGuard } from "../../server/room/loopGuard.ts";

const LIMIT_MS = 200;

test("[L12] a rule that loops is told from a process that was frozen while a rule ran", () => {
  const guard = loopGuard(LIMIT_MS);
  let turns = 0;
  expect(guard(() => turns++)).toBe("done");
  expect(
    guard(() => {
      for (;;) turns++;
    }),
  ).toBe("timed-out");
  // Time passes and nothing runs, as for a process that is stopped or a machine that is moved.
  const frozen = new Int32Array(new SharedArrayBuffer(4));
  expect(
    guard(() => {
      Atomics.wait(frozen, 0, 0, 10 * LIMIT_MS);
      turns = 0;
    }),
  ).toBe("held-up");
  expect(turns).toBeGreaterThan(1);
  expect(() =>
    guard(() => {
      throw new Error("its own");
    }),
  ).toThrow("its own");
});
