// Sign-in: how a cookie stays the same person, and when a browser gets another session.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { NAMES_PER_DAY } from "../../server/identity/renames.ts";
import { deviceOf } from "../../server/session/device.ts";
import { SESSION_CLOCKS } from "../../server/session/session.ts";
import type { SessionId } from "../../shared/ids.ts";
import { DEVICE, newGuest, peopleScene } from "./peopleScene.ts";

const { lifeMs, absoluteMs } = SESSION_CLOCKS;
const DAY_MS = 24 * 3_600_000;

test("[S60] a new guest is an identity of its own, with a cookie of 256 random bits", async () => {
  const scene = await peopleScene();
  const guests = await Promise.all(Array.from({ length: 200 }, () => newGuest(scene)));
  const cookies = guests.map(({ cookie }) => cookie);
  expect(cookies.every((cookie) => /^[\w-]{43}$/.test(cookie))).toBe(true);
  const ids = guests.flatMap(({ cookie, session }) => [cookie, session.id, session.identity]);
  expect(new Set(ids).size).toBe(600);
  // Each bit is set about half of the time: 200 draws leave 60 to 140 but once in 10^8.
  const bytes = cookies.map((cookie) => Buffer.from(cookie, "base64url"));
  for (let bit = 0; bit < 256; bit++) {
    const set = bytes.filter((each) => ((each[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
    expect(set).toBeGreaterThan(60);
    expect(set).toBeLessThan(140);
  }
});

test("[S61] a guest who comes again with the cookie is the same, by another name if wanted", async () => {
  const scene = await peopleScene();
  const { cookie, session } = await newGuest(scene, "Ada");
  const same = await scene.signIn.guest("Ada", { cookie, device: DEVICE });
  expect(same).toMatchObject({ newCookie: undefined, session: { id: session.id } });
  const renamed = await scene.signIn.guest("Grace", { cookie, device: DEVICE });
  expect(renamed.newCookie).toBeUndefined();
  expect(renamed.session).toMatchObject({ identity: session.identity, name: "Grace" });
  const known = await scene.signIn.known(cookie);
  expect(known?.session).toMatchObject({ id: renamed.session.id, name: "Grace" });
});

test("[S62] a cookie that nobody was given is not taken on: its bearer gets another", async () => {
  const scene = await peopleScene();
  for (const cookie of ["A".repeat(43), "", "short", "hf:*".repeat(10), "x".repeat(5_000)]) {
    const signedIn = await scene.signIn.guest("Eve", { cookie, device: DEVICE });
    expect(signedIn.newCookie?.secret).not.toBe(cookie);
    expect(signedIn.newCookie?.secret).toHaveLength(43);
    expect(await scene.signIn.token({ cookie, device: DEVICE })).toBeUndefined();
    expect(await scene.signIn.known(cookie)).toBeUndefined();
  }
});

test("[S63] pages of a browser share its session, also when they ask at once", async () => {
  const scene = await peopleScene();
  const { cookie, session } = await newGuest(scene);
  const browser = { cookie, device: DEVICE };
  const later = await scene.signIn.token(browser);
  expect(later?.session.id).toBe(session.id);
  scene.clock.advance(lifeMs);
  const together = await Promise.all(Array.from({ length: 5 }, () => scene.signIn.token(browser)));
  const ids = new Set(together.map((each) => each?.session.id));
  expect(ids.size).toBe(1);
  expect(ids.has(session.id)).toBe(false);
});

test("[S136] a browser has ten sessions at most, however often its owner takes another name", async () => {
  const scene = await peopleScene();
  const { cookie, session } = await newGuest(scene);
  const { cookie: other, session: others } = await newGuest(scene, "Eve");
  const opened = [session.id];
  for (let at = 1; at < 15; at++) {
    scene.clock.advance(1_000);
    const renamed = await scene.signIn.guest(`Ada ${at}`, { cookie, device: DEVICE });
    opened.push(renamed.session.id);
  }
  const { living } = await scene.store.sessionsOf(session.identity);
  expect(new Set(living.map(({ id }) => id))).toEqual(new Set(opened.slice(-10)));
  const ended = await Promise.all(opened.slice(0, 5).map((id) => scene.store.isRevoked(id)));
  expect(ended).toEqual(Array(5).fill(true));
  const untouched = await scene.signIn.token({ cookie: other, device: DEVICE });
  expect(untouched?.session.id).toBe(others.id);
});

test("[S137] nobody takes more than fifty names in a day, wherever they ask; then the former one stays", async () => {
  const scene = await peopleScene();
  const { cookie, session } = await newGuest(scene, "Ada");
  const asGuest = async (name: string) =>
    (await scene.signIn.guest(name, { cookie, device: DEVICE })).session.name;
  for (let at = 1; at <= 25; at++) {
    expect(await asGuest(`Ada ${at}`)).toBe(`Ada ${at}`);
    expect(await scene.ownership.rename(cookie, `Bea ${at}`)).toBe(`Bea ${at}`);
  }
  expect(NAMES_PER_DAY).toBe(50);
  expect(await asGuest("Eve")).toBe("Bea 25");
  expect(await scene.ownership.rename(cookie, "Eve")).toBe("Bea 25");
  expect((await scene.store.readIdentity(session.identity))?.name).toBe("Bea 25");
  scene.clock.advance(DAY_MS);
  expect(await asGuest("Eve")).toBe("Eve");
});

test("[S64] a valid cookie opens the next session without questions, shortly before the end too", async () => {
  const scene = await peopleScene();
  const { cookie, session } = await newGuest(scene);
  const browser = { cookie, device: DEVICE };
  const { store, clock, signIn } = scene;
  const touch = () => store.touch([{ session: session.id, revision: 1, lifeMs }]);
  for (let passedMs = 0; passedMs < absoluteMs - 120_000; passedMs += 60_000) {
    clock.advance(60_000);
    await touch();
  }
  expect((await signIn.token(browser))?.session.id).toBe(session.id);
  clock.advance(61_000);
  const next = await signIn.token(browser);
  expect(next?.session.id).not.toBe(session.id);
  expect(next?.session.identity).toBe(session.identity);
  expect((await signIn.token(browser))?.session.id).toBe(next?.session.id);
});

test("[S65] a guest's cookie ends after a month unused, and after three whatever happens", async () => {
  const idle = await peopleScene();
  const { cookie } = await newGuest(idle);
  idle.clock.sleep(30 * DAY_MS);
  expect(await idle.signIn.token({ cookie, device: DEVICE })).toBeUndefined();

  const busy = await peopleScene();
  const guest = await newGuest(busy);
  const token = () => busy.signIn.token({ cookie: guest.cookie, device: DEVICE });
  for (let day = 1; day < 90; day++) {
    busy.clock.sleep(DAY_MS);
    expect(await token()).toBeDefined();
  }
  const last = await token();
  expect(last?.endsInMs).toBeLessThanOrEqual(DAY_MS);
  busy.clock.sleep(DAY_MS);
  expect(await token()).toBeUndefined();
});

test("[S66] signing out ends the browser's sessions and its cookie, and nobody else's", async () => {
  const scene = await peopleScene();
  const ada = await newGuest(scene, "Ada");
  const bob = await newGuest(scene, "Bob");
  const renamed = await scene.signIn.guest("Grace", { cookie: ada.cookie, device: DEVICE });
  const elsewhere = { ...ada.session, id: "sessionelsewhere" as SessionId, label: "otherlabel" };
  await scene.store.openSession(elsewhere, lifeMs);
  await scene.signIn.signOut(ada.cookie);
  expect(await scene.store.isRevoked(elsewhere.id)).toBe(false);
  expect(await scene.store.isRevoked(ada.session.id)).toBe(true);
  expect(await scene.store.isRevoked(renamed.session.id)).toBe(true);
  expect(await scene.signIn.token({ cookie: ada.cookie, device: DEVICE })).toBeUndefined();
  expect(await scene.signIn.token({ cookie: bob.cookie, device: DEVICE })).toBeDefined();
  expect(await scene.store.isRevoked(bob.session.id)).toBe(false);
});

test("[S67] a label names a browser to its owner and leads to neither cookie nor hash", async () => {
  const scene = await peopleScene();
  const { cookie, session } = await newGuest(scene);
  const hash = createHash("sha256").update(cookie).digest("hex");
  expect(session.label).toMatch(/^[0-9a-f]{12}$/);
  expect(`${cookie}${hash}`).not.toContain(session.label);
  const next = await scene.signIn.guest("Grace", { cookie, device: DEVICE });
  expect(next.session.label).toBe(session.label);
  expect(await scene.signIn.token({ cookie: session.label, device: DEVICE })).toBeUndefined();
});

test("[S68] a device is told in a few words that no sender can choose", () => {
  const mozilla = "Mozilla/5.0";
  const phone = `${mozilla} (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36`;
  const iphone = `${mozilla} (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1`;
  const edge = `${mozilla} (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`;
  const firefox = `${mozilla} (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0`;
  expect(deviceOf(phone)).toBe("Chrome on Android");
  expect(deviceOf(iphone)).toBe("Safari on iPhone");
  expect(deviceOf(edge)).toBe("Edge on Windows");
  expect(deviceOf(firefox)).toBe("Firefox on Linux");
  expect(deviceOf("node")).toBe("a program");
  expect(deviceOf(undefined)).toBe("a program");
  expect(deviceOf("<script>alert(1)</script> Firefox/1")).toBe("Firefox");
});
