// Start: what a server says that cannot start, and that it ends then.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../dist/server/main.js", import.meta.url));

/** Starts a server that is to fail; gives what it said for people, and how it ended. */
async function failing(env: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-start-"));
  try {
    const child = spawn(process.execPath, [MAIN], {
      env: { ...process.env, DATA_DIR: folder, LOG_LEVEL: "error", ...env },
    });
    const said: string[] = [];
    child.stderr.on("data", (part) => said.push(`${part}`));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, said: said.join("") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("[N140] a server that cannot start says in a sentence why and what to do, and ends", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const address = holder.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const taken = await failing({ PORT: String(port) });
  holder.close();
  expect(taken).toEqual({ code: 1, said: expect.stringMatching(/^Port \d+ is taken\. .*PORT=/) });
  const odd = await failing({ PORT: "seventy" });
  expect(odd).toEqual({
    code: 1,
    said: expect.stringMatching(/^The server does not start:\nPORT /),
  });
  const lost = await failing({ PORT: "0", REDIS_URL: "redis://127.0.0.1:1" });
  expect(lost).toEqual({ code: 1, said: expect.stringContaining("no Redis at 127.0.0.1:1") });
  for (const { said } of [taken, odd, lost]) expect(said).not.toMatch(/\n +at /);
});
