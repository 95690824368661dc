// Faces: the ways through the pages on which pictures are taken: the door, both games, a line that
// goes and a server that goes. They play and wait; they judge nothing.

import type { Page } from "playwright-core";
import type { LabServer } from "../live/lab.ts";
import type { TcpProxy } from "../live/proxy.ts";
import { live, play } from "./chromium.ts";

export interface Stage {
  readonly server: LabServer;
  readonly line: TcpProxy;
  /** Somebody new, with a browser of their own. */
  readonly person: () => Promise<Page>;
  readonly shoot: (page: Page, name: string) => Promise<void>;
}

const leave = (...people: readonly Page[]) =>
  Promise.all(people.map((page) => page.context().close()));

/** What somebody sees who has no seat yet. */
export async function doorFaces({ line, person, shoot }: Stage): Promise<void> {
  const page = await person();
  await page.goto(line.url);
  await page.getByTestId("rooms").waitFor();
  await shoot(page, "landing");
  await page.getByTestId("play-arena").click();
  await shoot(page, "landing-nameless");
  await page.goto(`${line.url}/#/nim/k7m2p`);
  await page.getByTestId("name").waitFor();
  await shoot(page, "door-name");
  await page.getByTestId("name").fill("Ada");
  await page.getByTestId("sit-down").click();
  await page.getByTestId("overlay").waitFor();
  await shoot(page, "door-refused");
  await page.goto(line.url);
  await page.getByTestId("rooms").waitFor();
  line.refusing = true;
  line.reset();
  await page.getByTestId("unreached").waitFor();
  await page.getByTestId("unreached").scrollIntoViewIfNeeded();
  await shoot(page, "landing-unreached");
  await page.getByTestId("play-arena").click();
  await page.getByTestId("seating").waitFor();
  await page.waitForTimeout(3_600);
  await shoot(page, "door-seating");
  line.heal();
  await leave(page);
}

/** The sea, a line that goes and comes back, and a second tab. */
export async function arenaFaces({ line, person, shoot }: Stage): Promise<void> {
  const page = await person();
  await page.goto(line.url);
  await play(page, "Ada", "arena");
  await page.keyboard.down("w");
  await page.waitForTimeout(1_500);
  await page.keyboard.up("w");
  await shoot(page, "arena");
  const upright = page.viewportSize();
  await page.setViewportSize({ width: 844, height: 390 });
  await shoot(page, "arena-on-its-side");
  if (upright !== null) await page.setViewportSize(upright);
  for (const part of ["fitting", "invite", "lab-open"]) {
    await page.getByTestId(part).click();
    if (part === "lab-open") await live(page);
    await shoot(page, `arena-${part}`);
    if (part !== "lab-open") await page.getByTestId(part).click();
  }
  await page.getByTestId("lab-open").click();
  line.refusing = true;
  line.reset();
  await page.getByTestId("banner").waitFor();
  await shoot(page, "banner");
  await page.getByTestId("countdown").waitFor();
  await shoot(page, "away");
  line.heal();
  await live(page);
  await page.getByTestId("toast").first().waitFor();
  await page.waitForTimeout(400);
  await shoot(page, "back");
  const twin = await page.context().newPage();
  await twin.goto(line.url);
  await twin.getByTestId("still-on").waitFor();
  await shoot(twin, "still-on");
  await twin.getByTestId("still-on").getByTestId("sit-down").first().click();
  await live(twin);
  await page.getByTestId("overlay").waitFor();
  await shoot(page, "elsewhere");
  await twin.getByTestId("leave").click();
  await shoot(twin, "leave-ask");
  await twin.getByTestId("leave-yes").click();
  await leave(page);
}

/** A game of two: waiting, playing, somebody away, the end. */
export async function nimFaces({ line, person, shoot }: Stage): Promise<void> {
  const ada = await person();
  await ada.goto(line.url);
  await play(ada, "Ada", "nim");
  await shoot(ada, "nim-waiting");
  const bob = await person();
  await bob.goto(line.url);
  await play(bob, "Bob", "nim");
  await ada.getByTestId("take-1").waitFor();
  const eve = await person();
  await eve.goto(ada.url());
  await eve.getByTestId("name").fill("Eve");
  await eve.getByTestId("sit-down").click();
  await eve.getByTestId("overlay").waitFor();
  await shoot(eve, "nim-full");
  await shoot(ada, "nim-turn");
  if (!(await ada.getByTestId("take-3").isEnabled())) await bob.getByTestId("take-3").click();
  await ada.getByTestId("take-3").click();
  await ada.getByTestId("turn").filter({ hasText: "thinking" }).waitFor();
  await shoot(ada, "nim-theirs");
  await bob.context().close();
  await ada.getByTestId("plate-1").filter({ hasText: "kept" }).waitFor();
  await shoot(ada, "nim-they-are-away");
  await leave(ada, eve);
}

/** A server that is killed and started anew while somebody plays. */
export async function serverFaces({ server, line, person, shoot }: Stage): Promise<void> {
  const page = await person();
  await page.goto(line.url);
  await play(page, "Ada", "arena");
  await server.signal("SIGTERM");
  await page.getByTestId("countdown").waitFor();
  await shoot(page, "server-away");
  await server.begin();
  await live(page);
  await page.getByTestId("toast").first().waitFor();
  await shoot(page, "server-back");
  await leave(page);
}
