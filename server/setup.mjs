// Set-up: makes a fresh clone ready for one npm script. Plain Node without a library, because it
// runs before any is installed; safe to repeat and to interrupt; it knows nothing of the server.
import { build, LIBRARY, PAGES } from "./setup/dist.mjs";
import { install } from "./setup/libraries.mjs";
import { alone } from "./setup/lock.mjs";
import { stop } from "./setup/step.mjs";
import { ensureTools } from "./setup/tools.mjs";

const NODE_MIN = [20, 19];

/** What each npm script needs before its own work. */
const MODES = {
  check: [install],
  dev: [install, () => build(PAGES)],
  build: [install, () => build(LIBRARY), () => build(PAGES)],
  start: [install, () => build(LIBRARY), () => build(PAGES)],
  test: [install, () => build(LIBRARY), () => build(PAGES), ensureTools],
};

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  stop(
    `Node ${NODE_MIN.join(".")} or newer is needed; this is ${process.versions.node}.`,
    "Install a current one (nodejs.org, or your system's package manager) and run this again.",
  );
}

const mode = process.argv[2] ?? "";
if (!Object.hasOwn(MODES, mode)) {
  stop(`"${mode}" is no mode of set-up; use one of: ${Object.keys(MODES).join(", ")}`);
}
await alone(async () => {
  for (const step of MODES[mode]) await step();
});
