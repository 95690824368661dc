// Keeping rules: what is still there when a store is opened again, and what a closed one answers.

import { expect, test } from "vitest";
import { StoreAway } from "../../server/store/store.ts";
import {
  claim,
  DAY_MS,
  EVERY_BYTE,
  NODE,
  newConnectionId,
  newCookie,
  newHash,
  newIdentity,
  newIdentityId,
  newListing,
  newRoomAt,
  newRoomId,
  newSession,
} from "./newcomers.ts";
import type { Stage } from "./store.ts";

export function keepingRules(stage: Stage): void {
  test("[D38] whatever a store has told is there when it is opened again, and so is what it forgot", async () => {
    const before = stage.store;
    const hosted = await newRoomAt(before, 4);
    await before.keepSnapshot(hosted.room, { epoch: hosted.epoch, version: 2 }, EVERY_BYTE);
    const epoch = await claim(before, hosted.room, hosted.epoch);
    const removed = await newRoomAt(before, 1);
    const [listing, gone] = [newListing(hosted.room), newListing(removed.room)];
    await before.listRoom(gone);
    await before.listRoom(listing);
    await before.removeRoom(removed.room);
    const noted = await newRoomAt(before, 1);
    const last = newListing(noted.room);
    await before.listRoom(last);
    await before.removeRoom(noted.room, { why: "room-ended", lifeMs: DAY_MS });
    const parked = { ...newListing(newRoomId()), status: "parked", goesMs: 1 } as const;
    await before.listRoom(parked);
    // A code that two rooms had, one of them both before and after the other.
    const [again, between] = [newListing(newRoomId()), newListing(newRoomId())];
    for (const room of [again.room, between.room, again.room]) {
      await before.listRoom({ ...again, room });
    }
    const identity = await newIdentity(before);
    const [cookie, dead] = [newCookie(identity), newCookie(identity)];
    await before.createIdentity(identity);
    await before.keepCookie(dead);
    await before.keepCookie(cookie);
    await before.removeCookie(dead.hash);
    const account = { name: newHash(), identity: identity.id, passwordHash: "$x", revision: 1 };
    await before.createAccount(account);
    const over = newIdentityId();
    for (const leaving of [identity.id, over]) await before.noteForgetting(leaving, 7);
    await before.endForgetting(over);
    await before.count(account.name, DAY_MS);
    await before.count(newHash(), DAY_MS);
    const atMs = await before.timeMs();
    const entry = { event: "user_created", atMs, node: NODE, identity: newHash() };
    await before.noteAudit(entry);
    const seat = { room: hosted.room, game: "nim", seat: 1, since: 2 };
    await before.linkSeat(identity.id, seat);
    const shelf = { expected: "", next: "far", lifeMs: DAY_MS };
    await before.replaceShelf(identity.id, "nim", shelf);
    const session = await newSession(before, { identity: identity.id });
    const revoked = await newSession(before, { identity: identity.id });
    const link = { connection: newConnectionId(), node: NODE, device: "Firefox" };
    await before.openSession(session, DAY_MS);
    await before.linkConnection(session.id, link);
    await before.openSession(revoked, DAY_MS);
    await before.revokeSession(revoked.id, { reason: "banned" }, DAY_MS);
    const room = await before.loadRoom(hosted.room);
    const { incarnation } = before;

    for (let times = 0; times < 2; times++) {
      // Twice: nothing that is looked at below may be there only because of the looking.
      await stage.reopen();
      await stage.reopen();
      const { store } = stage;
      expect(store.incarnation).toBe(incarnation);
      expect(await store.loadRoom(hosted.room)).toEqual(room);
      expect(await store.append([hosted.commit(5)])).toEqual([
        { kind: "fenced", top: { epoch, version: 4 } },
      ]);
      expect(await store.loadRoom(removed.room)).toBeUndefined();
      expect(await store.roomByCode(listing.code)).toBe(hosted.room);
      expect(await store.roomByCode(gone.code)).toBeUndefined();
      expect(await store.whyRemoved(noted.room)).toBe("room-ended");
      expect(await store.roomByCode(last.code)).toBe(noted.room);
      expect(await store.dueRooms()).toContainEqual(parked);
      expect(await store.roomByCode(again.code)).toBe(again.room);
      const rooms = (await store.rooms()).filter((each) =>
        [hosted.room, removed.room].includes(each.room),
      );
      expect(rooms).toEqual([listing]);
      expect(await store.seatsOf(identity.id)).toEqual([seat]);
      expect(await store.readShelf(identity.id, "nim")).toBe("far");
      expect(await store.readIdentity(identity.id)).toEqual(identity);
      expect(await store.useCookie(cookie.hash)).toEqual(cookie);
      expect(await store.useCookie(dead.hash)).toBeUndefined();
      expect(await store.readAccount(account.name)).toEqual(account);
      const leaving = await store.forgettings(7);
      expect([identity.id, over].filter((id) => leaving.includes(id))).toEqual([identity.id]);
      expect((await store.count(account.name, DAY_MS)).count).toBe(times + 2);
      expect(await store.auditTail(1)).toEqual([entry]);
      const read = await store.readSession(session.id);
      expect(read).toMatchObject({ record: session, connections: [link] });
      expect((await store.sessionsOf(identity.id)).living).toEqual([session]);
      expect(await store.isRevoked(revoked.id)).toBe(true);
    }
    expect(await stage.store.append([hosted.commit(5, { epoch })])).toEqual([{ kind: "appended" }]);
  });
}

export function closingRules(stage: Stage): void {
  test("[D39] a closed store does nothing more and says so; closing it again is no error", async () => {
    const { store } = stage;
    const { room, commit } = await newRoomAt(store, 1);
    const session = await newSession(store);
    await store.close();
    const [outcome] = await store.append([commit(2)]);
    expect(outcome?.kind).toBe("unknown");
    await expect(store.loadRoom(room)).rejects.toBeInstanceOf(StoreAway);
    await expect(store.removeRoom(room)).rejects.toBeInstanceOf(StoreAway);
    await expect(store.openSession(session, DAY_MS)).rejects.toBeInstanceOf(StoreAway);
    const touch = { session: session.id, revision: 1, lifeMs: DAY_MS };
    await expect(store.touch([touch])).rejects.toBeInstanceOf(StoreAway);
    await store.close();
  });
}
