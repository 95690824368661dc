// What a person can do with who they are, in real browsers: register in mid-game, sign in elsewhere,
// change the password, go on on another device, be kept out and let in again.

import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { until } from "../live/lab.ts";
import { grant } from "./accountFaces.ts";
import { openBed } from "./bed.ts";
import { live, play } from "./chromium.ts";

const PASSWORD = "a long and unusual one";
const NEXT = "quite another unusual one";

const bed = openBed();

/** Somebody with a browser of their own. */
async function arrive(path = "/"): Promise<Page> {
  const page = await bed.visitor(bed.server.url + path);
  await page.evaluate(() => Reflect.set(window, "marked", true));
  return page;
}

const isMarked = (page: Page) => page.evaluate(() => Reflect.get(window, "marked") === true);

const seatsOf = (page: Page) =>
  page.evaluate(async () => {
    const answer = await fetch("/api/seats");
    return ((await answer.json()) as { seats: { room: string; seat: number }[] }).seats;
  });

async function registerHere(page: Page, name: string): Promise<void> {
  await page.getByTestId("account-name").fill(name);
  await page.getByTestId("new-password").fill(PASSWORD);
  await page.getByTestId("submit").click();
}

async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByTestId("account-name").fill(name);
  await page.getByTestId("current-password").fill(password);
  await page.getByTestId("submit").click();
}

/** Whoever has just been given a role has its rights from the next sign-in on. */
async function signInAnew(page: Page, name: string): Promise<void> {
  await page.goto(new URL("/#/account", page.url()).href);
  await page.getByTestId("sign-out").click();
  await page.getByTestId("who-nobody").waitFor();
  await signIn(page, name, PASSWORD);
  await page.getByTestId("who-player").waitFor();
}

/** A guest who plays nim and registers without leaving the table. */
async function playerAtTable(name: string): Promise<Page> {
  const page = await arrive();
  await play(page, name, "nim");
  await page.getByTestId("account-open").click();
  await registerHere(page, name);
  await page.getByTestId("account-dialog").waitFor({ state: "hidden" });
  await live(page);
  return page;
}

/** On another device, signed in and sitting in the seat that is still on. */
async function takesOver(name: string, password: string): Promise<Page> {
  const page = await arrive("/#/account");
  await signIn(page, name, password);
  await page.getByTestId("who-player").waitFor();
  await page.getByTestId("home").click();
  await page.getByTestId("still-on").getByTestId("sit-down").click();
  await live(page);
  return page;
}

test("[B10] a guest registers in mid-game, is told what is wrong with a password, and keeps the seat", async () => {
  const page = await arrive();
  await play(page, "Ada", "nim");
  const seats = await seatsOf(page);
  expect(seats).toHaveLength(1);
  await page.getByTestId("account-open").click();
  await page.getByTestId("account-name").fill("Ada");
  await page.getByTestId("new-password").fill("password1");
  await page.getByTestId("submit").click();
  await page.getByTestId("problem").filter({ hasText: "Choose another" }).first().waitFor();
  expect(await page.getByTestId("new-password").getAttribute("aria-invalid")).toBe("true");
  expect(await page.getByTestId("account-name").inputValue()).toBe("Ada");
  await registerHere(page, "Ada");
  await page.getByTestId("account-dialog").waitFor({ state: "hidden" });
  await live(page);
  expect(await seatsOf(page)).toEqual(seats);
  expect(await isMarked(page)).toBe(true);
  await page.getByTestId("account-open").click();
  await page.getByTestId("who-player").filter({ hasText: "Ada" }).waitFor();
});

test("[B50] an answer of before somebody registered that comes after it does not show them as a guest", async () => {
  const page = await arrive();
  await play(page, "Una", "nim");
  let release = () => undefined as void;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = 0;
  let isTold = false;
  await page.route("**/api/session", async (route) => {
    asked += 1;
    // The table asks to know whom to sit down, then for the button of the account.
    if (asked !== 2) return route.continue();
    const response = await route.fetch();
    await released;
    await route.fulfill({ response });
    isTold = true;
  });
  await page.reload();
  await live(page);
  await page.getByTestId("account-open").click();
  await registerHere(page, "Una");
  await page.getByTestId("account-dialog").waitFor({ state: "hidden" });
  release();
  await until("the answer has come", () => isTold);
  // Whatever the page does about it is done before it has another answer.
  await seatsOf(page);
  await page.getByTestId("account-open").click();
  await page.getByTestId("who-player").filter({ hasText: "Una" }).waitFor();
});

test("[B11] whoever signs in on another device finds the game, takes the seat, and the first page says where it is", async () => {
  const first = await playerAtTable("Bea");
  const seats = await seatsOf(first);
  const second = await takesOver("Bea", PASSWORD);
  expect(await seatsOf(second)).toEqual(seats);
  await first.getByTestId("overlay").filter({ hasText: "another device" }).waitFor();
  await first.getByTestId("remedy").click();
  await live(first);
  await second.getByTestId("overlay").filter({ hasText: "another device" }).waitFor();
});

test("[B12] a new password puts every other browser out, which says why where the focus is and sits down again with it", async () => {
  const first = await playerAtTable("Cleo");
  const second = await takesOver("Cleo", PASSWORD);
  const seats = await seatsOf(second);
  await first.getByTestId("overlay").waitFor();
  await first.goto(`${bed.server.url}/#/account`);
  await first.getByTestId("alerts").filter({ hasText: "new device" }).waitFor();
  await first.getByTestId("password-open").click();
  const form = first.getByTestId("password-form");
  await form.getByTestId("current-password").fill(PASSWORD);
  await form.getByTestId("new-password").fill(NEXT);
  await form.getByTestId("submit").click();
  await first.getByTestId("password-changed").filter({ hasText: "changed" }).waitFor();
  const why = second.getByTestId("signed-out-why");
  await why.filter({ hasText: "password of your account was changed" }).waitFor();
  await second.getByRole("dialog", { name: "signed out" }).locator(":focus").waitFor();
  await signIn(second, "Cleo", PASSWORD);
  await second.getByTestId("problem").filter({ hasText: "wrong" }).waitFor();
  await signIn(second, "Cleo", NEXT);
  await live(second);
  expect(await seatsOf(second)).toEqual(seats);
  expect(await isMarked(second)).toBe(true);
});

test("[B13] a moderator keeps somebody out, who is told reason and end at once, and is let in again", async () => {
  const moderator = await arrive("/#/account");
  await moderator.getByTestId("to-register").click();
  await registerHere(moderator, "Mia");
  await moderator.getByTestId("who-player").waitFor();
  await moderator.goto(`${bed.server.url}/#/admin`);
  await moderator.getByTestId("not-allowed").waitFor();
  await grant(bed.server.folder, "Mia", "moderator");
  await signInAnew(moderator, "Mia");
  await moderator.goto(bed.server.url);
  await moderator.getByTestId("admin").click();
  const player = await playerAtTable("Dora");
  await moderator.getByTestId("find-name").fill("dora");
  await moderator.getByTestId("find").click();
  await moderator.getByTestId("ban-reason-field").fill("Called people names.");
  await moderator.getByTestId("ban-length").selectOption({ label: "1 day" });
  await moderator.getByTestId("ban").click();
  await moderator.getByTestId("person-ban").waitFor();
  await player.getByTestId("ban-reason").filter({ hasText: "Called people names." }).waitFor();
  expect(await player.getByTestId("ban-end").innerText()).toMatch(/ends in 24 h/);
  await player.goto(bed.server.url);
  await player.getByTestId("ban-reason").waitFor();
  expect(await player.getByTestId("play-nim").count()).toBe(0);
  await moderator.getByTestId("lift").click();
  await moderator.getByTestId("ban").waitFor();
  await player.reload();
  await player.getByTestId("play-nim").waitFor();
});

const keptPreferences = (page: Page) =>
  page.evaluate(async () => (await fetch("/api/preferences")).text());

test("[B14] preferences hold at once and follow the account to another device", async () => {
  const first = await arrive("/#/account");
  await first.getByTestId("to-register").click();
  await registerHere(first, "Fay");
  await first.getByTestId("colours").selectOption("dark");
  await first.getByTestId("motion").selectOption("calm");
  const looksOf = (page: Page) =>
    page.evaluate(() => {
      const { dataset } = document.documentElement;
      const { colorScheme } = getComputedStyle(document.documentElement);
      return [dataset.colours, dataset.motion, colorScheme];
    });
  expect(await looksOf(first)).toEqual(["dark", "calm", "dark"]);
  await until("they are kept", async () =>
    (await keptPreferences(first)).includes("reducedMotion"),
  );
  const second = await arrive("/#/account");
  expect((await looksOf(second))[0]).toBeUndefined();
  await signIn(second, "Fay", PASSWORD);
  await until("they have come", async () => (await looksOf(second))[1] === "calm");
  expect(await looksOf(second)).toEqual(["dark", "calm", "dark"]);
});

test("[B58] what somebody prefers is shown by what is being drawn while the answer comes, also on a device that draws late", async () => {
  const first = await arrive("/#/account");
  await first.getByTestId("to-register").click();
  await registerHere(first, "Ivo");
  await first.getByTestId("colours").selectOption("dark");
  await until("they are kept", async () => (await keptPreferences(first)).includes("dark"));
  const second = await arrive("/#/account");
  await second.addInitScript(() => {
    // What a component does after its picture is put off without a delay, and by nobody else.
    const { setTimeout } = window;
    const LATE_MS = 2_000;
    Reflect.set(window, "setTimeout", (act: () => void, ms?: number) =>
      setTimeout(act, ms ?? LATE_MS),
    );
  });
  await second.reload();
  await signIn(second, "Ivo", PASSWORD);
  await until("they are shown", async () => {
    const colours = second.getByTestId("colours");
    return (await colours.isVisible()) && (await colours.inputValue()) === "dark";
  });
});

test("[B44] a device that asks for less motion, and a player who wants it, stop the same motion", async () => {
  const page = await arrive("/#/account");
  await page.getByTestId("to-register").click();
  await registerHere(page, "Gwen");
  const moving = () =>
    page.evaluate(() => {
      document.getElementById("sample")?.remove();
      const sample = document.createElement("div");
      sample.id = "sample";
      sample.innerHTML =
        '<p class="toast"></p><p class="hand"><button class="playing-card"></button></p><i class="stick"></i>';
      document.body.append(sample);
      const of = (selector: string, pseudo?: string) => {
        const element = document.querySelector(selector);
        if (element === null) throw new Error(`${selector} is missing`);
        return getComputedStyle(element, pseudo);
      };
      return [
        of("#sample .toast").animationName !== "none",
        of("#sample .playing-card").transitionDuration !== "0s",
        of("#sample .stick", "::before").transitionDuration !== "0s",
      ];
    });
  const all = [true, true, true];
  expect(await moving()).toEqual(all);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await until("the page has heard of it", async () => !(await moving()).includes(true));
  await page.getByTestId("motion").selectOption("full");
  expect(await moving()).toEqual(all);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await page.getByTestId("motion").selectOption("calm");
  expect(await moving()).not.toContain(true);
});

test("[B15] a guest goes on on another device by a code, in the same seat, the page that showed it says so, and the code works once", async () => {
  const first = await arrive();
  await play(first, "Gus", "nim");
  const seats = await seatsOf(first);
  await first.getByTestId("account-open").click();
  await first.getByTestId("offer").click();
  const code = await first.getByTestId("offered-code").innerText();
  const link = await first.getByTestId("offered-link").inputValue();
  const second = await arrive();
  await second.getByTestId("enter-code").click();
  await second.getByTestId("take-code").fill(code.toUpperCase());
  await second.getByTestId("take").click();
  await live(second);
  expect(await seatsOf(second)).toEqual(seats);
  await first.getByTestId("account-dialog").waitFor({ state: "hidden" });
  const elsewhere = first.getByTestId("overlay").filter({ hasText: "another device" });
  await elsewhere.locator("button:focus").filter({ hasText: "Take back" }).waitFor();
  const third = await arrive(link.slice(link.indexOf("/#")));
  await third.getByTestId("take").click();
  await third.getByTestId("problem").filter({ hasText: "not any more" }).waitFor();
});

test("[B43] the device that took a seat is named though the server learnt only after the page that its connection was over", async () => {
  const first = await arrive();
  await play(first, "Liv", "nim");
  await first.getByTestId("account-open").click();
  await first.getByTestId("offer").click();
  const code = await first.getByTestId("offered-code").innerText();
  await first.getByTestId("account-close").click();
  const second = await arrive();
  await second.getByTestId("enter-code").click();
  await second.getByTestId("take-code").fill(code);
  const before = await first.evaluate(async () => (await fetch("/api/sessions")).text());
  let answeredLate = 0;
  await first.route(
    "**/api/sessions",
    async (route) => {
      answeredLate += 1;
      await route.fulfill({ contentType: "application/json", body: before });
    },
    { times: 1 },
  );
  await second.getByTestId("take").click();
  await live(second);
  await first.getByTestId("overlay").filter({ hasText: "another device" }).waitFor();
  expect(answeredLate).toBe(1);
});

test("[B16] one's browsers are listed with their seats, this one is marked, and another can be signed out from here", async () => {
  const first = await playerAtTable("Hal");
  const second = await takesOver("Hal", PASSWORD);
  await first.goto(`${bed.server.url}/#/account`);
  await first.getByTestId("browser-this").filter({ hasText: "this one" }).waitFor();
  const seat = first.getByTestId("browser-other").getByTestId("own-seat");
  // Whoever still waits in a room of the tests before is company.
  await seat.filter({ hasText: /Nim, seat [12] (waits for others|is being played)/ }).waitFor();
  expect(await first.getByTestId("browser-this").getByTestId("own-seat").count()).toBe(0);
  expect(await first.getByTestId("browser-this").count()).toBe(1);
  await first.getByTestId("browser-end").click();
  await second.getByTestId("signed-out").waitFor();
  await first.getByTestId("browser-other").waitFor({ state: "detached" });
  await second.getByTestId("go-home").click();
  await second.getByTestId("name").waitFor();
});

test("[B36] a player downloads what is kept, and deletes it with the password; then nobody is there", async () => {
  const page = await playerAtTable("Jon");
  await page.goto(`${bed.server.url}/#/account`);
  await page.getByTestId("kept-open").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTestId("export").click(),
  ]);
  expect(download.suggestedFilename()).toBe("holdfast.json");
  const kept = JSON.parse(await readFile(await download.path(), "utf8")) as object;
  expect(kept).toMatchObject({ name: "Jon", seats: [{ game: "nim" }] });
  const form = page.getByTestId("delete-form");
  await form.getByTestId("current-password").fill(NEXT);
  await form.getByTestId("delete-meant").check();
  await form.getByTestId("delete").click();
  await form.getByTestId("problem").filter({ hasText: "wrong" }).waitFor();
  await form.getByTestId("current-password").fill(PASSWORD);
  await form.getByTestId("delete").click();
  await page.getByTestId("who-nobody").waitFor();
  await signIn(page, "Jon", PASSWORD);
  await page.getByTestId("problem").filter({ hasText: "wrong" }).waitFor();
});

test("[B37] what a browser keeps for longer than a tab proves nobody, and what a tab keeps is worth its seat alone", async () => {
  const page = await playerAtTable("Kay");
  const kept = await page.evaluate(() => ({
    cookies: document.cookie,
    browser: Object.values({ ...localStorage }).join("\n"),
    tab: Object.values({ ...sessionStorage }).join("\n"),
  }));
  expect(kept.cookies).toBe("");
  // Cookie and marks have 22 or 43 characters of base64url, a token has three parts of it.
  expect(kept.browser).not.toMatch(/[\w-]{22}/);
  expect(kept.tab).not.toMatch(/[\w-]{20}\.[\w-]{20}\./);
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name === "holdfast");
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  expect(kept.tab).not.toContain(cookie?.value);
  expect(kept.tab).toContain("ticket");
});

test("[B17] a story that was put away is offered first, and goes on where it was", async () => {
  const page = await arrive();
  await page.getByTestId("name").fill("Ina");
  await page.getByTestId("play-adventure").click();
  await live(page);
  const before = await page.getByTestId("place").innerText();
  await page.getByTestId("prompt").fill("up");
  await page.getByTestId("prompt").press("Enter");
  await until(
    "somewhere else",
    async () => (await page.getByTestId("place").innerText()) !== before,
  );
  const place = await page.getByTestId("place").innerText();
  await page.getByTestId("leave").click();
  await page.getByTestId("leave-yes").click();
  await page.getByTestId("saved").getByTestId("go-on").click();
  await live(page);
  await until(
    "the same place",
    async () => (await page.getByTestId("place").innerText()) === place,
  );
});

/** Sits down on an island of their own, walks that way and tells where they come to. */
async function walk(page: Page, name: string, way: string): Promise<string> {
  if (await page.getByTestId("name").isVisible()) await page.getByTestId("name").fill(name);
  await page.getByTestId("private-adventure").click();
  await live(page);
  const placeNow = () => page.getByTestId("place").innerText();
  const before = await placeNow();
  await page.getByTestId("prompt").fill(way);
  await page.getByTestId("prompt").press("Enter");
  await until("somewhere else", async () => (await placeNow()) !== before);
  return placeNow();
}

async function leaveTable(page: Page): Promise<void> {
  await page.getByTestId("leave").click();
  await page.getByTestId("leave-yes").click();
  await page.getByTestId("saved").waitFor();
}

test("[B46] a guest with a story signs in to an account that has one, is told of both, and goes on with the other", async () => {
  const first = await arrive("/#/account");
  await first.getByTestId("to-register").click();
  await registerHere(first, "Nan");
  await first.getByTestId("who-player").waitFor();
  await first.getByTestId("home").click();
  await first.getByTestId("who").waitFor();
  const left = await walk(first, "Nan", "up");
  await leaveTable(first);

  const page = await arrive();
  const played = await walk(page, "Somebody", "west");
  expect(played).not.toBe(left);
  await page.getByTestId("account-open").click();
  await page.getByTestId("to-sign-in").click();
  await signIn(page, "Nan", PASSWORD);
  const told = /two stories of The Light of Thole/;
  await page.getByTestId("toast").filter({ hasText: told }).waitFor();
  await live(page);
  expect(await page.getByTestId("place").innerText()).toBe(played);
  await page.goto(`${bed.server.url}/#/account`);
  await page.getByTestId("story-begun").filter({ hasText: "at your table" }).waitFor();
  await page.getByTestId("story-aside").filter({ hasText: left }).waitFor();
  await page.getByTestId("home").click();
  await page.getByTestId("still-on").getByTestId("sit-down").click();
  await live(page);
  await leaveTable(page);

  await page.getByTestId("other-stories").click();
  await page.getByTestId("stories-told").filter({ hasText: told }).waitFor();
  await page.getByTestId("story-next").filter({ hasText: played }).waitFor();
  expect(await page.getByTestId("story-next").innerText()).toContain("begun as a guest");
  const aside = page.getByTestId("story-aside").filter({ hasText: left });
  expect(await aside.innerText()).toContain("of this account");
  await aside.getByTestId("story-take-up").click();
  await page.getByTestId("story-next").filter({ hasText: left }).waitFor();
  await page.getByTestId("story-aside").filter({ hasText: played }).waitFor();
  await page.getByTestId("home").click();
  await page.getByTestId("saved").filter({ hasText: left }).getByTestId("go-on").click();
  await live(page);
  await until(
    "the place that was left first",
    async () => (await page.getByTestId("place").innerText()) === left,
  );
});

/** Whoever watched had a line before: only a seat can be left. */
async function seated(page: Page): Promise<void> {
  await page.getByTestId("leave").waitFor();
  await live(page);
}

test("[B18] open rooms are shown with live numbers, filtered, and watched without a seat, which is then taken", async () => {
  const player = await arrive();
  await play(player, "Jo", "arena");
  const visitorPage = await arrive();
  await visitorPage
    .getByTestId("now-arena")
    .filter({ hasText: /\d player/ })
    .waitFor();
  await visitorPage.getByTestId("filter-game").selectOption("nim");
  await until("no sea is shown", async () => {
    const rows = await visitorPage.getByTestId("room-row").allInnerTexts();
    return rows.every((row) => !row.includes("Kelp Sea"));
  });
  await visitorPage.getByTestId("filter-game").selectOption("arena");
  await visitorPage.getByTestId("name").fill("Kim");
  await visitorPage.getByTestId("watch-room").first().click();
  await visitorPage.getByTestId("watching").waitFor();
  expect(await seatsOf(visitorPage)).toEqual([]);
  await visitorPage.getByTestId("sit-down-here").click();
  await seated(visitorPage);
  expect(await seatsOf(visitorPage)).toHaveLength(1);
});

test("[B48] whoever finds all seats taken watches instead, and sits down once one is free", async () => {
  const first = await arrive();
  await first.getByTestId("name").fill("Ora");
  await first.getByTestId("private-nim").click();
  await live(first);
  const comes = async (name: string) => {
    const page = await bed.visitor(first.url());
    await page.getByTestId("name").fill(name);
    await page.getByTestId("sit-down").click();
    return page;
  };
  const second = await comes("Pia");
  await live(second);
  const third = await comes("Quin");
  const full = third.getByTestId("overlay").filter({ hasText: "All seats are taken" });
  await full.getByTestId("remedy").click();
  await third.getByTestId("watching").waitFor();
  expect(await seatsOf(third)).toEqual([]);
  await second.getByTestId("leave").click();
  await second.getByTestId("leave-yes").click();
  await third.getByTestId("sit-down-here").click();
  await seated(third);
  expect(await seatsOf(third)).toHaveLength(1);
});

test("[B19] a moderator at a table sees who sits there and puts a guest out, who is told so", async () => {
  const moderator = await arrive("/#/account");
  await moderator.getByTestId("to-register").click();
  await registerHere(moderator, "Max");
  await moderator.getByTestId("who-player").waitFor();
  await grant(bed.server.folder, "Max", "moderator");
  await signInAnew(moderator, "Max");
  const guest = await arrive();
  await guest.getByTestId("name").fill("Lou");
  await guest.getByTestId("private-nim").click();
  await live(guest);
  expect(await guest.getByTestId("desk").count()).toBe(0);
  await moderator.goto(`${guest.url()}?watch`);
  await live(moderator);
  await moderator.getByTestId("desk").click();
  await moderator.getByTestId("desk-card").filter({ hasText: "Lou" }).waitFor();
  await moderator.getByTestId("put-out").click();
  await moderator.getByTestId("desk-told").filter({ hasText: "Lou" }).waitFor();
  await guest.getByTestId("overlay").filter({ hasText: "moderator put you out" }).waitFor();
  await until("the seat is not theirs", async () => (await seatsOf(guest)).length === 0);
});
