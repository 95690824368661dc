// Served: what a server is told to serve, gone through for mistakes: its games, and where the pages are
// that they are played on. It reads no file and starts nothing.

import { fileURLToPath } from "node:url";
import type { Game } from "../shared/game.ts";

/** The built pages, seen from the sources and from what they are built into. */
const OWN_PAGES = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../dist/app" : "../app", import.meta.url),
);
/** What the built pages offer. */
const OWN_GAMES = ["nim", "eights", "arena", "adventure"];

/** By their names. Throws a TypeError for what is no game, or could not be played. */
export function gamesByName(given: readonly Game[]): ReadonlyMap<string, Game> {
  if (!Array.isArray(given)) throw new TypeError("games is a list, as games: [nim]");
  for (const [at, game] of given.entries()) checkGame(`games[${at}]`, game);
  const games = new Map(given.map((game) => [game.name, game]));
  if (games.size !== given.length) throw new TypeError("two games have the same name");
  return games;
}

/** Whoever writes JavaScript may give a declaration as it is, a module, or nothing. */
function checkGame(at: string, game: Partial<Game> | null | undefined): void {
  if (game?.rules?.lifecycle === undefined || game.shape === undefined) {
    throw new TypeError(`${at} is no game: defineGame({…}) makes one`);
  }
  if (game.tickHz === undefined || game.rules.lifecycle.tick !== undefined) return;
  throw new TypeError(`${at}, "${game.name}", has tickHz and no rule to run as often: rules.tick`);
}

/** Holdfast's own pages where they are of use; undefined where they would offer what is not played. */
export function ownPagesFor(games: ReadonlyMap<string, Game>): string | undefined {
  return OWN_GAMES.every((name) => games.has(name)) ? OWN_PAGES : undefined;
}
