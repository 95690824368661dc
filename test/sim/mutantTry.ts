import { MUTANTS } from "./mutants.ts";
import { MutantLab } from "./mutate.ts";

const filter = process.argv[2];
const lab = await MutantLab.open();
for (const mutant of MUTANTS) {
  if (filter && !mutant.name.includes(filter)) continue;
  const t = performance.now();
  try {
    const simulate = await lab.load(mutant);
    const loaded = performance.now() - t;
    let red = 0,
      first = 0,
      why = "";
    for (let seed = 1; seed <= Number(process.argv[3] ?? 50); seed++) {
      const { broken } = await simulate(seed);
      if (broken.length === 0) continue;
      red++;
      if (first === 0) {
        first = seed;
        why = broken[0].slice(0, 160);
        if (!process.argv[3]) break;
      }
    }
    console.log(
      first || "NONE",
      red,
      Math.round(loaded),
      Math.round(performance.now() - t),
      mutant.name,
      "|",
      why.replaceAll("\n", " "),
    );
  } catch (e) {
    console.log("ERROR", mutant.name, String(e).slice(0, 300));
  }
}
await lab.close();
