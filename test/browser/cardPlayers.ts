// Card players: two people at a table of eights in real browsers: they sit down, play what fits and
// note what reached their pages. They judge nothing.

import type { Page } from "playwright-core";
import type { GameName } from "../../client/app/route.ts";
import { live } from "./chromium.ts";

/** A table of one's own, where nobody sits down by chance. */
export async function openTable(
  page: Page,
  name: string,
  game: GameName = "eights",
): Promise<void> {
  await page.getByTestId("name").fill(name);
  await page.getByTestId(`private-${game}`).click();
  await live(page);
}

/** Sits down at somebody's table, by its address. */
export async function joinTable(page: Page, name: string, table: Page): Promise<void> {
  const { hash } = new URL(table.url());
  await page.evaluate((here) => location.assign(here), hash);
  await page.getByTestId("name").fill(name);
  await page.getByTestId("sit-down").click();
  await live(page);
}

/** One's own cards as the page shows them, in their order. */
export function handOf(page: Page): Promise<number[]> {
  return page
    .locator(".hand .playing-card")
    .evaluateAll((cards) => cards.map((card) => Number((card as HTMLElement).dataset.card)));
}

/** Every card whose face the page shows, but for the open one, which is everybody's. */
export function facesOf(page: Page): Promise<number[]> {
  return page
    .locator("[data-card]:not(.middle *)")
    .evaluateAll((cards) => cards.map((card) => Number((card as HTMLElement).dataset.card)));
}

/** Whether it is this person's turn and nothing of theirs is under way. */
export async function isAtTurn(page: Page): Promise<boolean> {
  const ways = page.locator('.ways [aria-disabled="false"]');
  return (await ways.count()) > 0;
}

/**
 * Whoever is at turn plays the first card that fits, or draws, or passes. False if nobody can. In the
 * page at one moment: what can be pressed now may be over before a pointer gets there.
 */
export async function move(...people: readonly Page[]): Promise<boolean> {
  for (const page of people) {
    const isDone = await page.evaluate(() => {
      const ways = ["[data-testid=suit-2]", ".hand .pickable", '.ways [aria-disabled="false"]'];
      const found = ways
        .map((way) => document.querySelector<HTMLElement>(way))
        .find((button) => button !== null);
      found?.click();
      return found !== undefined;
    });
    if (isDone) return true;
  }
  return false;
}

/** Notes everything that reaches a page by WebSocket, over reloads too, as bytes. */
export async function noteFrames(page: Page): Promise<readonly Buffer[]> {
  const frames: Buffer[] = [];
  const session = await page.context().newCDPSession(page);
  session.on("Network.webSocketFrameReceived", ({ response: { opcode, payloadData } }) => {
    frames.push(Buffer.from(payloadData, opcode === 2 ? "base64" : "utf8"));
  });
  await session.send("Network.enable");
  return frames;
}
