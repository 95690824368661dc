// Bot: one person who plays any game there is by chance, as a guest of their own, through the client
// library alone. It has no line of code about drops; it only counts what it is told.

import { setTimeout as sleep } from "node:timers/promises";
import { join, RefusedError, type Seat } from "../../../client/join.ts";
import { memoryStorage } from "../../../client/keepsake.ts";
import type { Game } from "../../../shared/game.ts";
import type { Random } from "../../../shared/random.ts";
import { drawOne, drawValues } from "./moves.ts";
import type { Tally } from "./tally.ts";

/** Between two things that somebody does. */
const PAUSE_MS = { least: 100, most: 1_200 };
/** Commands are rarer than inputs where a game has both. */
const COMMAND_PART = 0.3;
/** Whoever was refused a seat waits so long before asking again. */
const REFUSED_MS = 1_000;

export interface BotParts {
  readonly name: string;
  readonly url: string;
  readonly game: Game;
  readonly random: Random;
  readonly tally: Tally;
}

/** Plays until told to stop: room after room, whenever one is over. */
export async function playOn(parts: BotParts, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      const { url, game, name } = parts;
      await playRoom(await join({ url, game, name, storage: memoryStorage() }), parts, stop);
    } catch (cause) {
      if (!(cause instanceof RefusedError)) throw cause;
      parts.tally.over(cause.reason);
      await sleep(REFUSED_MS);
    }
  }
}

async function playRoom(seat: Seat, parts: BotParts, stop: AbortSignal): Promise<void> {
  const { random, tally } = parts;
  const { index } = seat;
  const open = new Set<Promise<unknown>>();
  seat.on("rolledBack", () => tally.rollbacks++);
  seat.on("status", ({ phase }) => {
    if (phase === "reconnecting") tally.drops++;
    if (phase === "live" && seat.index !== index) tally.seatsMoved++;
  });
  const plays = () => seat.roomStatus !== "ended" && seat.status.phase !== "over";
  while (!stop.aborted && plays()) {
    await sleep(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least));
    if (plays()) move(seat, parts, open);
  }
  // What is under way still ends, whatever the line does.
  await Promise.all(open);
  if (seat.status.phase === "over") tally.over(seat.status.reason);
  else await seat.leave();
}

function move(seat: Seat, { game, random, tally }: BotParts, open: Set<Promise<unknown>>): void {
  const commands = Object.entries(game.commands);
  const inputs = Object.entries(game.inputs);
  const isCommand = inputs.length === 0 || random() < COMMAND_PART;
  const [name, fields] = drawOne(isCommand ? commands : inputs, random);
  const values = drawValues(fields, random);
  if (values === undefined) return;
  if (!isCommand) return void seat.input[name]?.(values as never);
  const sentMs = performance.now();
  const command = seat.send[name]?.(values as never);
  if (command === undefined) return;
  tally.given++;
  const told = command.then((end) => {
    tally.commandEnded(end, performance.now() - sentMs);
    open.delete(told);
  });
  open.add(told);
}
