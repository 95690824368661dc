// Account faces: the ways through the pages of accounts on which pictures are taken: who one is, one's
// browsers, moderation, being put out, another device. They play and wait; they judge nothing.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { live } from "./chromium.ts";
import type { Stage } from "./faces.ts";

const ADMIN = fileURLToPath(new URL("../../server/admin.ts", import.meta.url));
const PASSWORD = "a long and unusual one";
const NEXT = "quite another unusual one";
let people = 0;

/** Gives a role as whoever has the machine does; resolves to what was printed. */
export function grant(folder: string, name: string, role: string): Promise<string> {
  const env = { PATH: process.env.PATH, DATA_DIR: join(folder, "data") };
  return new Promise((resolve, reject) => {
    const words = ["--import", "tsx", ADMIN, "grant", name, role];
    execFile(process.execPath, words, { env }, (error, out, told) =>
      error === null ? resolve(out) : reject(new Error(out + told)),
    );
  });
}

/** A name nobody has yet: pictures are taken in several looks of one server. */
function newName(name: string): string {
  people += 1;
  return `${name} ${people}`;
}

async function register(page: Page, name: string): Promise<void> {
  await page.getByTestId("account-name").fill(name);
  await page.getByTestId("new-password").fill(PASSWORD);
  await page.getByTestId("submit").click();
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByTestId("account-name").fill(name);
  await page.getByTestId("current-password").fill(PASSWORD);
  await page.getByTestId("submit").click();
}

/** A guest at a table becomes a player, sees their browsers, and is put out by a new password. */
export async function accountFaces({ line, person, shoot }: Stage): Promise<void> {
  const name = newName("Ada");
  const page = await person();
  await page.goto(`${line.url}/#/account`);
  await page.getByTestId("sign-in-form").waitFor();
  await shoot(page, "account-nobody");
  await signIn(page, name);
  await page.getByTestId("problem").filter({ hasText: "wrong" }).waitFor();
  await shoot(page, "account-problem");
  await page.goto(line.url);
  await page.getByTestId("name").fill(name);
  // Nobody who looks for company in later pictures is to find this table.
  await page.getByTestId("private-nim").click();
  await live(page);
  await page.getByTestId("account-open").click();
  await page.getByTestId("browsers").waitFor();
  await shoot(page, "account-guest");
  await page.getByTestId("offer").click();
  await page.getByTestId("offered-code").scrollIntoViewIfNeeded();
  await shoot(page, "hand-off");
  await register(page, name);
  await page.getByTestId("account-dialog").waitFor({ state: "hidden" });
  await live(page);
  const other = await person();
  await other.goto(`${line.url}/#/take/k7m2p9qa`);
  await other.getByTestId("take").click();
  await other.getByTestId("problem").filter({ hasText: "not any more" }).waitFor();
  await shoot(other, "take-code");
  await other.goto(`${line.url}/#/account`);
  await signIn(other, name);
  await other.getByTestId("browser-other").first().waitFor();
  await shoot(other, "account-player");
  await other.getByTestId("own-seat").scrollIntoViewIfNeeded();
  await shoot(other, "account-browsers");
  await other.getByTestId("password-open").click();
  const form = other.getByTestId("password-form");
  await form.getByTestId("current-password").fill(PASSWORD);
  await form.getByTestId("new-password").fill(NEXT);
  await form.scrollIntoViewIfNeeded();
  await shoot(other, "account-password");
  await other.getByTestId("kept-open").click();
  await other.getByTestId("delete").scrollIntoViewIfNeeded();
  await shoot(other, "account-kept");
  await form.getByTestId("submit").click();
  await page.getByTestId("signed-out-why").waitFor();
  await shoot(page, "signed-out");
  await Promise.all([page, other].map((each) => each.context().close()));
}

/** On an island of their own: somewhere else, by that way. */
async function walk(page: Page, way: string): Promise<void> {
  await page.getByTestId("private-adventure").click();
  await live(page);
  await page.getByTestId("prompt").fill(way);
  await page.getByTestId("prompt").press("Enter");
  await page.locator(".line.typed:not(.under-way)").filter({ hasText: way }).waitFor();
}

async function leaveTable(page: Page): Promise<void> {
  await page.getByTestId("leave").click();
  await page.getByTestId("leave-yes").click();
  await page.getByTestId("saved").waitFor();
}

/** A guest with a story signs in to an account that has one. */
export async function storyFaces({ line, person, shoot }: Stage): Promise<void> {
  const [first, page] = [await person(), await person()];
  const name = newName("Nan");
  await first.goto(`${line.url}/#/account`);
  await first.getByTestId("to-register").click();
  await register(first, name);
  await first.getByTestId("who-player").waitFor();
  await first.goto(line.url);
  await first.getByTestId("who").waitFor();
  await walk(first, "up. up. take cord");
  await leaveTable(first);
  await page.goto(line.url);
  await page.getByTestId("name").fill("Somebody");
  await walk(page, "west");
  await page.getByTestId("account-open").click();
  await page.getByTestId("to-sign-in").click();
  await signIn(page, name);
  await page.getByTestId("toast").first().waitFor();
  await live(page);
  await shoot(page, "stories-told");
  await page.goto(`${line.url}/#/account`);
  await page.getByTestId("story-begun").waitFor();
  await shoot(page, "stories-begun");
  await page.getByTestId("home").click();
  await page.getByTestId("still-on").getByTestId("sit-down").click();
  await live(page);
  await leaveTable(page);
  await shoot(page, "landing-stories");
  await page.getByTestId("other-stories").click();
  await page.getByTestId("story-take-up").waitFor();
  await shoot(page, "stories");
  await Promise.all([first, page].map((each) => each.context().close()));
}

/** An admin keeps somebody out. */
export async function moderationFaces({ server, line, person, shoot }: Stage): Promise<void> {
  const [admin, player] = [await person(), await person()];
  const [root, dora] = [newName("Root"), newName("Dora")];
  for (const [page, name] of [[admin, root] as const, [player, dora] as const]) {
    await page.goto(`${line.url}/#/account`);
    await page.getByTestId("to-register").click();
    await register(page, name);
    await page.getByTestId("who-player").waitFor();
  }
  await player.goto(`${line.url}/#/admin`);
  await player.getByTestId("not-allowed").waitFor();
  await shoot(player, "admin-not-allowed");
  await grant(server.folder, root, "admin");
  // The rights come with the next sign-in.
  await admin.getByTestId("sign-out").click();
  await admin.getByTestId("who-nobody").waitFor();
  await signIn(admin, root);
  await admin.getByTestId("who-player").waitFor();
  await admin.goto(line.url);
  await admin.getByTestId("admin").waitFor();
  await shoot(admin, "landing-admin");
  await admin.getByTestId("admin").click();
  await admin.getByTestId("find-name").fill(dora);
  await admin.getByTestId("find").click();
  await admin.getByTestId("ban-reason-field").fill("Called people names.");
  await shoot(admin, "admin-person");
  await admin.getByTestId("ban").click();
  await admin.getByTestId("person-ban").waitFor();
  await admin.getByTestId("audit-show").click();
  await shoot(admin, "admin-banned");
  await player.goto(line.url);
  await player.getByTestId("ban-reason").waitFor();
  await shoot(player, "banned");
  await Promise.all([admin, player].map((each) => each.context().close()));
}
