// Passing: the seat of a guest becomes the player's that the guest turned out to be, and so does progress.
import { expect, test } from "vitest";
import { readInput, writeInput } from "../../server/node/inputBytes.ts";
import { SeatDesk } from "../../server/node/seatDesk.ts";
import {
  EMPTY_SHELF,
  isOffered,
  noteOf,
  type Shelf,
  shelfOf,
  shelve,
} from "../../server/room/shelf.ts";
import { allOf } from "../../server/room/stories.ts";
import { type Store, StoreAway } from "../../server/store/store.ts";
import { Table, VirtualClock } from "../../server/testing/testing.ts";
import { ByteReader, ByteWriter } from "../../shared/bytes.ts";
import type { Game } from "../../shared/game.ts";
import { nim } from "../../shared/games/nim.ts";
import type { IdentityId, NodeId, RoomId } from "../../shared/ids.ts";
import { divers } from "./divers.ts";
import { leveredStore } from "./peopleScene.ts";
import { seatSeen } from "./tableProbes.ts";

const PLAYER = "identityofaplayer" as IdentityId;

function nimTable() {
  const table = new Table(nim);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  const identityAt = (seat: number | undefined) =>
    table.machine.core.own.$seats.get(seat ?? -1)?.identity as IdentityId;
  return { table, ann, bob, identityAt };
}

test("[S100] a guest's seat passes to the player as it is, with its name and without its tickets", () => {
  const { table, ann, bob, identityAt } = nimTable();
  const [guest, other] = [identityAt(ann.seat), identityAt(bob.seat)];
  const seat = table.machine.core.own.$seats.get(ann.seat ?? -1);
  const [instance, family] = [seat?.instanceCount, seat?.ticketFamily];
  table.post({ kind: "pass", from: guest, to: PLAYER, name: "Ada" });
  table.pass(100);
  expect([seat?.identity, seat?.name, seat?.instanceCount]).toEqual([PLAYER, "Ada", instance]);
  expect(seat?.ticketFamily).toBeGreaterThan(family ?? Infinity);
  expect(identityAt(bob.seat)).toBe(other);
  expect(seatSeen(bob, ann.seat ?? -1)).toHaveProperty("name", "Ada");
  table.check();
});

test("[T43] a seat that passes is called by the player's name, told apart from the others", () => {
  const { table, ann, bob, identityAt } = nimTable();
  const seat = table.machine.core.own.$seats.get(ann.seat ?? -1);
  const pass = (from: IdentityId, name: string) =>
    table.post({ kind: "pass", from, to: `${from}x` as IdentityId, name });
  pass(identityAt(ann.seat), "Bob");
  expect(seat?.name).toBe("Bob 2");
  bob.leave();
  pass(identityAt(ann.seat), "Bob");
  expect(seat?.name).toBe("Bob");
  table.check();
});

test("[S100] who sits in the room as both keeps both seats, and a seat that is not there passes to nobody", () => {
  const { table, ann, bob, identityAt } = nimTable();
  const [guest, player] = [identityAt(ann.seat), identityAt(bob.seat)];
  table.post({ kind: "pass", from: guest, to: player, name: "Ada" });
  table.post({ kind: "pass", from: PLAYER, to: "identityofnobody" as IdentityId, name: "Eve" });
  table.pass(100);
  expect([identityAt(ann.seat), identityAt(bob.seat)]).toEqual([guest, player]);
  table.check();
});

test("[S100] the word to pass a seat reaches the room's host on another node", () => {
  const input = { kind: "pass", from: PLAYER, to: "identityofsomebody" as IdentityId, name: "Zoë" };
  const writer = new ByteWriter(64);
  writeInput(writer, input as never);
  expect(readInput(new ByteReader(writer.finish()))).toEqual(input);
});

const GUEST = "identityofaguest" as IdentityId;
const ORIGIN = { room: "roomofaguest" as RoomId, epoch: 1, version: 2 };
const PROGRESS: Shelf = {
  ...EMPTY_SHELF,
  ...{ save: { pearls: 7 }, keptMs: 5_000, origins: [ORIGIN] },
};

/** Shelves of a guest and of a player, and a desk that moves the one's to the other. */
async function shelves(left: Shelf, had: Shelf | undefined) {
  const clock = new VirtualClock();
  const store = await leveredStore(clock);
  const games = new Map([["divers", divers as unknown as Game]]);
  const lay = (identity: IdentityId, shelf: Shelf) =>
    store.replaceShelf(identity, "divers", {
      ...{ expected: "", next: JSON.stringify(shelf), lifeMs: 1_000 },
    });
  await lay(GUEST, left);
  if (had !== undefined) await lay(PLAYER, had);
  const move = (over: Store = store) =>
    new SeatDesk({
      ...{ store: over, clock, games },
      among: () => ({ router: { post: () => undefined }, kick: () => () => undefined }),
    }).move(GUEST, { id: PLAYER, name: "Ada" });
  const onShelf = async (identity: IdentityId) => {
    clock.advance(1);
    return shelfOf(await store.readShelf(identity, "divers"));
  };
  return { store, move, onShelf };
}

/** As it is once it has come along. */
const BROUGHT = { isGuests: true, joined: [GUEST], origins: [{ ...ORIGIN, guest: GUEST }] };
const LEFT = noteOf(PLAYER);

test("[S124] progress that waits for a guest waits for the player from then on", async () => {
  // A seat of the player's that never knew whether it got any has given that back.
  const returned = ["another seat"];
  const { move, onShelf } = await shelves(PROGRESS, { ...EMPTY_SHELF, returned });
  expect([await move(), await move()]).toEqual([true, true]);
  expect(await onShelf(PLAYER)).toEqual({ ...PROGRESS, ...BROUGHT, returned });
  expect(await onShelf(GUEST)).toEqual(LEFT);
});

test("[S124] what a guest's seat was given is found by that seat when it is the player's", async () => {
  const { move, onShelf } = await shelves({ ...PROGRESS, claim: "a seat" }, undefined);
  await move();
  expect(await onShelf(GUEST)).toEqual(LEFT);
  expect(await onShelf(PLAYER)).toEqual({ ...PROGRESS, ...BROUGHT, claim: "a seat" });
});

test("[S140] of a guest's and a player's stories what is played goes on, then the newest, and the other is aside", async () => {
  const { keptMs, isGuests } = PROGRESS;
  const guests = { save: PROGRESS.save, claim: "", keptMs, isGuests: true };
  for (const { claim, own, isAhead } of [
    { claim: "", own: { keptMs: 4_000 }, isAhead: false },
    { claim: "", own: { keptMs: 6_000 }, isAhead: true },
    { claim: "a seat", own: { keptMs: 6_000 }, isAhead: false },
    { claim: "a seat", own: { keptMs: 4_000, claim: "another" }, isAhead: true },
  ]) {
    const had = { save: { pearls: 90 }, claim: "", isGuests, ...own };
    const both = await shelves({ ...PROGRESS, claim }, { ...EMPTY_SHELF, ...had });
    await both.move();
    const [first, second] = isAhead ? [had, { ...guests, claim }] : [{ ...guests, claim }, had];
    expect(await both.onShelf(PLAYER)).toMatchObject({ ...first, aside: [second] });
    expect(await both.onShelf(GUEST)).toEqual(LEFT);
  }
});

test("[S140] what lies beside a guest's story comes along too, and nothing of a second guest's is taken for the first's", async () => {
  const beside = { save: { pearls: 1 }, claim: "", keptMs: 2_000, isGuests: false };
  const { move, onShelf } = await shelves({ ...PROGRESS, aside: [beside] }, PROGRESS);
  await move();
  const all = allOf(await onShelf(PLAYER));
  expect(all.map(({ save, isGuests }) => [save, isGuests])).toEqual([
    ...[
      [{ pearls: 7 }, true],
      [{ pearls: 7 }, false],
    ],
    [{ pearls: 1 }, true],
  ]);
  expect(new Set(all.map(({ keptMs }) => keptMs)).size).toBe(3);
});

test("[S140] a story that the guest begins at a table, and that is not kept yet, is known as the guest's", async () => {
  const { store, move, onShelf } = await shelves(EMPTY_SHELF, PROGRESS);
  const node = "nodeofatable" as NodeId;
  await store.createRoom(ORIGIN.room, node, new Uint8Array());
  await store.linkSeat(GUEST, { room: ORIGIN.room, game: "divers", seat: 0, since: 1 });
  expect([await move(), await move()]).toEqual([false, false]);
  const about = { kind: "keep-save", identity: PLAYER, item: 0, claim: "" } as const;
  const keep = (shelf: Shelf, room: RoomId, save: string) =>
    shelve(shelf, { room, nowMs: 9_000 }, { ...about, epoch: 2, version: 1, save }).next;
  const shelf = keep(await onShelf(PLAYER), ORIGIN.room, "begun at the table");
  expect(allOf(shelf).map(({ isGuests }) => isGuests)).toEqual([true, false]);
  // What the player leaves elsewhere is none of it.
  const other = keep(shelf, "roomofanother" as RoomId, "begun elsewhere");
  expect(allOf(other).map(({ isGuests }) => isGuests)).toEqual([false, true, false]);
});

test("[S100] who sits in a room as both keeps what each seat has of the story", async () => {
  const taken = { ...PROGRESS, claim: "a seat" };
  const { store, move, onShelf } = await shelves(taken, undefined);
  const seat = { room: ORIGIN.room, game: "divers", seat: 0, since: 1 };
  for (const identity of [GUEST, PLAYER]) await store.linkSeat(identity, seat);
  expect(await move()).toBe(true);
  expect(await onShelf(GUEST)).toEqual(LEFT);
  expect(await onShelf(PLAYER)).toEqual({ ...taken, ...BROUGHT });
});

test("[S124] whenever the node dies meanwhile, progress is never offered twice and the next one moves it", async () => {
  const steps = ["readShelf", "replaceShelf"];
  let deaths = 0;
  for (let after = 0; after < 12; after++) {
    const { store, move, onShelf } = await shelves(PROGRESS, undefined);
    let left = after;
    const dying = new Proxy(store, {
      get: (target, name) =>
        steps.includes(String(name)) && left-- <= 0
          ? () => Promise.reject(new StoreAway("dead for a test"))
          : (Reflect.get(target, name) as unknown),
    });
    const died = await move(dying).then(
      () => false,
      () => true,
    );
    if (died) deaths += 1;
    const offers = [await onShelf(GUEST), await onShelf(PLAYER)].filter(isOffered);
    expect(offers.length).toBeLessThanOrEqual(1);
    await move();
    expect([await onShelf(GUEST), await onShelf(PLAYER)]).toEqual([
      LEFT,
      { ...PROGRESS, ...BROUGHT },
    ]);
  }
  expect(deaths).toBe(9);
});
