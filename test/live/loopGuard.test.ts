// Loop guard: what stops a rule that never ends, in real time, because nothing else can be stopped.

import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { type LoopGuard, loopGuard } from "../../server/room/loopGuard.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { VirtualClock } from "../../server/testing/testing.ts";
import { defineGame, type Game, many, u8 } from "../../shared/game.ts";
import { RULE_MS_MAX } from "../../shared/limits.ts";
import { newRoom, nodeOver, pass, sitDown } from "../rules/roomsScene.ts";

const LIMIT_MS = 200;
const ASKED_MAX = 20;

/** A machine that is busy with other work may hold a process up indeed: then it is asked again. */
function unlessHeldUp(ask: () => ReturnType<LoopGuard>): ReturnType<LoopGuard> {
  for (let asked = 1; asked < ASKED_MAX; asked++) {
    const end = ask();
    if (end !== "held-up") return end;
  }
  return ask();
}

test("[L12] a rule that loops is told from a process that was frozen while a rule ran", () => {
  const guard = loopGuard(LIMIT_MS);
  let turns = 0;
  expect(guard(() => turns++)).toBe("done");
  expect(
    unlessHeldUp(() =>
      guard(() => {
        for (;;) turns++;
      }),
    ),
  ).toBe("timed-out");
  // Time passes and nothing runs, as for a process that is stopped or a machine that is moved.
  const frozen = new Int32Array(new SharedArrayBuffer(4));
  expect(
    guard(() => {
      Atomics.wait(frozen, 0, 0, 10 * LIMIT_MS);
      turns = 0;
    }),
  ).toBe("held-up");
  expect(turns).toBeGreaterThan(1);
  expect(() =>
    guard(() => {
      throw new Error("its own");
    }),
  ).toThrow("its own");
});

/** Each rule of it runs for ever if it is the one that is asked for. */
function endless(looping: string): Game {
  const loopIf = (rule: string): void => {
    while (rule === looping);
  };
  return defineGame({
    name: "endless",
    version: 1,
    seats: { min: 1, max: 1 },
    tickHz: 20,
    records: { fish: many({ size: u8 }) },
    commands: { cast: {} },
    rules: {
      join: (room) => void room.state.fish.add({ size: 1 }),
      start: (room) => {
        loopIf("rules.start");
        room.timer("bite", 40);
      },
      tick: () => loopIf("rules.tick"),
      cast: () => loopIf("rules.cast"),
    },
    timers: { bite: () => loopIf("timers.bite") },
    visibleTo: {
      fish: () => {
        loopIf("visibleTo.fish");
        return true;
      },
    },
  }) as unknown as Game;
}

/** Time passes while a rule loops, and nothing that falls due meanwhile happens. */
class ClockOfLoops extends VirtualClock {
  loopedMs = 0;
  override now(): number {
    return super.now() + this.loopedMs;
  }
}

test("[L13] of a rule that loops the operator is told its name, its room and its game", async () => {
  const looping = ["rules.start", "rules.tick", "rules.cast", "timers.bite", "visibleTo.fish"];
  for (const rule of looping) {
    const clock = new ClockOfLoops();
    const real = loopGuard(LIMIT_MS);
    const guard: LoopGuard = (work) => {
      if (real(work) === "done") return "done";
      clock.loopedMs += RULE_MS_MAX;
      // On a busy machine it may look held up, which L12 is about.
      return "timed-out";
    };
    const faults: unknown[] = [];
    const log = { ...silentLog, fault: (...said: unknown[]) => void faults.push(said) };
    const store = await openMemoryStore({ clock });
    const node = nodeOver({ store, clock, game: endless(rule), guard, log }, 1);
    const room = await newRoom(node);
    const post = sitDown(node, room, 1);
    await pass(clock, 100);
    const command = { seq: 1, name: "cast", args: {} };
    const seat = [...node.rooms.hosted][0]?.machine.core.own.$seats.get(0);
    const instance = [seat?.instanceEpoch ?? 0, seat?.instanceCount ?? 0] as const;
    if (seat !== undefined) post({ kind: "commands", instance, commands: [command] });
    await pass(clock, 100);
    const said = { room, game: "endless", reason: `${rule} looped` };
    expect(faults, rule).toEqual([["room-quarantined", expect.objectContaining(said)]]);
  }
});
