// One step of the set-up: where it runs, how it starts another program, how it speaks to people.
// It decides nothing.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a program to its end in the project's folder; true if it succeeded. Ends when interrupted. */
export function run(program, args, { env = process.env, stdio = "inherit" } = {}) {
  const { status, signal, error } = spawnSync(program, args, { cwd: ROOT, env, stdio });
  if (signal === "SIGINT" || signal === "SIGTERM") stop("interrupted; run it again to go on.");
  if (error) say(`${program} cannot be run: ${error.message}`);
  return status === 0;
}

export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return stop(`${path} cannot be read: ${error.message}`);
  }
}

export function say(text) {
  console.error(`holdfast: ${text}`);
}

/** Says why it cannot go on and what to do, and ends the process. */
export function stop(first, ...more) {
  say(first);
  for (const line of more) console.error(`  ${line}`);
  process.exit(1);
}
