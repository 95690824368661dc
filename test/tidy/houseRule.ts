// House rule: a check over files, the test that the tree keeps it, and the proof that the check can
// fail. It reads; it never changes a file.
import { expect, test } from "vitest";
import { readTree, type SourceFile } from "./source.ts";

/** What is wrong with one file, each as "path:line: what"; nothing if it keeps the rule. */
export type Check = (file: SourceFile) => string[];

interface HouseRule {
  readonly check: Check;
  /** Small files that break the rule, by path: each must be complained about. */
  readonly bad: readonly (readonly [path: string, text: string])[];
  /** Small files that come close and keep it. */
  readonly good: readonly (readonly [path: string, text: string])[];
}

export const tree = readTree();

export function houseRule(title: string, { check, bad, good }: HouseRule): void {
  test(title, () => {
    for (const [path, text] of bad) {
      expect(check({ path, text }), `no complaint about: ${path}: ${text}`).not.toEqual([]);
    }
    for (const [path, text] of good) {
      expect(check({ path, text }), `complaint about: ${path}: ${text}`).toEqual([]);
    }
    expect(tree.flatMap(check)).toEqual([]);
  });
}
