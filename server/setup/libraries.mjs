// The installed libraries: whether node_modules is what the lockfile says, and npm when it is not.
// Never changes the lockfile.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT, readJson, run, say, stop } from "./step.mjs";

/** Installs exactly what the lockfile says, unless that is already there. */
export async function install() {
  const reason = whyInstall();
  if (reason === undefined) return;
  say(`installing libraries (${reason}) …`);
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  // The npm that started us, if it was npm: no shell and no other version comes between.
  const npm = process.env.npm_execpath ?? "";
  const isNpm = basename(npm) === "npm-cli.js";
  const done = await (isNpm ? run(process.execPath, [npm, ...args]) : run("npm", args));
  if (!done) {
    stop(
      "npm could not install the libraries; its own message stands above.",
      "Nothing half done is used: mend the cause (network, disk, rights) and run this again.",
    );
  }
  const stillMissing = whyInstall();
  if (stillMissing !== undefined) {
    stop(`npm finished, but ${stillMissing}. Delete node_modules and run this again.`);
  }
}

/**
 * npm writes node_modules/.package-lock.json last and `npm ci` deletes it first, so it is the stamp
 * of a finished install. Folders are looked at too: deleting may have been interrupted.
 */
function whyInstall() {
  const installedPath = join(ROOT, "node_modules", ".package-lock.json");
  if (!existsSync(installedPath)) return "none yet";
  const wanted = readJson(join(ROOT, "package-lock.json")).packages;
  const installed = readJson(installedPath).packages ?? {};
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "" || !isForThisMachine(entry)) continue;
    if (installed[path]?.integrity !== entry.integrity) return `${path} is not the locked one`;
    if (!existsSync(join(ROOT, path, "package.json"))) return `${path} is missing`;
  }
  return undefined;
}

/** Optional packages are binaries for one system each; which C library it has is npm's question. */
function isForThisMachine(entry) {
  if (!entry.optional) return true;
  const fits = (list, own) => list === undefined || list.includes(own);
  return (
    (entry.os ?? entry.cpu) !== undefined &&
    entry.libc === undefined &&
    fits(entry.os, process.platform) &&
    fits(entry.cpu, process.arch)
  );
}
