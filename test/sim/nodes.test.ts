// Nodes: seeds of worlds in which several nodes serve at the same time, the same ones each time. Fresh
// ones are played by hand, and what one of them finds stands here with its seed.
import { expect, test } from "vitest";
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
  {
    seed: 5954,
    in: THREE,
    what: "who came with a turn that another host's fenced is never answered",
  },
  {
    seed: 50601,
    in: THREE,
    what: "who is quietly on a node that is taken for dead a moment loses the seat",
  },
  {
    seed: 72369,
    in: THREE,
    what: "a listing that arrives after a later one of its host has the lobby show what was",
  },
  {
    seed: 74593,
    in: THREE,
    what: "who takes a seat is told what was told to it alone before",
  },
  {
    seed: 77578,
    in: { ...THREE, faults: ["lossy-store"] },
    what: "who was answered by a host that is taken for dead takes the seat from their own newer page",
  },
  {
    seed: 82119,
    in: { nodes: 3, forgets: true, faults: ["lossy-store"] },
    what: "what was shown under an epoch that is lost is no loss where the version is the next epoch's first",
  },
  {
    seed: 88087,
    in: { nodes: 3, forgets: true, faults: ["lossy-store"] },
    what: "a commit that was lost and logged anew by its host counts for another (in what checks it)",
  },
  {
    seed: 93037,
    in: { nodes: 3, forgets: true, faults: ["lossy-store"] },
    what: "the end of a link that arrives after a newer link takes that",
  },
];

const FORGETFUL: Always = { faults: [], nodes: 3, forgets: true };
const SHARDED: Always = { faults: ["shard-fail-over"], nodes: 3, forgets: true };

/** What each found over a store that forgets, in the product or in what checks it. */
const FOUND_FORGETFUL: readonly { readonly seed: number; readonly what: string }[] = [
  {
    seed: 709,
    what: "who waits for a room at its host is forgotten when the room falls to the asking node",
  },
  { seed: 442, what: "the same, at a hand-over" },
  { seed: 4, what: "of two losses within seconds the page is told of the first alone" },
  {
    seed: 3520,
    what: "a deadline missed by the last bit of a fraction is due again at once, for ever",
  },
  { seed: 3385, what: "who takes a seat back after a loss is told of none" },
  { seed: 4117, what: "a resume four seconds late takes from a newer page what waits in it" },
  { seed: 4371, what: "a watcher who is refused at a hand-over is never asked for again" },
  { seed: 4144, what: "nobody looks for a room whose host dies right after writing it back" },
  { seed: 31938, what: "what waits under an instance that the room has lost is lost with it" },
  { seed: 30011, what: "what piled up between two nodes never ends when it travels out of order" },
  { seed: 30213, what: "what a page before it saw that is lost is no loss of the page's" },
  { seed: 3447, what: "what a page saw that was gone before the loss counts for what it missed" },
  {
    seed: 70047,
    what: "what is given between a rollback and the next instance is lost at a reload",
  },
];

const PLAYED = 30;

test("[V1, V2, V3, V4, V5, V6, V7, V8] among several nodes, under the seeds that once found something, everything holds", async () => {
  const failed: string[] = [];
  for (const found of FOUND) failed.push(...(await reportsOf([found.seed], found.in)));
  expect(failed).toEqual([]);
});

test("[V1, V2, V3, V4, V5, V6, V7, V8] among several nodes, under the first seeds, everything holds", async () => {
  const failed = [
    ...(await reportsOf(seedsFrom(1, PLAYED), TWO)),
    ...(await reportsOf(seedsFrom(1, PLAYED), THREE)),
  ];
  expect(failed).toEqual([]);
});

test("[V1, V2, V3, V5, V6, V7, V11] over a store that forgets, under known seeds, everything holds", async () => {
  const seeds = [...seedsFrom(1, 2 * PLAYED), ...FOUND_FORGETFUL.map(({ seed }) => seed)];
  expect(await reportsOf(seeds, FORGETFUL)).toEqual([]);
});

test("[V1, V2, V3, V5, V6, V7, V8, V11] where one shard of a Cluster forgets alone, under the first seeds, everything holds", async () => {
  expect(await reportsOf(seedsFrom(1, PLAYED), SHARDED)).toEqual([]);
});

test("[V9] among several nodes, too, a seed plays the same run each time", async () => {
  for (const seed of seedsFrom(1, 5)) {
    const [once, again] = [await simulate(seed, THREE), await simulate(seed, THREE)];
    expect(once.trace().length).toBeGreaterThan(100);
    expect(again.trace()).toEqual(once.trace());
  }
});
