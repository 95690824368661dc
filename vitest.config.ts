// Which folder of test/ is which project, and how long and how parallel each may run.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Far beyond what a test takes on a machine that has other things to do as well. */
const PATIENCE_MS = 300_000;
/** Somebody reads there for a minute and asks little of the machine meanwhile. */
const READING = "test/browser/reading.test.ts";

const cores = availableParallelism();
const setupFiles = ["test/live/failures.ts"];
const folder = (name: string) => ({ name, include: [`test/${name}/**/*.test.ts`] });

// One group after the other. Rules and simulations know no real time, so that whatever runs beside them
// may take its own. Real processes and sockets wait more than they work, so two files of them run beside
// each other; pages that draw run one after another.
const groups = [
  { maxWorkers: cores, projects: [folder("tidy")] },
  // To load everything anew for each of many small files took longer than they do.
  { maxWorkers: cores, projects: [{ ...folder("rules"), isolate: false }] },
  {
    maxWorkers: cores + 1,
    projects: [folder("sim"), { name: "reading", include: [READING], setupFiles }],
  },
  { maxWorkers: 2, projects: [folder("contract")] },
  { maxWorkers: 2, projects: [{ ...folder("live"), setupFiles }] },
  { maxWorkers: 1, projects: [{ ...folder("browser"), exclude: [READING], setupFiles }] },
];

export default defineConfig({
  test: {
    projects: groups.flatMap(({ maxWorkers, projects }, groupOrder) =>
      projects.map((project) => ({
        test: {
          ...project,
          maxWorkers,
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
          sequence: { groupOrder },
        },
      })),
    ),
  },
});
