// Page seat: a page that had no answer asks again, through whichever node, and gets no second seat.
// Two nodes over the in-process store, in virtual time.
import { expect, test } from "vitest";
import { openMemoryStore } from "../../server/store/memory.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { Game } from "../../shared/game.ts";
import type { IdentityId, NodeId, PageId, RoomId } from "../../shared/ids.ts";
import type { JoinRequest } from "../../shared/protocol.ts";
import { type Node, newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";
import { clockwork } from "./smallGames.ts";

const game = clockwork() as unknown as Game;
const HOST = "node000001" as NodeId;
const ANN = "identityann" as IdentityId;
const BOB = "identitybob" as IdentityId;

/** Ann sits in a room of one node, of which another knows no more than the store does. */
async function seatedScene() {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const living = new Set<string>([HOST]);
  const neighbours = {
    isHost: async (node: NodeId) => living.has(node),
    isOurs: () => true,
    elsewhere: () => undefined,
    taken: () => undefined,
  };
  const host = nodeOver({ store, clock, game }, 1);
  await host.rooms.start();
  const [gate, third] = [2, 3].map((at) => nodeOver({ store, clock, game, neighbours }, at));
  if (gate === undefined || third === undefined) throw new Error("no nodes");
  const room = await newRoom(host);
  const post = sitDown(host, room, 1);
  await pass(clock, 100);
  const instance = () => {
    const [hosted] = [...host.rooms.hosted];
    const seat = hosted?.machine.core.own.$seats.get(0);
    return [seat?.instanceEpoch ?? 0, seat?.instanceCount ?? 0] as const;
  };
  return { clock, store, living, host, gate, third, room, post, instance };
}

type Scene = Awaited<ReturnType<typeof seatedScene>>;

/** Where Ann's page of that number comes to that asks a node for any seat, or for a room of its own. */
async function led(
  { clock }: Scene,
  { rooms }: Node,
  asking: Partial<JoinRequest> & { readonly page: number; readonly identity?: IdentityId },
): Promise<RoomId> {
  const { page: count, identity = ANN, ...request } = asking;
  const page = `page-of-ann-number-${count}` as PageId;
  const asked = { game: game.name, shape: game.shape, ...request };
  const finding = rooms.find(asked, { identity, page }, "192.0.2.1");
  await pass(clock, 100);
  const found = await finding;
  if (found.kind !== "room") throw new Error(found.reason);
  return found.room;
}

test("[N162] a page that asks again through another node is led to the seat it has, whatever it asks for", async () => {
  const scene = await seatedScene();
  const { store, gate, room } = scene;
  expect(await led(scene, gate, { page: 1 })).toBe(room);
  expect(await led(scene, gate, { page: 1, create: "private" })).toBe(room);
  expect(await led(scene, gate, { page: 1, create: "listed" })).toBe(room);
  expect([...gate.rooms.hosted]).toEqual([]);
  // Another page may want another seat, and another person has nothing to do with it.
  expect(await led(scene, gate, { page: 2, create: "private" })).not.toBe(room);
  expect(await led(scene, gate, { page: 1, identity: BOB })).not.toBe(room);
  // Nor has a seat in another game.
  for (const link of await store.seatsOf(ANN))
    await store.linkSeat(ANN, { ...link, game: "other" });
  expect(await led(scene, gate, { page: 1 })).not.toBe(room);
});

test("[N162] who only looks is not led to a seat", async () => {
  const scene = await seatedScene();
  expect(await led(scene, scene.gate, { page: 1, watch: true })).not.toBe(scene.room);
});

test("[N162] the page that has a seat now is led to it, and the one before it no more", async () => {
  const scene = await seatedScene();
  const { clock, host, gate, room } = scene;
  sitDown(host, room, 2);
  await pass(clock, 100);
  expect(await led(scene, gate, { page: 2 })).toBe(room);
  expect(await led(scene, gate, { page: 1 })).not.toBe(room);
});

test("[N162] a page whose room has no host any more is led to its seat there, and so is one whose room sleeps", async () => {
  for (const sleepMs of [0, 60_000]) {
    const scene = await seatedScene();
    const { clock, living, host, gate, room, post } = scene;
    post({ kind: "gone" });
    await pass(clock, sleepMs);
    expect([...host.rooms.hosted].length).toBe(sleepMs === 0 ? 1 : 0);
    living.delete(HOST);
    expect(await led(scene, gate, { page: 1 })).toBe(room);
    expect([...gate.rooms.hosted].map(({ id }) => id)).toEqual([room]);
  }
});

test("[N162] a host that dies before it has written whose seat it gave leaves that to the next", async () => {
  const scene = await seatedScene();
  const { clock, store, living, host, gate, room } = scene;
  const { linkSeat } = store;
  store.linkSeat = () => new Promise(() => undefined);
  sitDown(host, room, 2);
  await pass(clock, 100);
  store.linkSeat = linkSeat;
  living.delete(HOST);
  await gate.rooms.adopt();
  await pass(clock, 100);
  // Node 3 has the room neither in memory nor to itself.
  living.add("node000002");
  expect(await led(scene, scene.third, { page: 2 })).toBe(room);
});

test("[N162] nobody is held back by a room that is over, or gone, or that they left", async () => {
  for (const how of ["over", "gone", "left"] as const) {
    const scene = await seatedScene();
    const { clock, store, gate, room, post, instance } = scene;
    const commands = [{ seq: 1, name: "finish", args: {} }];
    if (how === "over") post({ kind: "commands", instance: instance(), commands });
    if (how === "gone") await store.removeRoom(room);
    if (how === "left") post({ kind: "leave", instance: instance() });
    await pass(clock, 2_000);
    expect((await store.seatsOf(ANN)).length).toBe(how === "left" ? 0 : 1);
    expect(await led(scene, gate, { page: 1, create: "private" })).not.toBe(room);
  }
});
