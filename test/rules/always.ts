// Always: what must hold for whatever is drawn. A failure tells the smallest case that was found and
// its seed; `SEED=… npx vitest run …` draws the same again.

import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { expect } from "vitest";

/** Fails unless `holds` throws for none of `runs` values drawn. */
export function always<T>(drawn: fc.Arbitrary<T>, holds: (value: T) => void, runs = 500): void {
  const { SEED } = process.env;
  const property = fc.property(drawn, (value) => void holds(value));
  const details = fc.check(property, {
    numRuns: runs,
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  });
  if (details.failed) {
    throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  }
}

/** `toStrictEqual`, but quick where the two are the same: properties compare very often. */
export function expectSame(one: unknown, other: unknown): void {
  if (!isDeepStrictEqual(one, other)) {
    expect(one).toStrictEqual(other);
    throw new Error("they differ");
  }
}
