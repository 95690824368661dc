// Run: chaos by hand. `--minutes N` plays so many rounds of a minute, each from a seed of its own;
// `--seed S` begins with that one. The seed of a round that broke something plays it again.

import { parseArgs } from "node:util";
import { chaos } from "./chaos.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "1" }, seed: { type: "string" } },
});
const ROUND_MS = 60_000;
const first = Number(values.seed ?? Math.floor(performance.timeOrigin % 1_000_000));
let failed = 0;

for (let seed = first; seed < first + Number(values.minutes); seed++) {
  const { broken, summary } = await chaos({ seed, forMs: ROUND_MS });
  console.log(`seed ${seed}: ${summary}`);
  for (const sentence of broken) console.log(`  ${sentence}`);
  if (broken.length > 0) failed++;
}
console.log(failed === 0 ? "everything holds" : `${failed} rounds broke something`);
process.exit(failed === 0 ? 0 : 1);
