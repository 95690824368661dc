// Router: whose connections follow a room from one host to the next, over real rooms, the in-process
// store and virtual time. What would go to other nodes is dropped.
import { expect, test } from "vitest";
import { silentLog } from "../../server/log.ts";
import { Router } from "../../server/node/router.ts";
import type { Arrival, Tell } from "../../server/room/turn.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { VirtualClock } from "../../server/testing/testing.ts";
import type { Game } from "../../shared/game.ts";
import type {
  ConnectionId,
  IdentityId,
  NodeId,
  PageId,
  RoomId,
  SessionId,
} from "../../shared/ids.ts";
import { logbook } from "./harbour.ts";
import { newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";

const game = logbook as unknown as Game;
const [HOST, HEIR] = ["node000001", "node000002"] as [NodeId, NodeId];

/** A room at a host, which a connection of its heir is in; whoever stops living is dead. */
async function routerScene() {
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
  router.hear(HOST, [{ kind: "tells", room, game: game.name, shape: game.shape, tells: [] }]);
  return { clock, room, living, rooms, router, reseated };
}

test("[N166] whoever came to a room at a host that is taken for dead turns to the node that takes it over, though that is their own", async () => {
  const { clock, room, living, rooms, reseated } = await routerScene();
  await rooms.adopt();
  expect(reseated).toEqual([]);
  living.clear();
  await rooms.adopt();
  await pass(clock, 200);
  expect([...rooms.hosted].map(({ id }) => id)).toEqual([room]);
  expect(reseated).toEqual([room]);
});

test("[N171] whoever asked a host that is taken for dead for a seat asks for none at the next once they are gone, or answered after all", async () => {
  const arrival: Arrival = {
    connection: "connectioneve" as ConnectionId,
    node: HEIR,
    identity: "identityeve" as IdentityId,
    session: "sessioneve" as SessionId,
    name: "Eve",
    page: "page-of-eve-number-1" as PageId,
    frames: "binary",
  };
  const { connection: to } = arrival;
  const refusal: Tell = {
    ...{ kind: "refusal", to, request: 1, reason: "room-full" },
    ...{ seq: undefined, detail: undefined },
  };
  const answer = { kind: "tells", game: game.name, shape: game.shape, tells: [refusal] } as const;
  for (const meanwhile of ["nothing", "gone", "answered"]) {
    const { clock, room, living, rooms, router } = await routerScene();
    router.post(room, { kind: "join", arrival, request: 1, watch: false });
    living.clear();
    router.lost(HOST);
    if (meanwhile === "gone") router.post(room, { kind: "gone", connection: to });
    if (meanwhile === "answered") router.hear(HOST, [{ ...answer, room }]);
    await pass(clock, 500);
    await rooms.adopt();
    const [hosted] = [...rooms.hosted];
    const names = [...(hosted?.machine.core.own.$seats ?? [])].map(({ name }) => name);
    expect(names).toEqual(meanwhile === "nothing" ? ["Ann", "Eve"] : ["Ann"]);
  }
});
