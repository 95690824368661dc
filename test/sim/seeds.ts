// Seeds: which of them a test plays, and what it says of those that broke something. It decides
// nothing about what must hold.

import { type Always, ONE_NODE, simulate } from "./simulate.ts";

/** So many seeds from 1 on are searched for one that notices a mutant. */
export const SEARCHED = 50;

/** So many are played without one in every run. */
export const KNOWN = 50;

/** Seeds one after the other. */
export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}

/** Plays seeds; gives a report of each that broke something, with the command that plays it again. */
export async function reportsOf(
  seeds: readonly number[],
  always: Always = ONE_NODE,
): Promise<readonly string[]> {
  const reports: string[] = [];
  for (const seed of seeds) {
    const { broken, world } = await simulate(seed, always);
    if (broken.length === 0) continue;
    const nodes = always.nodes === undefined ? "" : ` --nodes ${always.nodes}`;
    const forgets = always.forgets === true ? " --forgets" : "";
    const faults = always.faults.length === 0 ? "" : ` --faults ${always.faults.join(",")}`;
    reports.push(
      `npm run sim -- --seed ${seed}${nodes}${forgets}${faults}\n${world}\n${broken.join("\n")}`,
    );
  }
  return reports;
}
