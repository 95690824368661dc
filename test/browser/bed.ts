// Bed: a browser and a server for the tests of one file, and a browser of their own for everybody who
// visits. What the pages of a failing test show is told before they are closed. It judges nothing.

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { LabServer, type ServerOptions } from "../live/lab.ts";
import { openBrowser } from "./chromium.ts";

const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

export interface Bed {
  readonly server: LabServer;
  /** Somebody with a browser of their own, which is closed after the test: nothing is shared with others. */
  visitor(url: string, device?: BrowserContextOptions): Promise<Page>;
}

/**
 * To be made at the top of a file. What else has to end after a test is said above it: hooks run from
 * the last to the first, and pages are told of while their lines stand.
 */
export function openBed(options: ServerOptions = {}): Bed {
  let browser: Browser;
  let server: LabServer;
  /** What code of pages threw or complained of, in this test. */
  const mistakes: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    server = await LabServer.start(options);
  });

  afterEach(async ({ task }) => {
    const contexts = browser.contexts();
    if (task.result?.state === "fail") {
      const faces = contexts.flatMap((context) => context.pages()).map(faceOf);
      console.log([...(await Promise.all(faces)), ...mistakes].join("\n\n"));
    }
    mistakes.length = 0;
    for (const context of contexts) await context.close();
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  return {
    get server() {
      return server;
    },
    async visitor(url, device = DESK) {
      const context = await browser.newContext(device);
      context.on("weberror", (thrown) => mistakes.push(String(thrown.error().stack)));
      context.on("console", (said) => {
        if (said.type() === "error") mistakes.push(`${said.page()?.url()}: ${said.text()}`);
      });
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
  };
}

/** What somebody sees there. */
async function faceOf(page: Page): Promise<string> {
  try {
    const light = await page.getByTestId("line-light").allInnerTexts();
    const overlay = await page.getByTestId("overlay").allInnerTexts();
    const shown = await page.locator("body").innerText({ timeout: 1_000 });
    return `${page.url()}\nline: ${light}\noverlay: ${overlay}\n${shown}`;
  } catch (cause) {
    return `${page.url()} shows nothing any more: ${cause}`;
  }
}
