// Randomness: seeded draws that can be told in advance, and secrets that cannot.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  drawRandom,
  type RandomState,
  randomCode,
  randomSecret,
  seededRandom,
  seedRandom,
} from "../../shared/random.ts";
import { always, expectSame } from "./always.ts";

/** The first draws from a state, as 32-bit words. */
function wordsFrom(start: RandomState, count: number): readonly number[] {
  let state = start;
  return Array.from({ length: count }, () => {
    const draw = drawRandom(state);
    state = draw.state;
    return draw.value * 2 ** 32;
  });
}

test("[K80] seeded draws are those of xoshiro128**, as its authors' C code gives them", () => {
  expect(wordsFrom([1, 2, 3, 4], 10)).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
    4258142804,
  ]);
  expect(wordsFrom([0xffffffff, 0x80000000, 0x7fffffff, 0xdeadbeef], 10)).toEqual([
    576, 0, 3132615403, 2244191479, 2810454425, 3998506871, 2272547814, 4146359208, 2059865046,
    586816518,
  ]);
  expect(seedRandom(42)).toEqual([551831576, 144025891, 322543647, 3034809371]);
});

test("[K81] a state is four unsigned words, never all zero, and a draw leaves the one before as it was", () => {
  always(fc.double(), (seed) => {
    let state = seedRandom(seed);
    for (let draws = 0; draws < 20; draws++) {
      for (const word of state) expectSame(word, word >>> 0);
      expect(state.some((word) => word !== 0)).toBe(true);
      const before = [...state];
      const { value, state: after } = drawRandom(state);
      expectSame(drawRandom(state), { value, state: after });
      expectSame([...state], before);
      expect(value >= 0 && value < 1).toBe(true);
      state = after;
    }
  });
});

test("[K82] the same seed gives the same draws, near seeds give other ones, and all are even", () => {
  const draws = (seed: number, count: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: count }, () => random());
  };
  expect(draws(7, 50)).toEqual(draws(7, 50));
  expect(draws(7, 5)).not.toEqual(draws(8, 5));
  const tenths = Array<number>(10).fill(0);
  for (const value of draws(1, 100_000)) {
    const at = Math.floor(value * 10);
    tenths[at] = (tenths[at] ?? 0) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  // Also the first draws of seeds that follow one another.
  const firsts = Array.from({ length: 1_000 }, (_, seed) => seededRandom(seed)());
  expect(Math.abs(firsts.reduce((sum, each) => sum + each) / 1_000 - 0.5)).toBeLessThan(0.05);
});

test("[K83] a secret is base64url of as many bytes as asked for, and no two are alike", () => {
  for (const byteCount of [1, 2, 3, 16, 31, 32, 33]) {
    const secret = randomSecret(byteCount);
    expect(Buffer.from(secret, "base64url")).toHaveLength(byteCount);
    expect(Buffer.from(secret, "base64url").toString("base64url")).toBe(secret);
  }
  expect(randomSecret(32)).toHaveLength(43);
  const many = Array.from({ length: 2_000 }, () => randomSecret(9));
  expect(new Set(many).size).toBe(2_000);
  expect(new Set(many.join("")).size).toBe(64);
});

test("[K84] a code is made of letters and digits that nobody mistakes, each as likely as another", () => {
  const code = Array.from({ length: 10 }, () => randomCode(60_000)).join("");
  expect(code).toMatch(/^[a-hjkmnp-tv-z2-9]+$/);
  expect(code).toHaveLength(600_000);
  expect(code).not.toMatch(/[0o1ilu]/);
  const counts = new Map<string, number>();
  for (const letter of code) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(30);
  for (const count of counts.values()) expect(Math.abs(count - 20_000)).toBeLessThan(700);
  expect(randomCode(5)).toHaveLength(5);
});
