// Start: what a server says that cannot start, and that it ends then.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { RedisLine } from "../contract/redisLine.ts";
import { startRedisServer, stopServers } from "../contract/redisServer.ts";
import { until } from "../contract/until.ts";

const MAIN = fileURLToPath(new URL("../../dist/server/main.js", import.meta.url));

const SERVER = new URL("../../dist/server/server.js", import.meta.url).href;
const NIM = new URL("../../dist/shared/games/nim.js", import.meta.url).href;

/** Starts a server that is to fail; gives what it said for people, and how it ended. */
async function failing(env: Readonly<Record<string, string>>, args: readonly string[] = [MAIN]) {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-start-"));
  try {
    const child = spawn(process.execPath, [...args], {
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
  const [taken, odd, lost] = await Promise.all([
    failing({ PORT: String(port) }),
    failing({ PORT: "seventy" }),
    failing({ PORT: "0", REDIS_URL: "redis://127.0.0.1:1" }),
  ]);
  holder.close();
  expect(taken).toEqual({ code: 1, said: expect.stringMatching(/^Port \d+ is taken\. .*PORT=/) });
  expect(odd).toEqual({
    code: 1,
    said: expect.stringMatching(/^The server does not start:\nPORT /),
  });
  expect(lost).toEqual({ code: 1, said: expect.stringContaining("no Redis at 127.0.0.1:1") });
  for (const { said } of [taken, odd, lost]) expect(said).not.toMatch(/\n +at /);
});

test("[N161] a DATA_DIR that cannot be had is named with what to do about it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-start-"));
  const file = join(folder, "file");
  await writeFile(file, "");
  // As a folder that may not be written, also for whoever may write everywhere.
  for (const directory of [file, join(file, "data")]) {
    const { code, said } = await failing({ PORT: "0", DATA_DIR: directory });
    expect(code).toBe(1);
    expect(said).toMatch(
      /^The server does not start: .*DATA_DIR \(.*may write.*another one in DATA_DIR\n$/,
    );
    expect(said).toContain(directory);
  }
  await rm(folder, { recursive: true });
});

test("[N142] a word of the command line that says nothing stops the start", async () => {
  const told = (...words: readonly string[]) => failing({ PORT: "0" }, [MAIN, ...words]);
  const use = "Use: npm start -- [--workers N]\n";
  expect(await told("--wrokers", "2")).toEqual({
    code: 1,
    said: `Unknown word "--wrokers". ${use}`,
  });
  for (const words of [["--workers", "x"], ["--workers=x"], ["--workers"]])
    expect(await told(...words)).toEqual({
      code: 1,
      said: "--workers takes a number from 1 to 64.\n",
    });
});

test("[N168] a server in a program of its author that cannot start says why, and leaves nothing behind that keeps the program", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const address = holder.address();
  const taken = String(typeof address === "object" && address !== null ? address.port : 0);
  const program = `import { createServer } from ${JSON.stringify(SERVER)};
    import { nim } from ${JSON.stringify(NIM)};
    const server = createServer({ games: [nim], pages: ".", signals: false });
    await server.start().catch((cause) => console.error(cause.message));`;
  const started = (env: Readonly<Record<string, string>>) =>
    failing(env, ["--input-type=module", "--eval", program]);
  const [noPort, noMetrics] = await Promise.all([
    started({ PORT: taken }),
    started({ PORT: "0", METRICS_PORT: taken }),
  ]);
  expect(noPort).toEqual({ code: 0, said: expect.stringMatching(/^Port \d+ is taken\./) });
  expect(noMetrics).toEqual({ code: 0, said: expect.stringContaining(taken) });
  holder.close();
});

test("[N143] a server without games, or whose pages are not there, does not start", async () => {
  const start = (options: string) =>
    failing({ PORT: "0" }, [
      ...["--input-type=module", "--eval"],
      `import { createServer } from ${JSON.stringify(SERVER)};
      import { nim } from ${JSON.stringify(NIM)};
      await createServer(${options}).start();`,
    ]);
  expect(await start("{ games: [] }")).toEqual({
    code: 1,
    said: "games is empty: name at least one.\n",
  });
  expect(await start('{ games: [nim], pages: "nope" }')).toEqual({
    code: 1,
    said: `pages: there is no folder ${resolve("nope")}. Build the page first.\n`,
  });
});

test("[D158] a start outlasts a store that is away in the middle of it", async () => {
  const redis = await startRedisServer();
  const line = await RedisLine.open(redis.port);
  const folder = await mkdtemp(join(tmpdir(), "holdfast-start-"));
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, DATA_DIR: folder, PORT: "0", REDIS_URL: line.url },
  });
  let said = "";
  const sees = (what: string) => said.includes(what) || child.exitCode !== null;
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part) => {
      said += `${part}`;
      // The store is there, and goes away at once: its connections are cut as often as they come back.
      if (!sees("store-away") && sees("Store: Redis")) line.cut();
    });
  const ended = once(child, "close");
  try {
    await until("the store is known to be away", () => {
      if (sees("Store: Redis")) line.cut();
      return sees("store-away");
    });
    await until("the server serves", () => sees("Holdfast serves"));
    expect(said).toContain("Holdfast serves");
  } finally {
    child.kill("SIGTERM");
    await ended;
    await line.close();
    await stopServers();
    await rm(folder, { recursive: true, force: true });
  }
});

test("[N198] a start that waits for its Redis says what is in the way, and no password", async () => {
  const redis = await startRedisServer();
  const folder = await mkdtemp(join(tmpdir(), "holdfast-start-"));
  const REDIS_URL = redis.url.replace("limited", "mistyped");
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, DATA_DIR: folder, PORT: "0", REDIS_URL },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part) => {
      said += `${part}`;
    });
  const ended = once(child, "close");
  try {
    const waiting = /Waiting for the Redis of REDIS_URL: .*WRONGPASS/;
    await until("it says what it waits for", () => waiting.test(said) || child.exitCode !== null);
    expect(said).toMatch(waiting);
    expect(said).not.toContain("mistyped");
  } finally {
    child.kill("SIGTERM");
    await ended;
    await stopServers();
    await rm(folder, { recursive: true, force: true });
  }
});
