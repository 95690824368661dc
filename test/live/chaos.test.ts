// Chaos: people play over three real nodes and one real Redis while a nemesis breaks everything that
// may break, drawn from a seed; then everything that was logged, shown and told is held together.

import { expect, test } from "vitest";
import type { Logged } from "../sim/history.ts";
import { type ChaosOutcome, chaos } from "./chaos/chaos.ts";

const FOR_MS = 25_000;
/** Breaking, mending and coming to rest, on a machine that has other things to do as well. */
const PATIENCE_MS = 240_000;

/** Another one in each run; a failing one is played again with `npm run chaos -- --seed`. */
const SEED = Math.floor(performance.timeOrigin % 1_000_000);

let outcome: ChaosOutcome | undefined;

test(
  "[L60] while lines, pages, nodes and Redis break, everybody keeps seat, commands and a true view",
  async () => {
    outcome = await chaos({ seed: SEED, forMs: FOR_MS });
    const { broken, summary } = outcome;
    expect(broken, `npm run chaos -- --seed ${SEED}\n${summary}\n${broken.join("\n")}`).toEqual([]);
    // Nobody proves anything by sitting still.
    const [troubles = 0, entries = 0, commands = 0, applied = 0] =
      summary.match(/\d+/g)?.map(Number) ?? [];
    expect(troubles).toBeGreaterThan(20);
    expect(entries).toBeGreaterThan(300);
    expect(applied).toBeGreaterThan(commands / 2);
  },
  PATIENCE_MS,
);

test("[L61] what judges such a run notices a log in which one entry is missing, doubled, late or lost", () => {
  if (outcome === undefined) throw new Error("a run to judge");
  const { entries, judge } = outcome;
  const at = entries.findIndex(({ kind, version }) => kind === "commit" && version > 20);
  const [entry, next] = [entries[at], entries[at + 1]];
  if (entry === undefined || next === undefined) throw new Error("an entry in the middle");
  const with_ = (...instead: readonly Logged[]) => entries.toSpliced(at, 1, ...instead);
  const claim = { ...entry, kind: "claim", epoch: entry.epoch + 1 } as const;
  const doctored: Readonly<Record<string, readonly Logged[]>> = {
    missing: with_(),
    doubled: with_(entry, entry),
    late: with_(entry, claim, { ...entry, version: entry.version + 1 }),
    "the last ones lost": entries.slice(0, at),
  };
  for (const [how, logged] of Object.entries(doctored)) expect(judge(logged), how).not.toEqual([]);
  expect(judge(entries)).toEqual([]);
});
