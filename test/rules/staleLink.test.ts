// Stale link: a link to a seat that is given up, because its host ended before it had written that; what
// the room's next host makes of it, over real rooms and the in-process store.
import { expect, test } from "vitest";
import type { RoomInput } from "../../server/room/turn.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { ConnectionId, IdentityId, PageId, RoomId, SessionId } from "../../shared/ids.ts";
import { nook } from "./gateScene.ts";
import { newRoom, nodeOver, pass } from "./roomsScene.ts";

const arrivalOf = (name: string) => ({
  connection: `connection${name}` as ConnectionId,
  node: "node000001",
  identity: `identity${name}` as IdentityId,
  session: `session${name}` as SessionId,
  page: `page-of-somebody-${name}` as PageId,
  ...{ name, frames: "binary" as const },
});

const [ann, bob, cid] = ["ann", "bob", "cid"].map(arrivalOf) as unknown as [
  ReturnType<typeof arrivalOf>,
  ReturnType<typeof arrivalOf>,
  ReturnType<typeof arrivalOf>,
];
const join = (arrival: typeof ann): RoomInput => {
  return { kind: "join", arrival: arrival as never, request: 1, watch: false };
};

/** A room of two seats that Ann was put out of by a host that ended before it had ended her link. */
async function leftScene() {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const host = nodeOver({ store, clock, game: nook }, 1);
  const room = await newRoom(host);
  for (const arrival of [ann, bob]) host.rooms.post(room, join(arrival));
  await pass(clock, 100);
  const { unlinkSeat } = store;
  store.unlinkSeat = () => new Promise(() => undefined);
  host.rooms.post(room, { kind: "put-out", identity: ann.identity, keepOut: false });
  host.rooms.post(room, join(cid));
  await pass(clock, 100);
  store.unlinkSeat = unlinkSeat;
  const heir = nodeOver({ store, clock, game: nook }, 2);
  await heir.rooms.adopt();
  const roomsOf = async ({ identity }: typeof ann): Promise<readonly RoomId[]> =>
    (await store.seatsOf(identity)).map((seat) => seat.room);
  return { clock, room, heir, roomsOf };
}

const words: readonly (readonly [string, RoomInput])[] = [
  ["they are put out", { kind: "put-out", identity: ann.identity, keepOut: false }],
  [
    "they sign in",
    { kind: "pass", from: ann.identity, to: "identityoteann" as IdentityId, name: "Ann" },
  ],
  ["they find the room full", join(ann)],
  [
    "they come back to a seat that is lost",
    {
      kind: "resume",
      arrival: ann as never,
      instance: [1, 1],
      bookmark: undefined,
      ticket: undefined,
      commands: [],
    },
  ],
];

test.each(words)(
  "[N180] a link that a host left to a seat which there is not goes when %s",
  async (_, word) => {
    const { clock, room, heir, roomsOf } = await leftScene();
    await pass(clock, 1_000);
    expect(await roomsOf(ann)).toEqual([room]);
    heir.rooms.post(room, word);
    await pass(clock, 100);
    expect(await roomsOf(ann)).toEqual([]);
    for (const sitting of [bob, cid]) expect(await roomsOf(sitting)).toEqual([room]);
  },
);
