// Shelf owner: whose shelf progress comes to that leaves its room after its player became somebody else, or
// nobody.
import { expect, test } from "vitest";
import type { Asker } from "../../server/identity/accounts.ts";
import { openLog } from "../../server/log.ts";
import { SeatDesk } from "../../server/node/seatDesk.ts";
import { Errands } from "../../server/room/errands.ts";
import { newRoom } from "../../server/room/loading.ts";
import { RoomMachine } from "../../server/room/room.ts";
import { type ShelfErrand, shelfOf } from "../../server/room/shelf.ts";
import { allOf } from "../../server/room/stories.ts";
import type { RoomInput } from "../../server/room/turn.ts";
import { ROOM_LIFE_MS, type Store } from "../../server/store/store.ts";
import type { Game } from "../../shared/game.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import { damagesOf } from "./damages.ts";
import { divers } from "./divers.ts";
import { DEVICE, newGuest, peopleScene } from "./peopleScene.ts";

const PASSWORD = "a long and unusual one";
const ROOM = "roomroomroom" as RoomId;
const diving = divers as unknown as Game;

function asking(cookie?: string): Asker {
  const from = { address: "192.0.2.7", addressGroup: undefined };
  return { cookie, device: DEVICE, mark: undefined, ...from };
}

/** Accounts whose sign-ins move seats and shelves, and a room that has something to keep. */
async function divingScene() {
  let store: Store | undefined;
  const desk = () => {
    if (store === undefined) throw new Error("no store yet");
    const among = () => ({ router: { post: () => undefined }, kick: () => () => undefined });
    return new SeatDesk({ store, clock: scene.clock, games: new Map([["divers", diving]]), among });
  };
  const scene = await peopleScene({
    games: ["divers"],
    moveSeats: (...of) => desk().move(...of),
    rooms: { seatsIn: async () => [], putOut: async () => "out" },
  });
  store = scene.store;
  let tell: (input: RoomInput) => void = () => undefined;
  const lines: string[] = [];
  const log = openLog({ level: "debug", node: "node000001", write: (line) => lines.push(line) });
  const errands = new Errands({
    ...{ store, clock: scene.clock, log, listed: () => undefined },
    hashOf: (identity) => `hash of ${identity.length}`,
    answer: (_room, input) => tell(input),
  });
  const about = { id: ROOM, game: diving, code: "abcdef", seed: 1, open: "listed" } as const;
  const machine = new RoomMachine(newRoom(about));
  const run = (errand: ShelfErrand) =>
    new Promise<RoomInput>((told) => {
      tell = told;
      errands.run(machine, errand);
    });
  return {
    ...scene,
    lines,
    /** Puts on somebody's shelf what no build wrote, over whatever stands there. */
    damage: async (identity: IdentityId, next: string) => {
      const expected = await scene.store.readShelf(identity, "divers");
      const change = { expected, next, lifeMs: ROOM_LIFE_MS };
      expect(await scene.store.replaceShelf(identity, "divers", change)).toBe(true);
    },
    shelfIn: async (identity: IdentityId) =>
      shelfOf(await scene.store.readShelf(identity, "divers")),
    register: async (name: string, cookie?: string) => {
      const answer = await scene.accounts.register(name, PASSWORD, asking(cookie));
      if (answer.kind !== "signed-in") throw new Error(answer.kind);
      return { id: answer.session.identity, cookie: answer.newCookie.secret };
    },
    enter: (name: string, cookie: string) => scene.accounts.signIn(name, PASSWORD, asking(cookie)),
    guest: async () => {
      const { session, cookie } = await newGuest(scene);
      return { id: session.identity, cookie };
    },
    /** A seat of somebody's leaves pearls with a commit of that version. */
    keep: (identity: IdentityId, pearls: number, { version = 1, claim = "" } = {}) =>
      run({
        ...{ kind: "keep-save", identity, item: 0, epoch: 1, version },
        ...{ claim, save: { pearls } },
      }),
    /** A seat of somebody's asks for what it may go on with. */
    take: async (identity: IdentityId, claim: string) => {
      const input = await run({ kind: "take-save", identity, seat: 0, claim });
      return input.kind === "save-found" ? (input.found?.save ?? null) : undefined;
    },
    pearlsOf: async (identity: IdentityId) => {
      const shelf = shelfOf(await scene.store.readShelf(identity, "divers"));
      return allOf(shelf).map(({ save, isGuests }) => [save, isGuests]);
    },
  };
}

test("[S143] what leaves a room as a guest's after the sign-in is the player's, each copy of it once", async () => {
  const scene = await divingScene();
  const ada = await scene.register("Ada");
  const guest = await scene.guest();
  await scene.keep(guest.id, 1);
  await scene.enter("Ada", guest.cookie);
  // The room's host did not hear that this was kept before, and then comes to what is newer.
  expect(await scene.keep(guest.id, 1)).toMatchObject({ kind: "save-kept" });
  expect(await scene.pearlsOf(ada.id)).toEqual([[{ pearls: 1 }, true]]);
  await scene.keep(guest.id, 2, { version: 2 });
  await scene.keep(guest.id, 2, { version: 2 });
  // The player sat in the same room, and left it with the same commit.
  await scene.keep(ada.id, 3, { version: 2 });
  expect(await scene.pearlsOf(ada.id)).toEqual([
    [{ pearls: 3 }, false],
    [{ pearls: 2 }, true],
    [{ pearls: 1 }, true],
  ]);
  expect(await scene.pearlsOf(guest.id)).toEqual([]);
});

test("[S143] a seat that is still the guest's goes on with what it was given, and is given nothing more", async () => {
  const scene = await divingScene();
  const ada = await scene.register("Ada");
  const guest = await scene.guest();
  await scene.keep(guest.id, 1);
  expect(await scene.take(guest.id, "a seat")).toEqual({ pearls: 1 });
  await scene.enter("Ada", guest.cookie);
  expect(await scene.take(guest.id, "a seat")).toEqual({ pearls: 1 });
  await scene.keep(guest.id, 7, { version: 2, claim: "a seat" });
  expect(await scene.take(guest.id, "another")).toBe(null);
  expect(await scene.pearlsOf(ada.id)).toEqual([[{ pearls: 7 }, true]]);
  expect(await scene.take(ada.id, "hers")).toEqual({ pearls: 7 });
});

test("[S143] what comes to a player who has left for good is kept nowhere, directly or by a guest of theirs", async () => {
  const scene = await divingScene();
  const ada = await scene.register("Ada");
  const guest = await scene.guest();
  await scene.enter("Ada", guest.cookie);
  await scene.belongings.forget(PASSWORD, asking(ada.cookie));
  for (const identity of [ada.id, guest.id]) {
    expect(await scene.keep(identity, 5, { version: 3 })).toMatchObject({ kind: "save-kept" });
    expect(await scene.take(identity, "a seat")).toBe(null);
    expect(await scene.pearlsOf(identity)).toEqual([]);
  }
  // The word of it ends with the rooms that something could still come from.
  scene.clock.sleep(ROOM_LIFE_MS);
  for (const identity of [ada.id, guest.id])
    expect(await scene.store.readShelf(identity, "divers")).toBe("");
});

test("[S143] whoever comes back as the same after leaving has their progress again", async () => {
  const scene = await divingScene();
  const id = "vouchedforbyanother" as IdentityId;
  const enter = () => scene.accounts.vouched({ identity: id, name: "Eve" }, asking());
  const eve = await enter();
  if (eve.kind !== "signed-in") throw new Error(eve.kind);
  await scene.keep(id, 1);
  await scene.belongings.forget(undefined, asking(eve.newCookie.secret));
  await scene.keep(id, 2, { version: 2 });
  await enter();
  await scene.keep(id, 3, { version: 3 });
  expect(await scene.pearlsOf(id)).toEqual([[{ pearls: 3 }, false]]);
  expect(await scene.take(id, "a seat")).toEqual({ pearls: 3 });
});

test("[S144] a guest who signs in is nobody any more, on whatever device", async () => {
  const scene = await divingScene();
  await scene.register("Ada");
  const guest = await scene.guest();
  const offer = await scene.handOff.offer(guest.cookie);
  const waiting = await scene.handOff.offer(guest.cookie);
  if (offer.kind !== "offered" || waiting.kind !== "offered") throw new Error("no code");
  const phone = await scene.handOff.take(offer.code, DEVICE);
  if (phone.kind !== "signed-in") throw new Error(phone.kind);
  await scene.enter("Ada", guest.cookie);
  expect(await scene.store.isRevoked(phone.session.id)).toBe(true);
  const browser = { cookie: phone.newCookie.secret, device: DEVICE };
  expect(await scene.signIn.token(browser)).toBeUndefined();
  expect(await scene.signIn.whyNobody(browser.cookie)).toBe("signed-in");
  expect(await scene.handOff.take(waiting.code, DEVICE)).toMatchObject({ reason: "not-found" });
});

test("[S144] a guest who registers in the moment of signing in elsewhere stays somebody, with everything", async () => {
  const scene = await divingScene();
  const ada = await scene.register("Ada");
  const guest = await scene.guest();
  await scene.keep(guest.id, 1);
  const bob = await scene.register("Bob", guest.cookie);
  expect(bob.id).toBe(guest.id);
  const identity = await scene.store.readIdentity(ada.id);
  if (identity === undefined) throw new Error("nobody registered");
  const takesOver = [{ guest: guest.id, sinceMs: 0 }];
  await scene.store.writeIdentity({ ...identity, takesOver }, identity);
  await scene.signIn.token({ cookie: ada.cookie, device: DEVICE });
  expect(await scene.store.readIdentity(ada.id)).not.toHaveProperty("takesOver");
  expect(await scene.signIn.token({ cookie: bob.cookie, device: DEVICE })).toBeDefined();
  expect(await scene.pearlsOf(bob.id)).toEqual([[{ pearls: 1 }, false]]);
});

test("[T45] a shelf that cannot be read is said once, and stays beside what its player leaves from then on", async () => {
  const deep = ['{"origins":[null]}', '{"aside":[{"save":1}]}', '{"keptMs":1e300}'];
  const shallow = ['{"save":{"pea', "null", "[]", '{"origins":7,"save":1}', "\0?"];
  for (const damaged of ["", ...shallow, ...deep]) {
    const scene = await divingScene();
    const ada = await scene.register("Ada");
    await scene.keep(ada.id, 5);
    await scene.damage(ada.id, damaged);
    const isDamaged = damaged !== "";
    expect(await scene.take(ada.id, "a seat")).toBe(null);
    expect(await scene.keep(ada.id, 7, { version: 2 })).toMatchObject({ kind: "save-kept" });
    expect(await scene.take(ada.id, "another")).toEqual({ pearls: 7 });
    expect((await scene.shelfIn(ada.id)).unreadable).toEqual(isDamaged ? [damaged] : []);
    const told = scene.lines.map((line) => JSON.parse(line));
    const identity = `hash of ${ada.id.length}`;
    const [event, remedy] = ["shelf-unreadable", expect.stringContaining("backup")];
    const line = { event, level: "error", room: ROOM, game: "divers", identity, remedy };
    expect(told, damaged).toEqual(isDamaged ? [expect.objectContaining(line)] : []);
    expect(told[0]?.remedy ?? "").not.toContain("…");
    expect(scene.lines.join()).not.toContain(ada.id);
  }
});

test("[T45] every part of a shelf is looked at, however deep, and what older builds did not write may be missing", () => {
  const story = { save: { pearls: 1 }, claim: "a seat", keptMs: 5, isGuests: false };
  const origin = { room: ROOM, epoch: 1, version: 1, guest: "aguestofatest" };
  const whole = {
    ...story,
    aside: [story],
    origins: [origin],
    returned: ["another seat"],
    brought: [ROOM],
    joined: [origin.guest],
    goingTo: "",
    unreadable: ["torn"],
    isReported: true,
  };
  const read = (shelf: unknown) => shelfOf(JSON.stringify(shelf));
  expect(read(whole)).toEqual(whole);
  const damages = [...damagesOf(whole, ["save"])];
  expect(damages.length).toBeGreaterThan(100);
  for (const damage of damages)
    expect(read(damage)).toMatchObject({ save: null, unreadable: [JSON.stringify(damage)] });
  for (const name of Object.keys(whole))
    expect(read({ ...whole, [name]: undefined })).toEqual({
      ...whole,
      [name]: Reflect.get(read({}), name),
    });
});

test("[T45] what of a guest's could not be read comes along at the sign-in, and is said though nothing is read by then", async () => {
  const scene = await divingScene();
  const ada = await scene.register("Ada");
  await scene.keep(ada.id, 5);
  const guest = await scene.guest();
  await scene.damage(guest.id, "torn");
  await scene.enter("Ada", guest.cookie);
  expect(await scene.pearlsOf(ada.id)).toEqual([[{ pearls: 5 }, false]]);
  expect((await scene.shelfIn(ada.id)).unreadable).toEqual(["torn"]);
  expect((await scene.shelfIn(guest.id)).unreadable).toEqual([]);
  expect(await scene.take(ada.id, "a seat")).toEqual({ pearls: 5 });
  expect(scene.lines).toHaveLength(1);
  await scene.belongings.forget(PASSWORD, asking(ada.cookie));
  expect((await scene.shelfIn(ada.id)).unreadable).toEqual([]);
});
