// Screens: small ones, such as of a phone on its side, and text twice as large: what is used and what is
// read is all there, and nothing lies over anything else.

import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import { texts } from "../../client/app/texts.ts";
import { openBed } from "./bed.ts";
import { joinTable, openTable } from "./cardPlayers.ts";
import { live, play } from "./chromium.ts";

const bed = openBed();

const touched = { hasTouch: true, isMobile: true };
const UPRIGHT: BrowserContextOptions = { viewport: { width: 360, height: 740 }, ...touched };
const ON_ITS_SIDE: BrowserContextOptions = { viewport: { width: 740, height: 360 }, ...touched };
const LAPTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

/** As somebody has set their browser's text, in percent of what is usual. */
const setText = (page: Page, percent: number) =>
  page.evaluate((size) => {
    document.documentElement.style.fontSize = `${size}%`;
  }, percent);

/** Which of the parts of a page lie over each other; fails if one is not shown. */
function overlapsOf(page: Page, parts: readonly string[]): Promise<string[]> {
  return page.evaluate((selectors) => {
    const boxes = selectors.map((selector) => {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      if (box === undefined || box.width * box.height === 0) throw new Error(`no ${selector}`);
      return { selector, box };
    });
    return boxes.flatMap(({ selector, box }, at) =>
      boxes
        .slice(at + 1)
        .filter(
          ({ box: other }) =>
            box.left < other.right &&
            other.left < box.right &&
            box.top < other.bottom &&
            other.top < box.bottom,
        )
        .map((other) => `${selector} and ${other.selector}`),
    );
  }, parts);
}

const INSTRUMENTS = [".bar", ".gauges", ".tools", ".scores"];
const THUMBS = [".stick-base", '[data-testid="mine"]', '[data-testid="dash"]', ".fire"];

test("[B59] none of the arena's instruments and buttons lies over another, also with text at 200 %", async () => {
  for (const [device, parts] of [
    [UPRIGHT, [...INSTRUMENTS, ...THUMBS]],
    [ON_ITS_SIDE, [...INSTRUMENTS, ...THUMBS]],
    [LAPTOP, INSTRUMENTS],
  ] as const) {
    const page = await bed.visitor(bed.server.url, device);
    await openTable(page, "Ada", "arena");
    await page.locator(".gauges").waitFor();
    for (const percent of [100, 200]) {
      await setText(page, percent);
      const found = await overlapsOf(page, parts);
      expect(found, `${device.viewport?.width} px, text at ${percent} %`).toEqual([]);
    }
  }
});

test("[B60] on a phone on its side what is said of the line leaves the arena's instruments free", async () => {
  const page = await bed.visitor(bed.server.url, ON_ITS_SIDE);
  await openTable(page, "Ada", "arena");
  await page.locator(".gauges").waitFor();
  // It comes and goes in seconds: here it stays.
  await page.getByTestId("banner").evaluate((banner, said) => {
    banner.classList.add("banner");
    banner.textContent = said;
  }, texts.faces.reconnectingSoon);
  expect(await overlapsOf(page, [...INSTRUMENTS, ".banner"])).toEqual([]);
});

test("[B61] the lab's button lies over no word of a story, and can be pressed", async () => {
  for (const device of [UPRIGHT, ON_ITS_SIDE, LAPTOP]) {
    const page = await bed.visitor(bed.server.url, device);
    await openTable(page, "Ada", "adventure");
    await page.locator(".line.place").first().waitFor();
    expect(await overlapsOf(page, [".lab-open", ".story", ".prompt", ".bar"])).toEqual([]);
    await page.getByTestId("lab-open").click();
    await page.getByTestId("lab-panel").waitFor();
    await live(page);
    expect(await overlapsOf(page, [".lab-panel", ".prompt", ".bar"])).toEqual([]);
  }
});

test("[B62] on a phone on its side a turn of nim or eights is seen without scrolling", async () => {
  for (const game of ["nim", "eights"] as const) {
    const ada = await bed.visitor(bed.server.url, ON_ITS_SIDE);
    const bob = await bed.visitor(bed.server.url);
    await openTable(ada, "Ada", game);
    await joinTable(bob, "Bob", ada);
    if (game === "eights") await ada.getByTestId("deal").click();
    await ada.getByTestId(game === "nim" ? "take-3" : "hand").waitFor();
    const hidden = await ada
      .locator(`.${game}-table`)
      .evaluate((table) => table.scrollHeight - table.clientHeight);
    expect(hidden, game).toBe(0);
  }
});

test("[B63] whoever waits for somebody is told whether others may come, also after a reload", async () => {
  const alone = await bed.visitor(bed.server.url);
  await openTable(alone, "Ada", "nim");
  const waiting = alone.getByTestId("waiting");
  await waiting.getByText(texts.table.waitingPrivate).waitFor();
  await alone.reload();
  await live(alone);
  await waiting.getByText(texts.table.waitingPrivate).waitFor();
  const open = await bed.visitor(bed.server.url);
  await play(open, "Bob", "nim");
  await open.getByTestId("waiting").getByText(texts.table.waitingListed).waitFor();
});
