// Eights as two people see it: real browsers on a real server, a hand that nobody else may see, and a
// clock that is fair to whoever's line drops.

import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { until } from "../live/lab.ts";
import { TcpProxy } from "../live/proxy.ts";
import { openBed } from "./bed.ts";
import {
  facesOf,
  handOf,
  isAtTurn,
  joinTable,
  move,
  noteFrames,
  openTable,
} from "./cardPlayers.ts";
import { live } from "./chromium.ts";

const lines: TcpProxy[] = [];

afterEach(async () => {
  for (const line of lines.splice(0)) await line.close();
});
const bed = openBed();

interface Player {
  readonly page: Page;
  readonly line: TcpProxy;
  /** Everything that reached the page. */
  readonly frames: readonly Buffer[];
  /** Hands as the page showed them, without those too short to be told from chance. */
  readonly hands: Buffer[];
}

/** Somebody with a browser and a line of their own, at somebody's table if there is one. */
async function arrive(name: string, host?: Player): Promise<Player> {
  const line = await TcpProxy.open(bed.server.port);
  lines.push(line);
  const page = await bed.visitor(line.url);
  const frames = await noteFrames(page);
  await (host === undefined ? openTable(page, name) : joinTable(page, name, host.page));
  return { page, line, frames, hands: [] };
}

/** Two people who have been dealt their cards. */
async function table(): Promise<readonly [Player, Player]> {
  const ada = await arrive("Ada");
  const bob = await arrive("Bob", ada);
  await ada.page.getByTestId("deal").click();
  for (const { page } of [ada, bob]) await page.getByTestId("hand").waitFor();
  await note(ada, bob);
  return [ada, bob];
}

const turnText = ({ page }: Player) => page.getByTestId("turn").innerText();
const clockText = ({ page }: Player) => page.getByTestId("clock").innerText();

/** For how long the seat of whoever is away is kept, as this page shows it. */
async function seatKeptSeconds({ page }: Player): Promise<number> {
  const text = await page.locator('[data-presence="away"]').innerText();
  const [, minutes, seconds] = /kept for (\d+):(\d\d)/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

const isOver = ({ page }: Player) => page.getByTestId("deal").isVisible();

/** Notes both hands, and that neither page shows a face of the other's. */
async function note(...players: readonly [Player, Player]): Promise<void> {
  const [one, other] = await Promise.all(players.map(({ page }) => handOf(page)));
  const [oneSees, otherSees] = await Promise.all(players.map(({ page }) => facesOf(page)));
  expect(one?.filter((card) => otherSees?.includes(card))).toEqual([]);
  expect(other?.filter((card) => oneSees?.includes(card))).toEqual([]);
  for (const [at, hand] of [one, other].entries()) {
    if (hand !== undefined && hand.length >= 4) players[at]?.hands.push(Buffer.from(hand));
  }
}

const holds = (frames: readonly Buffer[], hand: Buffer) =>
  frames.some((bytes) => bytes.includes(hand));

/** Plays until something holds. */
async function playUntil(
  hope: string,
  players: readonly [Player, Player],
  isThere: () => Promise<boolean>,
): Promise<void> {
  const people = players.map(({ page }) => page);
  await until(
    hope,
    async () => {
      if (await isThere()) return true;
      if (await move(...people)) await note(...players);
      return false;
    },
    60_000,
  );
}

test("[B20] a game of cards is played to its end through a cut and a reload, no hand is seen by the other, and another is dealt", async () => {
  const [ada, bob] = await table();
  const players = [ada, bob] as const;
  await playUntil("a few moves are made", players, async () => ada.hands.length > 4);
  ada.line.cut();
  await playUntil("Ada is at turn after the cut", players, () => isAtTurn(ada.page));
  await until("Bob sees it too", async () => (await turnText(bob)).includes("Ada is thinking"));
  const hand = await handOf(bob.page);
  await bob.page.reload();
  await live(bob.page);
  await bob.page.getByTestId("hand").waitFor();
  expect(await handOf(bob.page)).toEqual(hand);
  await playUntil("somebody has won", players, async () => (await isOver(ada)) && isOver(bob));
  const said = [await turnText(ada), await turnText(bob)].sort();
  expect(said[0]).toMatch(/^(Ada|Bob) is out of cards and wins\.$/);
  expect(said[1]).toBe("Your last card. You win!");

  // What a page shows did come to it as these bytes; to the other page it never did.
  for (const [own, other] of [players, [bob, ada] as const]) {
    expect(own.hands.length).toBeGreaterThan(3);
    expect(own.hands.every((each) => holds(own.frames, each))).toBe(true);
    expect(own.hands.some((each) => holds(other.frames, each))).toBe(false);
  }

  await bob.page.getByTestId("deal").click();
  for (const { page } of players) {
    await page.getByTestId("hand").waitFor();
    expect(await handOf(page)).toHaveLength(7);
  }
  expect(await ada.page.getByText("1 won").count()).toBe(1);
});

test("[B21, B24] the clock of a card game stands still for whoever is at turn and gone, who is back is told what happened, and who leaves is seen to have left", async () => {
  const [ada, bob] = await table();
  await playUntil("Bob is at turn", [ada, bob], () => isAtTurn(bob.page));
  ada.line.refusing = true;
  ada.line.reset();
  await bob.page
    .locator('[data-presence="away"]')
    .filter({ hasText: /kept for \d:\d\d/ })
    .waitFor();
  expect(await clockText(bob)).not.toContain("waits");
  await until("it is Ada's turn", async () => {
    await move(bob.page);
    return (await turnText(bob)).includes("once Ada is back");
  });
  await until("the clock stands", async () => (await clockText(bob)).includes("waits for Ada"));
  const stood = await clockText(bob);
  const keptFor = await seatKeptSeconds(bob);
  await until(
    "two seconds of the seat's time pass",
    async () => keptFor - (await seatKeptSeconds(bob)) >= 2,
  );
  expect(await clockText(bob)).toBe(stood);

  const isBack = bob.page.locator('[data-presence="returning"]').waitFor();
  ada.line.heal();
  await Promise.all([live(ada.page), isBack]);
  await until("Ada is told", async () => (await turnText(ada)).includes("While you were away"));
  expect(await turnText(ada)).toContain("Your turn");
  await ada.page.reload();
  await live(ada.page);
  expect(await turnText(ada)).toContain("While you were away: 1 move.");
  await until("the clock goes on", async () => !(await clockText(bob)).includes("waits"));
  const seconds = async () => Number(/:(\d\d)/.exec(await clockText(bob))?.[1]);
  const left = await seconds();
  await until("it runs", async () => (await seconds()) < left);

  await bob.page.getByTestId("leave").click();
  await bob.page.getByTestId("leave-yes").click();
  await ada.page.locator('[data-presence="gone"]').filter({ hasText: "has left" }).waitFor();
  await until(
    "Ada has won",
    async () => (await turnText(ada)) === "Everybody else has left: Ada wins.",
  );
});
