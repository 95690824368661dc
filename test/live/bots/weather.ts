// Weather: what befalls a line, one thing after the other, drawn from a seed: cuts, resets, silence
// one way or both, and delay. It ends with a line that is whole.

import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../../shared/random.ts";
import type { TcpProxy } from "../proxy.ts";
import { drawOne } from "./moves.ts";

const CALM_MS_MAX = 6_000;
const SILENCE_MS_MAX = 5_000;
const DELAY_MS_MAX = 200;

type Turn = (line: TcpProxy, random: Random) => Promise<void> | void;

const TURNS: readonly Turn[] = [
  (line) => line.cut(),
  (line) => line.reset(),
  (line, random) => silence(line, ["up", "down"], random),
  (line, random) => silence(line, ["up"], random),
  (line, random) => silence(line, ["down"], random),
  (line, random) => {
    line.delayMs = Math.floor(random() * DELAY_MS_MAX);
  },
];

/** Plays bad weather on a line until told to stop. */
export async function badWeather(line: TcpProxy, random: Random, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await sleep(random() * CALM_MS_MAX);
    if (!stop.aborted) await drawOne(TURNS, random)(line, random);
  }
  line.delayMs = 0;
  line.heal();
}

async function silence(
  line: TcpProxy,
  ways: readonly ("up" | "down")[],
  random: Random,
): Promise<void> {
  line.swallow(...ways);
  await sleep(random() * SILENCE_MS_MAX);
  line.heal();
}
