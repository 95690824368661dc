// Hand-off: a code takes somebody to another device once, for two minutes, with no more rights than
// the browser that asked for it.

import { expect, test } from "vitest";
import { type Asker, BROWSERS_MAX } from "../../server/identity/accounts.ts";
import { CODE_LIFE_MS } from "../../server/identity/handOff.ts";
import { DEVICE, newGuest, peopleScene, type Scene } from "./peopleScene.ts";

const PASSWORD = "a long and unusual one";
const PHONE = "Firefox on Android";

async function offered(scene: Scene, cookie: string | undefined): Promise<string> {
  const offer = await scene.handOff.offer(cookie);
  if (offer.kind !== "offered") throw new Error(offer.reason);
  expect(offer.expiresInMs).toBe(CODE_LIFE_MS);
  return offer.code;
}

async function guestIn(scene: Scene): Promise<{ cookie: string; identity: string }> {
  const { newCookie, session } = await newGuest(scene);
  return { cookie: newCookie?.secret ?? "", identity: session.identity };
}

async function registered(scene: Scene, name: string) {
  const asker: Asker = {
    ...{ cookie: undefined, device: DEVICE, mark: undefined },
    ...{ address: "192.0.2.7", addressGroup: undefined },
  };
  const answer = await scene.accounts.register(name, PASSWORD, asker);
  if (answer.kind !== "signed-in") throw new Error(answer.kind);
  return { asker, cookie: answer.newCookie.secret };
}

test("[S101] a code makes another device the same somebody, with a cookie of its own, in any spelling", async () => {
  const scene = await peopleScene();
  const { cookie, identity } = await guestIn(scene);
  const code = await offered(scene, cookie);
  expect(code).toMatch(/^[a-z0-9]{8}$/);
  const spelled = ` ${code.slice(0, 4).toUpperCase()}-${code.slice(4)} `;
  const taken = await scene.handOff.take(spelled, PHONE);
  if (taken.kind !== "signed-in") throw new Error(taken.kind);
  expect(taken.session).toMatchObject({ identity, device: PHONE });
  expect(taken.newCookie.secret).not.toBe(cookie);
  for (const secret of [cookie, taken.newCookie.secret]) {
    expect((await scene.signIn.known(secret))?.identity.id).toBe(identity);
  }
});

test("[S102] a code is good once and for two minutes, and dies with what it was asked with", async () => {
  const scene = await peopleScene();
  const { cookie } = await guestIn(scene);
  const once = await offered(scene, cookie);
  const both = await Promise.all([
    scene.handOff.take(once, PHONE),
    scene.handOff.take(once, PHONE),
  ]);
  expect(both.map(({ kind }) => kind).sort()).toEqual(["refused", "signed-in"]);
  const late = await offered(scene, cookie);
  await scene.clock.advance(CODE_LIFE_MS + 1);
  for (const code of [once, late, "", "nonsense!", "aaaaaaaa"]) {
    const refused = { kind: "refused", reason: "not-found" };
    expect(await scene.handOff.take(code, PHONE)).toEqual(refused);
  }
  const ada = await registered(scene, "Ada");
  const waiting = await offered(scene, ada.cookie);
  const next = "quite another unusual one";
  await scene.accounts.changePassword(PASSWORD, next, { ...ada.asker, cookie: ada.cookie });
  expect((await scene.handOff.take(waiting, PHONE)).kind).toBe("refused");
});

test("[S102] whoever's browser is ended takes nothing along by a code that still waits", async () => {
  const scene = await peopleScene();
  const { cookie, asker } = await registered(scene, "Ada");
  const stolen = await scene.accounts.signIn("Ada", PASSWORD, asker);
  if (stolen.kind !== "signed-in") throw new Error(stolen.kind);
  const code = await offered(scene, stolen.newCookie.secret);
  expect(await scene.ownership.end(cookie, stolen.session.label)).toBe("ended");
  expect(await scene.handOff.take(code, PHONE)).toEqual({ kind: "refused", reason: "not-found" });
  const left = await offered(scene, cookie);
  await scene.signIn.signOut(cookie);
  expect(await scene.handOff.take(left, PHONE)).toEqual({ kind: "refused", reason: "not-found" });
});

test("[S90] of codes that are asked for at once no more are given than an account may have browsers", async () => {
  const scene = await peopleScene();
  const { cookie } = await registered(scene, "Ada");
  const offers = await Promise.all(
    Array.from({ length: 3 * BROWSERS_MAX }, () => scene.handOff.offer(cookie)),
  );
  const codes = offers.filter(({ kind }) => kind === "offered");
  expect(codes.length).toBeLessThanOrEqual(BROWSERS_MAX);
  expect(codes.length).toBeGreaterThan(0);
  scene.clock.advance(CODE_LIFE_MS);
  await offered(scene, cookie);
});

test("[S90] browsers that a new password ended count no more, and keep nobody from a code for another device", async () => {
  const scene = await peopleScene();
  const { cookie, asker } = await registered(scene, "Ada");
  for (let count = 1; count < BROWSERS_MAX; count++)
    await scene.accounts.signIn("Ada", PASSWORD, asker);
  const full = { kind: "refused", reason: "not-allowed" };
  expect(await scene.handOff.offer(cookie)).toEqual(full);
  const next = "quite another unusual one";
  const changed = await scene.accounts.changePassword(PASSWORD, next, { ...asker, cookie });
  if (changed.kind !== "signed-in") throw new Error(changed.kind);
  await offered(scene, changed.newCookie.secret);
});

test("[S103] nobody and whoever is kept out get no code, and a code makes no password younger", async () => {
  const scene = await peopleScene();
  const stranger = { kind: "refused", reason: "sign-in-needed" };
  expect(await scene.handOff.offer(undefined)).toEqual(stranger);
  expect(await scene.handOff.offer("x".repeat(43))).toEqual(stranger);
  const { cookie: before, asker } = await registered(scene, "Mia");
  await scene.moderation.grant("Mia", "moderator");
  const handedOn = async (cookie: string) => {
    const taken = await scene.handOff.take(await offered(scene, cookie), PHONE);
    if (taken.kind !== "signed-in") throw new Error(taken.kind);
    return scene.moderation.look(taken.newCookie.secret, { account: "Mia" });
  };
  const needed = { kind: "refused", reason: "password-needed" };
  expect(await handedOn(before)).toEqual(needed);
  const since = await scene.accounts.signIn("Mia", PASSWORD, asker);
  if (since.kind !== "signed-in") throw new Error(since.kind);
  expect((await handedOn(since.newCookie.secret)).kind).toBe("done");
  await scene.clock.advance(9 * 3_600_000);
  expect(await handedOn(since.newCookie.secret)).toEqual(needed);
});
