// The programs the tests need beside Node: a Redis and a browser. Finds them, installs them from
// Debian where that is possible, and else says how to get them; their absence is never passed over.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, say, stop } from "./step.mjs";

/** The sharded publish that the relay between nodes uses came with 7.0. */
const REDIS_MAJOR_MIN = 7;

const TOOLS = [
  {
    what: "Redis 7.0 or newer (redis-server)",
    apt: "redis-server",
    dnf: "redis",
    brew: "redis",
    isMissing: () => !isRedisNewEnough(onPath("redis-server")),
  },
  {
    what: "Chromium (chromium, or its full path in the variable CHROMIUM)",
    apt: "chromium",
    dnf: "chromium",
    brew: "--cask chromium",
    isMissing: () => !isRunnable(process.env.CHROMIUM || onPath("chromium")),
  },
];

/** The tests use a real Redis and a real browser and never skip for want of one. */
export async function ensureTools() {
  if (process.env.CHROMIUM && !isRunnable(process.env.CHROMIUM)) {
    stop(`CHROMIUM is set to ${process.env.CHROMIUM}, which is no program that can be run.`);
  }
  const missing = TOOLS.filter((tool) => tool.isMissing());
  if (missing.length === 0) return;
  if (isDebianAsRoot()) await installFromDebian(missing.map((tool) => tool.apt));
  const stillMissing = TOOLS.filter((tool) => tool.isMissing());
  if (stillMissing.length === 0) return;
  const list = (key) => stillMissing.map((tool) => tool[key]).join(" ");
  stop(
    "the tests need what is missing here:",
    ...stillMissing.map((tool) => `  - ${tool.what}`),
    "Get it with one of these and run this again:",
    `  apt:  sudo apt-get update && sudo apt-get install --no-install-recommends ${list("apt")}`,
    `  dnf:  sudo dnf install ${list("dnf")}`,
    `  brew: ${stillMissing.map((tool) => `brew install ${tool.brew}`).join(" && ")}`,
  );
}

async function installFromDebian(packages) {
  const hadRedis = onPath("redis-server") !== undefined;
  say(`installing from Debian: ${packages.join(", ")} …`);
  const apt = ["-qq", "-o", "DPkg::Lock::Timeout=300"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // An earlier run may have been interrupted inside dpkg; where nothing is open this does nothing.
  await run("dpkg", ["--configure", "-a"], { env });
  const done =
    (await run("apt-get", [...apt, "update"], { env })) &&
    (await run("apt-get", [...apt, "install", "-y", "--no-install-recommends", ...packages], {
      env,
    }));
  if (!done) stop("apt-get failed; its own message stands above. Mend that and run this again.");
  if (packages.includes("redis-server") && !hadRedis) await leaveNoRedisRunning();
}

/**
 * Only the program is wanted. It was not there a moment ago, so a service that runs now was started
 * by the installation and serves nobody. Containers start none.
 */
async function leaveNoRedisRunning() {
  if (existsSync("/run/systemd/system")) {
    await run("systemctl", ["disable", "--quiet", "--now", "redis-server.service"]);
  } else if (await run("/etc/init.d/redis-server", ["status"], { stdio: "ignore" })) {
    await run("/etc/init.d/redis-server", ["stop"]);
  }
}

function isDebianAsRoot() {
  if (process.platform !== "linux" || process.getuid() !== 0) return false;
  if (onPath("apt-get") === undefined || !existsSync("/etc/os-release")) return false;
  return /^ID="?debian"?$/m.test(readFileSync("/etc/os-release", "utf8"));
}

function isRedisNewEnough(path) {
  if (path === undefined) return false;
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  return Number(/v=(\d+)\./.exec(stdout ?? "")?.[1] ?? 0) >= REDIS_MAJOR_MIN;
}

function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isRunnable);
}

function isRunnable(path) {
  if (!path) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
