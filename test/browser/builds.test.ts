// Builds: a page whose server becomes a newer one under it. In a real browser: only there a page can
// load itself anew, and only there it could do so for ever.

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { LabServer, until } from "../live/lab.ts";
import { live, openBrowser, play, visitor } from "./chromium.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NEWER = fileURLToPath(new URL("serveNewer.ts", import.meta.url));
const NEWER_NIM = fileURLToPath(new URL("newerNim.ts", import.meta.url));

let browser: Browser;
/** Pages of today and of the newer build, and those that are put up. */
const TODAYS_PAGES = join(ROOT, "dist/app");
let newerPages: string;
let pages: string;
let server: LabServer;

beforeAll(async () => {
  browser = await openBrowser();
  newerPages = await mkdtemp(join(tmpdir(), "holdfast-pages-"));
  await build({
    configFile: join(ROOT, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: newerPages, emptyOutDir: false },
    plugins: [
      {
        name: "newer-nim",
        enforce: "pre",
        resolveId: (source, importer) =>
          source.endsWith("/nim.ts") && importer !== NEWER_NIM ? NEWER_NIM : undefined,
      },
    ],
  });
});

beforeEach(async () => {
  pages = await mkdtemp(join(tmpdir(), "holdfast-pages-"));
});

afterEach(async () => {
  await server.close();
  await rm(pages, { recursive: true });
});

afterAll(async () => {
  await browser.close();
  await rm(newerPages, { recursive: true });
});

/** What a server that starts after this serves. */
async function putUp(built: string): Promise<void> {
  await rm(pages, { recursive: true });
  await cp(built, pages, { recursive: true });
}

interface Visit {
  readonly page: Page;
  /** How often a document was loaded. */
  readonly loads: () => number;
}

async function arrive(name: string): Promise<Visit> {
  const page = await visitor(browser, server.url);
  let count = 0;
  page.on("domcontentloaded", () => {
    count += 1;
  });
  await play(page, name, "nim");
  return { page, loads: () => count };
}

const sticks = (page: Page) => page.getByTestId("sticks-left").innerText();

const seatsOf = (page: Page) =>
  page.evaluate(async () => {
    const answer = await fetch("/api/seats");
    return ((await answer.json()) as { seats: { room: string; seat: number }[] }).seats;
  });

test("[B22] a page of an older build loads itself anew once, in the same seat, and the move it had made counts once", async () => {
  server = await LabServer.start({ environment: { NEWER_PAGES: pages } });
  const [ada, bob] = [await arrive("Ada"), await arrive("Bob")];
  await until("it has begun", async () => (await sticks(ada.page)) === "21 sticks left");
  const seats = await seatsOf(ada.page);
  const isAdas = await ada.page.getByTestId("take-2").isEnabled();
  const mover = (isAdas ? ada : bob).page;
  const stopped = server.signal("SIGTERM");
  // At once: what covers the table after a while takes no clicks.
  await mover.getByTestId("line-light").filter({ hasNotText: "Live" }).waitFor();
  await mover.getByTestId("take-2").click();
  await stopped;
  await putUp(newerPages);
  await server.begin(NEWER);
  for (const { page } of [ada, bob]) {
    await until("19 are left", async () => (await sticks(page)) === "19 sticks left");
    await live(page);
  }
  expect([ada.loads(), bob.loads()]).toEqual([1, 1]);
  expect(await seatsOf(ada.page)).toEqual(seats);
  // What they have now is the newer build, which another server of it does not make load again.
  await server.signal("SIGKILL");
  await server.begin(NEWER);
  const other = (isAdas ? bob : ada).page;
  await other.getByTestId("take-3").click();
  await until("16 are left", async () => (await sticks(mover)) === "16 sticks left");
  expect([ada.loads(), bob.loads()]).toEqual([1, 1]);
});

test("[B23] a page that is as old as before after that says so, never goes on loading, and has its seat once there is a newer one", async () => {
  server = await LabServer.start({ environment: { NEWER_PAGES: pages } });
  const ada = await arrive("Ada");
  const seats = await seatsOf(ada.page);
  await server.signal("SIGTERM");
  await putUp(TODAYS_PAGES);
  await server.begin(NEWER);
  await ada.page.getByTestId("overlay").filter({ hasText: "newer version" }).waitFor();
  await ada.page.waitForTimeout(2_000);
  expect(ada.loads()).toBe(1);
  await ada.page.getByTestId("remedy").click();
  await until("it was loaded by hand", () => ada.loads() === 2);
  await ada.page.getByTestId("overlay").filter({ hasText: "newer version" }).waitFor();
  // Now the newer pages are put up as well.
  await server.signal("SIGTERM");
  await putUp(newerPages);
  await server.begin(NEWER);
  await ada.page.getByTestId("remedy").click();
  await live(ada.page);
  expect(await seatsOf(ada.page)).toEqual(seats);
  expect(ada.loads()).toBe(3);
});
