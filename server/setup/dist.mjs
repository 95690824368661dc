// The built files: which parts dist/ has, from what each is made, and whether it is still fresh.
// A part's stamp is written last, so an interrupted build is never taken for a finished one.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { ROOT, readJson, run, say, stop } from "./step.mjs";

/** Sources that are part of the library as they are. */
const COPIED = /\.lua$|^server\/command\.mjs$|^server\/template\//;

export const LIBRARY = {
  name: "server and libraries",
  stamp: "library.stamp",
  inputs: ["shared", "server", "client", "tsconfig.json", "package-lock.json"],
  async make() {
    // --force: an interrupted build must not leave the compiler believing that it is finished.
    await runTool("typescript", "tsc", ["-b", "--force", "shared", "client", "server"]);
    const sources = ["shared", "client", "server"].flatMap(filesUnder);
    const copied = sources.filter((name) => COPIED.test(name));
    for (const name of copied) copyToDist(name);
    const compiled = sources.filter((name) => name.endsWith(".ts") && !COPIED.test(name));
    dropLeftovers([...copied, ...compiled.map((name) => name.slice(0, -".ts".length))]);
  },
};

export const PAGES = {
  name: "pages",
  stamp: "pages.stamp",
  inputs: ["shared", "client", "vite.config.ts", "package-lock.json"],
  async make() {
    if (!existsSync(join(ROOT, "client", "app", "index.html"))) return;
    await runTool("vite", "vite", ["build", "--logLevel", "warn"]);
  },
};

/** Makes a part of dist/ again if its inputs differ from those its stamp was written for. */
export async function build(part) {
  const stamp = join(ROOT, "dist", part.stamp);
  const wanted = fingerprint(part.inputs);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say(`building ${part.name} …`);
  rmSync(stamp, { force: true });
  await part.make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(`${stamp}.new`, wanted);
  renameSync(`${stamp}.new`, stamp);
}

/** Names and contents, not times: a checkout changes times, an editor may keep them. */
function fingerprint(inputs) {
  const hash = createHash("sha256").update(process.versions.node);
  for (const name of inputs.flatMap(filesUnder)) {
    const content = readFileSync(join(ROOT, name));
    hash.update(`${name}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** All files under a folder of the project, sorted; a file is the only one under itself. */
function filesUnder(name) {
  const path = join(ROOT, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path)
    .sort()
    .flatMap((entry) => filesUnder(join(name, entry)));
}

/** Deletes what an earlier build made of sources that are gone, so that nothing old is imported. */
function dropLeftovers(sources) {
  const made = new Set(sources.map((name) => join("dist", name)));
  for (const name of ["dist/shared", "dist/client", "dist/server"].flatMap(filesUnder)) {
    const isMade = made.has(name) || made.has(name.replace(/\.(js|d\.ts)(\.map)?$/, ""));
    if (!isMade) rmSync(join(ROOT, name));
  }
}

/** In one step, because a running server may read the file meanwhile. */
function copyToDist(name) {
  const to = join(ROOT, "dist", name);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(ROOT, name), `${to}.new`);
  renameSync(`${to}.new`, to);
}

/** Runs the command `name` of an installed package with this very Node. */
async function runTool(packageName, name, args) {
  const folder = join(ROOT, "node_modules", packageName);
  const { bin } = readJson(join(folder, "package.json"));
  const script = join(folder, typeof bin === "string" ? bin : bin[name]);
  if (!(await run(process.execPath, [script, ...args]))) {
    stop(`${name} failed; its own message stands above. Mend that and run this again.`);
  }
}
