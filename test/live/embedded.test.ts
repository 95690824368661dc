// Embedded: a server inside a program of its author, which it neither ends nor shows games that it does
// not run.
import { expect, onTestFinished, test } from "vitest";
import { join } from "../../client/join.ts";
import { readConfig } from "../../server/config.ts";
import { createServer } from "../../server/server.ts";
import { defineGame, type Game, one, u8 } from "../../shared/game.ts";
import { nim } from "../../shared/games/nim.ts";
import { newFolder } from "../contract/folders.ts";

const declared = {
  ...{ name: "still", version: 1, seats: { min: 1, max: 1 } },
  ...{ records: { stone: one({ weight: u8 }) }, rules: {} },
};

test("[K86] a server refuses what is no declared game, with its place, and ticks that no rule runs", () => {
  const mistakes: readonly (readonly [games: unknown, named: string])[] = [
    [undefined, "games is a list"],
    [nim, "games is a list"],
    [[nim, declared], "games[1] is no game: defineGame({…}) makes one"],
    [[{ nim }], "games[0] is no game"],
    [[undefined], "games[0] is no game"],
    [[null], "games[0] is no game"],
    [[nim, nim], "two games have the same name"],
    [[defineGame({ ...declared, tickHz: 20 })], 'games[0], "still", has tickHz and no rule'],
  ];
  for (const [games, named] of mistakes) {
    const create = () => createServer({ games: games as readonly Game[] });
    expect(create, named).toThrow(TypeError);
    expect(create, named).toThrow(named);
  }
  expect(() => createServer({ games: [nim, defineGame(declared)] })).not.toThrow();
});

/** Where nim alone is served until the test ends. */
async function serveNim(): Promise<string> {
  const read = readConfig({ PORT: "0", DATA_DIR: await newFolder(), LOG_LEVEL: "error" });
  if (read.kind === "refused") throw new Error("the environment is refused");
  const server = createServer({ games: [nim], config: read.config, signals: false });
  onTestFinished(() => server.stop());
  return (await server.start()).url;
}

test("[W60] a server that lacks a game of Holdfast's offers none of them, and says that there is no page", async () => {
  const url = await serveNim();
  const page = await fetch(url);
  expect([page.status, page.headers.get("content-type")]).toEqual([
    404,
    expect.stringContaining("text/plain"),
  ]);
  expect(await page.text()).toContain('createServer({ games, pages: "dist" })');
  const other = await fetch(`${url}/arena`);
  expect(await other.json()).toMatchObject({ error: { reason: "not-found" } });
  const games = await fetch(`${url}/api/games`);
  expect(await games.json()).toMatchObject({ games: [{ name: "nim" }] });
});

test("[C128] a page comes back to its seat by its code, however that is typed", async () => {
  const url = await serveNim();
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const first = await join({ game: nim, url, storage, create: "private" });
  const typed = ` ${first.code.slice(0, 3)}-${first.code.slice(3).toUpperCase()} `;
  first.close();
  // Another page, and for the server another guest but for what the first one kept.
  const second = await join({ game: nim, url, storage, code: typed });
  expect([second.room, second.index]).toEqual([first.room, first.index]);
  const friend = await join({ game: nim, url, code: typed });
  expect([friend.room, friend.index]).toEqual([first.room, 1]);
  await expect(join({ game: nim, url, code: "" })).rejects.toMatchObject({
    reason: "room-unknown",
  });
  second.close();
  friend.close();
});
