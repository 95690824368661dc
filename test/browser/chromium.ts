// Chromium: the real browser that browser tests and pictures drive, found where the system keeps it.
// It opens pages of loopback only.

import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import type { GameName } from "../../client/app/route.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Fails, and never skips, where there is no browser. */
export async function openBrowser(): Promise<Browser> {
  const path = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (path === undefined) {
    throw new Error(
      "no Chromium found: `npm test` says how to get one, or set CHROMIUM to its path",
    );
  }
  return chromium.launch({
    executablePath: path,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Somebody with a browser of their own: nothing is shared with others. */
export async function visitor(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Plays a game from the landing page and waits until the line is live. */
export async function play(page: Page, name: string, game: GameName): Promise<void> {
  await page.getByTestId("name").fill(name);
  await page.getByTestId(`play-${game}`).click();
  await live(page);
}

/** Waits until the page says that its line is live and nothing covers the table. */
export async function live(page: Page): Promise<void> {
  await page.getByTestId("line-light").filter({ hasText: "Live" }).waitFor();
  await page.getByTestId("overlay").waitFor({ state: "hidden" });
}
