// Sailing: what one person meets in the arena in a real browser: bots, sound, and the way on to a phone.

import type { BrowserContextOptions, Page } from "playwright-core";
import { encode } from "uqr";
import { expect, test } from "vitest";
import { until } from "../live/lab.ts";
import { openBed } from "./bed.ts";
import { live, play } from "./chromium.ts";

const DESK = { viewport: { width: 1280, height: 800 }, colorScheme: "dark" } as const;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

const bed = openBed();

const arrive = (device: BrowserContextOptions, url = bed.server.url) => bed.visitor(url, device);

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

/** Counts what a page makes to be heard, from its first line on. */
function countSounds(): void {
  const heard = { contexts: 0, parts: 0 };
  Reflect.set(window, "heard", heard);
  const Heard = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      heard.contexts += 1;
    }
    override createGain(): GainNode {
      heard.parts += 1;
      return super.createGain();
    }
  };
  Reflect.set(window, "AudioContext", Heard);
}

const heardBy = (page: Page) =>
  page.evaluate(() => Reflect.get(window, "heard") as { contexts: number; parts: number });

const charges = async (page: Page) =>
  Number(await page.getByTestId("charge").getAttribute("data-value"));

/** Holds the trigger until a shot has left, which costs a charge. */
async function shoot(page: Page): Promise<void> {
  await page.keyboard.up("Space");
  await until("the guns are charged", async () => (await charges(page)) >= 3);
  await page.keyboard.down("Space");
  await until("a shot has left", async () => (await charges(page)) < 3);
}

test("[A34] the arena is heard once somebody has touched it, and not by whoever muted it, also after a reload", async () => {
  const page = await arrive(DESK, "about:blank");
  await page.addInitScript(countSounds);
  await page.goto(bed.server.url);
  await play(page, "Bea", "arena");
  const sea = page.getByTestId("sea");
  await until("the sea is drawn", async () => (await sea.getAttribute("data-x")) !== null);
  expect(await heardBy(page)).toEqual({ contexts: 0, parts: 0 });
  await page.keyboard.down("Space");
  await until("a shot is heard", async () => (await heardBy(page)).parts > 0);
  await page.keyboard.press("m");
  const sound = page.getByTestId("sound");
  await until("it is muted", async () => (await sound.getAttribute("aria-pressed")) === "false");
  const muted = await heardBy(page);
  await shoot(page);
  expect(await heardBy(page)).toEqual(muted);
  await page.reload();
  await live(page);
  expect(await sound.getAttribute("aria-pressed")).toBe("false");
  await shoot(page);
  expect(await heardBy(page)).toEqual({ contexts: 0, parts: 0 });
  await sound.click();
  await until("it is heard again", async () => (await heardBy(page)).parts > 0);
});

test("[X28] whoever comes alone finds bots at sea, and the round's clock running", async () => {
  const page = await arrive(PHONE);
  // Nobody of the tests before is in a room of one's own.
  await page.getByTestId("name").fill("Cas");
  await page.getByTestId("private-arena").click();
  await live(page);
  const rank = page.getByTestId("scores").getByRole("listitem");
  await until("there are six ships", async () => (await rank.count()) === 6);
  expect(await rank.filter({ hasText: "bot" }).count()).toBe(5);
  const clock = page.getByTestId("round-clock");
  const before = await clock.innerText();
  expect(before).toMatch(/^[0-3]:\d\d$/);
  await until("time passes", async () => (await clock.innerText()) !== before);
});
