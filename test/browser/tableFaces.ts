// Table faces: the ways through a game of cards and through the story on which pictures are taken:
// with company, with somebody away, read again. They play and wait; they judge nothing.

import type { Page } from "playwright-core";
import { isAtTurn, joinTable, move, openTable } from "./cardPlayers.ts";
import { live } from "./chromium.ts";
import type { Stage } from "./faces.ts";

/** A game of cards, with a line that goes while its player is at turn. */
export async function eightsFaces({ server, line, person, shoot }: Stage): Promise<void> {
  const [ada, bob] = [await person(), await person()];
  await ada.goto(line.url);
  await openTable(ada, "Ada");
  await shoot(ada, "eights-waiting");
  await bob.goto(server.url);
  await joinTable(bob, "Bob", ada);
  await ada.getByTestId("deal").waitFor();
  await shoot(ada, "eights-deal");
  await ada.getByTestId("deal").click();
  await ada.getByTestId("hand").waitFor();
  for (let moves = 0; moves < 5; moves++) {
    await move(ada, bob);
    await ada.waitForTimeout(300);
  }
  while (!(await isAtTurn(ada))) {
    await move(bob);
    await ada.waitForTimeout(100);
  }
  await shoot(ada, "eights-own-turn");
  await shoot(bob, "eights-their-turn");
  line.refusing = true;
  line.reset();
  await bob.getByTestId("clock").filter({ hasText: "waits" }).waitFor();
  await bob.locator('[data-presence="away"]').waitFor();
  await shoot(bob, "eights-clock-stands");
  const isBack = bob.locator('[data-presence="returning"]').waitFor();
  line.heal();
  await isBack;
  await shoot(bob, "eights-they-are-back");
  await live(ada);
  await bob.getByTestId("leave").click();
  await bob.getByTestId("leave-yes").click();
  await ada.locator('[data-presence="gone"]').waitFor();
  await shoot(ada, "eights-they-have-left");
  await Promise.all([ada, bob].map((page) => page.context().close()));
}

/** Types a line and waits until it stands in the story. */
async function type(page: Page, line: string): Promise<void> {
  const lines = page.locator(".line.typed:not(.under-way)");
  const before = await lines.count();
  await page.getByTestId("prompt").fill(line);
  await page.getByTestId("prompt").press("Enter");
  await lines.nth(before).waitFor();
}

/** The island: arrived, in company, completing, scrolled back, with a line under way, and asked after. */
export async function adventureFaces({ server, line, person, shoot }: Stage): Promise<void> {
  const [ada, bob] = [await person(), await person()];
  await ada.goto(line.url);
  await ada.getByTestId("name").fill("Ada");
  await ada.getByTestId("private-adventure").click();
  await live(ada);
  await shoot(ada, "adventure");
  await bob.goto(`${server.url}/${new URL(ada.url()).hash}`);
  await bob.getByTestId("name").fill("Bob");
  await bob.getByTestId("sit-down").click();
  await live(bob);
  await type(bob, "say Good evening. Who else is here?");
  await type(bob, "shout HELLO, THOLE!");
  for (const typed of ["read letter", "examine tower", "fly", "story"]) await type(ada, typed);
  await ada.getByTestId("prompt").fill("read le");
  await shoot(ada, "adventure-completing");
  await ada.getByTestId("prompt").fill("");
  await ada.getByTestId("story").evaluate((story) => story.scrollTo(0, 0));
  await type(bob, "say Look up there.");
  await ada.locator(".newest").waitFor();
  await shoot(ada, "adventure-scrolled-back");
  await ada.locator(".newest").click();
  await bob.context().close();
  await ada.locator('[data-state="away"]').waitFor({ timeout: 30_000 });
  await shoot(ada, "adventure-they-are-away");
  line.refusing = true;
  line.reset();
  await ada.getByTestId("prompt").fill("up");
  await ada.getByTestId("prompt").press("Enter");
  await ada.getByTestId("banner").waitFor();
  await shoot(ada, "adventure-under-way");
  line.heal();
  await live(ada);
  await ada.getByTestId("toast").first().waitFor();
  await shoot(ada, "adventure-back");
  await ada.context().close();
}
