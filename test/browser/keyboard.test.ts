// Keyboard: whoever plays without a pointer, in real browsers: where the focus is after what had it has
// gone, what Tab reaches under a question, and what is seen where a device insists on its own colours.

import type { BrowserContextOptions, Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rankOf } from "../../shared/games/cards.ts";
import { EIGHT } from "../../shared/games/eightsTable.ts";
import { until } from "../live/lab.ts";
import { TcpProxy } from "../live/proxy.ts";
import { openBed } from "./bed.ts";
import { handOf, isAtTurn, joinTable, move, openTable } from "./cardPlayers.ts";
import { live } from "./chromium.ts";

let line: TcpProxy;

beforeEach(async () => {
  line = await TcpProxy.open(bed.server.port);
});
afterEach(() => line.close());
const bed = openBed();

const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

/** Two people at a table of their own. */
async function pairAt(game: "nim" | "eights", device = DESK): Promise<readonly [Page, Page]> {
  const ada = await bed.visitor(line.url, device);
  const bob = await bed.visitor(line.url, device);
  await openTable(ada, "Ada", game);
  await joinTable(bob, "Bob", ada);
  return [ada, bob];
}

/** What has the focus: its name for tests, a card as "card 3" by its place, or "nothing". */
function focusOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const active = document.activeElement as HTMLElement;
    if (active === document.body) return "nothing";
    const cards = [...document.querySelectorAll(".hand .playing-card")];
    if (cards.includes(active)) return `card ${cards.indexOf(active)}`;
    return active.dataset.testid ?? active.className;
  });
}

const hasFocus = (page: Page, name: string) =>
  until(`the focus is on ${name}`, async () => (await focusOf(page)) === name);

/** Goes to one of one's own cards and presses Enter. */
async function press(page: Page, at: number): Promise<void> {
  await page.locator(".hand .playing-card").nth(at).focus();
  await page.keyboard.press("Enter");
}

/** One's turn by keyboard: tells whether it was an eight. */
async function takeTurn(page: Page): Promise<"eight" | "other"> {
  const before = await handOf(page);
  const fitting = await page
    .locator(".hand .playing-card")
    .evaluateAll((cards) => cards.flatMap((card, at) => (card.matches(".pickable") ? [at] : [])));
  const eightAt = fitting.find((at) => rankOf(before[at] ?? 0) === EIGHT);
  const at = eightAt ?? fitting[0];
  if (at === undefined) {
    const way = (await page.locator('[data-testid="draw"][aria-disabled="false"]').count()) > 0;
    const name = way ? "draw" : "pass";
    await page.getByTestId(name).focus();
    await page.keyboard.press("Enter");
    await page.locator(`[data-testid="${name}"][aria-disabled="true"]`).waitFor();
    await hasFocus(page, name);
    return "other";
  }
  await press(page, at);
  if (eightAt !== undefined) {
    await hasFocus(page, "suit-0");
    await page.keyboard.press("Enter");
  }
  if (before.length === 1) {
    await hasFocus(page, "deal");
    return eightAt === undefined ? "other" : "eight";
  }
  await until("the card is played", async () => (await handOf(page)).length < before.length);
  await hasFocus(page, `card ${Math.min(at, before.length - 2)}`);
  return eightAt === undefined ? "other" : "eight";
}

test("[B51] whoever plays cards by keyboard goes on beside the card that was played, also an eight, at the button that was used, and at the cards that are dealt", async () => {
  const people = await pairAt("eights");
  const [ada] = people;
  let isEightPlayed = false;
  let deals = 0;
  await until(
    "an eight was played, and somebody won",
    async () => {
      if (await ada.getByTestId("deal").isVisible()) {
        if (isEightPlayed && deals > 0) return true;
        deals += 1;
        await ada.getByTestId("deal").focus();
        await ada.keyboard.press("Enter");
        await hasFocus(ada, "card 0");
      }
      for (const page of people) {
        if (!(await isAtTurn(page))) continue;
        isEightPlayed = (await takeTurn(page)) === "eight" || isEightPlayed;
        return false;
      }
      return false;
    },
    100_000,
  );
});

test("[B52] whoever takes sticks by keyboard keeps the place while the other one thinks, and goes on at the next game", async () => {
  const [ada, bob] = await pairAt("nim");
  const sticks = async () => Number.parseInt(await ada.getByTestId("sticks-left").innerText(), 10);
  const isFree = (page: Page) =>
    page.locator('[data-testid="take-1"][aria-disabled="false"]').isVisible();
  for (let left = 21; left > 0; left -= 3) {
    await until("somebody is at turn", async () => (await isFree(ada)) || (await isFree(bob)));
    const [mover, other] = (await isFree(ada)) ? [ada, bob] : [bob, ada];
    const before = await focusOf(other);
    await mover.getByTestId("take-3").focus();
    await mover.keyboard.press("Enter");
    await until("they are taken", async () => (await sticks()) === left - 3);
    if (left > 3) expect([await focusOf(mover), await focusOf(other)]).toEqual(["take-3", before]);
  }
  await Promise.all([ada, bob].map((page) => hasFocus(page, "rematch")));
  await ada.keyboard.press("Enter");
  await hasFocus(ada, "take-1");
});

/** All that Tab comes by, from here until it has been round. */
async function tabbed(page: Page): Promise<Set<string>> {
  const met = new Set<string>();
  for (let steps = 0; steps < 12; steps++) {
    await page.keyboard.press("Tab");
    met.add(await focusOf(page));
  }
  return met;
}

test("[B53] Tab goes round in a question and in what covers the table, and the lab; Escape stays; then the focus is where it was", async () => {
  const [ada] = await pairAt("nim");
  await ada.getByTestId("take-2").waitFor();
  await ada.getByTestId("leave").focus();
  await ada.keyboard.press("Enter");
  await hasFocus(ada, "leave-no");
  const inQuestion = await tabbed(ada);
  inQuestion.delete("nothing");
  expect([...inQuestion].sort()).toEqual(["leave-no", "leave-yes"]);
  await ada.keyboard.press("Escape");
  await ada.getByTestId("leave-ask").waitFor({ state: "detached" });
  await hasFocus(ada, "leave");

  await ada.getByTestId("take-2").focus();
  line.refusing = true;
  line.reset();
  await hasFocus(ada, "remedy");
  const atOverlay = await tabbed(ada);
  atOverlay.delete("nothing");
  expect([...atOverlay].sort()).toEqual(["go-home", "lab-open", "remedy"]);
  await ada.getByTestId("remedy").focus();
  line.heal();
  await live(ada);
  await hasFocus(ada, "take-2");
});

test("[B57] a question that is answered over a cover leaves the focus at the cover, and at what asked once the line is back", async () => {
  const [ada] = await pairAt("nim");
  await ada.getByTestId("take-2").waitFor();
  await ada.getByTestId("leave").focus();
  await ada.keyboard.press("Enter");
  await hasFocus(ada, "leave-no");
  line.refusing = true;
  line.reset();
  await ada.getByTestId("overlay").waitFor();
  await hasFocus(ada, "leave-no");
  await ada.keyboard.press("Escape");
  await hasFocus(ada, "remedy");
  line.heal();
  await live(ada);
  await hasFocus(ada, "leave");
});

test("[B54] whoever types while the line goes types on, and what they sent is in the story once it is back", async () => {
  const page = await bed.visitor(line.url);
  await page.getByTestId("name").fill("Ada");
  await page.getByTestId("private-adventure").click();
  await live(page);
  await page.getByTestId("prompt").focus();
  await page.keyboard.type("look ar");
  line.refusing = true;
  line.reset();
  await page.getByTestId("overlay").waitFor();
  await page.keyboard.type("ound");
  await page.keyboard.press("Enter");
  await page.locator(".line.typed.under-way").filter({ hasText: "look around" }).waitFor();
  await hasFocus(page, "prompt");
  line.heal();
  await live(page);
  await page
    .locator(".line.typed:not(.under-way, .vain)")
    .filter({ hasText: "look around" })
    .waitFor();
});

/** What is drawn of something, with what stands around it. */
async function pictureOf(page: Page, selector: string): Promise<string> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not shown`);
  const clip = { x: box.x - 6, y: box.y - 6, width: box.width + 12, height: box.height + 12 };
  const picture = await page.screenshot({ clip, animations: "disabled" });
  return picture.toString("base64");
}

/**
 * Whether anybody would tell the pictures from each other. A point at an edge is drawn a little otherwise
 * each time: that a few differ, or all of them a little, is nothing to be seen.
 */
function looksOther(page: Page, ...pictures: readonly string[]): Promise<boolean> {
  return page.evaluate(async (pair) => {
    const colours = async (picture = "") => {
      const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
      canvas?.drawImage(image, 0, 0);
      return canvas?.getImageData(0, 0, image.width, image.height).data ?? new Uint8ClampedArray();
    };
    const [one, other] = [await colours(pair[0]), await colours(pair[1])];
    const far = one.filter((colour, at) => Math.abs(colour - (other[at] ?? 0)) > 64);
    return far.length > one.length / 20;
  }, pictures);
}

test("[B55] where a device insists on its own colours it is seen whose turn it is, what is left, where the focus is and which cards fit", async () => {
  const device = { ...DESK, forcedColors: "active", reducedMotion: "reduce" } as const;
  const [ada, bob] = await pairAt("nim", device);
  const isFree = (page: Page) =>
    page.locator('[data-testid="take-1"][aria-disabled="false"]').isVisible();
  await until("somebody is at turn", async () => (await isFree(ada)) || (await isFree(bob)));
  const mover = (await isFree(ada)) ? ada : bob;
  const plate = `[data-testid="plate-${mover === ada ? 0 : 1}"]`;
  const stick = ".stick:last-child";
  const [atTurn, there] = [await pictureOf(mover, plate), await pictureOf(mover, stick)];
  expect(await looksOther(mover, atTurn, await pictureOf(mover, plate))).toBe(false);
  await mover.keyboard.press("1");
  await until("it was taken", async () => !(await isFree(mover)));
  expect(await looksOther(mover, atTurn, await pictureOf(mover, plate))).toBe(true);
  expect(await looksOther(mover, there, await pictureOf(mover, stick))).toBe(true);
  const leave = '[data-testid="leave"]';
  const plain = await pictureOf(mover, leave);
  await mover.keyboard.press("Tab");
  await mover.locator(leave).focus();
  expect(await looksOther(mover, plain, await pictureOf(mover, leave))).toBe(true);

  const players = await pairAt("eights", device);
  await players[0].getByTestId("deal").click();
  await until("cards are dealt", async () => (await handOf(players[0])).length > 0);
  const cardsOf = (page: Page) =>
    page.locator(".hand .playing-card").evaluateAll((cards) =>
      cards.map((card) => ({
        fits: card.matches(".pickable"),
        edge: getComputedStyle(card).borderTopWidth,
      })),
    );
  await until("of somebody's cards some fit and others do not", async () => {
    for (const page of players) {
      const cards = await cardsOf(page);
      const edges = new Set(cards.filter(({ fits }) => fits).map(({ edge }) => edge));
      const others = cards.filter(({ fits }) => !fits);
      if (edges.size === 0 || others.length === 0) continue;
      expect(others.filter(({ edge }) => edges.has(edge))).toEqual([]);
      return true;
    }
    await move(...players);
    return false;
  });
});
