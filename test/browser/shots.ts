// Shots: pictures of each face of the pages, desktop and phone, light and dark, to be looked at. Run by
// `npm run shots -- [look…] [face…]`: every face in two looks, or what is named; `readme` alone draws
// the README's picture of a drop and a return. It judges nothing.

import { mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { LabServer } from "../live/lab.ts";
import { TcpProxy } from "../live/proxy.ts";
import { accountFaces, moderationFaces, storyFaces } from "./accountFaces.ts";
import { openBrowser } from "./chromium.ts";
import { arenaFaces, doorFaces, nimFaces, serverFaces } from "./faces.ts";
import { endingFaces, pausedFaces, versionFaces } from "./stateFaces.ts";
import { adventureFaces, eightsFaces } from "./tableFaces.ts";

const FOLDER = fileURLToPath(new URL("../../dist/shots/", import.meta.url));
const README_PICTURE = fileURLToPath(new URL("drop-and-return.png", import.meta.url));

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  "desktop-light": { ...DESKTOP, colorScheme: "light" },
  "phone-dark": { ...PHONE, colorScheme: "dark" },
  "desktop-dark": { ...DESKTOP, colorScheme: "dark" },
  "phone-light": { ...PHONE, colorScheme: "light" },
};
/** Both sizes and both schemes, each once. */
const USUAL_LOOKS = ["desktop-light", "phone-dark"];

const FACES = {
  door: doorFaces,
  arena: arenaFaces,
  nim: nimFaces,
  eights: eightsFaces,
  adventure: adventureFaces,
  accounts: accountFaces,
  stories: storyFaces,
  moderation: moderationFaces,
  server: serverFaces,
  paused: pausedFaces,
  version: versionFaces,
  ending: endingFaces,
};

/** The README's picture, drawn anew only when it is asked for. */
const README = "readme";
const words = process.argv.slice(2);
const isReadme = words.includes(README);

function asked(): { readonly looks: readonly string[]; readonly faces: readonly string[] } {
  if (isReadme) return { looks: ["desktop-light"], faces: ["arena"] };
  const looks = Object.keys(LOOKS).filter((look) => words.includes(look));
  const faces = Object.keys(FACES).filter((face) => words.includes(face));
  const strange = words.find((word) => !looks.includes(word) && !faces.includes(word));
  if (strange !== undefined) {
    const known = [...Object.keys(LOOKS), ...Object.keys(FACES), README];
    throw new Error(`"${strange}" is no picture; there are ${known.join(", ")}`);
  }
  return {
    looks: looks.length > 0 ? looks : USUAL_LOOKS,
    faces: faces.length > 0 ? faces : Object.keys(FACES),
  };
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

const { looks, faces } = asked();
await mkdir(FOLDER, { recursive: true });
const server = await LabServer.start();
const line = await TcpProxy.open(server.port);
const browser = await openBrowser();
try {
  for (const look of looks) {
    const stage = {
      server,
      line,
      person: async () => (await browser.newContext(LOOKS[look])).newPage(),
      shoot: async (page: Page, name: string) => {
        await page.screenshot({ path: `${FOLDER}${look}-${name}.png` });
      },
    };
    for (const [name, shootAll] of Object.entries(FACES))
      if (faces.includes(name)) await shootAll(stage);
  }
  const story = ["arena", "away", "back"].map((face) => `desktop-light-${face}`);
  if (isReadme) await montage(browser, story, README_PICTURE);
  process.stdout.write(`Pictures are in ${FOLDER}\n`);
} finally {
  await browser.close();
  await line.close();
  await server.close();
}
