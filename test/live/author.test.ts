// Author: the way of somebody who writes a game: from the packed package to players in seats, with
// nothing but what is in the package.

import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterEach, expect, test } from "vitest";
import { startGame } from "./startedGame.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PATIENCE_MS = 240_000;

const ended: (() => Promise<void>)[] = [];

afterEach(async () => {
  while (ended.length > 0) await ended.pop()?.();
});

/** An empty folder that is gone after the test. */
async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-author-"));
  ended.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Plays as an author's program would: with the installed package alone. */
const PLAYERS = `
import { join } from "holdfast/client";
import { lamps } from "./game.ts";
const url = process.argv[2];
const ann = await join({ game: lamps, url, name: "Ann" });
const bob = await join({ game: lamps, url, name: "Bob" });
const end = await ann.send.light({ lamp: 3 });
const again = await bob.send.light({ lamp: 3 });
console.log(JSON.stringify({ end, again, owner: ann.state.lamps.get(3)?.seat, index: ann.index }));
await Promise.all([ann.leave(), bob.leave()]);
`;

test(
  "[L30, W61] from the packed package to a game that is tested and played, with three commands, and asked by its operator",
  async () => {
    const folder = await emptyFolder();
    await run("npm", ["pack", "--pack-destination", folder], { cwd: ROOT });
    const [tarball] = await readdir(folder);
    const npx = ["--yes", `--package=${join(folder, tarball ?? "")}`, "holdfast", "new", "my-game"];
    await run("npx", npx, { cwd: folder });
    const game = join(folder, "my-game");
    await run("npm", ["install", "--no-audit", "--no-fund"], { cwd: game });
    const { stdout } = await run("npm", ["test"], { cwd: game });
    expect(stripVTControlCharacters(stdout)).toMatch(/Tests +4 passed/);

    const asked = await run("npm", ["run", "admin", "--", "quarantined"], { cwd: game });
    expect(asked.stdout).toContain("No room is in quarantine.");
    const usage = { stderr: expect.stringContaining("npm run backup -- <new file>") as string };
    await expect(run("npm", ["run", "backup"], { cwd: game })).rejects.toMatchObject(usage);

    const { url, end: stop } = await startGame(game);
    ended.push(stop);
    expect(await (await fetch(url)).text()).toContain("<h1>lamps</h1>");
    await writeFile(join(game, "players.ts"), PLAYERS);
    const played = await run("npx", ["tsx", "players.ts", url], { cwd: game });
    const { end, again, owner, index } = JSON.parse(played.stdout) as Record<string, unknown>;
    expect([end, owner]).toEqual([{ end: "applied" }, index]);
    expect(again).toMatchObject({ end: "refused", reason: "already-lit" });
  },
  PATIENCE_MS,
);

test("[W61] whoever asks for an operator's command is told where it is", async () => {
  const command = join(ROOT, "server", "command.mjs");
  for (const words of [["admin"], ["backup", "file"], []]) {
    const told = expect.stringMatching(/npm run admin .*npm run backup/) as string;
    await expect(run(process.execPath, [command, ...words])).rejects.toMatchObject({
      stderr: told,
    });
  }
});

test("[L30] a folder with something in it is left alone", async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, "mine.txt"), "mine");
  const command = join(ROOT, "server", "command.mjs");
  await expect(run(process.execPath, [command, "new", folder])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("not empty") as string,
  });
  expect(await readdir(folder)).toEqual(["mine.txt"]);
  // Not even a folder: said in a sentence, not by where in Node it failed.
  await expect(
    run(process.execPath, [command, "new", join(folder, "mine.txt", "game")]),
  ).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^holdfast: .* cannot be made: .*\nName a folder.*\n$/) as string,
  });
});
