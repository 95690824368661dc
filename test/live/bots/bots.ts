// Bots: a crowd that plays one game on a server there is, over good lines or bad ones, and what it was
// told. Everything it draws comes from one seed.

import { setTimeout as sleep } from "node:timers/promises";
import type { Game } from "../../../shared/game.ts";
import { seededRandom } from "../../../shared/random.ts";
import { TcpProxy } from "../proxy.ts";
import { playOn } from "./bot.ts";
import type { Tally } from "./tally.ts";
import { badWeather } from "./weather.ts";

/** Between two who come. */
const ARRIVAL_MS = 200;

export interface Crowd {
  readonly game: Game;
  /** Where the server is; over bad lines it must be on this machine, by plain HTTP. */
  readonly url: string;
  readonly count: number;
  readonly hasBadLines: boolean;
  readonly seed: number;
  readonly stop: AbortSignal;
}

/** Plays until told to stop, and settles when everybody has left. */
export async function playBots(crowd: Crowd, tally: Tally): Promise<void> {
  const each = Array.from({ length: crowd.count }, (_, at) => playOne(crowd, tally, at));
  await Promise.all(each);
}

async function playOne(crowd: Crowd, tally: Tally, at: number): Promise<void> {
  const { game, url, stop, seed, hasBadLines } = crowd;
  const random = seededRandom(seed + at);
  const bot = { name: `Bot ${at + 1}`, game, random, tally };
  // Whoever comes at the very same moment finds no room with somebody in it.
  await sleep(at * ARRIVAL_MS);
  if (!hasBadLines) return playOn({ ...bot, url }, stop);
  const line = await TcpProxy.open(Number(new URL(url).port));
  const weather = badWeather(line, seededRandom(seed - at - 1), stop);
  try {
    await playOn({ ...bot, url: line.url }, stop);
  } finally {
    await weather;
    await line.close();
  }
}
