// Identity rules: identities, cookies, accounts, counts and the audit stream, for any store. Some
// stores only know real time: lives are long enough that a slow machine does not end them by itself.

import { expect, test } from "vitest";
import { DAY_MS, NODE, newCookie, newHash, newIdentity, newIdentityId } from "./newcomers.ts";
import type { Stage } from "./store.ts";

/** A life that ends while a test looks on. */
const LIFE_MS = 600;
/** Two of these are longer than that life, one is well within it. */
const WHILE_MS = 350;

export function identityRules(stage: Stage): void {
  test("[D26] a cookie proves its identity until it is not used for its idle time", async () => {
    const { store } = stage;
    const identity = await newIdentity(store, { cookieIdleMs: LIFE_MS });
    const cookie = newCookie(identity);
    const { hash } = cookie;
    await store.createIdentity(identity);
    await store.keepCookie(cookie);
    expect(await store.readIdentity(identity.id)).toEqual(identity);
    expect(await store.readIdentity(newIdentityId())).toBeUndefined();
    expect(await store.useCookie(newHash())).toBeUndefined();
    for (let used = 0; used < 3; used++) {
      await stage.pass(WHILE_MS);
      expect(await store.useCookie(hash)).toEqual(cookie);
    }
    await stage.pass(LIFE_MS + 50);
    expect(await store.useCookie(hash)).toBeUndefined();
    expect(await store.readIdentity(identity.id)).toEqual(identity);
  });

  test("[D27] a cookie ends at its absolute end however much it is used", async () => {
    const { store } = stage;
    const cookieEndsMs = (await store.timeMs()) + LIFE_MS;
    const identity = await newIdentity(store, { cookieIdleMs: DAY_MS, cookieEndsMs });
    const { hash } = newCookie(identity);
    await store.createIdentity(identity);
    await store.keepCookie(newCookie(identity, hash));
    await stage.pass(WHILE_MS);
    expect((await store.useCookie(hash))?.identity).toBe(identity.id);
    await stage.pass(WHILE_MS);
    expect(await store.useCookie(hash)).toBeUndefined();
  });

  test("[D28] a cookie that is removed is dead at once, and another of its identity is not", async () => {
    const { store } = stage;
    const identity = await newIdentity(store);
    const [first, second] = [newCookie(identity), newCookie(identity)];
    await store.createIdentity(identity);
    await store.keepCookie(first);
    await store.keepCookie(second);
    await store.removeCookie(first.hash);
    expect(await store.useCookie(first.hash)).toBeUndefined();
    expect(await store.useCookie(second.hash)).toEqual(second);
    await store.removeCookie(second.hash);
    expect(await store.useCookie(second.hash)).toBeUndefined();
    await store.removeCookie(newHash());
    expect(await store.readIdentity(identity.id)).toEqual(identity);
  });

  test("[D29] an identity is replaced only by whoever has read what is stored", async () => {
    const { store } = stage;
    const identity = await newIdentity(store);
    await store.createIdentity(identity);
    await store.keepCookie(newCookie(identity));
    const newer = { ...identity, name: "Grace", role: "player", revision: 2 } as const;
    expect(await store.writeIdentity(newer, newer)).toBe(false);
    expect(await store.readIdentity(identity.id)).toEqual(identity);
    expect(await store.writeIdentity(newer, identity)).toBe(true);
    expect(await store.writeIdentity({ ...newer, name: "Eve" }, identity)).toBe(false);
    expect(await store.readIdentity(identity.id)).toMatchObject(newer);
    const nobody = await newIdentity(store);
    expect(await store.writeIdentity(nobody, nobody)).toBe(false);
    expect(await store.readIdentity(nobody.id)).toBeUndefined();
  });

  test("[D29] of two changes at one revision of an identity neither replaces the other", async () => {
    const { store } = stage;
    const created = await newIdentity(store);
    await store.createIdentity(created);
    for (const device of ["phone", "laptop"]) {
      const read = (await store.readIdentity(created.id)) ?? created;
      const alerts = [{ kind: "new-device", device, atMs: 1 }] as const;
      const answers = [{ alerts }, { name: "Grace" }].map((change) =>
        store.writeIdentity({ ...read, ...change }, read),
      );
      expect(await Promise.all(answers)).toEqual([true, false]);
      expect(await store.readIdentity(created.id)).toMatchObject({ alerts, name: created.name });
    }
  });

  test("[D30] a guest's record ends with the cookie; an account's does not", async () => {
    const { store } = stage;
    const cookieEndsMs = (await store.timeMs()) + WHILE_MS;
    const guest = await newIdentity(store, { cookieEndsMs });
    const account = await newIdentity(store, { cookieEndsMs, role: "player" });
    await store.createIdentity(guest);
    await store.keepCookie(newCookie(guest));
    await store.createIdentity(account);
    await store.keepCookie(newCookie(account));
    expect(await store.readIdentity(guest.id)).toEqual(guest);
    await stage.pass(WHILE_MS + 50);
    expect(await store.readIdentity(guest.id)).toBeUndefined();
    expect(await store.writeIdentity({ ...guest, revision: 2 }, guest)).toBe(false);
    expect(await store.readIdentity(account.id)).toEqual(account);
  });

  test("[D110] the cookies of an identity are those of it that live, with their last use", async () => {
    const { store } = stage;
    const identity = await newIdentity(store);
    const brief = { ...newCookie(identity), idleMs: WHILE_MS };
    const [kept, removed] = [newCookie(identity), newCookie(identity)];
    await store.createIdentity(identity);
    await store.keepCookie(kept);
    await store.keepCookie(brief);
    await store.keepCookie(removed);
    await store.removeCookie(removed.hash);
    const stranger = await newIdentity(store);
    await store.createIdentity(stranger);
    await store.keepCookie(newCookie(stranger));
    const beforeMs = await store.timeMs();
    expect(await store.cookiesOf(identity.id)).toHaveLength(2);
    await stage.pass(WHILE_MS + 50);
    const [left, ...others] = await store.cookiesOf(identity.id);
    expect(others).toEqual([]);
    expect(left?.cookie).toEqual(kept);
    expect(left?.usedMs).toBeLessThanOrEqual(beforeMs);
    await store.useCookie(kept.hash);
    const [used] = await store.cookiesOf(identity.id);
    expect(used?.usedMs).toBeGreaterThanOrEqual(beforeMs + WHILE_MS);
    expect(await store.cookiesOf(newIdentityId())).toEqual([]);
  });

  test("[D111] an account is made once under a name, and replaced by whoever has read it", async () => {
    const { store } = stage;
    const name = `Zoë {${newHash()}} * \r\n`;
    const account = { name, identity: newIdentityId(), passwordHash: "$one", revision: 1 };
    expect(await store.readAccount(name)).toBeUndefined();
    const rival = { ...account, identity: newIdentityId() };
    const outcomes = await Promise.all([store.createAccount(account), store.createAccount(rival)]);
    expect(outcomes).toEqual([true, false]);
    expect(await store.readAccount(name)).toEqual(account);
    const newer = { ...account, passwordHash: "$two", revision: 2 };
    expect(await store.writeAccount(newer, 2)).toBe(false);
    expect(await store.writeAccount(newer, 1)).toBe(true);
    expect(await store.writeAccount({ ...newer, passwordHash: "$three" }, 1)).toBe(false);
    expect(await store.readAccount(name)).toEqual(newer);
    expect(await store.writeAccount({ ...account, name: newHash() }, 1)).toBe(false);
  });

  test("[D170] whoever is to be forgotten is told from then on, the first first, until nothing is left", async () => {
    const { store } = stage;
    const [first, second, third] = [newIdentityId(), newIdentityId(), newIdentityId()];
    const sinceMs = await store.timeMs();
    const toldBy = async (ms: number) =>
      (await store.forgettings(ms)).filter((id) => [first, second, third].includes(id));
    await store.noteForgetting(second, sinceMs + 2);
    await store.noteForgetting(first, sinceMs + 1);
    await store.noteForgetting(third, sinceMs + 3);
    await store.noteForgetting(first, sinceMs + 9);
    expect(await toldBy(sinceMs)).toEqual([]);
    expect(await toldBy(sinceMs + 2)).toEqual([first, second]);
    await store.endForgetting(first);
    await store.endForgetting(first);
    expect(await toldBy(sinceMs + 9)).toEqual([second, third]);
    for (const identity of [second, third]) await store.endForgetting(identity);
    expect(await toldBy(sinceMs + 9)).toEqual([]);
  });

  test("[D112] a count goes up with each asker and begins anew when its time is over", async () => {
    const { store } = stage;
    const what = `sign-in ${newHash()}`;
    const counts = await Promise.all([1, 2, 3].map(() => store.count(what, LIFE_MS)));
    expect(counts.map(({ count }) => count).sort()).toEqual([1, 2, 3]);
    for (const { leftMs } of counts) {
      expect(leftMs).toBeGreaterThan(0);
      expect(leftMs).toBeLessThanOrEqual(LIFE_MS);
    }
    expect((await store.count(newHash(), LIFE_MS)).count).toBe(1);
    await stage.pass(WHILE_MS);
    const later = await store.count(what, LIFE_MS);
    expect(later.count).toBe(4);
    expect(later.leftMs).toBeLessThanOrEqual(LIFE_MS - WHILE_MS);
    await stage.pass(LIFE_MS);
    expect((await store.count(what, LIFE_MS)).count).toBe(1);
    await store.count(what, LIFE_MS);
    await store.forgetCount(what);
    expect((await store.count(what, LIFE_MS)).count).toBe(1);
  });

  test("[D114] the audit stream is read as it was written, the newest first", async () => {
    const { store } = stage;
    const nowMs = await store.timeMs();
    const entries = [1, 2, 3].map((at) => ({
      ...{ event: "authn_login_fail", atMs: nowMs + at, node: NODE, identity: newHash() },
      ...(at === 2 ? { why: "unknown" } : {}),
    }));
    for (const entry of entries) await store.noteAudit(entry);
    expect(await store.auditTail(2)).toEqual([entries[2], entries[1]]);
    expect((await store.auditTail(100)).slice(0, 3)).toEqual(entries.toReversed());
  });
}
