// Bots: a crowd in each of our games, by chance and over bad lines, on one real server.

import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Game } from "../../shared/game.ts";
import { adventure } from "../../shared/games/adventure/adventure.ts";
import { arena } from "../../shared/games/arena.ts";
import { eights } from "../../shared/games/eights.ts";
import { nim } from "../../shared/games/nim.ts";
import { playBots } from "./bots/bots.ts";
import { Tally } from "./bots/tally.ts";
import { LabServer } from "./lab.ts";

const GAMES = [nim, eights, arena, adventure] as unknown as readonly Game[];
const PLAYED_MS = 12_000;
const SEED = Number(process.env.BOTS_SEED ?? Math.floor(performance.timeOrigin % 1_000_000));

let server: LabServer;

beforeAll(async () => {
  server = await LabServer.start();
});
afterAll(() => server.close());

test("[N147] bots by hand play on the server of PORT", async () => {
  const run = fileURLToPath(new URL("bots/run.ts", import.meta.url));
  const environment = { ...process.env, PORT: String(server.port) };
  const words = ["--import", "tsx", run, "--count", "1", "--minutes", "0"];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: environment });
  expect(stdout).toContain(`1 bots play arena on http://127.0.0.1:${server.port}`);
});

test("[L62] whoever plays whichever game over bad lines keeps the seat, and every command ends", async () => {
  console.log(`bots: BOTS_SEED=${SEED}`);
  const stop = new AbortController();
  const url = `http://127.0.0.1:${server.port}`;
  const crowds = GAMES.map((game, at) => {
    const tally = new Tally();
    const crowd = { game, url, count: 4, hasBadLines: true, seed: SEED + at, stop: stop.signal };
    return { tally, played: playBots(crowd, tally) };
  });
  await sleep(PLAYED_MS);
  stop.abort();
  await Promise.all(crowds.map(({ played }) => played));
  for (const { tally } of crowds) {
    expect(tally.given).toBeGreaterThan(0);
    expect(tally).toMatchObject({ ended: tally.given, seatsMoved: 0, rollbacks: 0 });
    expect(tally.overFor("seat-lost")).toBe(0);
  }
  expect(crowds.reduce((sum, { tally }) => sum + tally.drops, 0)).toBeGreaterThan(0);
});
