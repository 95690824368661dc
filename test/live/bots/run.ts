// Run: bots by hand, on a server that runs: `--game arena --count 10`, `--url` if it is not on PORT of
// this machine, `--chaos` for bad lines, `--minutes N` for an end. Says every five seconds how they fare.

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { adventure } from "../../../shared/games/adventure/adventure.ts";
import { arena } from "../../../shared/games/arena.ts";
import { eights } from "../../../shared/games/eights.ts";
import { nim } from "../../../shared/games/nim.ts";
import { playBots } from "./bots.ts";
import { Tally } from "./tally.ts";

const GAMES = [nim, eights, arena, adventure];
const TELL_MS = 5_000;
const MINUTE_MS = 60_000;
/** How long bots that were told to stop may take: a silence ends, and what is under way. */
const FAREWELL_MS = 20_000;

const { values } = parseArgs({
  options: {
    game: { type: "string", default: arena.name },
    count: { type: "string", default: "10" },
    url: { type: "string", default: `http://127.0.0.1:${process.env.PORT || 3000}` },
    chaos: { type: "boolean", default: false },
    minutes: { type: "string" },
    seed: { type: "string", default: String(Math.floor(performance.timeOrigin % 1_000_000)) },
  },
});
const game = GAMES.find(({ name }) => name === values.game);
if (game === undefined) {
  const names = GAMES.map(({ name }) => name).join(", ");
  giveUp(`there is no game "${values.game}": --game is one of ${names}`);
}
const health = await fetch(new URL("/healthz", values.url)).catch(() => undefined);
if (health?.ok !== true) {
  giveUp(`no server answers at ${values.url}: start one with npm start, or name it with --url`);
}
const stop = new AbortController();
// Not once: npm passes on what the terminal has told us already.
process.on("SIGINT", () => stop.abort());
if (values.minutes !== undefined)
  setTimeout(() => stop.abort(), Number(values.minutes) * MINUTE_MS);

const tally = new Tally();
const tell = () => console.log(tally.line());
const telling = setInterval(tell, TELL_MS);
console.log(`${values.count} bots play ${game.name} on ${values.url}, seed ${values.seed}`);
const played = playBots(
  {
    ...{ game: game as never, url: values.url, hasBadLines: values.chaos, stop: stop.signal },
    ...{ count: Number(values.count), seed: Number(values.seed) },
  },
  tally,
);
const stopped = once(stop.signal, "abort").then(() => sleep(FAREWELL_MS));
// Whoever finds no way to the server any more is not waited for.
await Promise.race([played, stopped]);
clearInterval(telling);
tell();
process.exit(tally.seatsMoved === 0 ? 0 : 1);

function giveUp(message: string): never {
  console.error(message);
  process.exit(2);
}
