// Client size: what a page loads for the library, bundled and compressed as a server would send it.
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";
import { ROOT } from "./source.ts";

const GZIP_BYTES_MAX = 20_000;

/** The library with everything it imports, as one minified file for browsers. */
async function bundle(entry: string): Promise<string> {
  const built = (await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: "strict",
        output: { format: "es" },
      },
    },
  })) as Rolldown.RolldownOutput;
  return built.output.map((part) => (part.type === "chunk" ? part.code : "")).join("\n");
}

test("[C99] the library is at most 20 kB for a page, gzip, with everything it imports and no framework", async () => {
  const code = await bundle(`${ROOT}client/join.ts`);
  // What nobody imports is left out: these show that the library is really there.
  for (const part of ["/socket.io/?EIO=4", "/api/session/token", "superseded", "sessionStorage"]) {
    expect(code).toContain(part);
  }
  expect(code).not.toMatch(/\bfrom ?["']|\bimport ?["']/);
  const gzipBytes = gzipSync(code, { level: 9 }).length;
  console.log(`client library: ${gzipBytes} bytes gzip, ${code.length} minified`);
  expect(gzipBytes).toBeLessThanOrEqual(GZIP_BYTES_MAX);
});
