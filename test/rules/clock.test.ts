// Clock: what a page takes for the time when the platform's own clock stands still in its sleep.

import { expect, test } from "vitest";
import { Outbox } from "../../client/outbox.ts";
import { wakefulClock } from "../../shared/clock.ts";
import { COMMAND_AGE_MS_MAX } from "../../shared/limits.ts";

/** A machine whose clocks are set by hand. */
function machine() {
  const time = { nowMs: 5_000, wallMs: 1_700_000_000_000 };
  const clock = wakefulClock({
    now: () => time.nowMs,
    wallMs: () => time.wallMs,
    after: () => () => undefined,
  });
  clock.now();
  return { time, clock };
}

test("[C117] the time for which the machine slept counts for a page, and what was given before it expires", () => {
  const { time, clock } = machine();
  const outbox = new Outbox();
  outbox.add("write", {}, clock.now());
  time.nowMs += 10;
  time.wallMs += 10 + COMMAND_AGE_MS_MAX;
  expect(clock.now()).toBe(5_010 + COMMAND_AGE_MS_MAX);
  outbox.due(clock.now());
  expect(outbox.ended).toEqual([{ key: 1, end: { end: "expired" } }]);
  // It is counted once, and the next sleep besides.
  time.nowMs += 7;
  time.wallMs += 7;
  expect(clock.now()).toBe(5_017 + COMMAND_AGE_MS_MAX);
  time.wallMs += 3_000;
  expect(clock.now()).toBe(8_017 + COMMAND_AGE_MS_MAX);
});

test("[C117] a wall clock that is set back, or set right by and by, changes nothing for a page", () => {
  const { time, clock } = machine();
  time.wallMs -= 3_600_000;
  expect(clock.now()).toBe(5_000);
  for (let n = 1; n <= 100; n++) {
    time.nowMs += 1_000;
    time.wallMs += 1_900;
    expect(clock.now()).toBe(5_000 + n * 1_000);
  }
});
