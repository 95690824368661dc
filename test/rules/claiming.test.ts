// Claiming: what is said of rooms that the store has and a node cannot take over.
import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import { Claiming } from "../../server/room/claiming.ts";
import { Trials } from "../../server/room/trials.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { StoreAway, StoreDamaged } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";

const [ONE, OTHER] = ["roomofatest1", "roomofatest2"] as [RoomId, RoomId];

test("[N186] of a room that cannot be read each trouble is told of once, however often it is tried", async () => {
  const clock = new VirtualClock();
  let cause: Error = new StoreDamaged("a log without a snapshot");
  const failing = () => Promise.reject(cause);
  const store = Object.assign(await openMemoryStore({ clock }), {
    loadRoom: failing,
    logTop: failing,
  });
  const told: string[] = [];
  const log = {
    ...silentLog,
    fault: (event: string, said: { room?: string; cause?: unknown } = {}) =>
      void told.push(`${event} ${said.room}: ${said.cause}`),
  };
  const claiming = new Claiming({
    node: "nodeofatest" as NodeId,
    store,
    games: new Map(),
    clock,
    log,
    metrics: openMetrics(),
    trials: new Trials(),
    isHost: () => Promise.resolve(false),
    quarantined: () => undefined,
  });
  const tryAll = async () => {
    for (const room of [ONE, OTHER]) {
      expect(await claiming.standingOf(room)).toBe("damaged");
      expect(await claiming.claim(room, "arrival")).toMatchObject({ reason: "server-fault" });
    }
  };
  for (const _times of [1, 2, 3]) await tryAll();
  const toldOf = (message: string) =>
    [ONE, OTHER].flatMap((room) =>
      ["room-not-located", "room-not-loaded"].map((event) => `${event} ${room}: Error: ${message}`),
    );
  expect(told).toEqual(toldOf("a log without a snapshot"));
  cause = new StoreDamaged("a hole");
  for (const _times of [1, 2, 3]) await tryAll();
  expect(told).toEqual([...toldOf("a log without a snapshot"), ...toldOf("a hole")]);
  cause = new StoreAway("for a test");
  expect(await claiming.claim(ONE, "arrival")).toMatchObject({ reason: "store-away" });
  expect(told).toHaveLength(8);
});
