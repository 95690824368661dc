// Saves: how a player's progress goes from one room of a game to the next, once and whole.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  EMPTY_SHELF,
  isShelfErrand,
  type Shelf,
  type ShelfErrand,
  shelve,
} from "../../server/room/shelf.ts";
import { allOf, takeUp } from "../../server/room/stories.ts";
import { Saves, Table, VirtualClock } from "../../server/testing/testing.ts";
import type { Game, Json } from "../../shared/game.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import { always } from "./always.ts";
import { divers } from "./divers.ts";
import { leveredStore } from "./peopleScene.ts";
import { type Node, newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";

const ANN = "identityann";

function twoSeas() {
  const saves = new Saves();
  const failing = { saves, mayFail: true };
  const [here, there] = [new Table(divers, failing), new Table(divers, failing)];
  return { saves, here, there };
}

/** Pearls of whoever sits first at a table. */
const bagOf = (table: Table<typeof divers.records>, seat = 0) => table.state.bags.get(seat)?.pearls;

test("[T25] what is saved of a seat is what its player's next seat in another room begins with, once", () => {
  const { saves, here, there } = twoSeas();
  const ann = here.player("Ann").join();
  ann.send("find", { count: 7 });
  ann.leave();
  expect(saves.next(ANN, "divers")).toEqual({ pearls: 7 });
  expect(here.machine.core.own.$saves.size).toBe(0);
  there.player("Bob").join();
  const annThere = there.player("Ann").join();
  expect([bagOf(there, 0), bagOf(there, 1)]).toEqual([0, 7]);
  expect(annThere.view.bags.get(1)).toMatchObject({ pearls: 7 });
  // A third room at the same time gets nothing: it is in the second.
  const third = new Table(divers, { saves });
  third.player("Ann").join();
  expect(bagOf(third)).toBe(0);
  there.check();
});

test("[T25] a seat that nobody came back to is saved as one that was left", () => {
  const { here, there } = twoSeas();
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  ann.send("find", { count: 5 });
  ann.drop();
  here.pass(9_999);
  there.player("Ann").join();
  expect(bagOf(there)).toBe(0);
  here.pass(1);
  expect(here.presenceOf(0)).toBe("empty");
  const again = new Table(divers, { saves: here.saves });
  again.player("Ann").join();
  expect(bagOf(again)).toBe(5);
});

test("[T25] whoever comes back to the room they left finds what they left with, however slow the store", () => {
  const { saves, here } = twoSeas();
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  ann.send("find", { count: 7 });
  saves.goAway();
  ann.leave();
  ann.join();
  expect(bagOf(here)).toBe(0);
  expect(here.machine.core.own.$saves.size).toBe(1);
  ann.send("find", { count: 1 });
  saves.comeBack();
  expect(bagOf(here)).toBe(8);
  expect(here.machine.core.own.$saves.size).toBe(0);
});

test("[T25] nothing of a save is in any byte that anybody is told", () => {
  const { saves, here } = twoSeas();
  const secret = 48_879;
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  ann.send("find", { count: secret });
  saves.goAway();
  const told = here.told.length;
  ann.leave();
  const bytes = here.told
    .slice(told)
    .flatMap((tell) => ("bytes" in tell ? [Buffer.from(tell.bytes).toString("latin1")] : []));
  expect(here.machine.core.own.$saves.size).toBe(1);
  expect(bytes.length).toBeGreaterThan(0);
  expect(bytes.filter((text) => text.includes(String(secret)) || text.includes("pearls"))).toEqual(
    [],
  );
  here.check();
});

test("[T26] a host that dies anywhere on the way loses and doubles no save", () => {
  for (const point of ["before-append", "before-telling"] as const) {
    for (let skipped = 0; skipped < 4; skipped++) {
      const { here, there } = twoSeas();
      const ann = here.player("Ann").join();
      here.player("Bob").join();
      ann.send("find", { count: 7 });
      // The host dies at one of: the commit that empties the seat, and the one that forgets the save.
      if (skipped === 0) here.killAt(point);
      here.saves.goAway();
      ann.leave();
      if (here.presenceOf(0) !== "empty") ann.resume().leave();
      if (skipped === 1) here.killAt(point);
      here.saves.comeBack();
      const annThere = there.player("Ann");
      // And at the commit that takes the seat, or the one that restores it.
      if (skipped === 2) there.killAt(point);
      there.saves.goAway();
      annThere.join();
      if (annThere.standing !== "seated") annThere.join();
      if (skipped === 3) there.killAt(point);
      there.saves.comeBack();
      there.pass(1_000);
      expect([point, skipped, bagOf(there)]).toEqual([point, skipped, 7]);
      here.kill();
      expect([point, skipped, bagOf(there)]).toEqual([point, skipped, 7]);
      here.check();
      there.check();
    }
  }
});

const keep = (
  version: number,
  save: Json,
  { room = "rooma", claim = "" } = {},
): [RoomId, ShelfErrand] => [
  room as RoomId,
  { kind: "keep-save", identity: ANN as IdentityId, item: 0, epoch: 1, version, claim, save },
];
const take = (claim: string): [RoomId, ShelfErrand] => [
  "roomb" as RoomId,
  { kind: "take-save", identity: ANN as IdentityId, seat: 0, claim },
];
const giveBack = (claim: string, save: Json = null): [RoomId, ShelfErrand] => [
  "roomb" as RoomId,
  {
    ...{ kind: "return-save", identity: ANN as IdentityId, item: 0, epoch: 1, version: 1 },
    ...{ claim, save },
  },
];

/** What each of these errands is answered with that asks for a save, one after the other. */
function answers(...errands: readonly [RoomId, ShelfErrand][]): Json[] {
  let shelf = EMPTY_SHELF;
  const found: Json[] = [];
  for (const [room, errand] of errands) {
    const { next, input } = shelve(shelf, { room, nowMs: 0 }, errand);
    shelf = next;
    if (input.kind === "save-found") found.push(input.found?.save ?? null);
  }
  return found;
}

test("[T26] a copy that comes again, or late, neither brings a save back nor takes a newer one's place", () => {
  expect(answers(keep(5, "old"), take("c1"), keep(5, "old"), take("c2"))).toEqual(["old", null]);
  const left = keep(9, "new", { room: "roomb", claim: "c1" });
  const newer = [keep(5, "old"), take("c1"), left, keep(5, "old")] as const;
  expect(answers(...newer, take("c2"))).toEqual(["old", "new"]);
  expect(answers(keep(6, "new"), keep(5, "old"), take("c1"))).toEqual(["new"]);
});

test("[T26] a question that was given up gets nothing when it arrives after all", () => {
  expect(answers(keep(5, "pearls"), giveBack("c1"), take("c1"), take("c2"))).toEqual([
    null,
    "pearls",
  ]);
  expect(answers(keep(5, "pearls"), take("c1"), take("c1"), giveBack("c1"), take("c2"))).toEqual([
    ...["pearls", "pearls"],
    "pearls",
  ]);
});

test("[T26] a room asks for a save only when none of that player is on its way out any more", () => {
  const { saves, here } = twoSeas();
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  ann.send("find", { count: 7 });
  saves.goAway();
  const before = here.errands.length;
  ann.leave();
  ann.join();
  const kinds = () =>
    here.errands
      .slice(before)
      .filter(isShelfErrand)
      .map(({ kind }) => kind);
  expect(kinds()).toEqual(["keep-save"]);
  here.kill();
  expect(kinds()).toEqual(["keep-save", "keep-save"]);
  saves.comeBack();
  expect(kinds().at(-1)).toBe("take-save");
});

test("[T26] whoever leaves before the store said that there was nothing keeps what they have", () => {
  const { saves, here } = twoSeas();
  saves.goAway();
  const ann = here.player("Ann").join();
  ann.send("find", { count: 2 });
  ann.leave();
  here.kill();
  saves.comeBack();
  expect(saves.next(ANN, "divers")).toEqual({ pearls: 2 });
});

test("[T26] a seat that is given up before its save came gives it to the next one", () => {
  const { saves, here, there } = twoSeas();
  const ann = here.player("Ann").join();
  ann.send("find", { count: 7 });
  ann.leave();
  saves.goAway();
  const hasty = there.player("Ann").join();
  there.player("Bob").join();
  hasty.send("find", { count: 1 });
  hasty.leave();
  saves.comeBack();
  expect(saves.next(ANN, "divers")).toEqual({ pearls: 7 });
  hasty.join();
  expect(bagOf(there)).toBe(7);
});

/** What is kept after these errands: of the story that goes on, and of the others. */
function kept(...errands: readonly [RoomId, ShelfErrand][]): { goesOn: Json; aside: Json[] } {
  const { save, aside } = shelfAfter(errands);
  return { goesOn: save, aside: aside.map((story) => story.save) };
}

function shelfAfter(errands: readonly [RoomId, ShelfErrand][], before = EMPTY_SHELF): Shelf {
  let shelf = before;
  for (const [room, errand] of errands) shelf = shelve(shelf, { room, nowMs: 0 }, errand).next;
  return shelf;
}

test("[T37] a story that is not how another went on takes no other's place: the newest goes on, the other is aside", () => {
  expect(kept(keep(5, "old"), keep(1, "new", { room: "roomb" }))).toEqual({
    ...{ goesOn: "new", aside: ["old"] },
  });
  // Somebody plays the one that goes on: it goes on still, and how it does is known by its claim.
  const beside = [keep(5, "old"), take("c1"), keep(1, "beside", { room: "roomb" })] as const;
  expect(kept(...beside)).toEqual({ goesOn: "old", aside: ["beside"] });
  const wentOn = [...beside, keep(2, "old, and more", { room: "roomc", claim: "c1" })] as const;
  expect(kept(...wentOn)).toEqual({ goesOn: "old, and more", aside: ["beside"] });
  expect(answers(...wentOn, take("c2"), take("c3"))).toEqual(["old", "old, and more", null]);
});

test("[T37] a story of which nothing is left is over, and takes no other along", () => {
  const over = keep(3, null, { room: "roomc", claim: "c1" });
  expect(kept(keep(5, "old"), take("c1"), over)).toEqual({ goesOn: null, aside: [] });
  const beside = [keep(5, "old"), take("c1"), keep(1, "beside", { room: "roomb" })] as const;
  expect(kept(...beside, over)).toEqual({ goesOn: null, aside: ["beside"] });
  expect(kept(...beside, keep(9, null, { room: "roomd" }))).toEqual({
    ...{ goesOn: "old", aside: ["beside"] },
  });
});

test("[T37] a story that a seat was given and never heard of stays as it was, whatever that seat leaves", () => {
  const given = [keep(1, "one"), keep(1, "two", { room: "roomc" }), take("c1")];
  const before = shelfAfter(given);
  const swapped = takeUp(before, asideOf(before, "one"));
  const over = keep(1, null, { room: "roomd", claim: "c2" });
  const after = shelfAfter([take("c2"), over, giveBack("c1", "three")], swapped);
  expect(allOf(after).map(({ save, claim }) => [save, claim])).toEqual([
    ["three", ""],
    ["two", ""],
  ]);
});

test("[T38] three stories are kept aside, the newest", () => {
  const five = [1, 2, 3, 4, 5].map((at) => keep(1, at, { room: `room${at}` }));
  expect(kept(...five)).toEqual({ goesOn: 5, aside: [4, 3, 2] });
});

const asideOf = (shelf: Shelf, save: Json) =>
  allOf(shelf).find((story) => story.save === save)?.keptMs ?? Number.NaN;

test("[T39] another story is taken up by changing places, and whoever plays either keeps theirs", () => {
  let shelf = EMPTY_SHELF;
  const act = ([room, errand]: [RoomId, ShelfErrand]) => {
    const { next, input } = shelve(shelf, { room, nowMs: 0 }, errand);
    shelf = next;
    return input.kind === "save-found" ? (input.found?.save ?? null) : undefined;
  };
  const swap = (save: Json) => {
    const taken = takeUp(shelf, asideOf(shelf, save));
    shelf = taken ?? shelf;
    return taken !== undefined;
  };
  act(keep(1, "one", { room: "room1" }));
  act(keep(1, "two", { room: "room2" }));
  expect(swap("one")).toBe(true);
  expect([swap("one"), shelf.save, shelf.aside.length]).toEqual([true, "one", 1]);
  expect(act(take("c1"))).toBe("one");
  // The one that is played goes aside with its seat; it cannot be taken up until that left it.
  expect(swap("two")).toBe(true);
  expect([swap("one"), shelf.save, shelf.claim]).toEqual([false, "two", ""]);
  expect([act(take("c1")), act(take("c2")), act(take("c3"))]).toEqual(["one", "two", null]);
  act(keep(1, "one, and more", { room: "room3", claim: "c1" }));
  act(keep(1, "two, and more", { room: "room4", claim: "c2" }));
  expect(shelf.save).toBe("two, and more");
  expect(shelf.aside.map(({ save }) => save)).toEqual(["one, and more"]);
  expect(takeUp(shelf, 12_345)).toBeUndefined();
  // One that is over while it lies aside is gone from there.
  act(take("c4"));
  expect(swap("one, and more")).toBe(true);
  act(keep(2, null, { room: "room4", claim: "c4" }));
  expect([shelf.save, shelf.aside]).toEqual(["one, and more", []]);
});

test("[T37] who begins anew in a second room while the story is played in the first loses neither", () => {
  const { saves, here, there } = twoSeas();
  const ann = here.player("Ann").join();
  here.player("Bob").join();
  ann.send("find", { count: 7 });
  ann.leave();
  ann.join();
  const annThere = there.player("Ann").join();
  annThere.send("find", { count: 1 });
  annThere.leave();
  ann.leave();
  expect([saves.next(ANN, "divers"), saves.aside(ANN, "divers")]).toEqual([
    { pearls: 7 },
    [{ pearls: 1 }],
  ]);
});

const steps = fc.array(
  fc.record({
    what: fc.constantFrom("go", "find", "find", "leave", "kill", "crash", "crash", "away", "back"),
    who: fc.constantFrom("Ann", "Bob"),
    at: fc.nat(2),
    point: fc.constantFrom("before-append" as const, "before-telling" as const),
  }),
  { maxLength: 60 },
);

test("[T26] wherever players go and whenever hosts die, no pearl is lost or doubled", () => {
  let carried = 0;
  always(steps, (walk) => {
    const saves = new Saves();
    const seas = [0, 1, 2].map(() => new Table(divers, { saves }));
    // Somebody stays at each table, or it would be over with the last who leaves.
    for (const sea of seas) sea.player("Keeper").join();
    const seatOf = (sea: (typeof seas)[number], identity: string) =>
      [...sea.machine.core.own.$seats].find((seat) => seat.identity === identity);
    for (const { what, who, at, point } of walk) {
      const identity = `identity${who.toLowerCase()}`;
      const home = seas.find((sea) => seatOf(sea, identity) !== undefined);
      const player = home?.players.find(({ name }) => name === who);
      if (player?.connection === undefined)
        player?.instance === undefined ? player?.join() : player.resume();
      if (what === "go" && home === undefined) {
        const sea = seas[at];
        (sea?.players.find(({ name }) => name === who) ?? sea?.player(who))?.join();
      }
      // What is found before the older pearls have come goes with the seat if that is left at once.
      const isSettled = home && seatOf(home, identity)?.progress === "settled";
      if (what === "find" && isSettled) player?.send("find", { count: 1 });
      if (what === "leave" && player?.connection !== undefined) player.leave();
      if (what === "kill") seas[at]?.kill();
      if (what === "crash") seas[at]?.killAt(point);
      if (what === "away") saves.goAway();
      if (what === "back") saves.comeBack();
    }
    saves.comeBack();
    for (const sea of seas) sea.calm();
    for (const sea of seas) sea.check();
    for (const identity of [ANN, "identitybob"]) {
      const shelved = saves.next(identity, "divers") as { pearls: number } | undefined;
      const seats = seas.map((sea) => bagOf(sea, seatOf(sea, identity)?.id ?? -1) ?? 0);
      const found = seas.flatMap((sea) => sea.runs).filter((run) => run.identity === identity);
      expect(seats.reduce((sum, pearls) => sum + pearls, shelved?.pearls ?? 0)).toBe(found.length);
      carried += seats.some((pearls) => pearls > 0) || shelved !== undefined ? 1 : 0;
    }
  });
  expect(carried).toBeGreaterThan(20);
});

test("[T27] a save rule only looks, and one that fails leaves its player what they came with", () => {
  const { saves, here, there } = twoSeas();
  const ann = here.player("Ann").join();
  ann.send("find", { count: 7 });
  ann.leave();
  const annThere = there.player("Ann").join();
  there.player("Bob").join();
  annThere.send("find", { count: 60_000 });
  const random = there.machine.core.own.$room.random;
  annThere.leave();
  expect(there.errands).toContainEqual(expect.objectContaining({ event: "rule-failed", seat: 0 }));
  expect(there.presenceOf(0)).toBe("empty");
  expect(saves.next(ANN, "divers")).toEqual({ pearls: 7 });
  expect(there.machine.core.own.$room.random).toEqual(random);
});

test("[T27] a restore that throws leaves no trace and the save for the next seat", () => {
  const { saves, here, there } = twoSeas();
  const ann = here.player("Ann").join();
  ann.send("find", { count: 13 });
  ann.leave();
  there.player("Ann").join();
  expect(bagOf(there)).toBe(0);
  expect(there.errands).toContainEqual(expect.objectContaining({ event: "rule-failed", seat: 0 }));
  expect(saves.next(ANN, "divers")).toEqual({ pearls: 13 });
});

test("[T28] when the game ends every seat's save leaves the room, and leaving later adds none", () => {
  const { saves, here, there } = twoSeas();
  const ann = here.player("Ann").join();
  const bob = here.player("Bob").join();
  ann.send("find", { count: 3 });
  bob.send("find", { count: 4 });
  bob.send("surface", {});
  expect(saves.next(ANN, "divers")).toEqual({ pearls: 3 });
  expect(saves.next("identitybob", "divers")).toEqual({ pearls: 4 });
  const annThere = there.player("Ann").join();
  there.player("Cas").join();
  annThere.send("find", { count: 2 });
  annThere.leave();
  ann.leave();
  here.kill();
  expect(saves.next(ANN, "divers")).toEqual({ pearls: 5 });
});

const pearlsIn = ({ rooms }: Node, room: RoomId): unknown => {
  const hosted = [...rooms.hosted].find(({ id }) => id === room);
  const { bags } = (hosted?.machine.core.state.face ?? {}) as {
    bags?: Map<number, { pearls: number }>;
  };
  return bags?.get(0)?.pearls;
};

test("[T26] a save goes from room to room through a store that comes and goes, and over a restart", async () => {
  const clock = new VirtualClock();
  const store = await leveredStore(clock);
  const game = divers as unknown as Game;
  const first = nodeOver({ store, clock, game }, 1);
  await first.rooms.start();
  const sea = await newRoom(first);
  const ann = sitDown(first, sea, 1);
  await pass(clock, 100);
  const { seated } = first.tells.find((tell) => tell.kind === "seated") ?? ({} as never);
  const { instance } = seated as { instance: readonly [number, number] };
  ann({ kind: "commands", instance, commands: [{ seq: 1, name: "find", args: { count: 9 } }] });
  await pass(clock, 100);
  expect(pearlsIn(first, sea)).toBe(9);

  // Appends arrive, shelves do not: the save stays in the room until they do.
  let refused = 0;
  const shelfless = new Proxy(store, {
    get: (target, name) =>
      name === "readShelf" && refused++ < 3
        ? () => Promise.reject(new Error("not now"))
        : (Reflect.get(target, name) as unknown),
  });
  await first.rooms.stop();
  const second = nodeOver({ store: shelfless, clock, game }, 2);
  await second.rooms.start();
  await pass(clock, 100);
  const annAgain = sitDown(second, sea, 2);
  await pass(clock, 100);
  const told = second.tells.find((tell) => tell.kind === "seated");
  if (told?.kind !== "seated") throw new Error("not seated");
  annAgain({ kind: "leave", instance: told.seated.instance });
  await pass(clock, 500);
  expect(await store.readShelf(ANN as never, "divers")).toBe("");
  await pass(clock, 8_000);
  expect(JSON.parse(await store.readShelf(ANN as never, "divers"))).toMatchObject({
    save: { pearls: 9 },
  });
  const next = await newRoom(second);
  sitDown(second, next, 3);
  await pass(clock, 200);
  expect(pearlsIn(second, next)).toBe(9);
  await second.rooms.stop();
});
