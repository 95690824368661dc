// Room: how a game begins and ends in it, what it tells its node to do, and that everything holds
// whatever players, lines and hosts do, in any order.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Table } from "../../server/testing/testing.ts";
import { nim } from "../../shared/games/nim.ts";
import { beacon } from "./beacon.ts";
import { idler } from "./smallGames.ts";
import { anyStep, anyStepAtAll, beaconTalk, nimTalk, runSteps } from "./tableSteps.ts";

test("[R1] a game starts once, when its least number of seats is taken", () => {
  const table = new Table(idler);
  const ann = table.player("Ann").join();
  expect(table.status).toBe("waiting");
  const bob = table.player("Bob").join();
  expect(table.status).toBe("running");
  bob.leave();
  table.player("Cas").join();
  ann.drop();
  table.kill();
  table.pass(1_000);
  const lines = [...table.state.diary].map(({ line }) => line);
  expect(lines.filter((line) => line.startsWith("start"))).toEqual(["start 2"]);
});

test("[R1] a game that ends keeps its players and takes no more", () => {
  const table = new Table(idler);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  ann.send("finish", {});
  expect([table.status, table.machine.core.own.$room.ending]).toEqual(["ended", "finished"]);
  expect([ann.standing, bob.standing]).toEqual(["seated", "seated"]);
  bob.leave();
  expect(table.player("Cas").join().reason).toBe("room-ended");
  table.check();
});

test("[R36] the room asks its node to list it and to link seats whenever those have changed", () => {
  const table = new Table(idler);
  const ann = table.player("Ann").join();
  const { identity } = ann;
  expect(table.errands).toEqual([{ kind: "link-seat", identity }, { kind: "list" }]);
  const bob = table.player("Bob").join();
  table.errands.length = 0;
  ann.drop();
  ann.resume();
  expect(table.errands).toEqual([]);
  ann.send("finish", {});
  expect(table.errands).toEqual([{ kind: "list" }]);
  bob.leave();
  expect(table.errands.slice(1)).toEqual([
    { kind: "unlink-seat", identity: bob.identity },
    { kind: "list" },
  ]);
});

/** Whoever fails prints its seed and the least steps that fail. */
const RUNS = { numRuns: 60 };
/** Much is run: on a busy machine that takes its time. */
const PATIENCE_MS = 60_000;
const anySteps = fc.array(anyStep, { maxLength: 50 });

test(
  "[R35] nim: whatever players, lines and hosts do, everything holds at every moment",
  () => {
    const holds = fc.property(anySteps, fc.nat(), (steps, seed) => {
      runSteps(new Table(nim, { seed, snapshotEvery: 7 }), steps, nimTalk);
    });
    fc.assert(holds, RUNS);
  },
  PATIENCE_MS,
);

test(
  "[R35] beacon: whatever players, lines and hosts do, everything holds at every moment",
  () => {
    const holds = fc.property(anySteps, fc.nat(), (steps, seed) => {
      runSteps(new Table(beacon, { seed, snapshotEvery: 7 }), steps, beaconTalk);
    });
    fc.assert(holds, RUNS);
  },
  PATIENCE_MS,
);

test(
  "[R37] also when the store forgets what it had acknowledged, nothing is doubled and nobody waits for ever",
  () => {
    const steps = fc.array(anyStepAtAll, { maxLength: 50 });
    const holds = fc.property(steps, fc.nat(), (taken, seed) => {
      runSteps(new Table(nim, { seed, snapshotEvery: 7 }), taken, nimTalk);
      runSteps(new Table(beacon, { seed, snapshotEvery: 7 }), taken, beaconTalk);
    });
    fc.assert(holds, { numRuns: 30 });
  },
  PATIENCE_MS,
);
