// Restoring: people whose sessions, identities and cookies the store has lost while a node has them in
// memory, over real stores in virtual time.

import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { labelOfHash } from "../../server/session/cookie.ts";
import type { SessionRecord } from "../../server/session/record.ts";
import { Restoring } from "../../server/session/restoring.ts";
import { SESSION_CLOCKS } from "../../server/session/session.ts";
import type { Revocation } from "../../server/session/sessions.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { type Store, StoreDamaged } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { IdentityId } from "../../shared/ids.ts";
import { DAY_MS, newCookie, newIdentity, newSession } from "../contract/newcomers.ts";
import { pass } from "./roomsScene.ts";

/** As Redis takes it: it refuses parts of a millisecond. */
function inWholeMs(store: Store): Store["revokeSession"] {
  return async (session, tombstone, lifeMs) => {
    if (!Number.isSafeInteger(lifeMs)) throw new Error(`${lifeMs} is no whole number`);
    await store.revokeSession(session, tombstone, lifeMs);
  };
}

/** A node that remembers, over a store that can be emptied under it. */
async function scene() {
  const clock = new VirtualClock();
  const held = { inside: await openMemoryStore({ clock }), incarnation: "first" };
  const damage = { of: "" as IdentityId | "", readings: 0 };
  const readIdentity: Store["readIdentity"] = async (id) => {
    if (id !== damage.of) return held.inside.readIdentity(id);
    damage.readings += 1;
    throw new StoreDamaged("for a test");
  };
  const store = new Proxy(held.inside, {
    get(_, name) {
      if (name === "incarnation") return held.incarnation;
      const method: unknown = Reflect.get(held.inside, name, held.inside);
      if (name === "revokeSession") return inWholeMs(held.inside);
      if (name === "readIdentity") return readIdentity;
      return typeof method === "function" ? method.bind(held.inside) : method;
    },
  }) as Store;
  const sessions = { living: [] as SessionRecord[], revocations: [] as Revocation[] };
  // As it is known of a store: between two of its milliseconds.
  const storeTime = { nowMs: () => clock.wallMs() + 0.25 };
  const parts = { store, clock, storeTime, clocks: SESSION_CLOCKS, sessions, log: silentLog };
  const restoring = new Restoring(parts);
  restoring.start();
  /** Somebody signs in and is connected here. */
  const arrive = async () => {
    const identity = await newIdentity(store);
    const cookie = newCookie(identity);
    const label = labelOfHash(cookie.hash);
    const session = await newSession(store, { identity: identity.id, label });
    await store.createIdentity(identity);
    await store.keepCookie(cookie);
    await store.openSession(session, SESSION_CLOCKS.lifeMs);
    sessions.living.push(session);
    await pass(clock, 500);
    return { identity, cookie, session };
  };
  const empty = async () => {
    held.inside = await openMemoryStore({ clock });
    held.incarnation += " emptied";
  };
  return { clock, store, sessions, restoring, arrive, empty, damage };
}

test("[D139] who is connected, or was within a session's life, is there again after a loss: session, identity and cookie", async () => {
  const { clock, store, sessions, arrive, empty } = await scene();
  const here = await arrive();
  const left = await arrive();
  const longGone = await arrive();
  sessions.living = [here.session, left.session];
  await pass(clock, SESSION_CLOCKS.lifeMs / 2, 60_000);
  sessions.living = [here.session];
  await pass(clock, SESSION_CLOCKS.lifeMs / 2 + 1_000, 60_000);
  await empty();
  expect(await store.readSession(here.session.id)).toBeUndefined();
  await pass(clock, 500);
  for (const { identity, cookie, session } of [here, left]) {
    expect(await store.readIdentity(identity.id)).toEqual(identity);
    expect(await store.useCookie(cookie.hash)).toEqual(cookie);
    expect((await store.readSession(session.id))?.record).toEqual(session);
  }
  expect(await store.readSession(longGone.session.id)).toBeUndefined();
  expect(await store.useCookie(longGone.cookie.hash)).toBeUndefined();
});

test("[D139] whoever comes after a crowd of whom the store knows nothing more is there again as well", async () => {
  const { clock, store, sessions, arrive, empty } = await scene();
  for (let count = 0; count < 200; count++) sessions.living.push(await newSession(store));
  await pass(clock, 500);
  const { identity, cookie } = await arrive();
  await pass(clock, 2_000);
  await empty();
  await pass(clock, 500);
  expect(await store.readIdentity(identity.id)).toEqual(identity);
  expect(await store.useCookie(cookie.hash)).toEqual(cookie);
});

test("[D142] what was revoked stays so after a loss, and what the store still has is not replaced", async () => {
  const { clock, store, sessions, restoring, arrive, empty } = await scene();
  const revoked = await arrive();
  const elsewhere = await arrive();
  const kept = await arrive();
  const [tombstone, untilMs] = [{ reason: "banned" } as const, clock.wallMs() + DAY_MS];
  sessions.revocations.push({ session: revoked.session.id, tombstone, untilMs });
  restoring.forget([revoked.session.id, elsewhere.session.id]);
  sessions.living = [kept.session];
  await empty();
  const renamed = { ...kept.identity, name: "Grace", revision: 2 };
  await store.createIdentity(renamed);
  await pass(clock, 500);
  expect(await store.isRevoked(revoked.session.id)).toBe(true);
  for (const { session, cookie } of [revoked, elsewhere]) {
    expect(await store.readSession(session.id)).toBeUndefined();
    expect(await store.useCookie(cookie.hash)).toBeUndefined();
  }
  expect(await store.readIdentity(kept.identity.id)).toEqual(renamed);
  expect(await store.useCookie(kept.cookie.hash)).toBeUndefined();
  expect((await store.readSession(kept.session.id))?.record).toEqual(kept.session);
});

test("[D179] whose record cannot be read is asked for no more often than others, and keeps nobody from being there again after a loss", async () => {
  const { clock, store, arrive, empty, damage } = await scene();
  const [whole, torn] = [await arrive(), await arrive()];
  damage.of = torn.identity.id;
  await empty();
  await pass(clock, 5_000);
  expect(damage.readings).toBe(1);
  expect(await store.readIdentity(whole.identity.id)).toEqual(whole.identity);
  for (const { session } of [whole, torn])
    expect((await store.readSession(session.id))?.record).toEqual(session);
});

test("[D179] who comes with a record that cannot be read is looked up again like whom nobody knows", async () => {
  const { clock, store, sessions, damage } = await scene();
  const session = await newSession(store);
  damage.of = session.identity;
  sessions.living.push(session);
  await pass(clock, 5_000);
  expect(damage.readings).toBe(1);
  await pass(clock, 10_000);
  expect(damage.readings).toBe(2);
});

test("[D143] for ten seconds after a loss what is missing may come back, and not longer", async () => {
  const { clock, restoring, empty } = await scene();
  expect(restoring.mayReturn).toBe(false);
  await empty();
  expect(restoring.mayReturn).toBe(true);
  clock.advance(9_900);
  expect(restoring.mayReturn).toBe(true);
  clock.advance(200);
  expect(restoring.mayReturn).toBe(false);
});
