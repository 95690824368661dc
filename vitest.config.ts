// Which folder of test/ is which project, and how long and how parallel each may run.
import { defineConfig } from "vitest/config";

// Rules run on a virtual clock and need no patience. Real processes and sockets wait more than they
// work, so two files of them run beside each other; pages that draw run one after another.
const quick = ["tidy", "rules", "sim"];
const real = ["contract", "live", "browser"];

export default defineConfig({
  test: {
    projects: [
      ...quick.map((name, order) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          maxWorkers: "100%",
          testTimeout: name === "sim" ? 120_000 : 30_000,
          sequence: { groupOrder: order },
        },
      })),
      ...real.map((name, order) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          maxWorkers: name === "browser" ? 1 : 2,
          setupFiles: name === "contract" ? [] : ["test/live/failures.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: quick.length + order },
        },
      })),
    ],
  },
});
