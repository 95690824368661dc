// State faces: what a table shows that cannot go on: its store is away, its server another build, its
// player idle or out of time. Pictures are taken of them; nothing is judged.

import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { startRedisServer } from "../contract/redisServer.ts";
import { LabServer } from "../live/lab.ts";
import { live, play } from "./chromium.ts";
import type { Stage } from "./faces.ts";

const NEWER = fileURLToPath(new URL("serveNewer.ts", import.meta.url));
const PAGES = fileURLToPath(new URL("../../dist/app", import.meta.url));

/** What comes into sight has come. */
const settled = (page: Page) => page.waitForTimeout(400);

/** Redis stands still, and goes on. */
export async function pausedFaces({ person, shoot }: Stage): Promise<void> {
  const redis = await startRedisServer({ fsync: "always" });
  const server = await LabServer.start({ environment: { REDIS_URL: redis.url } });
  const page = await person();
  await page.goto(server.url);
  await play(page, "Ada", "arena");
  // A game that ticks notices at once; one that waits for a move only then.
  redis.freeze();
  await page.getByTestId("banner").waitFor();
  await shoot(page, "paused-banner");
  await page.getByTestId("overlay").waitFor();
  await shoot(page, "paused");
  redis.thaw();
  await live(page);
  await page.context().close();
  await server.close();
  await redis.stop();
}

/** Clocks run short: somebody is asked whether they are there, put away and back, and told when their session ends. */
export async function endingFaces({ person, shoot }: Stage): Promise<void> {
  const server = await LabServer.start({
    environment: {
      SEAT_IDLE_MINUTES: "0.1",
      ...{ SESSION_LIFE_MINUTES: "1", SESSION_ABSOLUTE_MINUTES: "1.2" },
    },
  });
  const page = await person();
  await page.goto(server.url);
  await play(page, "Ada", "adventure");
  const asked = page.getByTestId("still-here");
  await asked.filter({ hasText: "Are you there?" }).waitFor();
  await settled(page);
  await shoot(page, "still-here");
  await asked.filter({ hasText: "You are away" }).waitFor();
  await shoot(page, "put-away");
  await page.keyboard.press("Shift");
  await page.getByTestId("toast").filter({ hasText: "Your session ends in" }).waitFor();
  await settled(page);
  await shoot(page, "session-ends");
  await page.context().close();
  await server.close();
}

/** The server is a newer build whose pages are not there yet. */
export async function versionFaces({ person, shoot }: Stage): Promise<void> {
  const server = await LabServer.start({ environment: { NEWER_PAGES: PAGES } });
  const page = await person();
  await page.goto(server.url);
  await play(page, "Ada", "nim");
  await server.signal("SIGTERM");
  await page.getByTestId("countdown").waitFor();
  await shoot(page, "version-updating");
  await server.begin(NEWER);
  await page.getByTestId("overlay").filter({ hasText: "newer version" }).waitFor();
  await shoot(page, "version-wrong");
  await page.context().close();
  await server.close();
}
