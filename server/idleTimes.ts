// Idle times: how long somebody may do nothing in the seats of each game: as the operator writes it, and
// put in the place of what the authors declare. It changes no rule and no shape.

import type { Game } from "../shared/game.ts";
import { CannotStart } from "./process.ts";

/** By game, in ms; "*" for every game that is not named. */
export type IdleTimes = ReadonlyMap<string, number>;

const ENTRY = /^(?:([a-z][a-z0-9]{0,23}):)?(\d{1,5}(?:\.\d{1,3})?)$/;
const MINUTE_MS = 60_000;
/** Nobody who plays pauses for less than seconds, or for more than a month. */
const [MINUTES_MIN, MINUTES_MAX] = [0.05, 43_200];

export const IDLE_TIMES_FORM = `minutes from ${MINUTES_MIN} to ${MINUTES_MAX}: for all games (30), for some (chess:5), or both (30,chess:5)`;

/** Of entries such as "30" or "chess:5"; undefined if one is neither. */
export function readIdleTimes(entries: readonly string[]): IdleTimes | undefined {
  const times = new Map<string, number>();
  for (const entry of entries) {
    const [, game = "*", text = ""] = ENTRY.exec(entry) ?? [];
    const minutes = Number(text);
    if (minutes < MINUTES_MIN || minutes > MINUTES_MAX) return undefined;
    times.set(game, minutes * MINUTE_MS);
  }
  return times;
}

/** The games as they are served. Throws CannotStart if one is named that is not among them. */
export function withIdleTimes(
  games: ReadonlyMap<string, Game>,
  times: IdleTimes,
): ReadonlyMap<string, Game> {
  const unknown = [...times.keys()].filter((name) => name !== "*" && !games.has(name));
  if (unknown.length > 0) {
    const served = [...games.keys()].join(", ");
    throw new CannotStart(
      `The server does not start: SEAT_IDLE_MINUTES names ${unknown.join(", ")}; the games here are ${served}.`,
    );
  }
  const timed = ([name, game]: readonly [string, Game]) => {
    const idleMs = times.get(name) ?? times.get("*") ?? game.seats.idleMs;
    return [name, { ...game, seats: { ...game.seats, idleMs } }] as const;
  };
  return new Map([...games].map(timed));
}
