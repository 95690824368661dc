// Links: what the store is told of connections, and in how few calls of those that are over.
import { expect, test } from "vitest";
import { Links } from "../../server/session/links.ts";
import type { Unlink } from "../../server/store/sessionStore.ts";
import { StoreAway } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { ConnectionId, NodeId, SessionId } from "../../shared/ids.ts";

const NODE = "node000001" as NodeId;

function scene() {
  const clock = new VirtualClock();
  const told: string[] = [];
  const trouble = { isAway: false, faults: 0 };
  const links = new Links({
    clock,
    store: {
      linkConnection: async (_, { connection }) => void told.push(`+${connection}`),
      unlinkConnections: async (unlinks) => {
        if (trouble.isAway) throw new StoreAway("away for a test");
        told.push(`-${unlinks.length}`);
      },
    },
    log: { fault: () => void trouble.faults++ },
  });
  const unlink = (at: number): Unlink => ({
    session: `session${at}` as SessionId,
    connection: `c${at}` as ConnectionId,
  });
  const add = (at: number) => {
    const { session, connection } = unlink(at);
    links.add(session, { connection, node: NODE, device: "Firefox" });
  };
  const pass = async (ms: number) => {
    clock.advance(ms);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return { links, told, trouble, add, unlink, pass };
}

test("[S130] connections that are over at once are unlinked in few calls, each once", async () => {
  const { links, told, add, unlink, pass } = scene();
  for (let at = 0; at < 1_200; at++) add(at);
  expect(told).toHaveLength(1_200);
  told.length = 0;
  expect(links.remove(unlink(5_000))).toBe(false);
  for (let at = 0; at < 1_200; at++) expect(links.remove(unlink(at))).toBe(true);
  expect(links.remove(unlink(0))).toBe(false);
  await pass(49);
  expect(told).toEqual([]);
  await pass(1);
  expect(told).toEqual(["-500", "-500", "-200"]);
  await pass(1_000);
  expect(told).toHaveLength(3);
});

test("[S131] an unlink that the store does not take holds up no other, and a stop waits for those under way", async () => {
  const { links, told, trouble, add, unlink, pass } = scene();
  for (const at of [1, 2]) add(at);
  told.length = 0;
  trouble.isAway = true;
  links.remove(unlink(1));
  await pass(50);
  expect([told, trouble.faults]).toEqual([[], 0]);
  trouble.isAway = false;
  links.remove(unlink(2));
  await links.settled();
  expect(told).toEqual(["-1"]);
});
