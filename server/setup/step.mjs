// One step of the set-up: where it runs, how it starts another program, how it speaks to people.
// It decides nothing.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs a program to its end in the project's folder; true if it succeeded. Does not end before the
 * program has: who interrupts us must not be left with an npm that still writes.
 */
export async function run(program, args, { env = process.env, stdio = "inherit" } = {}) {
  const child = spawn(program, args, { cwd: ROOT, env, stdio });
  let interrupted = false;
  const passOn = () => {
    interrupted = true;
    child.kill();
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  const ended = await new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
  for (const signal of SIGNALS) process.off(signal, passOn);
  if (interrupted || ended.signal) stop("interrupted; run it again to go on.");
  if (ended.error) say(`${program} cannot be run: ${ended.error.message}`);
  return ended.code === 0;
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
