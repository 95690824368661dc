// What a person sees: a real browser plays on a real server over a line that the test spoils.

import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../live/lab.ts";
import { TcpProxy } from "../live/proxy.ts";
import { openBed } from "./bed.ts";
import { live, play } from "./chromium.ts";

let line: TcpProxy;

beforeEach(async () => {
  line = await TcpProxy.open(bed.server.port);
});
afterEach(() => line.close());
const bed = openBed();

/** Somebody whose line to the server can be spoiled; `marked` tells whether the page was ever loaded anew. */
async function arrive(name: string, game: "arena" | "nim"): Promise<Page> {
  const page = await bed.visitor(line.url);
  await play(page, name, game);
  await page.evaluate(() => Reflect.set(window, "marked", true));
  return page;
}

const isMarked = (page: Page) => page.evaluate(() => Reflect.get(window, "marked") === true);

const sticksLeft = async (page: Page) =>
  Number.parseInt((await page.getByTestId("sticks-left").innerText()).trim(), 10);

/** Where the page draws one's own ship: water sways also where nobody sails. */
const placeOf = (page: Page) =>
  page
    .getByTestId("sea")
    .evaluate(({ dataset }) => ({ x: Number(dataset.x), y: Number(dataset.y) }));

/** A ship that turns all the time sails in circles of some fifty across; one at a rock lies still. */
const SAILED = 20;

/** Waits until the ship has sailed from where it is now. */
async function sails(page: Page): Promise<void> {
  await until("the ship is drawn", async () => (await placeOf(page)).x > 0);
  const from = await placeOf(page);
  await until("the ship has sailed", async () => {
    const { x, y } = await placeOf(page);
    return Math.hypot(x - from.x, y - from.y) > SAILED;
  });
}

const seatsOf = (page: Page) =>
  page.evaluate(async () => {
    const answer = await fetch("/api/seats");
    return ((await answer.json()) as { seats: { room: string; seat: number }[] }).seats;
  });

describe("arena in a real browser", () => {
  test("[B1] a ship sails, the network goes for four seconds, and the same page sails on", async () => {
    const page = await arrive("Ada", "arena");
    await page.keyboard.down("w");
    await sails(page);
    const seats = await seatsOf(page);
    expect(seats).toHaveLength(1);

    line.refusing = true;
    line.reset();
    await page.getByTestId("overlay").waitFor();
    expect(await page.getByTestId("countdown").innerText()).toMatch(/kept for \d:\d\d/);
    line.heal();
    await live(page);
    // A ship that lies at a rock gets off it by turning.
    await page.keyboard.down("a");
    await sails(page);
    expect(await seatsOf(page)).toEqual(seats);
    expect(await isMarked(page)).toBe(true);
  });

  test("[B2] a black hole is seen by the page and left without a reload", async () => {
    const page = await arrive("Ada", "arena");
    line.swallow("up", "down");
    await page.getByTestId("line-light").filter({ hasNotText: "Live" }).waitFor();
    line.heal();
    await live(page);
    expect(await isMarked(page)).toBe(true);
  });

  test("[B3] a reload sits down in the same seat", async () => {
    const page = await arrive("Ada", "arena");
    const seats = await seatsOf(page);
    await page.reload();
    await live(page);
    expect(await isMarked(page)).toBe(false);
    expect(await seatsOf(page)).toEqual(seats);
  });

  test("[B4] a duplicated tab takes the seat, the older one says so and stays down until it takes it back", async () => {
    const page = await arrive("Ada", "arena");
    const seats = await seatsOf(page);
    const [twin] = await Promise.all([
      page.context().waitForEvent("page"),
      // As "duplicate tab" does, it copies what the page has stored.
      page.evaluate(() => void window.open(location.href)),
    ]);
    await live(twin);
    await page.getByTestId("overlay").filter({ hasText: "another tab" }).waitFor();
    await page.waitForTimeout(2_500);
    expect(await twin.getByTestId("overlay").isVisible()).toBe(false);
    expect(await page.getByTestId("overlay").isVisible()).toBe(true);
    await page.getByRole("button", { name: "Take back" }).click();
    await live(page);
    await twin.getByTestId("overlay").filter({ hasText: "another tab" }).waitFor();
    expect(await seatsOf(page)).toEqual(seats);
  });

  test("[B5] after the page was closed the landing page offers the seat, one click sits down", async () => {
    const page = await arrive("Ada", "arena");
    const seats = await seatsOf(page);
    const context = page.context();
    await page.close();
    const next = await context.newPage();
    await next.goto(line.url);
    await next.getByTestId("still-on").getByTestId("sit-down").first().click();
    await live(next);
    expect(await seatsOf(next)).toEqual(seats);
  });
});

describe("nim in two real browsers", () => {
  test("[B6] a game is played to its end through cuts and a kill -9, and every move counts once", async () => {
    const ada = await arrive("Ada", "nim");
    const bob = await arrive("Bob", "nim");
    const canTake = (page: Page) => page.getByTestId("take-1").isEnabled();
    let left = 21;
    await until("the sticks are dealt", async () => (await sticksLeft(ada)) === left);
    for (let move = 0; left > 0; move++) {
      await until(
        "it is somebody's turn",
        async () => (await canTake(ada)) || (await canTake(bob)),
      );
      const [mover, other] = (await canTake(ada)) ? [ada, bob] : [bob, ada];
      const count = Math.min(3, left);
      if (move === 2) line.cut();
      if (move === 4) {
        await bed.server.signal("SIGKILL");
        await bed.server.begin();
      }
      await mover.getByTestId(`take-${count}`).click();
      left -= count;
      for (const page of [mover, other]) {
        await until(`${left} sticks are left`, async () => (await sticksLeft(page)) === left);
      }
    }
    expect(await isMarked(ada)).toBe(true);
    expect(await isMarked(bob)).toBe(true);
  });

  test("[B49] keys that tell the browser something, or are pressed at a question, take no stick", async () => {
    const ada = await arrive("Ada", "nim");
    const bob = await arrive("Bob", "nim");
    await until("the sticks are dealt", async () => (await sticksLeft(ada)) === 21);
    const mover = (await ada.getByTestId("take-1").isEnabled()) ? ada : bob;
    await mover.keyboard.press("Alt+1");
    await mover.getByTestId("leave").click();
    await mover.locator('[data-testid="leave-no"]:focus').waitFor();
    await mover.keyboard.press("2");
    await mover.getByTestId("leave-no").click();
    await mover.keyboard.press("3");
    // What was pressed before would have been played before, and the turn would be over.
    await until("18 sticks are left", async () => (await sticksLeft(mover)) === 18);
  });
});
