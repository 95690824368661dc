// Run: the simulator by hand. `--seed N` plays one seed and prints what happened, `--seeds N` plays
// seeds from 1 (or from `--from`), and prints those that broke something; in worlds of one node, or of
// `--nodes N`, and with `--forgets` over a store that forgets.

import { parseArgs } from "node:util";
import { type Always, simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    from: { type: "string" },
    nodes: { type: "string" },
    forgets: { type: "boolean", default: false },
  },
});
const always: Always = {
  faults: [],
  nodes: Number(values.nodes ?? 1),
  forgets: values.forgets,
};

if (values.seed !== undefined) await playOne(Number(values.seed));
else await playMany(Number(values.from ?? 1), Number(values.seeds ?? 300));

async function playOne(seed: number): Promise<void> {
  const { trace, broken, world } = await simulate(seed, always);
  console.log(trace().join("\n"));
  console.log(`seed ${seed}: ${world}`);
  console.log(broken.length === 0 ? "everything holds" : broken.join("\n"));
  process.exitCode = broken.length === 0 ? 0 : 1;
}

async function playMany(from: number, count: number): Promise<void> {
  const startedMs = performance.now();
  const sums = { commands: 0, entries: 0, nodes: 0, virtualMs: 0 };
  const failed: number[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await simulate(seed, always);
    for (const name of ["commands", "entries", "nodes", "virtualMs"] as const)
      sums[name] += outcome[name];
    if (outcome.broken.length === 0) continue;
    failed.push(seed);
    console.log(`seed ${seed}: ${outcome.world}\n  ${outcome.broken[0]?.slice(0, 400)}`);
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  console.log(
    `${count} seeds, ${sums.commands} commands, ${sums.entries} entries, ${sums.nodes} nodes, ` +
      `${Math.round(sums.virtualMs / 1_000)} s of world in ${seconds.toFixed(1)} s, ${failed.length} failed`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}
