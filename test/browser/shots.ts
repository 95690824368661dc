// Shots: pictures of each face of the pages, desktop and phone, light and dark, to be looked at; and
// the README's picture of a drop and a return. Run by `npm run shots`; it judges nothing.

import { mkdir, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { LabServer } from "../live/lab.ts";
import { TcpProxy } from "../live/proxy.ts";
import { accountFaces, moderationFaces } from "./accountFaces.ts";
import { openBrowser } from "./chromium.ts";
import { arenaFaces, doorFaces, nimFaces, serverFaces } from "./faces.ts";
import { pausedFaces, versionFaces } from "./stateFaces.ts";
import { adventureFaces, eightsFaces } from "./tableFaces.ts";

const FOLDER = fileURLToPath(new URL("../../dist/shots/", import.meta.url));
const README_PICTURE = fileURLToPath(new URL("drop-and-return.png", import.meta.url));

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  "desktop-light": { viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  "phone-dark": {
    viewport: { width: 390, height: 844 },
    colorScheme: "dark",
    hasTouch: true,
    isMobile: true,
  },
};

const FACES = {
  door: doorFaces,
  arena: arenaFaces,
  nim: nimFaces,
  eights: eightsFaces,
  adventure: adventureFaces,
  accounts: accountFaces,
  moderation: moderationFaces,
  server: serverFaces,
  paused: pausedFaces,
  version: versionFaces,
};

/** All of them, or those named on the command line. */
function isAsked(name: string): boolean {
  const names = process.argv.slice(2);
  return names.length === 0 || names.includes(name);
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

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const server = await LabServer.start();
const line = await TcpProxy.open(server.port);
const browser = await openBrowser();
try {
  for (const [look, options] of Object.entries(LOOKS)) {
    const stage = {
      server,
      line,
      person: async () => (await browser.newContext(options)).newPage(),
      shoot: async (page: Page, name: string) => {
        await page.screenshot({ path: `${FOLDER}${look}-${name}.png` });
      },
    };
    for (const [name, faces] of Object.entries(FACES)) if (isAsked(name)) await faces(stage);
  }
  const story = ["arena", "away", "back"].map((face) => `desktop-light-${face}`);
  if (isAsked("arena")) await montage(browser, story, README_PICTURE);
  process.stdout.write(`Pictures are in ${FOLDER}\n`);
} finally {
  await browser.close();
  await line.close();
  await server.close();
}
