// Packages: exact, complete for every system, from no registry in particular.
import { expect, test } from "vitest";
import { tree } from "./houseRule.ts";

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Lock = Readonly<Record<string, Locked>>;

const textOf = (wanted: string): string => tree.find(({ path }) => path === wanted)?.text ?? "{}";

const readLock = (): Lock =>
  (JSON.parse(textOf("package-lock.json")) as { packages: Lock }).packages;

/** Dependencies that npm would not find in the lock, looking upwards from who needs them. */
function unlocked(lock: Lock): string[] {
  return Object.entries(lock).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })
      .filter((name) => !placesFor(path, name).some((place) => lock[place] !== undefined))
      .map((name) => `${path || "holdfast"} needs ${name}`),
  );
}

function placesFor(path: string, name: string): string[] {
  const folders = path === "" ? [] : path.split(/\/?node_modules\//).slice(1);
  return Array.from({ length: folders.length + 1 }, (_, depth) =>
    [...folders.slice(0, depth), name].map((folder) => `node_modules/${folder}`).join("/"),
  );
}

test("[H26] every dependency is pinned to one version", () => {
  const isPinned = (range: string) => /^\d+\.\d+\.\d+$/.test(range);
  expect(["^1.2.3", "latest", "1.x"].filter(isPinned)).toEqual([]);
  const manifest = JSON.parse(textOf("package.json")) as Record<string, Record<string, string>>;
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(ranges.length).toBeGreaterThan(0);
  expect(ranges.filter(([, range]) => !isPinned(range))).toEqual([]);
});

test("[H27] the lockfile holds every package for every system, else npm ci refuses it", () => {
  const entry = { optionalDependencies: { "b-linux": "1.0.0", "b-darwin": "1.0.0" } };
  const half: Lock = { "node_modules/b": entry, "node_modules/b-linux": {} };
  expect(unlocked(half)).toEqual(["node_modules/b needs b-darwin"]);
  expect(unlocked({ ...half, "node_modules/b/node_modules/b-darwin": {} })).toEqual([]);
  expect(unlocked(readLock())).toEqual([]);
});

test("[H28] the lockfile names no registry and checks every package by its hash", () => {
  const faults = (lock: Lock) =>
    Object.entries(lock)
      .filter(([path, each]) => path !== "" && (each.resolved || !each.integrity))
      .map(([path]) => path);
  expect(faults({ a: { resolved: "https://example.org/a.tgz", integrity: "x" }, b: {} })).toEqual([
    "a",
    "b",
  ]);
  expect(faults(readLock())).toEqual([]);
  expect(textOf(".npmrc")).not.toMatch(/registry *=|_auth/);
});
