// Lock: one set-up at a time in this folder, for `npm start` here and `npm test` in the next window.
// It holds the owner's process id, so that the lock of one that was killed counts for nothing.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT, say } from "./step.mjs";

const LOCK = join(ROOT, "dist", "setup.lock");
const RETRY_MS = 200;

/** Runs `work` while no other set-up runs. */
export async function alone(work) {
  for (let told = false; !take(); told = true) {
    if (!told) {
      say(`another set-up (process ${owner()}) is at work in this folder; waiting for it …`);
      say("if there is none, delete dist/setup.lock");
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  process.once("exit", () => rmSync(LOCK, { force: true }));
  await work();
}

/** Linked into place with its content, so that nobody ever reads a lock without an owner. */
function take() {
  const own = `${LOCK}.${process.pid}`;
  mkdirSync(dirname(LOCK), { recursive: true });
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, LOCK);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const other = owner();
    if (other === undefined || isAlive(other)) return false;
    rmSync(LOCK, { force: true });
  } finally {
    rmSync(own);
  }
  return take();
}

/** Undefined if the lock has just been given back. */
function owner() {
  try {
    return Number(readFileSync(LOCK, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be asked, but it is there.
    return error.code === "EPERM";
  }
}
