// Router: whose connections follow a room from one host to the next, over real rooms, the in-process
// store and virtual time. What would go to other nodes is dropped.
import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { Router } from "../../server/node/router.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { VirtualClock } from "../../server/testing/testing.ts";
import type { Game } from "../../shared/game.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import { logbook } from "./harbour.ts";
import { newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";

const game = logbook as unknown as Game;
const [HOST, HEIR] = ["node000001", "node000002"] as [NodeId, NodeId];

test("[N166] whoever came to a room at a host that is taken for dead turns to the node that takes it over, though that is their own", async () => {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const host = nodeOver({ store, clock, game }, 1);
  const room = await newRoom(host);
  sitDown(host, room, 1);
  await pass(clock, 200);
  const living = new Set<NodeId>([HOST]);
  const neighbours = {
    isHost: async (node: NodeId) => living.has(node),
    isOurs: () => true,
    elsewhere: () => undefined,
    taken: (taken: RoomId) => router.taken(taken),
  };
  const { rooms } = nodeOver({ store, clock, game, neighbours }, 2);
  const router: Router = new Router({
    ...{ node: HEIR, rooms, store, clock, log: silentLog },
    games: new Map([[game.name, game]]),
    relay: { isAlone: true, send: () => undefined } as never,
    judge: async (node) => (living.has(node) ? "living" : "dead"),
    mayNameCode: async () => undefined,
  });
  const reseated: RoomId[] = [];
  router.open({
    rooms: new Set([room]),
    tell: () => undefined,
    reseat: (moved) => reseated.push(moved),
    closeSession: () => undefined,
    alert: () => undefined,
  });
  // One of its connections is in the room at its host.
  router.hear(HOST, [{ kind: "tells", room, game: game.name, shape: game.shape, tells: [] }]);
  await rooms.adopt();
  expect(reseated).toEqual([]);
  living.clear();
  await rooms.adopt();
  await pass(clock, 200);
  expect([...rooms.hosted].map(({ id }) => id)).toEqual([room]);
  expect(reseated).toEqual([room]);
});
