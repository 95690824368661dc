// Nodes: seeds of worlds in which several nodes serve at the same time, known ones and fresh ones.
import { expect, test } from "vitest";
import { jitterRandom } from "../../shared/random.ts";
import { reportsOf, seedsFrom } from "./seeds.ts";
import { type Always, simulate } from "./simulate.ts";

const TWO: Always = { faults: [], nodes: 2 };
const THREE: Always = { faults: [], nodes: 3 };

/** What each found in the product, with how many nodes. */
const FOUND: readonly { readonly seed: number; readonly in: Always; readonly what: string }[] = [
  {
    seed: 126,
    in: TWO,
    what: "a full line makes a page whose room has moved forget what it holds",
  },
  {
    seed: 507,
    in: TWO,
    what: "when a node dies, who is on one that has just started loses the seat",
  },
  { seed: 469, in: THREE, what: "a page stays paused when its host loses the room" },
  { seed: 836, in: THREE, what: "a node that was taken for dead keeps an old room in memory" },
];

const FORGETFUL: Always = { faults: [], nodes: 3, forgets: true };

const FRESH = 12;

test("[V1, V2, V3, V4, V5, V6, V7, V8] among several nodes, under the seeds that once found something, everything holds", async () => {
  const failed: string[] = [];
  for (const found of FOUND) failed.push(...(await reportsOf([found.seed], found.in)));
  expect(failed).toEqual([]);
});

test("[V1, V2, V3, V4, V5, V6, V7, V8] among several nodes, under seeds that nobody has played, everything holds", async () => {
  const base = Math.floor(jitterRandom() * 2 ** 31);
  const failed = [
    ...(await reportsOf(seedsFrom(base, FRESH), TWO)),
    ...(await reportsOf(seedsFrom(base, FRESH), THREE)),
  ];
  expect(failed, `of the seeds from ${base} on`).toEqual([]);
});

test("[V1, V2, V3, V5, V6, V7, V11] over a store that forgets, under known seeds, everything holds", async () => {
  expect(await reportsOf(seedsFrom(1, 2 * FRESH), FORGETFUL)).toEqual([]);
});

test("[V9] among several nodes, too, a seed plays the same run each time", async () => {
  for (const seed of seedsFrom(1, 5)) {
    const [once, again] = [await simulate(seed, THREE), await simulate(seed, THREE)];
    expect(once.trace().length).toBeGreaterThan(100);
    expect(again.trace()).toEqual(once.trace());
  }
});
