// Session rules: sessions, touches and tombstones, for any store. Some stores
// only know real time: lives are long enough that a slow machine does not end them by itself.

import { expect, test } from "vitest";
import type { SessionRecord } from "../../server/session/record.ts";
import type { Touch } from "../../server/store/sessionStore.ts";
import {
  DAY_MS,
  NODE,
  newConnectionId,
  newIdentityId,
  newSession,
  newSessionId,
} from "./newcomers.ts";
import type { Stage } from "./store.ts";

/** A life that ends while a test looks on. */
const LIFE_MS = 600;
/** Two of these are longer than that life, one is well within it. */
const WHILE_MS = 350;

export function sessionRules(stage: Stage): void {
  touchRules(stage);
  revocationRules(stage);
}

function touchRules(stage: Stage): void {
  const touch = ({ id, revision }: SessionRecord, lifeMs: number): Touch => ({
    session: id,
    revision,
    lifeMs,
  });

  test("[D31] a session is read as it was opened, until its life ends without a touch", async () => {
    const { store } = stage;
    const session = await newSession(store);
    await store.openSession(session, LIFE_MS);
    const { record, lifeMs, connections } = (await store.readSession(session.id)) ?? {};
    expect(record).toEqual(session);
    expect(lifeMs).toBeGreaterThan(0);
    expect(lifeMs).toBeLessThanOrEqual(LIFE_MS);
    expect(connections).toEqual([]);
    expect(await store.readSession(newSessionId())).toBeUndefined();
    await stage.pass(LIFE_MS + 50);
    expect(await store.readSession(session.id)).toBeUndefined();
  });

  test("[D32] a touch moves the end of a session, and never past its absolute end", async () => {
    const { store } = stage;
    const [sliding, bounded] = [
      await newSession(store),
      await newSession(store, { endsMs: (await store.timeMs()) + LIFE_MS }),
    ];
    await store.openSession(sliding, LIFE_MS);
    await store.openSession(bounded, LIFE_MS);
    await stage.pass(WHILE_MS);
    const [first, second] = await store.touch([touch(sliding, LIFE_MS), touch(bounded, DAY_MS)]);
    expect(first).toEqual({ kind: "touched", lifeMs: LIFE_MS });
    if (second?.kind !== "touched") throw new Error(`bounded is ${second?.kind}`);
    expect(second.lifeMs).toBeLessThanOrEqual(LIFE_MS - WHILE_MS);
    expect(second.lifeMs).toBeGreaterThan(0);
    await stage.pass(WHILE_MS);
    expect((await store.readSession(sliding.id))?.record).toEqual(sliding);
    expect(await store.readSession(bounded.id)).toBeUndefined();
    const outcomes = await store.touch([touch(bounded, DAY_MS), touch(sliding, LIFE_MS)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["ended", "touched"]);
    // An absolute end that lies behind when it is opened is an end, too.
    const late = await newSession(store, { endsMs: (await store.timeMs()) - 1 });
    await store.openSession(late, LIFE_MS);
    expect(await store.readSession(late.id)).toBeUndefined();
  });

  test("[D33] nothing but opening it anew brings a session back that has ended", async () => {
    const { store } = stage;
    const session = await newSession(store);
    await store.openSession(session, 50);
    await stage.pass(100);
    expect(await store.touch([touch(session, DAY_MS)])).toEqual([{ kind: "ended" }]);
    const connection = newConnectionId();
    await store.linkConnection(session.id, { connection, node: NODE, device: "Firefox" });
    await store.unlinkConnections([{ session: session.id, connection }]);
    expect(await store.readSession(session.id)).toBeUndefined();
    expect((await store.sessionsOf(session.identity)).living).toEqual([]);
    await store.openSession(session, LIFE_MS);
    expect((await store.readSession(session.id))?.record).toEqual(session);
  });

  test("[D34] a touch of another revision finds the session revoked and moves nothing", async () => {
    const { store } = stage;
    const session = await newSession(store, { revision: 2 });
    const other = await newSession(store);
    await store.openSession(session, LIFE_MS);
    await store.openSession(other, LIFE_MS);
    const stale = touch({ ...session, revision: 1 }, DAY_MS / 2);
    const outcomes = await store.touch([stale, touch(other, DAY_MS / 2)]);
    expect(outcomes).toEqual([{ kind: "revoked" }, { kind: "touched", lifeMs: DAY_MS / 2 }]);
    expect((await store.readSession(session.id))?.lifeMs).toBeLessThanOrEqual(LIFE_MS);
    expect(await store.touch([])).toEqual([]);
  });

  test("[D35] the sessions of an identity are those of it that live", async () => {
    const { store } = stage;
    const identity = newIdentityId();
    const [first, second, third] = [
      await newSession(store, { identity }),
      await newSession(store, { identity }),
      await newSession(store, { identity }),
    ];
    await store.openSession(first, DAY_MS);
    await store.openSession(second, 50);
    await store.openSession(third, DAY_MS);
    await store.openSession(await newSession(store), DAY_MS);
    await stage.pass(100);
    expect((await store.sessionsOf(identity)).living).toHaveLength(2);
    expect((await store.sessionsOf(identity)).living).toEqual(
      expect.arrayContaining([first, third]),
    );
    await store.revokeSession(first.id, { reason: "ended-by-owner" }, DAY_MS);
    expect((await store.sessionsOf(identity)).living).toEqual([third]);
    expect((await store.sessionsOf(newIdentityId())).living).toEqual([]);
  });

  test("[D36] a session knows its connections, each until it is unlinked", async () => {
    const { store } = stage;
    const session = await newSession(store);
    await store.openSession(session, DAY_MS);
    const [phone, laptop] = ["phone", "laptop"].map((device) => ({
      connection: newConnectionId(),
      node: NODE,
      device,
    }));
    if (!phone || !laptop) throw new Error("no links");
    await store.linkConnection(session.id, phone);
    await store.linkConnection(session.id, laptop);
    await store.linkConnection(session.id, { ...phone, device: "tablet" });
    const links = async () => (await store.readSession(session.id))?.connections;
    expect(await links()).toHaveLength(2);
    expect(await links()).toEqual(expect.arrayContaining([laptop, { ...phone, device: "tablet" }]));
    const over = [phone.connection, newConnectionId()];
    await store.unlinkConnections(over.map((connection) => ({ session: session.id, connection })));
    expect(await links()).toEqual([laptop]);
    // Written back by a node that still serves it: what is linked stays linked.
    await store.openSession(session, LIFE_MS);
    expect(await links()).toEqual([laptop]);
  });
}

function revocationRules(stage: Stage): void {
  test("[D37] a revoked session is gone at once and stays revoked as long as its tombstone lives", async () => {
    const { store } = stage;
    const session = await newSession(store);
    const touched = { session: session.id, revision: 1, lifeMs: DAY_MS };
    await store.openSession(session, DAY_MS);
    expect(await store.isRevoked(session.id)).toBe(false);
    await store.revokeSession(session.id, { reason: "banned" }, LIFE_MS);
    expect(await store.isRevoked(session.id)).toBe(true);
    expect(await store.readSession(session.id)).toBeUndefined();
    expect(await store.touch([touched])).toEqual([{ kind: "revoked" }]);
    // A node that does not know it yet writes it back.
    await store.openSession(session, DAY_MS);
    expect(await store.readSession(session.id)).toBeUndefined();
    expect((await store.sessionsOf(session.identity)).living).toEqual([]);
    expect(await store.touch([touched])).toEqual([{ kind: "revoked" }]);

    // A second revocation that is forgotten sooner shortens nothing.
    await store.revokeSession(session.id, { reason: "signed-out" }, 50);
    await stage.pass(WHILE_MS);
    expect(await store.isRevoked(session.id)).toBe(true);
    await stage.pass(WHILE_MS);
    expect(await store.isRevoked(session.id)).toBe(false);
  });

  test("[D113] revocations are told once each, in their order, to whoever reads on", async () => {
    const { store } = stage;
    const { place, sessions } = await store.revocationsSince(undefined);
    expect(sessions).toEqual([]);
    const [first, second] = [newSessionId(), newSessionId()];
    await store.revokeSession(first, { reason: "banned" }, DAY_MS);
    await store.revokeSession(second, { reason: "signed-out" }, DAY_MS);
    const both = await store.revocationsSince(place);
    expect(both.sessions).toEqual([first, second]);
    expect(await store.revocationsSince(both.place)).toEqual({ place: both.place, sessions: [] });
    const third = newSessionId();
    await store.revokeSession(third, { reason: "signed-out" }, DAY_MS);
    expect((await store.revocationsSince(both.place)).sessions).toEqual([third]);
    expect((await store.revocationsSince(place)).sessions).toEqual([first, second, third]);
  });
}
