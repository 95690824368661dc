// Doors: how many come in at a time, and that a crowd that is sent away comes back evenly.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Turnstile } from "../../server/session/allowance.ts";
import { type Caller, DOOR_LIMITS, Doors } from "../../server/session/doors.ts";
import type { ConnectionId, PageId, SessionId } from "../../shared/ids.ts";
import { seededRandom } from "../../shared/random.ts";

let callers = 0;

function caller(given: Partial<Caller> = {}): Caller {
  callers += 1;
  return {
    connection: `connection${callers}` as ConnectionId,
    session: `session${callers}` as SessionId,
    page: `page${callers}` as PageId,
    addressGroup: undefined,
    hasTicket: false,
    ...given,
  };
}

const openDoors = (limits: Partial<typeof DOOR_LIMITS> = {}) =>
  new Doors({ ...DOOR_LIMITS, ...limits }, seededRandom(1));

test("[S50] a turnstile lets a burst through and then an even stream, never more", () => {
  const allowance = fc.record({
    perSecond: fc.integer({ min: 1, max: 500 }),
    burst: fc.integer({ min: 1, max: 500 }),
  });
  const gaps = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(allowance, gaps, ({ perSecond, burst }, gapsMs) => {
      const turnstile = new Turnstile({ perSecond, burst });
      const passedMs: number[] = [];
      let nowMs = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (turnstile.pass(nowMs) === 0) passedMs.push(nowMs);
      }
      for (const [from, fromMs] of passedMs.entries()) {
        const count = passedMs.length - from;
        const spanMs = (passedMs.at(-1) ?? 0) - fromMs;
        expect(count).toBeLessThanOrEqual(burst + Math.ceil((spanMs * perSecond) / 1_000));
      }
      expect(passedMs.length).toBeGreaterThanOrEqual(Math.min(burst, gapsMs.length));
    }),
  );
});

test("[S51] a crowd that comes at once is in within the time its number needs, each after one wait", () => {
  const doors = openDoors();
  const waits: number[] = [];
  for (let at = 0; at < 2_000; at++) {
    const answer = doors.enter(caller({ hasTicket: true }), 0);
    if (answer.kind === "refused") waits.push(answer.retryInMs);
  }
  expect(waits).toHaveLength(1_500);
  expect(Math.max(...waits)).toBeLessThan(4_000);
  const again = [...waits]
    .sort((a, b) => a - b)
    .map((atMs) => doors.enter(caller({ hasTicket: true }), atMs));
  expect(again.filter(({ kind }) => kind === "open").length).toBeGreaterThan(1_450);
});

test("[S52] who has a ticket gets in while newcomers have to wait", () => {
  const doors = openDoors();
  let open = 0;
  for (let at = 0; at < 300; at++) if (doors.enter(caller(), 0).kind === "open") open++;
  expect(open).toBe(200);
  expect(doors.enter(caller(), 0)).toMatchObject({ kind: "refused", reason: "server-busy" });
  expect(doors.enter(caller({ hasTicket: true }), 0)).toEqual({ kind: "open" });
});

test("[S134] nobody keeps others from coming back with one ticket, however often it is shown", () => {
  const doors = openDoors();
  const session = "sessionofthief" as SessionId;
  let open = 0;
  for (let nowMs = 0; nowMs < 10_000; nowMs++) {
    const again = caller({ session, hasTicket: true });
    if (doors.enter(again, nowMs).kind === "open") open++;
    doors.leave(again.connection);
    // A street full of people on the same bad line come back meanwhile.
    const other = caller({ hasTicket: true });
    if (nowMs % 3 === 0) expect(doors.enter(other, nowMs)).toEqual({ kind: "open" });
    doors.leave(other.connection);
  }
  const { perSecond, burst } = DOOR_LIMITS.returningPerSession;
  expect(open).toBe(burst + 10 * perSecond - 1);
});

test("[S53] one address has a limit of its own, which tickets and exempt addresses do not count for", () => {
  const doors = openDoors({ address: { perSecond: 1, burst: 3, atOnce: 5 } });
  const kinds = (given: Partial<Caller>, count: number, nowMs: number) =>
    Array.from({ length: count }, () => doors.enter(caller(given), nowMs).kind);
  const here = { addressGroup: "192.0.2.1" };
  expect(kinds(here, 4, 0)).toEqual(["open", "open", "open", "refused"]);
  expect(kinds({ ...here, hasTicket: true }, 10, 0)).not.toContain("refused");
  expect(kinds({ addressGroup: "192.0.2.2" }, 3, 0)).not.toContain("refused");
  expect(kinds({}, 10, 0)).not.toContain("refused");
  // Five may stay, however slowly they came.
  expect(kinds(here, 1, 60_000)).toEqual(["open"]);
  expect(kinds(here, 1, 120_000)).toEqual(["open"]);
  expect(kinds(here, 1, 180_000)).toEqual(["refused"]);
});

test("[S135] a whole IPv6 site comes in as twenty households would, and leaves room for everybody else", () => {
  const doors = openDoors({ arriving: { perSecond: 10_000, burst: 10_000 } });
  const { burst = 0 } = DOOR_LIMITS.address ?? {};
  const household = (at: number) => ({ addressGroup: `2001:db8:7:${at.toString(16)}::/64` });
  const enter = (given: Partial<Caller>) => doors.enter(caller(given), 0).kind;
  // Who is refused as a household takes nothing from its site.
  for (let at = 0; at < 10 * burst; at++) enter(household(0));
  let open = burst;
  for (let at = 1; at < 20 * burst; at++) if (enter(household(at)) === "open") open++;
  expect(open).toBe(20 * burst);
  expect(enter({ addressGroup: "2001:db8:8:1::/64" })).toBe("open");
  expect(enter({ ...household(1), hasTicket: true })).toBe("open");
});

test("[S135] a site has so many at once, and room again when they leave", () => {
  const doors = openDoors({ address: { perSecond: 100, burst: 100, atOnce: 1 } });
  const callers = Array.from({ length: 21 }, (_, at) =>
    caller({ addressGroup: `2001:db8:7:${at}::/64` }),
  );
  const kinds = callers.map((each) => doors.enter(each, 0).kind);
  expect(kinds).toEqual([...Array(20).fill("open"), "refused"]);
  for (const { connection } of callers) doors.leave(connection);
  expect(callers.map((each) => doors.enter(each, 60_000).kind)).toEqual(kinds);
});

test("[S135] whoever comes just as those who are long gone are forgotten counts like anybody", () => {
  const doors = openDoors({ address: { perSecond: 100, burst: 100, atOnce: 1 } });
  for (let at = 0; at < 1_023; at++) {
    const each = caller({ addressGroup: `192.0.${at >> 8}.${at & 255}` });
    doors.enter(each, 0);
    doors.leave(each.connection);
  }
  const household = { addressGroup: "2001:db8:7:1::/64" };
  const nowMs = 60_000;
  expect(doors.enter(caller(household), nowMs).kind).toBe("open");
  expect(doors.enter(caller(household), nowMs).kind).toBe("refused");
});

test("[S53] whoever leaves makes room, once", () => {
  const doors = openDoors({ address: { perSecond: 100, burst: 100, atOnce: 2 }, all: 3 });
  const here = { addressGroup: "192.0.2.1" };
  const [one, two, three] = [caller(here), caller(here), caller(here)];
  doors.enter(one, 0);
  doors.enter(two, 0);
  expect(doors.enter(three, 0)).toMatchObject({ reason: "too-many-connections" });
  expect(doors.leave(one.connection)).toEqual(one);
  expect(doors.leave(one.connection)).toBeUndefined();
  expect(doors.enter(three, 0)).toEqual({ kind: "open" });
  expect(doors.enter(caller(here), 0)).toMatchObject({ reason: "too-many-connections" });
  expect(doors.enter(caller(), 0)).toEqual({ kind: "open" });
  expect(doors.enter(caller(), 0)).toMatchObject({ reason: "server-busy" });
});
