// Connection: the machine of one socket, step by step, under times that the tests choose.
import fc from "fast-check";
import { expect, test } from "vitest";
import { askedAfterMs, nextWakeMs, openConnection, step } from "../../server/gate/connection.ts";
import type {
  ConnectionEffect,
  ConnectionInput,
  ConnectionState,
  LineSeen,
} from "../../server/gate/connectionState.ts";

const HOUR_MS = 3_600_000;
const calm: LineSeen = {
  ...{ writtenMs: 0, backlogBytes: 0, heartbeatMs: 2_000 },
  idleMs: HOUR_MS,
};
/** A line that was written a moment ago, whenever that is. */
const busy = (nowMs: number, backlogBytes = 0): ConnectionInput => ({
  kind: "wake",
  line: { ...calm, writtenMs: nowMs, backlogBytes },
});

class Machine {
  state: ConnectionState;
  effects: readonly ConnectionEffect[] = [];

  constructor(nowMs = 0) {
    this.state = openConnection(nowMs);
  }

  static live(endsInMs = 24 * HOUR_MS): Machine {
    const machine = new Machine();
    machine.put({ kind: "admitted", endsInMs }, 0);
    return machine;
  }

  /** The kinds of what one input brings about. */
  put(input: ConnectionInput, nowMs: number): string[] {
    const { state, effects } = step(this.state, input, nowMs);
    this.state = state;
    this.effects = effects;
    return effects.map(({ kind }) => kind);
  }

  effect<Kind extends ConnectionEffect["kind"]>(kind: Kind) {
    type Wanted = Extract<ConnectionEffect, { kind: Kind }>;
    return this.effects.find((effect): effect is Wanted => effect.kind === kind);
  }
}

test("[G22] a socket that is not admitted within 4.5 seconds is told to retry and closed", () => {
  const machine = new Machine(1_000);
  expect(nextWakeMs(machine.state, calm)).toBe(5_500);
  expect(machine.put(busy(5_499), 5_499)).toEqual([]);
  expect(machine.put(busy(5_500), 5_500)).toEqual(["refuse", "close"]);
  expect(machine.effect("refuse")?.ending.reason).toBe("server-busy");
});

test("[G22] nothing that an unknown sender sends moves that deadline or touches a session", () => {
  const machine = new Machine();
  const signs: ConnectionInput[] = [
    { kind: "alive" },
    { kind: "active" },
    { kind: "extend" },
    { kind: "backlog" },
  ];
  for (const sign of signs) expect(machine.put(sign, 4_000)).toEqual([]);
  expect(machine.put(busy(4_500), 4_500)).toEqual(["refuse", "close"]);
});

test("[G23] a socket that is refused learns why in the answer to its CONNECT", () => {
  const machine = new Machine();
  const refusal = { reason: "token-expired", retryInMs: 500 } as const;
  expect(machine.put({ kind: "end", ...refusal }, 10)).toEqual(["refuse", "close"]);
  expect(machine.effect("refuse")?.ending).toMatchObject(refusal);
  expect(new Machine().put({ kind: "strike", reason: "packet-invalid" }, 10)).toEqual([
    "refuse",
    "close",
  ]);
});

test("[G24] life signs touch the session when it is admitted and at most every ten seconds after", () => {
  const machine = new Machine();
  expect(machine.put({ kind: "admitted", endsInMs: HOUR_MS }, 0)).toEqual(["touch"]);
  let touches = 0;
  for (let nowMs = 1; nowMs <= 100_000; nowMs += 7) {
    touches += machine.put({ kind: "alive" }, nowMs).length;
  }
  expect(touches).toBe(9);
});

test("[G25] a heartbeat is written when the line would else be silent for too long, and only then", () => {
  const machine = Machine.live();
  const line = { ...calm, writtenMs: 5_000, heartbeatMs: 200 };
  expect(nextWakeMs(machine.state, line)).toBe(5_180);
  expect(machine.put({ kind: "wake", line }, 5_179)).toEqual([]);
  expect(machine.put({ kind: "wake", line }, 5_180)).toEqual(["heartbeat"]);
  const written = { ...line, writtenMs: 5_180 };
  expect(machine.put({ kind: "wake", line: written }, 5_181)).toEqual([]);
});

test("[G26] a line that leaves more than 8 KiB untaken is behind until it has taken everything", () => {
  const machine = Machine.live();
  machine.put(busy(10, 8 * 1024), 10);
  expect(machine.state).toMatchObject({ behind: undefined });
  machine.put({ kind: "backlog" }, 20);
  expect(machine.state).toMatchObject({ behind: { sinceMs: 20 } });
  expect(nextWakeMs(machine.state, calm)).toBe(70);
  expect(machine.put(busy(70, 1), 70)).toEqual([]);
  expect(nextWakeMs(machine.state, calm)).toBe(120);
  expect(machine.put(busy(120), 120)).toEqual(["caught-up"]);
  expect(machine.state).toMatchObject({ behind: undefined });
  expect(machine.put(busy(320), 320)).toEqual([]);
});

test("[G26] a line is found behind without a frame, and gets no heartbeat while it is", () => {
  const machine = Machine.live();
  const line = { ...calm, backlogBytes: 8 * 1024 + 1, heartbeatMs: 200 };
  expect(machine.put({ kind: "wake", line }, 300)).toEqual([]);
  expect(machine.state).toMatchObject({ behind: { sinceMs: 300 } });
});

test("[G27] whoever takes nothing for ten seconds, or leaves a MiB untaken, is too slow", () => {
  const stalled = Machine.live();
  stalled.put({ kind: "backlog" }, 1_000);
  expect(stalled.put(busy(10_999, 1), 10_999)).toEqual([]);
  expect(stalled.put(busy(11_000, 1), 11_000)).toEqual(["closing", "close", "depart"]);
  expect(stalled.effect("closing")?.ending.reason).toBe("reader-too-slow");

  const drained = Machine.live();
  drained.put({ kind: "backlog" }, 1_000);
  expect(drained.put(busy(11_000), 11_000)).toEqual(["caught-up"]);

  const full = Machine.live();
  expect(full.put(busy(50, 1024 * 1024), 50)).toEqual([]);
  expect(full.put(busy(60, 1024 * 1024 + 1), 60)).toEqual(["closing", "close", "depart"]);
});

test("[G28] the third strike within a minute ends the connection, with its reason", () => {
  const machine = Machine.live();
  const strike: ConnectionInput = { kind: "strike", reason: "packet-invalid", why: "event" };
  expect(machine.put(strike, 0)).toEqual(["refusal"]);
  expect(machine.put(strike, 30_000)).toEqual(["refusal"]);
  expect(machine.put(strike, 60_000)).toEqual(["refusal"]);
  expect(machine.put({ ...strike, reason: "too-many-packets" }, 61_000)).toEqual([
    "closing",
    "close",
    "depart",
  ]);
  expect(machine.effect("closing")?.ending.reason).toBe("too-many-packets");
});

test("[G29] a person is warned a minute before the session ends, once, and told at its end", () => {
  const machine = Machine.live(HOUR_MS);
  const busyWake = (nowMs: number) => machine.put(busy(nowMs), nowMs);
  machine.put({ kind: "active" }, HOUR_MS / 2);
  expect(busyWake(HOUR_MS - 60_001)).toEqual([]);
  expect(nextWakeMs(machine.state, { ...calm, writtenMs: HOUR_MS })).toBe(HOUR_MS - 60_000);
  expect(busyWake(HOUR_MS - 60_000)).toContain("notice");
  expect(machine.effect("notice")?.notice).toEqual({ kind: "expiring", endsInMs: 60_000 });
  expect(busyWake(HOUR_MS - 1)).not.toContain("notice");
  expect(busyWake(HOUR_MS)).toEqual(["closing", "close", "depart"]);
  expect(machine.effect("closing")?.ending.reason).toBe("session-ended");
});

test("[G30] after the time that the game declares without doing anything a person is idle, until the next thing done", () => {
  const machine = Machine.live();
  machine.put({ kind: "active" }, 1_000);
  machine.put({ kind: "active" }, 1_500);
  machine.put({ kind: "alive" }, 50_000);
  expect(machine.put(busy(HOUR_MS + 999), HOUR_MS + 999)).not.toContain("idle");
  expect(machine.put(busy(HOUR_MS + 1_000), HOUR_MS + 1_000)).toEqual(["idle"]);
  expect(machine.put(busy(HOUR_MS + 2_000), HOUR_MS + 2_000)).toEqual([]);
  expect(machine.put({ kind: "active" }, HOUR_MS + 3_000)).toEqual(["active"]);
  expect(machine.put({ kind: "active" }, HOUR_MS + 9_000)).toEqual([]);
});

test("[S115] a person is warned a twelfth of the time before the seats are put away, once until something is done", () => {
  const machine = Machine.live();
  const dueMs = HOUR_MS - HOUR_MS / 12;
  expect(nextWakeMs(machine.state, { ...calm, writtenMs: HOUR_MS })).toBe(dueMs);
  expect(machine.put(busy(dueMs - 1), dueMs - 1)).toEqual([]);
  expect(machine.put(busy(dueMs), dueMs)).toEqual(["notice"]);
  expect(machine.effect("notice")?.notice).toEqual({ kind: "idling", inMs: HOUR_MS / 12 });
  expect(machine.put(busy(dueMs + 30_000), dueMs + 30_000)).toEqual([]);
  expect(nextWakeMs(machine.state, { ...calm, writtenMs: HOUR_MS })).toBe(HOUR_MS);
  expect(machine.put({ kind: "extend" }, HOUR_MS - 1)).toEqual(["notice"]);
  expect(machine.put(busy(HOUR_MS), HOUR_MS)).toEqual([]);
  const againMs = HOUR_MS - 1 + dueMs;
  expect(machine.put(busy(againMs), againMs)).toEqual(["notice"]);
  expect(machine.effect("notice")?.notice.kind).toBe("idling");
  expect(machine.put(busy(2 * HOUR_MS), 2 * HOUR_MS)).toEqual(["idle"]);
  // At least a minute is left, or half of what is short.
  expect([30_000, 300_000, HOUR_MS].map(askedAfterMs)).toEqual([15_000, 240_000, 3_300_000]);
  // Nobody is warned of a time that they never reach.
  const seatless = { ...calm, writtenMs: 4 * HOUR_MS, idleMs: Infinity };
  expect(nextWakeMs(Machine.live(8 * HOUR_MS).state, seatless)).toBeGreaterThan(4 * HOUR_MS);
});

test("[G31] a person who says to be here is active, and learns how long the session lasts", () => {
  const machine = Machine.live(2 * HOUR_MS);
  machine.put(busy(HOUR_MS), HOUR_MS);
  expect(machine.put({ kind: "extend" }, HOUR_MS + 1)).toEqual(["active", "notice"]);
  expect(machine.effect("notice")?.notice).toEqual({ kind: "extended", endsInMs: HOUR_MS - 1 });
});

test("[G32] a connection that the server ends is told why, leaves its rooms, and is torn down in two seconds", () => {
  const machine = Machine.live();
  const end: ConnectionInput = { kind: "end", reason: "session-revoked", retryInMs: 9 };
  expect(machine.put(end, 1_000)).toEqual(["closing", "close", "depart"]);
  expect(machine.effect("closing")?.ending).toMatchObject({
    reason: "session-revoked",
    retryInMs: 9,
  });
  expect(machine.put(end, 1_001)).toEqual([]);
  expect(machine.put(busy(2_999), 2_999)).toEqual([]);
  expect(machine.put(busy(3_000), 3_000)).toEqual(["terminate"]);
  expect(nextWakeMs(machine.state, calm)).toBe(Infinity);
});

test("[G33] a connection that is cut leaves its rooms at once, and its socket is not left behind", () => {
  const machine = Machine.live();
  expect(machine.put({ kind: "cut" }, 5)).toEqual(["depart"]);
  expect(machine.put(busy(2_005), 2_005)).toEqual(["terminate"]);
  expect(Machine.live().put({ kind: "closed" }, 5)).toEqual(["depart"]);
  expect(new Machine().put({ kind: "cut" }, 5)).toEqual([]);
});

/** Somebody whose ticket is good while the store is away. */
function heldMachine(nowMs = 0): Machine {
  const machine = new Machine();
  expect(machine.put({ kind: "held" }, nowMs)).toEqual([]);
  return machine;
}

test("[G61] who is held hears a heartbeat every 200 ms, touches nothing, and is let in or told why not", () => {
  const machine = heldMachine(1_000);
  for (const kind of ["alive", "active", "extend", "backlog"] as const)
    expect(machine.put({ kind }, 100_000)).toEqual([]);
  const line = { ...calm, writtenMs: 100_000 };
  expect(nextWakeMs(machine.state, line)).toBe(100_180);
  expect(machine.put({ kind: "wake", line }, 100_179)).toEqual([]);
  expect(machine.put({ kind: "wake", line }, 100_180)).toEqual(["heartbeat"]);
  expect(machine.put({ kind: "admitted", endsInMs: 90_000 }, 100_200)).toEqual(["touch"]);
  expect(machine.state).toMatchObject({ phase: "live", endsMs: 190_200 });
  const refused = heldMachine();
  expect(refused.put({ kind: "end", reason: "session-revoked" }, 5)).toEqual(["closing", "close"]);
  expect(refused.effect("closing")?.ending.reason).toBe("session-revoked");
  expect(heldMachine().put({ kind: "cut" }, 5)).toEqual([]);
  expect(heldMachine().put({ kind: "closed" }, 5)).toEqual([]);
});

test("[G61] nobody is held for longer than ten minutes, and one strike is too many", () => {
  const machine = heldMachine(1_000);
  expect(machine.put(busy(600_999), 600_999)).toEqual([]);
  expect(nextWakeMs(machine.state, { ...calm, writtenMs: 600_999 })).toBe(601_000);
  expect(machine.put(busy(601_000), 601_000)).toEqual(["closing", "close"]);
  expect(machine.effect("closing")?.ending.reason).toBe("store-away");
  expect(heldMachine().put({ kind: "strike", reason: "too-many-packets" }, 5)).toEqual([
    "closing",
    "close",
  ]);
});

test("[G34] whatever happens in whatever order, rooms are left once if at all, and time always ends it", () => {
  const input: fc.Arbitrary<ConnectionInput> = fc.oneof(
    fc.record({ kind: fc.constant("admitted" as const), endsInMs: fc.nat(100_000) }),
    fc.constantFrom<ConnectionInput>(
      { kind: "alive" },
      { kind: "active" },
      { kind: "extend" },
      { kind: "backlog" },
      { kind: "held" },
      { kind: "cut" },
      { kind: "closed" },
      { kind: "end", reason: "server-draining" },
      { kind: "strike", reason: "packet-invalid" },
    ),
    fc.record({
      kind: fc.constant("wake" as const),
      line: fc.record({
        writtenMs: fc.nat(200_000),
        backlogBytes: fc.constantFrom(0, 1, 9_000, 2_000_000),
        heartbeatMs: fc.constantFrom(200, 2_000),
        idleMs: fc.constantFrom(1_000, HOUR_MS, Infinity),
      }),
    }),
  );
  const ended = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.tuple(input, fc.nat(20_000)), { maxLength: 40 }), (story) => {
      const machine = new Machine();
      let nowMs = 0;
      const all: string[] = [];
      const put = (each: ConnectionInput) => {
        const before = machine.state;
        const effects = machine.put(each, nowMs);
        if (before.phase === "closing") expect(["terminate", undefined]).toContain(effects[0]);
        if (before.phase === "ended") expect(effects).toEqual([]);
        all.push(...effects);
      };
      for (const [each, laterMs] of story) {
        nowMs += laterMs;
        put(each);
      }
      const wasLive = all.includes("touch");
      // Nothing comes any more: the deadlines alone must bring every story to its end.
      for (let wakes = 0; machine.state.phase !== "ended"; wakes++) {
        const line = { ...calm, writtenMs: nowMs };
        const dueMs = nextWakeMs(machine.state, line);
        expect(dueMs).toBeLessThan(Infinity);
        expect(wakes).toBeLessThan(5_000);
        nowMs = Math.max(nowMs, dueMs);
        put({ kind: "wake", line: { ...line, writtenMs: nowMs - 2_000 } });
      }
      expect(all.filter((kind) => kind === "depart").length).toBe(wasLive ? 1 : 0);
      expect(all.filter((kind) => kind === "close").length).toBeLessThanOrEqual(1);
      ended.add(wasLive ? "live" : "never live");
    }),
    { numRuns: 500 },
  );
  expect([...ended].sort()).toEqual(["live", "never live"]);
});
