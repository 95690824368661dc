// Run: the simulator by hand. `--seed N` plays one seed and prints what happened, `--seeds N` plays
// seeds from 1 (or from `--from`), and prints those that broke something; in worlds of one node, or of
// `--nodes N`, with `--forgets` over a store that forgets, and with `--faults a,b` under these whatever
// is drawn. `--sweep` has a node die at every boundary of one script, `--before N` or `--after N` at one.

import { parseArgs } from "node:util";
import type { Boundary } from "./effects.ts";
import { type Always, simulate } from "./simulate.ts";
import { boundariesOf, playScript, reportsAt } from "./sweep.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string" },
    from: { type: "string" },
    nodes: { type: "string" },
    forgets: { type: "boolean", default: false },
    faults: { type: "string", default: "" },
    sweep: { type: "boolean", default: false },
    before: { type: "string" },
    after: { type: "string" },
  },
});
const always: Always = {
  faults: values.faults.split(",").filter((fault) => fault !== ""),
  nodes: Number(values.nodes ?? 1),
  forgets: values.forgets,
};

if (values.sweep) await sweep();
else if (values.before !== undefined)
  await dieAt({ effect: Number(values.before), side: "before" });
else if (values.after !== undefined) await dieAt({ effect: Number(values.after), side: "after" });
else if (values.seed !== undefined) await playOne(Number(values.seed));
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

async function dieAt(boundary: Boundary): Promise<void> {
  const { trace, broken } = await playScript(boundary);
  console.log(trace().join("\n"));
  console.log(broken.length === 0 ? "everything holds" : broken.join("\n"));
  process.exitCode = broken.length === 0 ? 0 : 1;
}

async function sweep(): Promise<void> {
  const startedMs = performance.now();
  const { effects } = await playScript();
  const boundaries = boundariesOf(effects);
  const reports = await reportsAt(boundaries, effects);
  for (const report of reports) console.log(report);
  const seconds = (performance.now() - startedMs) / 1_000;
  console.log(
    `${boundaries.length} boundaries of ${effects.length} effects in ${seconds.toFixed(1)} s, ` +
      `${reports.length} failed`,
  );
  process.exitCode = reports.length === 0 ? 0 : 1;
}
