// Eights' faces: two people at a table of cards, for tests and pictures: they deal, play what fits,
// and meet a line that goes. They play and wait; they judge nothing.

import type { Page } from "playwright-core";
import { live } from "./chromium.ts";
import type { Stage } from "./faces.ts";

/** Sits somebody down at a table of cards, at the same one as the page before if there is one. */
export async function sitDown(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId("name").fill(name);
  await page.getByTestId("play-eights").click();
  await live(page);
}

/** In the page at one moment: what can be pressed now may be over before a pointer gets there. */
const MOVE = `(() => {
  const ways = ['[data-testid="suit-2"]', ".hand .pickable"];
  for (const way of ["draw", "pass"]) ways.push('[data-testid="' + way + '"]:enabled');
  const found = ways.map((way) => document.querySelector(way)).find((button) => button !== null);
  found?.click();
  return found !== undefined;
})()`;

/** Whoever's turn it is plays the first card that fits, or draws, or passes. False if it is nobody's. */
export async function move(...people: readonly Page[]): Promise<boolean> {
  for (const page of people) if (await page.evaluate(MOVE)) return true;
  return false;
}

/** A game of cards with a line that goes at the wrong moment. */
export async function eightsFaces({ server, line, person, shoot }: Stage): Promise<void> {
  const [ann, bob] = [await person(), await person()];
  await sitDown(ann, line.url, "Ada");
  await shoot(ann, "eights-waiting");
  await sitDown(bob, server.url, "Bo");
  await ann.getByTestId("deal").waitFor();
  await shoot(ann, "eights-deal");
  await ann.getByTestId("deal").click();
  await ann.getByTestId("hand").waitFor();
  for (let moves = 0; moves < 5; moves++) {
    await move(ann, bob);
    await ann.waitForTimeout(300);
  }
  await shoot(ann, "eights-ann");
  await shoot(bob, "eights-bob");
  // Until it is Ann's turn; then her line goes, and her clock stands still.
  while (
    !(await ann.getByTestId("draw").isEnabled()) &&
    !(await ann.getByTestId("pass").isEnabled())
  ) {
    await move(bob);
    await ann.waitForTimeout(300);
  }
  line.refusing = true;
  line.reset();
  await bob.locator('[data-presence="away"]').waitFor({ timeout: 10_000 });
  await bob.waitForTimeout(500);
  await shoot(bob, "eights-waits");
  line.heal();
  await live(ann);
  await bob.locator('[data-presence="away"]').waitFor({ state: "hidden" });
  await shoot(ann, "eights-back");
  for (let moves = 0; moves < 200 && !(await ann.getByTestId("deal").isVisible()); moves++) {
    if (!(await move(ann, bob))) await ann.waitForTimeout(100);
  }
  await ann.getByTestId("deal").waitFor();
  await shoot(ann, "eights-over");
  for (const page of [ann, bob]) await page.context().close();
}
