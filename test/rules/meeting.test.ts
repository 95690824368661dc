// Meeting: strangers who want any seat at the same moment, over the real rooms of a node and over a
// lobby whose rooms take as long to make as a test wants.
import { expect, test } from "vitest";
import { Lobby, type MakeRoom } from "../../server/room/lobby.ts";
import type { FoundRoom } from "../../server/room/meeting.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { StoreAway } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { Game } from "../../shared/game.ts";
import type { IdentityId, PageId } from "../../shared/ids.ts";
import type { JoinRequest } from "../../shared/protocol.ts";
import { nodeOver, pass } from "./roomsScene.ts";
import { clockwork } from "./smallGames.ts";

/** Two seats a room. */
const game = clockwork() as unknown as Game;

const stranger = (name: string) => ({
  identity: `identity${name}` as IdentityId,
  page: `page-of-the-stranger-${name}` as PageId,
});
const asking = (create?: "listed" | "private"): JoinRequest => ({
  ...{ game: game.name, shape: game.shape },
  ...(create === undefined ? {} : { create }),
});

const roomOf = (found: FoundRoom): string => (found.kind === "room" ? found.room : found.reason);

test("[N164] strangers who want any seat at the same moment meet, as many as there are seats", async () => {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const { rooms } = nodeOver({ store, clock, game }, 1);
  const finding = ["ada", "bob", "cid", "dot", "eve"].map((name) =>
    rooms.find(asking(), stranger(name), "192.0.2.1"),
  );
  await pass(clock, 100);
  const [ada, bob, cid, dot, eve] = (await Promise.all(finding)).map(roomOf);
  expect([bob, dot]).toEqual([ada, cid]);
  expect(new Set([ada, cid, eve]).size).toBe(3);
  expect([...rooms.hosted].map(({ id }) => id).sort()).toEqual([ada, cid, eve].sort());
});

/** A lobby whose rooms are made when a test says so, in whatever order. */
async function slowScene() {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const lobby = new Lobby({ store, clock, games: new Map([[game.name, game]]) });
  const making: { readonly open: string; readonly settle: (found: FoundRoom | Error) => void }[] =
    [];
  const make: MakeRoom = (_game, open) =>
    new Promise((resolve, reject) => {
      const settle = (found: FoundRoom | Error) =>
        found instanceof Error ? reject(found) : resolve(found);
      making.push({ open, settle });
    });
  const ask = async (name: string, create?: "listed" | "private") => {
    const found = lobby.find(asking(create), stranger(name), make).then(roomOf, String);
    await pass(clock, 50);
    return { found };
  };
  const settle = async (at: number, found: FoundRoom | Error) => {
    making[at]?.settle(found);
    await pass(clock, 50);
  };
  return { ask, making, settle };
}

const made = (room: string) => ({ kind: "room", room }) as FoundRoom;

test("[N164] a room that somebody makes for anybody is waited for, and a private one is nobody else's", async () => {
  const { ask, making, settle } = await slowScene();
  const ada = await ask("ada", "private");
  const bob = await ask("bob", "listed");
  const cid = await ask("cid", "listed");
  expect(making.map(({ open }) => open)).toEqual(["private", "listed", "listed"]);
  await settle(1, made("bob"));
  const dot = await ask("dot");
  await settle(0, made("ada"));
  await settle(2, made("cid"));
  const rooms = await Promise.all([ada, bob, cid, dot].map(({ found }) => found));
  expect(rooms).toEqual(["ada", "bob", "cid", "cid"]);
});

test("[N164] when the first may make no room, the next tries; when the store is away, nobody waits on", async () => {
  const { ask, making, settle } = await slowScene();
  const ada = await ask("ada");
  const bob = await ask("bob");
  expect(making).toHaveLength(1);
  await settle(0, { kind: "refused", reason: "creations-too-many" });
  expect(await ada.found).toBe("creations-too-many");
  expect(making).toHaveLength(2);
  const cid = await ask("cid");
  await settle(1, made("bob"));
  expect(await Promise.all([bob.found, cid.found])).toEqual(["bob", "bob"]);

  const dot = await ask("dot");
  const eve = await ask("eve");
  await settle(2, new StoreAway("away"));
  expect(await Promise.all([dot.found, eve.found])).toEqual(["Error: away", "Error: away"]);
  const fay = await ask("fay");
  await settle(3, made("fay"));
  expect(await fay.found).toBe("fay");
  // What is made is listed, and waited for no more.
  await ask("gus");
  expect(making).toHaveLength(5);
});

test("[N15] a page that asks again while a room is made for it gets that one, and another page another", async () => {
  for (const create of ["private", "listed"] as const) {
    const { ask, making, settle } = await slowScene();
    const first = await ask("ada", create);
    const again = await ask("ada", create);
    const other = await ask("bob", create);
    expect(making).toHaveLength(2);
    await settle(0, made("ada"));
    await settle(1, made("bob"));
    const rooms = await Promise.all([first, again, other].map(({ found }) => found));
    expect(rooms).toEqual(["ada", "ada", "bob"]);
    // What it asks after that is another question.
    await ask("ada", create);
    expect(making).toHaveLength(3);
  }
});
