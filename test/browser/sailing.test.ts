// Sailing alone: somebody with nobody to play against meets bots, and goes on on a phone by its camera.

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { encode } from "uqr";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { LabServer } from "../live/lab.ts";
import { live, openBrowser, play } from "./chromium.ts";

const DESK = { viewport: { width: 1280, height: 800 }, colorScheme: "dark" } as const;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

let browser: Browser;
let server: LabServer;
const pages: Page[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  server = await LabServer.start();
});

afterEach(async () => {
  for (const page of pages.splice(0)) await page.context().close();
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

async function arrive(device: BrowserContextOptions, url = server.url): Promise<Page> {
  const context = await browser.newContext(device);
  const page = await context.newPage();
  pages.push(page);
  await page.goto(url);
  return page;
}

/** Squares of an image of `count` by `count` squares, as a camera sees them: true for dark ones. */
async function seen(page: Page, testid: string, count: number): Promise<boolean[][]> {
  const image = (await page.getByTestId(testid).screenshot()).toString("base64");
  const light = await page.evaluate(
    async ({ image, count }) => {
      const bytes = Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d");
      context?.drawImage(bitmap, 0, 0);
      const middle = (at: number, length: number) => Math.floor(((at + 0.5) * length) / count);
      const squares = Array.from({ length: count }, (_, at) => at);
      return squares.map((y) =>
        squares.map((x) => {
          const place = [middle(x, bitmap.width), middle(y, bitmap.height)] as const;
          return context?.getImageData(...place, 1, 1).data[1] ?? Number.NaN;
        }),
      );
    },
    { image, count },
  );
  return light.map((row) => row.map((green) => green < 128));
}

test("[A32] the square for the camera is the link that is shown, dark on light in dark colours, and the link takes the seat", async () => {
  const desk = await arrive(DESK);
  await play(desk, "Ada", "arena");
  await desk.getByTestId("account-open").click();
  await desk.getByTestId("offer").click();
  const link = await desk.getByTestId("offered-link").inputValue();
  const { size, ...squares } = encode(link, { ecc: "M", border: 4 });
  expect(await seen(desk, "qr-code", size)).toEqual(squares.data);
  expect(await desk.getByRole("img", { name: "QR code" }).count()).toBe(1);
  const phone = await arrive(PHONE, link);
  await phone.getByTestId("take").click();
  await live(phone);
  await desk.getByTestId("overlay").filter({ hasText: "another device" }).waitFor();
});
