// Template: the page that a new game begins with, as whoever tries it first sees it: two tabs of one
// browser, which are one person, and somebody with another browser.

import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type StartedGame, startGame } from "../live/startedGame.ts";
import { openBrowser } from "./chromium.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let browser: Browser;
let folder: string;
let game: StartedGame;
/** What the page's code threw, and what the browser's console shows in red. */
const mistakes: Error[] = [];
/** Who was asked for a name, in that order. */
const asked: string[] = [];

/** The template in a folder of its own, with this package and its tools as if they were installed there. */
beforeAll(async () => {
  browser = await openBrowser();
  folder = await mkdtemp(join(tmpdir(), "holdfast-template-"));
  await cp(join(ROOT, "server/template"), folder, { recursive: true });
  await mkdir(join(folder, "node_modules"));
  await symlink(ROOT, join(folder, "node_modules/holdfast"));
  for (const name of [".bin", "vite", "vitest"])
    await symlink(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  game = await startGame(folder);
}, 90_000);

afterAll(async () => {
  await browser.close();
  await game.end();
  await rm(folder, { recursive: true, force: true });
});

/** Somebody opens the page and says who they are. */
async function arrive(context: BrowserContext, name: string): Promise<Page> {
  const page = await context.newPage();
  page.on("dialog", (dialog) => {
    asked.push(name);
    return dialog.accept(name);
  });
  page.on("pageerror", (error) => mistakes.push(error));
  page.on("console", (said) => {
    if (said.type() === "error") mistakes.push(new Error(`${said.text()} ${said.location().url}`));
  });
  await page.goto(game.url);
  await says(page, "live");
  return page;
}

const says = (page: Page, text: string) => page.getByText(text).first().waitFor();

test("[B42, B56] the template's page says that tabs are one person, gives the seat back, and is played by two browsers", async () => {
  const [annsBrowser, bobsBrowser] = [await browser.newContext(), await browser.newContext()];
  const first = await arrive(annsBrowser, "Ann");
  await says(first, "in a private window, or in another browser");
  const tab = await arrive(annsBrowser, "Ann");
  await says(first, "You play in another tab");
  const playHere = first.getByRole("button", { name: "Play here" });
  await playHere.click();
  await says(tab, "You play in another tab");
  await says(first, "live");
  expect(await playHere.isVisible()).toBe(false);

  const bob = await arrive(bobsBrowser, "Bob");
  for (const page of [first, bob]) await says(page, "Light as many as you can!");
  await bob.getByRole("button", { name: "lamp 7", exact: true }).click();
  const bobsLamp = first.locator('#wall button[data-seat="1"]');
  await bobsLamp.waitFor();
  expect(await bobsLamp.getAttribute("aria-label")).toBe("lamp 7");
  await bob.reload();
  await says(bob, "live");
  expect(asked).toEqual(["Ann", "Bob"]);
  expect(mistakes).toEqual([]);
});
