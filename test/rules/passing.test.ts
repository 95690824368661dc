// Passing: the seat of a guest becomes the player's that the guest turned out to be, and so does progress.
import { expect, test } from "vitest";
import { readInput, writeInput } from "../../server/node/inputBytes.ts";
import { SeatDesk } from "../../server/node/seatDesk.ts";
import { EMPTY_SHELF, isOffered, type Shelf, shelfOf } from "../../server/room/shelf.ts";
import { type Store, StoreAway } from "../../server/store/store.ts";
import { Table, VirtualClock } from "../../server/testing/testing.ts";
import { ByteReader, ByteWriter } from "../../shared/bytes.ts";
import type { Game } from "../../shared/game.ts";
import { nim } from "../../shared/games/nim.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
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
const PROGRESS: Shelf = { ...EMPTY_SHELF, save: { pearls: 7 }, origins: [ORIGIN] };

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
    new SeatDesk({ store: over, clock, games, post: () => undefined }).move(GUEST, {
      ...{ id: PLAYER, name: "Ada" },
    });
  const onShelf = async (identity: IdentityId) => {
    clock.advance(1);
    return shelfOf(await store.readShelf(identity, "divers"));
  };
  return { store, move, onShelf };
}

test("[S124] progress that waits for a guest waits for the player from then on", async () => {
  // A seat of the player's that never knew whether it got any has given that back.
  const returned = ["another seat"];
  const { move, onShelf } = await shelves(PROGRESS, { ...EMPTY_SHELF, returned });
  expect([await move(), await move()]).toEqual([true, true]);
  expect(await onShelf(PLAYER)).toEqual({ ...PROGRESS, returned });
  expect(await onShelf(GUEST)).toEqual(EMPTY_SHELF);
});

test("[S124] progress that a seat has, or that the player has some beside, stays where it is", async () => {
  const taken = { ...PROGRESS, claim: "a seat" };
  const held = await shelves(taken, undefined);
  await held.move();
  expect([await held.onShelf(GUEST), await held.onShelf(PLAYER)]).toEqual([taken, EMPTY_SHELF]);
  const own = { ...PROGRESS, save: { pearls: 90 } };
  const both = await shelves(PROGRESS, own);
  await both.move();
  expect([await both.onShelf(GUEST), await both.onShelf(PLAYER)]).toEqual([PROGRESS, own]);
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
    expect([await onShelf(GUEST), await onShelf(PLAYER)]).toEqual([EMPTY_SHELF, PROGRESS]);
  }
  expect(deaths).toBe(7);
});
