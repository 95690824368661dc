// Session: the machine of a live session, and the driver that turns its life signs into few writes.
import fc from "fast-check";
import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import { judgeSession, openSession } from "../../server/session/opening.ts";
import type { IdentityRecord, SessionRecord } from "../../server/session/record.ts";
import {
  enterSession,
  SESSION_CLOCKS,
  type SessionInput,
  type SessionState,
  step,
} from "../../server/session/session.ts";
import { Sessions } from "../../server/session/sessions.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { SessionId } from "../../shared/ids.ts";
import { leveredStore } from "./peopleScene.ts";

const { lifeMs, absoluteMs, touchEveryMs } = SESSION_CLOCKS;
const DAY_MS = 24 * 3_600_000;

const GUEST: IdentityRecord = {
  id: "identityofsomebody" as IdentityRecord["id"],
  name: "Ada",
  role: "guest",
  revision: 2,
  createdMs: 0,
  cookieIdleMs: 30 * DAY_MS,
  cookieEndsMs: 90 * DAY_MS,
};

function sessionAt(nowMs: number, id = "sessionofsomebody"): SessionRecord {
  const names = { id: id as SessionId, label: "browser", device: "Firefox on Linux" };
  return openSession(GUEST, names, { nowMs, absoluteMs, cookieEndsMs: GUEST.cookieEndsMs });
}

/** The machine with a hand on its clock; effects are returned by name. */
function machine(endsMs = absoluteMs) {
  let state: SessionState = enterSession(lifeMs, at(0));
  function at(nowMs: number) {
    return { nowMs, endsMs, clocks: SESSION_CLOCKS };
  }
  return {
    get phase() {
      return state.phase;
    },
    give(kind: SessionInput["kind"], nowMs: number): readonly string[] {
      const { state: next, effects } = step(state, { kind }, at(nowMs));
      state = next;
      return effects.map((effect) => (effect.kind === "end" ? effect.reason : effect.kind));
    },
  };
}

test("[S10] a session lasts a day at most, and never longer than the cookie behind it", () => {
  expect(sessionAt(1_000).endsMs).toBe(1_000 + DAY_MS);
  expect(sessionAt(89.5 * DAY_MS).endsMs).toBe(90 * DAY_MS);
  expect(sessionAt(0)).toMatchObject({
    identity: GUEST.id,
    name: "Ada",
    role: "guest",
    revision: 2,
  });
});

test("[S11] a credential of another revision is revoked, one of an ended session has ended", () => {
  const record = sessionAt(0);
  expect(judgeSession(record, 2, absoluteMs - 1)).toBe("lives");
  expect(judgeSession(record, undefined, absoluteMs - 1)).toBe("lives");
  expect(judgeSession(record, 2, absoluteMs)).toBe("session-ended");
  expect(judgeSession(record, 1, 0)).toBe("session-revoked");
  expect(judgeSession(record, 3, 0)).toBe("session-revoked");
});

test("[S12] a life sign touches the session if the last touch is ten seconds ago", () => {
  const session = machine();
  expect(session.give("sign", touchEveryMs - 1)).toEqual([]);
  expect(session.give("sign", touchEveryMs)).toEqual(["touch"]);
  expect(session.give("sign", touchEveryMs + 1)).toEqual([]);
  expect(session.give("touched", touchEveryMs + 2)).toEqual([]);
  expect(session.give("sign", 2 * touchEveryMs - 1)).toEqual([]);
  expect(session.give("sign", 2 * touchEveryMs)).toEqual(["touch"]);
});

test("[S12] what life a session has left tells when it was touched, also on another node", () => {
  const now = { nowMs: 1_000_000, endsMs: absoluteMs, clocks: SESSION_CLOCKS };
  const signs = (leftMs: number) => step(enterSession(leftMs, now), { kind: "sign" }, now).effects;
  expect(signs(lifeMs)).toEqual([]);
  expect(signs(lifeMs - touchEveryMs + 1)).toEqual([]);
  expect(signs(lifeMs - touchEveryMs)).toEqual([{ kind: "touch" }]);
});

test("[S13] at its absolute end a session ends whatever is done", () => {
  const session = machine(50_000);
  expect(session.give("sign", 49_999)).toEqual(["touch"]);
  expect(session.give("touched", 49_999)).toEqual([]);
  expect(session.give("sign", 50_000)).toEqual(["session-ended"]);
  expect(session.phase).toBe("ended");

  const lost = machine(50_000);
  lost.give("sign", 49_999);
  expect(lost.give("lost", 50_000)).toEqual(["session-ended"]);
});

test("[S14] a touch that finds the session ended or revoked ends it, once", () => {
  for (const [kind, reason] of [
    ["ended", "session-ended"],
    ["revoked", "session-revoked"],
  ] as const) {
    const session = machine();
    session.give("sign", touchEveryMs);
    expect(session.give(kind, touchEveryMs + 5)).toEqual([reason]);
    expect(session.give("sign", 3 * touchEveryMs)).toEqual([]);
    expect(session.give(kind, 3 * touchEveryMs)).toEqual([]);
  }
});

test("[S15] a session the store has lost is written back", () => {
  const session = machine();
  session.give("sign", touchEveryMs);
  expect(session.give("lost", touchEveryMs + 5)).toEqual(["write-back"]);
  expect(session.give("sign", 5 * touchEveryMs)).toEqual([]);
  expect(session.give("written-back", 5 * touchEveryMs)).toEqual([]);
  expect(session.give("sign", 5 * touchEveryMs + 1)).toEqual(["touch"]);
});

test("[S15] one that ran out while no touch got through is written back, and no other", () => {
  const unheard = machine();
  for (let nowMs = touchEveryMs; nowMs < lifeMs + touchEveryMs; nowMs += touchEveryMs) {
    unheard.give("sign", nowMs);
    unheard.give("unanswered", nowMs);
  }
  expect(unheard.give("sign", lifeMs + touchEveryMs)).toEqual(["touch"]);
  expect(unheard.give("ended", lifeMs + touchEveryMs)).toEqual(["write-back"]);

  const heard = machine();
  heard.give("sign", lifeMs - 1_000);
  heard.give("touched", lifeMs - 1_000);
  heard.give("sign", lifeMs + touchEveryMs);
  expect(heard.give("ended", lifeMs + touchEveryMs)).toEqual(["session-ended"]);
});

test("[S13, S14] whatever comes in whatever order, it ends once and is quiet then", () => {
  const kinds = fc.constantFrom<SessionInput["kind"]>(
    ...(["sign", "touched", "ended", "revoked", "lost", "unanswered", "written-back"] as const),
  );
  const steps = fc.array(fc.tuple(kinds, fc.integer({ min: 0, max: 20 * 60_000 })));
  fc.assert(
    fc.property(steps, (inputs) => {
      const session = machine(3 * 3_600_000);
      let nowMs = 0;
      let ends = 0;
      let touches = 0;
      for (const [kind, laterMs] of inputs) {
        nowMs += laterMs;
        const wasEnded = session.phase === "ended";
        const effects = session.give(kind, nowMs);
        if (wasEnded) expect(effects).toEqual([]);
        ends += effects.filter((effect) => effect.startsWith("session-")).length;
        touches += effects.filter((effect) => effect === "touch").length;
      }
      expect(ends).toBe(session.phase === "ended" ? 1 : 0);
      expect(touches).toBeLessThanOrEqual(nowMs / touchEveryMs + 1);
    }),
  );
});

/** Sessions over a store that counts, with one session that was just opened. */
async function scene() {
  const clock = new VirtualClock();
  const store = await leveredStore(clock);
  const parts = { store, clock, clocks: SESSION_CLOCKS, log: silentLog, metrics: openMetrics() };
  const sessions = new Sessions({ ...parts, storeTime: { nowMs: () => clock.wallMs() } });
  const ended: string[] = [];
  sessions.onEnd((session, reason) => ended.push(`${session} ${reason}`));
  const enter = async (id?: string) => {
    const record = { ...sessionAt(clock.wallMs(), id), endsMs: clock.wallMs() + absoluteMs };
    await store.openSession(record, lifeMs);
    sessions.enter(record, lifeMs);
    return record;
  };
  /** Lets time pass and every answer arrive. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    await sessions.settled();
  };
  return { clock, store, sessions, ended, enter, pass };
}

test("[S16] 100,000 pings of a session within a minute cost at most seven writes", async () => {
  const { store, sessions, enter, pass } = await scene();
  const { id } = await enter();
  for (let ping = 1; ping <= 100_000; ping++) {
    sessions.touch(id);
    if (ping % 100 === 0) await pass(60);
  }
  expect(store.touchedBatches.length).toBeLessThanOrEqual(7);
  expect(store.touchedBatches.length).toBeGreaterThanOrEqual(5);
  expect(store.touchedBatches.every((count) => count === 1)).toBe(true);
});

test("[S17] touches of many sessions go out together, 500 at a time", async () => {
  const { store, sessions, enter, pass } = await scene();
  const records: SessionRecord[] = [];
  for (let number = 0; number < 1_200; number++) {
    records.push(await enter(`session${String(number).padStart(6, "0")}`));
  }
  await pass(touchEveryMs);
  for (const { id } of records) sessions.touch(id);
  await pass(100);
  expect(store.touchedBatches).toEqual([500, 500, 200]);
});

test("[S18] a session lives as long as its connections give signs, up to its absolute end", async () => {
  const { store, sessions, ended, enter, pass } = await scene();
  const { id } = await enter();
  for (let passedMs = 0; passedMs < absoluteMs - lifeMs; passedMs += 20 * 60_000) {
    await pass(20 * 60_000);
    sessions.touch(id);
    await pass(100);
    expect(await store.readSession(id)).toBeDefined();
  }
  expect(ended).toEqual([]);
  await pass(lifeMs);
  sessions.touch(id);
  await pass(100);
  expect(ended).toEqual([`${id} session-ended`]);
});

test("[S14] whoever is connected learns that a session was revoked elsewhere", async () => {
  const { store, sessions, ended, enter, pass } = await scene();
  const { id } = await enter();
  await store.revokeSession(id, { reason: "banned" }, DAY_MS);
  await pass(touchEveryMs);
  sessions.touch(id);
  await pass(100);
  expect(ended).toEqual([`${id} session-revoked`]);
});

test("[S19] revoking a session ends it here at once and leaves a tombstone that outlives it", async () => {
  const { store, sessions, ended, enter, pass } = await scene();
  const record = await enter();
  const spread: string[] = [];
  sessions.onRevoke((session) => spread.push(session));
  await sessions.revoke(record, { reason: "signed-out" });
  const elsewhere = { ...record, id: "sessionofanother" as SessionId };
  await sessions.revoke(elsewhere, { reason: "signed-out" });
  expect(spread).toEqual([record.id, elsewhere.id]);
  expect(ended).toEqual([`${record.id} session-revoked`]);
  await pass(absoluteMs);
  expect(await store.isRevoked(record.id)).toBe(true);
});

test("[S19] the store is told of a tombstone's life in whole milliseconds, whatever the time", async () => {
  const { store, sessions, enter, pass } = await scene();
  const record = await enter();
  await pass(0.3);
  store.given.length = 0;
  await sessions.revoke(record, { reason: "signed-out" });
  const [given] = store.given as [unknown[]];
  expect(given.at(-1)).toSatisfy(Number.isInteger);
});

test("[S15] an emptied store gets the sessions of live connections back, and nobody is signed out", async () => {
  const { store, sessions, ended, enter, pass } = await scene();
  const { id } = await enter();
  await store.forget();
  expect(await store.readSession(id)).toBeUndefined();
  await pass(touchEveryMs);
  sessions.touch(id);
  await pass(100);
  await pass(0);
  expect(await store.readSession(id)).toMatchObject({ record: { id }, lifeMs });
  expect(ended).toEqual([]);
});

test("[S15] what was revoked is not written back", async () => {
  const { store, sessions, ended, enter, pass } = await scene();
  const { id } = await enter();
  await store.forget();
  await store.revokeSession(id, { reason: "banned" }, DAY_MS);
  await pass(touchEveryMs);
  sessions.touch(id);
  await pass(100);
  expect(ended).toEqual([`${id} session-revoked`]);
});

test("[S20] while the store is away nobody is signed out, and signs count again when it is back", async () => {
  const { store, sessions, ended, enter, pass } = await scene();
  const { id } = await enter();
  store.isAway = true;
  for (let minutes = 0; minutes < 10; minutes++) {
    await pass(60_000);
    sessions.touch(id);
    await pass(100);
  }
  store.isAway = false;
  await pass(touchEveryMs);
  sessions.touch(id);
  await pass(100);
  expect(ended).toEqual([]);
  const found = await store.readSession(id);
  expect(found?.lifeMs).toBeGreaterThan(lifeMs - 1_000);
});

test("[S12] a session that has no connection here is not touched from here", async () => {
  const { store, sessions, enter, pass } = await scene();
  const { id } = await enter();
  sessions.leave(id);
  await pass(touchEveryMs);
  sessions.touch(id);
  await pass(100);
  expect(store.touchedBatches).toEqual([]);
  expect(sessions.size).toBe(0);
});
