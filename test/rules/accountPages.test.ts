// What the pages of accounts read from what the server tells: which device took a seat, what is news,
// which rooms are shown, and where an address leads.

import { expect, test } from "vitest";
import { hasUnseen, takingDevice } from "../../client/app/account/owned.ts";
import { shownRooms } from "../../client/app/lobby/filter.ts";
import { codeOf, pageOf, tableOf } from "../../client/app/route.ts";
import type { BrowserSeen } from "../../shared/owned.ts";

const own = (seen: Partial<BrowserSeen>): BrowserSeen => ({
  ...{ label: "a", device: "Chrome on Linux", isThis: false, ageMs: 90_000 },
  ...{ seenAgoMs: 0, endsInMs: 1_000_000, connections: 0, rooms: [], ...seen },
});

test("[A28] the device that took a seat is named only if no other page could have", () => {
  const here = own({ isThis: true });
  const phone = own({ label: "b", device: "Firefox on Android", connections: 1 });
  expect(takingDevice({ sessions: [here, phone] })).toBe("Firefox on Android");
  expect(takingDevice({ sessions: [{ ...here, connections: 1 }, phone] })).toBeUndefined();
  expect(takingDevice({ sessions: [{ ...here, connections: 1 }] })).toBeUndefined();
  expect(takingDevice({ sessions: [here, phone, { ...phone, label: "c" }] })).toBeUndefined();
  expect(takingDevice({ sessions: [] })).toBeUndefined();
});

test("[A29] an unusual sign-in is told until somebody looked, and not to the device that made it", () => {
  const alert = { kind: "new-device", device: "Firefox on Android", agoMs: 20_000 } as const;
  const sessions = [own({ isThis: true, ageMs: 90_000 })];
  expect(hasUnseen({ sessions, alerts: [alert] }, 60_000)).toBe(true);
  expect(hasUnseen({ sessions, alerts: [alert] }, 10_000)).toBe(false);
  expect(hasUnseen({ sessions, alerts: [] }, 60_000)).toBe(false);
  const maker = [own({ isThis: true, ageMs: 20_500 })];
  expect(hasUnseen({ sessions: maker, alerts: [alert] }, 60_000)).toBe(false);
});

test("[A30] of the open rooms those are shown that somebody wants to see", () => {
  const room = (game: string, seatsTaken: number) =>
    ({ room: `${game}${seatsTaken}`, game, status: "running", seatsTaken, seatsMax: 2 }) as const;
  const rooms = [room("nim", 1), room("nim", 2), room("arena", 1)];
  expect(shownRooms(rooms, { game: undefined, hasSeat: false })).toEqual(rooms);
  expect(shownRooms(rooms, { game: "nim", hasSeat: false })).toEqual(rooms.slice(0, 2));
  expect(shownRooms(rooms, { game: undefined, hasSeat: true })).toEqual([rooms[0], rooms[2]]);
  expect(shownRooms(rooms, { game: "nim", hasSeat: true })).toEqual([rooms[0]]);
});

test("[A31] an address leads to one page, and a code in it to where codes are shown", () => {
  expect(["#/account", "#/admin", "#/", "", "#/nim", "#/admin/x"].map(pageOf)).toEqual([
    ...["account", "admin", undefined, undefined, undefined, undefined],
  ]);
  expect(["#/take", "#/take/k7m2-p9qa", "#/take/<b>", "#/nim/take", ""].map(codeOf)).toEqual([
    ...["", "k7m2-p9qa", undefined, undefined, undefined],
  ]);
  for (const hash of ["#/account", "#/admin", "#/take", "#/take/k7m2p9qa"])
    expect(tableOf(hash)).toBeUndefined();
});
