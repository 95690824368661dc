// Reading: two people who read the adventure for longer than a session lives: one scrolls, the other does
// nothing at all. Clocks are so short that an hour of reading takes a minute.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { until } from "../live/lab.ts";
import { openBed } from "./bed.ts";
import { live } from "./chromium.ts";

const SESSION_LIFE_MS = 60_000;
/** Far beyond what any of it takes. */
const PATIENCE_MS = 150_000;
const bed = openBed({
  environment: { SEAT_IDLE_MINUTES: "adventure:0.9", SESSION_LIFE_MINUTES: "1" },
});

/** Sits down in the room of an address, or in a private one. */
async function arrive(name: string, hash?: string): Promise<Page> {
  const page = await bed.visitor(bed.server.url);
  await page.getByTestId("name").fill(name);
  if (hash !== undefined) {
    await page.evaluate((to) => location.assign(to), hash);
    await page.getByTestId("name").fill(name);
    await page.getByTestId("sit-down").click();
  } else await page.getByTestId("private-adventure").click();
  await live(page);
  return page;
}

async function type(page: Page, line: string, answer: string): Promise<void> {
  await page.getByTestId("prompt").fill(line);
  await page.getByTestId("prompt").press("Enter");
  await page.locator(".leaf").last().getByText(answer).first().waitFor();
}

/** Whom the server takes the browser for, without opening a session. */
const session = (page: Page) =>
  page.evaluate(async () => {
    const answer = await fetch("/api/session");
    return ((await answer.json()) as { session: { label: string } | null }).session?.label;
  });

const story = (page: Page) => page.getByTestId("story").innerText();
const seen = (page: Page, index: number) =>
  page.getByTestId(`companion-${index}`).getAttribute("data-state");

test("[B47] who only scrolls keeps the seat and is seen to be reading; who does nothing is asked, put away and seen so, on a session that pings keep, and finds all of it at the next key", async () => {
  const ada = await arrive("Ada");
  const bob = await arrive("Bob", new URL(ada.url()).hash);
  await type(bob, "up. up. take cord", "You take");
  await type(bob, "down. down", "The Slip");
  const label = await session(bob);
  expect(label).toBeDefined();
  const stillMs = performance.now();
  const before = await story(bob);
  await ada.getByTestId("story").hover();
  const scroll = async () => {
    await ada.mouse.wheel(0, 40);
    await ada.mouse.wheel(0, -40);
  };

  const asked = bob.getByTestId("still-here").filter({ hasText: "Are you there?" });
  const isAsked = async () => {
    await scroll();
    return asked.isVisible();
  };
  await until("Bob is asked", isAsked, PATIENCE_MS);
  const isTold = async () => {
    await scroll();
    const isOver = performance.now() - stillMs > SESSION_LIFE_MS;
    return isOver && (await seen(ada, 1)) === "away" && (await seen(bob, 0)) === "reading";
  };
  await until("Bob is put away, Ada reads, and a session's life is over", isTold, PATIENCE_MS);
  expect(await ada.getByTestId("companion-1").innerText()).toContain("idle");
  expect(await bob.getByTestId("still-here").innerText()).toContain("Your place and your story");
  expect(await session(bob)).toBe(label);

  await type(ada, "say the tide turns", "the tide turns");
  await until("Bob is back", async () => {
    await bob.keyboard.press("Shift");
    return ["returning", "here"].includes((await seen(ada, 1)) ?? "");
  });
  await bob.getByTestId("still-here").waitFor({ state: "hidden" });
  const after = await story(bob);
  expect(after.startsWith(before)).toBe(true);
  expect(after).toContain("the tide turns");
  await type(bob, "inventory", "cord");
}, 300_000);
