// Mutant tests: what is asked of a list of mutants: the simulator notices each of them, and nothing
// where there is none.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mutant, MutantLab } from "./mutate.ts";
import { SEARCHED, seedsFrom } from "./seeds.ts";

export function testMutants(mutants: readonly Mutant[]): void {
  let lab: MutantLab;
  beforeAll(async () => {
    lab = await MutantLab.open();
  });
  afterAll(() => lab.close());

  for (const mutant of mutants) {
    test(`[V10] it is noticed when ${mutant.name}`, async () => {
      const simulate = await lab.load(mutant);
      const noticed: number[] = [];
      // The seed that noticed last time most likely does so again.
      for (const seed of [mutant.redAt, ...seedsFrom(1, SEARCHED)]) {
        const { broken } = await simulate(seed, mutant.always);
        if (broken.length > 0) noticed.push(seed);
        if (noticed.length > 0) break;
      }
      expect(noticed, `no seed from 1 to ${SEARCHED} notices it`).toHaveLength(1);
    });
  }

  test("[V10] nothing is noticed under the same seeds when every rule is on", async () => {
    const simulate = await lab.load();
    for (const { redAt, always } of mutants) {
      expect((await simulate(redAt, always)).broken, `seed ${redAt}`).toEqual([]);
    }
  });
}
