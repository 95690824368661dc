// Store time: how near a node comes to the store's clock without its own wall clock.
import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { StoreTime } from "../../server/session/storeTime.ts";
import { StoreAway } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";

/** A store `aheadMs` from this node's clock, whose answers take a while each way. */
function scene(aheadMs: number) {
  const clock = new VirtualClock();
  const line = { toMs: 0, backMs: 0, aheadMs, isAway: false, asked: 0 };
  const passed = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const time = new StoreTime(clock, silentLog, async () => {
    line.asked += 1;
    if (line.isAway) throw new StoreAway("away for a test");
    if (line.toMs > 0) await passed(line.toMs);
    const answer = clock.now() + line.aheadMs;
    if (line.backMs > 0) await passed(line.backMs);
    return answer;
  });
  /** Lets time pass and what was asked be answered. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { clock, line, time, pass };
}

test("[S72] a node goes by the store's clock, however wrong its own is", async () => {
  for (const aheadMs of [0, 3_600_000, -3_600_000, 1_800_000_000_000]) {
    const { clock, time } = scene(aheadMs);
    await time.start();
    clock.advance(12_345);
    expect(time.nowMs()).toBe(clock.now() + aheadMs);
    time.stop();
  }
});

test("[S72] it is off by half the way at most, and takes no answer that was too long under way", async () => {
  const { clock, line, time, pass } = scene(5_000);
  line.toMs = 40;
  line.backMs = 200;
  const started = time.start();
  await pass(40);
  await pass(200);
  await started;
  expect(Math.abs(time.nowMs() - clock.now() - 5_000)).toBeLessThanOrEqual(120);
  line.toMs = 3_000;
  line.backMs = 0;
  line.aheadMs = 0;
  await pass(30_000);
  await pass(3_000);
  expect(line.asked).toBe(2);
  expect(Math.abs(time.nowMs() - clock.now() - 5_000)).toBeLessThanOrEqual(120);
  time.stop();
});

test("[S72] it follows the store's clock, and goes on by its own while the store is away", async () => {
  const { clock, line, time, pass } = scene(5_000);
  await time.start();
  line.isAway = true;
  await pass(30_000);
  await pass(30_000);
  expect(line.asked).toBe(3);
  expect(time.nowMs()).toBe(clock.now() + 5_000);
  line.isAway = false;
  line.aheadMs = 7_000;
  await pass(30_000);
  expect(time.nowMs()).toBe(clock.now() + 7_000);
  time.stop();
  await pass(90_000);
  expect(line.asked).toBe(4);
});

test("[S72] it asks no more once it is stopped, also if an answer comes after that", async () => {
  const { clock, line, time, pass } = scene(5_000);
  await time.start();
  line.backMs = 100;
  await pass(30_000);
  time.stop();
  await pass(100);
  expect(clock.nextMs).toBeUndefined();
});
