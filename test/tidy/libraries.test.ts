// Libraries: each has one importer, so that it can be exchanged by rewriting one file.
import { expect, test } from "vitest";
import { type Check, houseRule, tree } from "./houseRule.ts";
import { PRODUCT } from "./places.ts";
import { type Import, importsOf, isScript, type SourceFile } from "./source.ts";

interface Place {
  /** Where it may be imported; types may be imported by every file there, values by one. */
  readonly in: RegExp;
  /** Libraries that shape a whole folder: values may be imported by every file there. */
  readonly byMany?: true;
}

const LIBRARIES: Readonly<Record<string, Place>> = {
  "@hono/node-server": { in: /^server\/http\// },
  hono: { in: /^server\/http\//, byMany: true },
  ioredis: { in: /^server\/store\// },
  jsonwebtoken: { in: /^server\/session\// },
  pino: { in: /^server\/log\.ts$/ },
  preact: { in: /^client\/app\//, byMany: true },
  "prom-client": { in: /^server\/metrics\.ts$/ },
  "rate-limiter-flexible": { in: /^server\/(http|identity)\// },
  "socket.io": { in: /^server\/gate\// },
  "socket.io-client": { in: /^client\/socket\.ts$/ },
  uqr: { in: /^client\/app\/handOff\/qrCode\.tsx$/ },
  ws: { in: /^server\/gate\// },
  zod: { in: /^server\/(config\.ts$|http\/)/, byMany: true },
};

const packageOf = (target: string): string =>
  target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");

const libraryImports = (file: SourceFile): Import[] =>
  PRODUCT.test(file.path) && isScript(file.path)
    ? importsOf(file).filter(({ relative, target }) => !relative && !target.startsWith("node:"))
    : [];

const inPlace: Check = (file) =>
  libraryImports(file)
    .filter(({ target }) => !LIBRARIES[packageOf(target)]?.in.test(file.path))
    .map(({ target, line }) => `${file.path}:${line}: ${target} is not imported here`);

/** Libraries whose values more than one file imports. */
function shared(files: readonly SourceFile[]): string[] {
  const importers = new Map<string, Set<string>>();
  for (const file of files) {
    for (const { target, typeOnly } of libraryImports(file)) {
      const name = packageOf(target);
      if (typeOnly || LIBRARIES[name]?.byMany) continue;
      importers.set(name, (importers.get(name) ?? new Set()).add(file.path));
    }
  }
  return [...importers]
    .filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => `${name} is imported by ${[...paths].join(" and ")}`);
}

houseRule("[H9] a library is imported only in the place chosen for it", {
  check: inPlace,
  bad: [
    ["server/room/host.ts", 'import { Redis } from "ioredis";'],
    ["client/join.ts", 'import type { Socket } from "socket.io-client";'],
    ["server/http/routes.ts", 'import express from "express";'],
    ["client/app/page.tsx", 'import { z } from "zod";'],
  ],
  good: [
    ["server/store/redis.ts", 'import { Redis } from "ioredis";\nimport net from "node:net";'],
    ["client/app/page.tsx", 'import { useState } from "preact/hooks";'],
    ["server/http/routes.ts", 'import { serve } from "@hono/node-server/conninfo";'],
    ["test/live/lab.ts", 'import { Redis } from "ioredis";'],
  ],
});

test("[H10] a library's values are imported by one file, and every dependency has its place", () => {
  const gate = { path: "server/gate/gate.ts", text: 'import { Server } from "socket.io";' };
  const guard = { path: "server/gate/guard.ts", text: 'import { Socket } from "socket.io";' };
  const typed = { path: "server/gate/guard.ts", text: 'import type { Socket } from "socket.io";' };
  expect(shared([gate, guard])).not.toEqual([]);
  expect(shared([gate, typed])).toEqual([]);
  expect(shared(tree)).toEqual([]);

  const manifest = tree.find(({ path }) => path === "package.json")?.text ?? "{}";
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies).filter((name) => LIBRARIES[name] === undefined)).toEqual([]);
});
