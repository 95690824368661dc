#!/usr/bin/env node
// Command: what `holdfast` does when it is typed: `holdfast new <folder>` makes a game of one's own.
// Plain Node without a library; it writes into a folder that is new or empty, and nowhere else.
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const TEMPLATE = fileURLToPath(new URL("template/", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));

const [verb, folder, ...more] = process.argv.slice(2);
if (verb !== "new" || folder === undefined || more.length > 0) {
  stop(
    "Usage: holdfast new <folder>",
    "It makes a small game in that folder, ready to play. There, npm run admin and npm run backup are the operator's.",
  );
}
try {
  make(resolve(folder));
} catch (error) {
  stop(`${folder} cannot be made: ${error.message}`, "Name a folder that you may write into.");
}

function make(target) {
  if (existsSync(target) && readdirSync(target).length > 0) {
    stop(`${folder} is not empty.`, "Name a folder that does not exist yet.");
  }
  cpSync(TEMPLATE, target, { recursive: true });
  // Under its own name npm would read it as a list of what not to pack.
  renameSync(join(target, "gitignore"), join(target, ".gitignore"));
  const path = join(target, "package.json");
  const manifest = readJson(path);
  manifest.name = nameOf(target);
  manifest.dependencies.holdfast = ownSource(target);
  writeFileSync(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
  process.stdout.write(`A game is in ${folder}. Go on with:

  cd ${folder}
  npm install
  npm start
`);
}

/** What npm accepts as a name: small letters, digits and dashes. */
function nameOf(target) {
  const name = basename(target)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "my-game" : name;
}

/**
 * Where this very package came from, so that the game gets the same: the tarball or folder that
 * whoever installed it names, else its version.
 */
function ownSource(target) {
  const { version } = readJson(join(PACKAGE, "package.json"));
  const home = dirname(dirname(PACKAGE));
  const installer = join(home, "package.json");
  if (!existsSync(installer)) return version;
  const { dependencies, devDependencies } = readJson(installer);
  const source = { ...devDependencies, ...dependencies }.holdfast ?? version;
  if (!source.startsWith("file:")) return source;
  return `file:${relative(target, resolve(home, source.slice("file:".length)))}`;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function stop(problem, remedy) {
  process.stderr.write(`holdfast: ${problem}\n${remedy}\n`);
  process.exit(1);
}
