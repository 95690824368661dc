// Lobby rules: listings, codes and the seats of an identity, for any store.

import { expect, test } from "vitest";
import type { PageId, RoomId } from "../../shared/ids.ts";
import {
  DAY_MS,
  newIdentityId,
  newListing,
  newRoomAt,
  newRoomId,
  newSessionId,
} from "./newcomers.ts";
import type { Stage } from "./store.ts";

export function lobbyRules(stage: Stage): void {
  /** What is listed of these rooms: others may share the server. */
  const listed = async (...rooms: readonly RoomId[]) =>
    (await stage.store.rooms()).filter(({ room }) => rooms.includes(room));

  test("[D22] a removed room leaves no log, snapshot, listing or code, and may be made anew", async () => {
    const { store } = stage;
    const { room, epoch, commit } = await newRoomAt(store, 2);
    const { room: other } = await newRoomAt(store, 2);
    const listing = newListing(room);
    await store.listRoom(listing);
    await store.removeRoom(room);
    expect(await store.loadRoom(room)).toBeUndefined();
    expect(await store.logTop(room)).toBeUndefined();
    expect(await store.append([commit(3)])).toEqual([{ kind: "missing" }]);
    expect(await store.claimRoom(room, commit(3).node, epoch)).toEqual({ kind: "missing" });
    expect(await store.keepSnapshot(room, { epoch, version: 2 }, Uint8Array.of(2))).toBe("missing");
    expect(await listed(room)).toEqual([]);
    expect(await store.roomByCode(listing.code)).toBeUndefined();
    expect((await store.logTop(other))?.version).toBe(2);
    expect((await store.createRoom(room, commit(1).node, Uint8Array.of(0))).kind).toBe("created");
    expect((await store.loadRoom(room))?.entries).toEqual([]);
    await store.removeRoom(newRoomId());
  });

  test("[D23] a room's listing replaces the one before, and every listed room is found", async () => {
    const { store } = stage;
    const all = Array.from({ length: 70 }, () => newListing(newRoomId()));
    for (const listing of all) await store.listRoom(listing);
    const [first] = all;
    if (first === undefined) throw new Error("no listing");
    const changed = { ...first, status: "ended", seatsTaken: 2, listedMs: 7 } as const;
    await store.listRoom(changed);
    const found = await listed(...all.map(({ room }) => room));
    const byRoom = (one: { room: string }, other: { room: string }) =>
      one.room < other.room ? -1 : 1;
    expect([...found].sort(byRoom)).toEqual([changed, ...all.slice(1)].sort(byRoom));
  });

  test("[D24] a code leads to the room that was listed with it last", async () => {
    const { store } = stage;
    const [one, other] = [newListing(newRoomId()), newListing(newRoomId())];
    await store.listRoom(one);
    await store.listRoom(other);
    expect(await store.roomByCode(one.code)).toBe(one.room);
    expect(await store.roomByCode(newListing(one.room).code)).toBeUndefined();

    const renamed = newListing(one.room);
    await store.listRoom(renamed);
    expect(await store.roomByCode(renamed.code)).toBe(one.room);
    expect(await store.roomByCode(one.code)).toBeUndefined();

    await store.listRoom({ ...other, code: renamed.code });
    expect(await store.roomByCode(renamed.code)).toBe(other.room);
    // The room that had it before takes nothing along.
    await store.removeRoom(one.room);
    expect(await store.roomByCode(renamed.code)).toBe(other.room);
  });

  test("[D25] an identity's seats are found by the identity, one a room, until they are unlinked", async () => {
    const { store } = stage;
    const [mine, theirs] = [newIdentityId(), newIdentityId()];
    const seats = [1, 2, 3].map((seat) => ({ room: newRoomId(), game: "nim", seat, since: seat }));
    const [first, second, third] = seats;
    if (!first || !second || !third) throw new Error("no seats");
    await store.linkSeat(mine, first);
    await store.linkSeat(mine, second);
    await store.linkSeat(theirs, third);
    expect(await store.seatsOf(mine)).toHaveLength(2);
    expect(await store.seatsOf(mine)).toEqual(expect.arrayContaining([first, second]));
    const held = {
      ...first,
      seat: 5,
      session: newSessionId(),
      page: "page-of-the-newest" as PageId,
    };
    await store.linkSeat(mine, held);
    await store.unlinkSeat(mine, second.room, {});
    await store.unlinkSeat(mine, third.room, {});
    expect(await store.seatsOf(mine)).toEqual([held]);
    expect(await store.seatsOf(theirs)).toEqual([third]);
    await store.unlinkSeat(theirs, third.room, {});
    expect(await store.seatsOf(theirs)).toEqual([]);
    expect(await store.seatsOf(newIdentityId())).toEqual([]);
  });

  test("[D171] what an older host says late of somebody's seat changes nothing", async () => {
    const { store } = stage;
    const mine = newIdentityId();
    const seat = { room: newRoomId(), game: "nim", seat: 0, since: 1, epoch: 8 };
    await store.linkSeat(mine, seat);
    await store.unlinkSeat(mine, seat.room, { epoch: 7 });
    await store.linkSeat(mine, { ...seat, seat: 1, epoch: 7 });
    expect(await store.seatsOf(mine)).toEqual([seat]);
    const newer = { ...seat, seat: 2, epoch: 9 };
    await store.linkSeat(mine, newer);
    expect(await store.seatsOf(mine)).toEqual([newer]);
    await store.unlinkSeat(mine, seat.room, { epoch: 9 });
    expect(await store.seatsOf(mine)).toEqual([]);
  });

  test("[D175] of what one host says of somebody's seat the newest stands, whatever arrives last", async () => {
    const { store } = stage;
    const mine = newIdentityId();
    const seat = { room: newRoomId(), game: "nim", seat: 1, since: 1, epoch: 8, ordinal: 5 };
    await store.linkSeat(mine, seat);
    await store.unlinkSeat(mine, seat.room, { epoch: 8, ordinal: 4 });
    await store.linkSeat(mine, { ...seat, seat: 0, ordinal: 3 });
    expect(await store.seatsOf(mine)).toEqual([seat]);
    await store.unlinkSeat(mine, seat.room, { epoch: 8, ordinal: 6 });
    expect(await store.seatsOf(mine)).toEqual([]);
    await store.linkSeat(mine, seat);
    await store.unlinkSeat(mine, seat.room, { epoch: 8 });
    expect(await store.seatsOf(mine)).toEqual([]);
  });

  test("[D145] a parked room is not among those in play, and is told when its time has come", async () => {
    const { store } = stage;
    const [one, other] = [newListing(newRoomId()), newListing(newRoomId())];
    const nowMs = await store.timeMs();
    const due = async () => (await store.dueRooms()).map(({ room }) => room);
    await store.listRoom(one);
    await store.listRoom({ ...one, status: "parked", goesMs: nowMs + 200 });
    await store.listRoom({ ...other, status: "parked", goesMs: nowMs + DAY_MS });
    expect(await listed(one.room, other.room)).toEqual([]);
    expect(await store.roomByCode(one.code)).toBe(one.room);
    expect(await due()).not.toContain(one.room);
    await stage.pass(300);
    expect(await store.dueRooms()).toContainEqual({
      ...one,
      status: "parked",
      goesMs: nowMs + 200,
    });
    expect(await due()).not.toContain(other.room);
    // Somebody came back to it.
    await store.listRoom(one);
    expect(await due()).not.toContain(one.room);
    expect(await listed(one.room)).toEqual([one]);
    await store.listRoom({ ...one, status: "parked", goesMs: nowMs + 200 });
    await store.removeRoom(one.room);
    expect(await due()).not.toContain(one.room);
    expect(await listed(one.room)).toEqual([]);
  });

  test("[D174] how a room is listed is found by its id, in play and parked, and only that room", async () => {
    const { store } = stage;
    const [one, other] = [newListing(newRoomId()), newListing(newRoomId())];
    expect(await store.listingOf(one.room)).toBeUndefined();
    await store.listRoom(one);
    await store.listRoom(other);
    expect(await store.listingOf(one.room)).toEqual(one);
    const held = {
      ...one,
      status: "quarantined",
      quarantine: { sinceMs: 7, why: "loops" },
    } as const;
    await store.listRoom(held);
    expect(await store.listingOf(one.room)).toEqual(held);
    const parked = { ...one, status: "parked", goesMs: (await store.timeMs()) + DAY_MS } as const;
    await store.listRoom(parked);
    expect(await store.listingOf(one.room)).toEqual(parked);
    await store.removeRoom(one.room);
    expect(await store.listingOf(one.room)).toBeUndefined();
    expect(await store.listingOf(other.room)).toEqual(other);
  });

  test("[D160] a listing says why a room is in quarantine, and that it was released, until a newer host lists it", async () => {
    const { store } = stage;
    const listing = { ...newListing(newRoomId()), epoch: 7 };
    const quarantine = { sinceMs: 1_795_000_000_001, why: "rules.tick looped" };
    const held = { ...listing, status: "quarantined", quarantine } as const;
    await store.listRoom(listing);
    await store.listRoom(held);
    expect(await listed(listing.room)).toEqual([held]);
    const released = { ...held, quarantine: { ...quarantine, isReleased: true } };
    await store.listRoom(released);
    expect(await listed(listing.room)).toEqual([released]);
    const newer = { ...listing, epoch: 8 };
    await store.listRoom(newer);
    await store.listRoom(held);
    expect(await listed(listing.room)).toEqual([newer]);
  });

  test("[D146] what an older host lists late changes nothing", async () => {
    const { store } = stage;
    const listing = newListing(newRoomId());
    const newer = { ...listing, epoch: 8, seatsTaken: 2 };
    await store.listRoom({ ...listing, epoch: 7 });
    await store.listRoom(newer);
    await store.listRoom({ ...listing, epoch: 7 });
    await store.listRoom({ ...listing, epoch: 7, status: "parked", goesMs: 1 });
    expect(await listed(listing.room)).toEqual([newer]);
    const parked = { ...newer, status: "parked", goesMs: 1 } as const;
    await store.listRoom(parked);
    await store.listRoom({ ...listing, epoch: 7 });
    expect(await listed(listing.room)).toEqual([]);
    expect(await store.dueRooms()).toContainEqual(parked);
  });

  test("[D169] of what one host lists of a room the newest stands, whatever arrives last", async () => {
    const { store } = stage;
    const listing = { ...newListing(newRoomId()), epoch: 7 };
    const [first, second, third] = [9, 10, 11].map((ordinal) => ({ ...listing, ordinal }));
    if (!first || !second || !third) throw new Error("no listings");
    // As a build of before lists, which counted nothing.
    await store.listRoom(listing);
    await store.listRoom({ ...second, status: "ended", seatsTaken: 0 });
    await store.listRoom(first);
    await store.listRoom(listing);
    expect(await listed(listing.room)).toEqual([{ ...second, status: "ended", seatsTaken: 0 }]);
    // Whoever has read a listing may replace it under its own ordinal.
    await store.listRoom(second);
    expect(await listed(listing.room)).toEqual([second]);
    const parked = { ...third, status: "parked", goesMs: 1 } as const;
    await store.listRoom(parked);
    await store.listRoom(second);
    expect(await listed(listing.room)).toEqual([]);
    expect(await store.dueRooms()).toContainEqual(parked);
    // The next host begins anew.
    const next = { ...first, epoch: 8, ordinal: 1 };
    await store.listRoom(next);
    await store.listRoom(parked);
    expect(await listed(listing.room)).toEqual([next]);
  });

  test("[D147] why a room was removed is told for a while, by its id and by its code", async () => {
    const { store } = stage;
    const { room } = await newRoomAt(store, 1);
    const [listing, next] = [newListing(room), newRoomId()];
    await store.listRoom(listing);
    expect(await store.whyRemoved(room)).toBeUndefined();
    await store.removeRoom(room, { why: "room-removed", lifeMs: 400 });
    expect(await store.loadRoom(room)).toBeUndefined();
    expect(await store.whyRemoved(room)).toBe("room-removed");
    expect(await store.roomByCode(listing.code)).toBe(room);
    const { room: ended } = await newRoomAt(store, 1);
    const again = newListing(ended);
    await store.listRoom(again);
    await store.removeRoom(ended, { why: "room-ended", lifeMs: 400 });
    expect(await store.whyRemoved(ended)).toBe("room-ended");
    // A code that another room has by then is that one's, for good.
    await store.listRoom({ ...again, room: next });
    await stage.pass(500);
    expect(await store.whyRemoved(room)).toBeUndefined();
    expect(await store.roomByCode(listing.code)).toBeUndefined();
    expect(await store.roomByCode(again.code)).toBe(next);
  });
}
