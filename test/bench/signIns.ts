// Sign-ins bench: whether a room ticks on time while a crowd makes accounts at once, each with a slow
// hash of a password. A real server; a witness sits in the arena and notes when its ticks arrive.

import { setTimeout as sleep } from "node:timers/promises";
import { join } from "../../client/join.ts";
import { arena } from "../../shared/games/arena.ts";
import { randomCode } from "../../shared/random.ts";
import { LabServer } from "../live/lab.ts";

/** A tick of the arena is due each 50 ms. */
const ON_TIME_MS = 60;
const CALM_MS = 5_000;
const STEER_EVERY_MS = 100;

/** When something changed at the witness's page, in ms. */
async function watched(url: string) {
  const seat = await join({ url, game: arena, name: "witness" });
  const ticksMs: number[] = [];
  seat.on("change", () => ticksMs.push(performance.now()));
  // A ship that turns under way changes in every tick.
  let heading = 0;
  const turning = setInterval(() => {
    heading = (heading + 5) % 256;
    seat.input.steer({ heading, thrust: 10, fire: false });
  }, STEER_EVERY_MS);
  const close = () => {
    clearInterval(turning);
    seat.close();
  };
  return { close, ticksMs };
}

function register(url: string): Promise<Response> {
  const account = { name: randomCode(12), password: `${randomCode(12)} of the crowd` };
  return fetch(`${url}/api/account/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(account),
  });
}

function row(name: string, ticksMs: readonly number[], outcome: string): string {
  const gaps = ticksMs.slice(1).map((atMs, index) => atMs - (ticksMs[index] ?? atMs));
  const onTime = gaps.filter((gapMs) => gapMs <= ON_TIME_MS).length / Math.max(1, gaps.length);
  const longest = Math.max(0, ...gaps);
  return `| ${name} | ${(100 * onTime).toFixed(1)} | ${longest.toFixed(0)} | ${outcome} |`;
}

/** Each row: who, ticks on time in percent, the longest time between two in ms, what the crowd got. */
export async function signInsBench({ crowd }: { readonly crowd: number }) {
  const server = await LabServer.start();
  const { close, ticksMs } = await watched(server.url);
  try {
    await sleep(1_000);
    ticksMs.length = 0;
    await sleep(CALM_MS);
    const calm = row("nobody", [...ticksMs], "–");
    ticksMs.length = 0;
    const startMs = performance.now();
    const answers = await Promise.all(Array.from({ length: crowd }, () => register(server.url)));
    const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
    const inCount = answers.filter(({ ok }) => ok).length;
    const outcome = `${inCount} in within ${seconds} s, ${crowd - inCount} told to come again`;
    return [calm, row(`${crowd} at once`, [...ticksMs], outcome)];
  } finally {
    close();
    await server.close();
  }
}
