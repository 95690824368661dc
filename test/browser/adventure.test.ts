// The adventure as two people see it: real browsers on a real server, from the landing page to the
// last page of the story, over a line that the test spoils.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LabServer, until } from "../live/lab.ts";
import { TcpProxy } from "../live/proxy.ts";
import { live, openBrowser, visitor } from "./chromium.ts";

let browser: Browser;
let server: LabServer;
let line: TcpProxy;

beforeAll(async () => {
  browser = await openBrowser();
  server = await LabServer.start();
  line = await TcpProxy.open(server.port);
});

afterAll(async () => {
  await browser.close();
  await line.close();
  await server.close();
});

/** Somebody with a browser of their own, in any room, a private one or that of an address. */
async function arrive(name: string, where = "play"): Promise<Page> {
  const page = await visitor(browser, line.url);
  await page.getByTestId("name").fill(name);
  if (where.startsWith("#")) {
    await page.evaluate((hash) => location.assign(hash), where);
    await page.getByTestId("name").fill(name);
    await page.getByTestId("sit-down").click();
  } else await page.getByTestId(`${where}-adventure`).click();
  await live(page);
  return page;
}

/** How often a typed line stands in the story, confirmed. */
const typedCount = (page: Page, text: string) =>
  page
    .locator(".line.typed:not(.under-way)")
    .evaluateAll(
      (lines, typed) => lines.filter((each) => each.lastChild?.textContent === typed).length,
      text,
    );

/** Types lines, each once the one before stands in the story; gives the answer to the last. */
async function type(page: Page, ...lines: readonly string[]): Promise<string> {
  for (const text of lines) {
    const before = await typedCount(page, text);
    await page.getByTestId("prompt").fill(text);
    await page.getByTestId("prompt").press("Enter");
    await until(`"${text}" is in the story`, async () => (await typedCount(page, text)) > before);
  }
  return page.locator(".leaf").last().innerText();
}

interface Named {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly properties?: readonly { readonly name: string; readonly value: { value?: unknown } }[];
}

/** What a screen reader is given of a page. */
async function heardOf(page: Page): Promise<readonly Named[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes.filter(({ ignored }) => !ignored) as readonly Named[];
}

const USED = /^(button|link|textbox|combobox|checkbox)$/;

const place = (page: Page) => page.getByTestId("place").innerText();

test("[X57] two people play it to its end through a cut, a reload and a kill -9, and every line counts once", async () => {
  const ada = await arrive("Ada");
  const bob = await arrive("Bob");
  await until("Bob is seen", () => ada.getByTestId("company").getByText("Bob").isVisible());
  await type(ada, "up. up. take cord", "down. east. take lantern and herring", "west. north. east");
  await type(ada, "take all", "west. west. west. take linen", "down. give herring to otter");
  expect(await type(ada, "take key")).toContain("You take a brass key");
  await type(ada, "up. east. north. down", "take fibre. plait it with tallow", "up. south. down");

  await type(bob, "west. south. take crank", "north. east. up. north. west. down");
  line.refusing = true;
  line.reset();
  await bob.getByTestId("prompt").fill("hold windlass");
  await bob.getByTestId("prompt").press("Enter");
  await bob.locator(".under-way").waitFor();
  line.heal();
  await live(bob);
  await until("the gate is up", () => ada.getByTestId("go-east").isEnabled());
  await until("Ada is through", async () => {
    await type(ada, "east");
    return (await place(ada)) === "The Culvert";
  });
  await type(ada, "east. fill flask. up");
  expect(await place(ada)).toBe("The Foot of the Light");
  await type(bob, "let go. up. east. north", "put crank in socket");

  await ada.reload();
  await live(ada);
  expect(await ada.getByTestId("story").innerText()).toContain("A quart of oil, corked");
  await type(ada, "up. unlock door. up. read log", "up. wipe glass. set wick. pour oil");
  await server.signal("SIGKILL");
  await server.begin();
  await live(bob);
  const pegs = /hammer: ([A-Z, ]+)\./.exec(await type(bob, "turn crank"))?.[1] ?? "";
  await type(bob, `shout ${pegs}`);
  await live(ada);
  await until("Ada hears it", () => ada.locator(".line.shout").getByText(pegs).isVisible());
  expect(await type(ada, `set shutter to ${pegs}`, "light lamp")).toContain(
    "The light of Thole is lit",
  );
  await until("Bob sees it", () => bob.getByText("The light of Thole is lit.").isVisible());

  await type(ada, "down. down. down. south. south. down", "west. west. west. down. down");
  expect(await place(ada)).toBe("The Holdfast");
  expect(await type(ada, "tie cord")).toContain("Here the story of the light ends");
  // Every line stands there once, whatever the line did.
  expect(await typedCount(ada, "light lamp")).toBe(1);
  expect(await typedCount(bob, "hold windlass")).toBe(1);
});

test("[B25] the story is read out as it grows, all that can be used has a name, and whom one mutes by keyboard stays muted over a reload", async () => {
  const ada = await arrive("Ada", "private");
  const bob = await arrive("Bob", new URL(ada.url()).hash);
  await until("Bob is seen", () => ada.getByTestId("company").getByText("Bob").isVisible());
  const nodes = await heardOf(ada);
  const used = nodes.filter(({ role }) => USED.test(role?.value ?? ""));
  expect(used.length).toBeGreaterThan(8);
  expect(used.filter(({ name }) => !name?.value)).toEqual([]);
  const log = nodes.find(({ role }) => role?.value === "log");
  expect(log?.name?.value).toBe("Story");
  expect(log?.properties?.find(({ name }) => name === "live")?.value.value).toBe("polite");

  const shouted = (text: string) => ada.locator(".line.shout").getByText(text).isVisible();
  await type(bob, "shout halibut");
  await until("it is heard", () => shouted("halibut"));
  await ada.getByTestId("mute-1").focus();
  await ada.keyboard.press("Enter");
  await ada.locator('[data-testid="mute-1"][aria-pressed="true"]').waitFor();
  await type(bob, "shout turbot");
  await ada.reload();
  await live(ada);
  await ada.locator('[data-testid="mute-1"][aria-pressed="true"]').waitFor();
  await type(bob, "shout whiting");
  await type(ada, "unmute bob");
  await type(bob, "shout mackerel");
  await until("Bob is heard again", () => shouted("mackerel"));
  expect([await shouted("turbot"), await shouted("whiting")]).toEqual([false, false]);
});

test("[B45] however long a story grows, only the story scrolls: bar and prompt stay where they are", async () => {
  const page = await arrive("Cid", "private");
  const measure = () =>
    page.evaluate(() => {
      const story = document.querySelector(".story");
      const { scrollHeight, scrollTop } = document.documentElement;
      return {
        isLong: story !== null && story.scrollHeight > 2 * innerHeight,
        isPageLonger: scrollHeight > innerHeight || scrollTop > 0,
      };
    });
  while (!(await measure()).isLong) await type(page, "look");
  expect(await measure()).toEqual({ isLong: true, isPageLonger: false });
  // The newest answer is shown from its beginning.
  await until("its first line is in sight", async () => {
    const [story, leaf] = await Promise.all([
      page.getByTestId("story").boundingBox(),
      page.locator(".leaf").last().boundingBox(),
    ]);
    if (story === null || leaf === null) return false;
    return leaf.y >= story.y - 1 && leaf.y < story.y + story.height;
  });
  await page.context().close();
});
