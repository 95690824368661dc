// Kicks: whoever is put out of a room of another node, where the two do not hear each other.
import { expect, test } from "vitest";
import { Kicks } from "../../server/node/kicks.ts";
import { BREAK_MS } from "../../server/node/link.ts";
import { SIGN_LIFE_MS } from "../../server/node/membership.ts";
import { SeatDesk } from "../../server/node/seatDesk.ts";
import { decodeSign, encodeSign, type Kick, type NodeSign } from "../../server/store/nodeStore.ts";
import { VirtualClock } from "../../server/testing/testing.ts";
import type { IdentityId, NodeId, RoomId } from "../../shared/ids.ts";
import { leveredStore } from "./peopleScene.ts";

const [ADA, BOB, CID] = ["node00000a", "node00000b", "node00000c"] as NodeId[] as [
  NodeId,
  NodeId,
  NodeId,
];
const ROOM = "roomofthetest" as RoomId;
const EVE = "identityofeve" as IdentityId;
const whom = { host: BOB, room: ROOM, identity: EVE, keepOut: false };

const signOf = (kicks: readonly Kick[], node = ADA): NodeSign => {
  return { node, phase: "serving", place: "", shapes: [], kicks };
};

test("[N167] a host takes what a life sign asks of it once, however often it reads that", () => {
  const [here, host] = [new Kicks(), new Kicks()];
  const end = here.ask(whom);
  here.ask({ ...whom, host: CID });
  const said = signOf(here.asked);
  expect(host.take(BOB, said, 0)).toEqual([{ ...whom, n: 1 }]);
  expect(host.take(BOB, said, 1_000)).toEqual([]);
  // Whoever was let in again may be put out again.
  end();
  here.ask(whom);
  expect(host.take(BOB, signOf(here.asked), 2_000)).toMatchObject([{ n: 3 }]);
  expect(host.take(BOB, signOf([{ ...whom, n: 1 }], CID), 2_000)).toHaveLength(1);
});

test("[N167] what came over the relay is not done again by a life sign, nor the other way about", () => {
  const [here, host] = [new Kicks(), new Kicks()];
  expect(host.isFirst(whom, "relay", 0)).toBe(true);
  here.ask(whom);
  expect(host.take(BOB, signOf(here.asked), 1_500)).toEqual([]);
  here.ask(whom);
  expect(host.take(BOB, signOf(here.asked), BREAK_MS)).toHaveLength(1);
  expect(host.isFirst(whom, "relay", 2 * BREAK_MS - 1)).toBe(false);
  expect(host.isFirst({ ...whom, keepOut: true }, "relay", 2 * BREAK_MS - 1)).toBe(true);
  expect(host.isFirst(whom, "relay", 2 * BREAK_MS)).toBe(true);
});

test("[N167] of a life sign only what is whole is taken, and one of an older build asks for nothing", () => {
  const kick: Kick = { ...whom, n: 1 };
  const broken = [{ ...kick, room: "*" }, { ...kick, n: "1" }, { ...kick, host: 1 }, null, "x"];
  const said = signOf([kick, ...(broken as unknown as Kick[])]);
  expect(decodeSign(encodeSign(said))).toEqual(signOf([kick]));
  const { kicks: _, ...older } = signOf([]);
  expect(decodeSign(JSON.stringify(older))).toEqual(signOf([]));
});

/** A room of Bob's, and how Ada's node has Bob put Eve out, who sits there or looks on. */
async function desk(sits: boolean) {
  const clock = new VirtualClock();
  const store = await leveredStore(clock);
  if (sits) await store.linkSeat(EVE, { room: ROOM, game: "nim", seat: 0, since: 0 });
  const kicks = new Kicks();
  const seats = new SeatDesk({
    store: Object.assign(store, { logTop: async () => ({ node: BOB }) }),
    ...{ clock, games: new Map() },
    among: () => ({ router: { post: () => undefined }, kick: (asked) => kicks.ask(asked) }),
  });
  let outcome: string | undefined;
  void seats.putOut(ROOM, EVE, false).then((known) => {
    outcome = known;
  });
  const pass = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 10) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      clock.advance(10);
    }
  };
  return { store, kicks, pass, outcomeOf: () => outcome };
}

test("[N167] a life sign asks until it was surely read, and whoever asked learns within ten seconds what became of it", async () => {
  const { store, kicks, pass, outcomeOf } = await desk(true);
  await pass(SIGN_LIFE_MS);
  expect(kicks.asked).toEqual([{ ...whom, n: 1 }]);
  expect(outcomeOf()).toBeUndefined();
  await store.unlinkSeat(EVE, ROOM, {});
  await pass(2_000);
  expect([outcomeOf(), kicks.asked]).toEqual(["out", []]);
  const silent = await desk(true);
  await silent.pass(10_000);
  expect([silent.outcomeOf(), silent.kicks.asked]).toEqual(["asked", []]);
});

test("[N167] whoever only looks on is put out by the life sign, too", async () => {
  const { kicks, pass, outcomeOf } = await desk(false);
  await pass(20);
  expect([outcomeOf(), kicks.asked]).toEqual(["out", [{ ...whom, n: 1 }]]);
});
