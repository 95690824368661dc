import { MutantLab } from "./mutate.ts";

const lab = await MutantLab.open();
const simulate = await lab.load({
  name: "probe",
  edits: [
    {
      file: process.argv[2] as string,
      rule: process.argv[3] as string,
      instead: process.argv[4] as string,
    },
  ],
});
let n = 0;
(globalThis as any).probe = () => {
  n++;
};
let seeds = 0;
for (let seed = 1; seed <= Number(process.argv[5] ?? 50); seed++) {
  const b = n;
  await simulate(seed);
  if (n > b) seeds++;
}
console.log(n, "times in", seeds, "seeds");
await lab.close();
