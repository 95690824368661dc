// Warnings: what somebody is told before a seat is put away or a session ends, and that one click answers
// it; clocks are so short that a person could not play by them.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { until } from "../live/lab.ts";
import { openBed } from "./bed.ts";
import { play } from "./chromium.ts";

const bed = openBed({
  environment: {
    // Warned after 3 s, away after 6; and warned 5 s after the session begins.
    SEAT_IDLE_MINUTES: "nim:0.1",
    ...{ SESSION_LIFE_MINUTES: "1", SESSION_ABSOLUTE_MINUTES: "1.083" },
  },
});

const presence = (page: Page) => page.getByTestId("plate-0").getAttribute("data-presence");

const toast = (page: Page, text: string) => page.getByTestId("toast").filter({ hasText: text });

test("[B34] before the seat is put away one click keeps it; who does nothing is away, and back with the next key", async () => {
  const page = await bed.visitor(bed.server.url);
  await play(page, "Ada", "nim");
  const asked = page.getByTestId("still-here").filter({ hasText: "Are you there?" });
  await asked.waitFor();
  const keptMs = performance.now();
  await asked.getByRole("button").click();
  await toast(page, "Your seat stays yours").waitFor();
  await asked.waitFor();
  await until("the seat is away", async () => (await presence(page)) === "away");
  expect(performance.now() - keptMs).toBeGreaterThan(4_000);
  expect(await page.getByTestId("plate-0").innerText()).toContain("idle");
  await page.getByTestId("still-here").filter({ hasText: "You are away" }).waitFor();
  await until("the seat is held again", async () => {
    await page.keyboard.press("Shift");
    return (await presence(page)) !== "away";
  });
});

test("[B35] before the session ends one click opens the next, in the same seat", async () => {
  const page = await bed.visitor(bed.server.url);
  /** A session that is about to end is not told as one's own any more. */
  const session = () =>
    page.evaluate(async () => {
      const answer = await fetch("/api/session");
      return ((await answer.json()) as { session: { endsInMs: number } | null }).session;
    });
  await play(page, "Bea", "arena");
  const ends = toast(page, "Your session ends in");
  await ends.waitFor();
  expect(await session()).toBeNull();
  await ends.getByRole("button").click();
  await toast(page, "You stay signed in").waitFor();
  expect((await session())?.endsInMs).toBeGreaterThan(60_000);
});
