// Shots: pictures of each face of the pages, desktop and phone, light and dark, to be looked at; and
// the README's picture of a drop and a return. Run by `npm run shots`; it judges nothing.

import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { LabServer } from "../live/lab.ts";
import { TcpProxy } from "../live/proxy.ts";
import { live, openBrowser, play } from "./chromium.ts";

const FOLDER = fileURLToPath(new URL("../../dist/shots/", import.meta.url));
const README_PICTURE = fileURLToPath(new URL("drop-and-return.png", import.meta.url));

const LOOKS = [
  { name: "desktop-light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "phone-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark" },
] as const;

type Look = (typeof LOOKS)[number];

async function shoot(page: Page, name: string): Promise<string> {
  const path = `${FOLDER}${name}.png`;
  await page.screenshot({ path });
  return path;
}

/** Plays one game through a drop and a twin tab, and takes a picture of each face. */
async function faces(browser: Browser, line: TcpProxy, look: Look): Promise<void> {
  const context = await browser.newContext({
    viewport: look.viewport,
    colorScheme: look.colorScheme,
  });
  const page = await context.newPage();
  await page.goto(line.url);
  await shoot(page, `${look.name}-landing`);
  await play(page, "Ada", "arena");
  await page.keyboard.down("w");
  await page.waitForTimeout(1_500);
  await page.keyboard.up("w");
  await shoot(page, `${look.name}-arena`);
  line.refusing = true;
  line.reset();
  await page.getByTestId("banner").waitFor();
  await shoot(page, `${look.name}-banner`);
  await page.getByTestId("countdown").waitFor();
  await shoot(page, `${look.name}-away`);
  line.heal();
  await live(page);
  await page.getByTestId("toast").first().waitFor();
  await shoot(page, `${look.name}-back`);
  const twin = await context.newPage();
  await twin.goto(line.url);
  await shoot(twin, `${look.name}-still-on`);
  await twin.getByTestId("still-on").getByTestId("sit-down").first().click();
  await live(twin);
  await page.getByTestId("overlay").waitFor();
  await shoot(page, `${look.name}-elsewhere`);
  await context.close();
}

/** Three pictures side by side, as one. */
async function montage(browser: Browser, names: readonly string[], path: string): Promise<void> {
  const pictures = await Promise.all(names.map((name) => readFile(`${FOLDER}${name}.png`)));
  const page = await browser.newPage({ viewport: { width: 1320, height: 290 } });
  const images = pictures.map(
    (bytes) => `<img width="430" src="data:image/png;base64,${bytes.toString("base64")}">`,
  );
  await page.setContent(
    `<body style="margin:8px;display:flex;gap:8px;background:#fff">${images.join("")}</body>`,
  );
  await page.screenshot({ path });
  await page.close();
}

await mkdir(FOLDER, { recursive: true });
const server = await LabServer.start();
const line = await TcpProxy.open(server.port);
const browser = await openBrowser();
try {
  for (const look of LOOKS) await faces(browser, line, look);
  const story = ["arena", "away", "back"].map((face) => `desktop-light-${face}`);
  await montage(browser, story, README_PICTURE);
  process.stdout.write(`Pictures are in ${FOLDER}\n`);
} finally {
  await browser.close();
  await line.close();
  await server.close();
}
