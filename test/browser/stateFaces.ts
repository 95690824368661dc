// State faces: what a table shows whose server cannot go on: a store that is away, a build that is
// another. Pictures are taken of them; nothing is judged.

import { fileURLToPath } from "node:url";
import { startRedisServer } from "../contract/redisServer.ts";
import { LabServer } from "../live/lab.ts";
import { live, play } from "./chromium.ts";
import type { Stage } from "./faces.ts";

const NEWER = fileURLToPath(new URL("serveNewer.ts", import.meta.url));
const PAGES = fileURLToPath(new URL("../../dist/app", import.meta.url));

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
