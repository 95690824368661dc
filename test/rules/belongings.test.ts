// Belongings: what somebody takes along of what is kept of them, and what is left when they leave.
import { expect, test } from "vitest";
import type { Asker, PlayerSignedIn } from "../../server/identity/accounts.ts";
import { closeAccount } from "../../server/identity/closedAccount.ts";
import { noteOf, shelfOf } from "../../server/room/shelf.ts";
import { cookieHash } from "../../server/session/cookie.ts";
import { StoreAway } from "../../server/store/store.ts";
import { soon } from "../../shared/clock.ts";
import { type IdentityId, NOBODY, type RoomId } from "../../shared/ids.ts";
import { DEVICE, newGuest, peopleOver, peopleScene, type Scene } from "./peopleScene.ts";

const PASSWORD = "a long and unusual one";
const DAY_MS = 86_400_000;
const ROOM = "roomofatest" as RoomId;

function asking(cookie?: string): Asker {
  const from = { address: "192.0.2.7", addressGroup: undefined };
  return { cookie, device: DEVICE, mark: undefined, ...from };
}

async function register({ accounts }: Scene, name = "Ada"): Promise<PlayerSignedIn> {
  const answer = await accounts.register(name, PASSWORD, asking());
  if (answer.kind !== "signed-in") throw new Error(answer.kind);
  return answer;
}

const keep = (scene: Scene, id: IdentityId, save: string) => {
  const others = { save: `${save} of the guest's`, claim: "a seat", keptMs: 5, isGuests: true };
  const shelf = { save, claim: "", origins: [], returned: [], aside: [others] };
  const expected = "";
  const change = { expected, next: JSON.stringify(shelf), lifeMs: DAY_MS };
  return scene.store.replaceShelf(id, "arena", change);
};

const shelfIn = async ({ store }: Scene, id: IdentityId) =>
  shelfOf(await store.readShelf(id, "arena"));

/** Lets time go by as a node sees it, with everything that is done meanwhile. */
async function passMs({ clock }: Scene, ms: number) {
  for (let at = 0; at < ms; at += 30_000) {
    clock.advance(30_000);
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((done) => soon(done));
  }
}

/** A scene whose rooms put somebody out as `answers` say, one after the other; then at once. */
async function sceneWithRooms(answers: ("asked" | "out")[] = []) {
  const asked: unknown[] = [];
  const scene: Scene = await peopleScene({
    rooms: {
      seatsIn: async () => [],
      putOut: async (room, identity, keepOut) => {
        asked.push([room, identity, keepOut]);
        return answers.shift() ?? "out";
      },
    },
  });
  return { scene, asked };
}

test("[S112] somebody takes along everything that is kept of them, and nobody else's", async () => {
  const { scene } = await sceneWithRooms();
  const { session, newCookie } = await register(scene);
  const other = await newGuest(scene, "Somebody");
  await scene.ownership.prefer(newCookie.secret, { colours: "dark" });
  await keep(scene, session.identity, "a pearl");
  await keep(scene, other.session.identity, "a shell");
  await scene.store.linkSeat(session.identity, { room: ROOM, game: "arena", seat: 2, since: 1 });
  const taken = await scene.belongings.export(newCookie.secret);
  expect(taken).toMatchObject({
    ...{ identity: session.identity, name: "Ada", role: "player", account: "ada", ban: null },
    preferences: { colours: "dark" },
    browsers: [{ device: DEVICE }],
    seats: [{ room: ROOM, game: "arena", seat: 2 }],
    saves: { arena: [{ save: "a pearl" }, { save: "a pearl of the guest's", asGuest: true }] },
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  const text = JSON.stringify(taken);
  for (const secret of ["scrypt", newCookie.secret, session.id, "a shell"])
    expect(text).not.toContain(secret);
  expect(await scene.belongings.export("not a cookie")).toBeUndefined();
});

test("[S149] of whose progress something cannot be read is told so, and takes along the rest", async () => {
  const { scene } = await sceneWithRooms();
  const { session, newCookie } = await register(scene);
  const taken = () => scene.belongings.export(newCookie.secret);
  expect(await taken()).toMatchObject({ saves: {}, unreadable: { saves: [] } });
  const damaged = '{"save":"a pearl","origins":[null]}';
  const damage = { expected: "", next: damaged, lifeMs: DAY_MS };
  await scene.store.replaceShelf(session.identity, "arena", damage);
  expect(await taken()).toMatchObject({ saves: {}, unreadable: { saves: ["arena"] } });
  // What is left after that lies beside it.
  const beside = { ...shelfOf(damaged), save: "a shell" };
  const change = { expected: damaged, next: JSON.stringify(beside), lifeMs: DAY_MS };
  await scene.store.replaceShelf(session.identity, "arena", change);
  expect(await taken()).toMatchObject({
    saves: { arena: [{ save: "a shell" }] },
    unreadable: { saves: ["arena"] },
  });
});

test("[S113] who leaves gives the password, and then seats, progress, sessions, cookies and name are gone", async () => {
  const { scene, asked } = await sceneWithRooms();
  const { session, newCookie } = await register(scene);
  const id = session.identity;
  await keep(scene, id, "a pearl");
  await scene.store.linkSeat(id, { room: ROOM, game: "arena", seat: 2, since: 1 });
  const asker = asking(newCookie.secret);
  for (const wrong of [undefined, "not the password"])
    expect(await scene.belongings.forget(wrong, asker)).toMatchObject({ reason: "sign-in-failed" });
  expect(asked).toEqual([]);
  expect(await scene.signIn.known(newCookie.secret)).toBeDefined();
  expect(await scene.belongings.forget(PASSWORD, asker)).toEqual({ kind: "forgotten" });
  expect(asked).toEqual([[ROOM, id, false]]);
  expect(await scene.signIn.known(newCookie.secret)).toBeUndefined();
  expect(await scene.store.isRevoked(session.id)).toBe(true);
  expect(await shelfIn(scene, id)).toEqual(noteOf(NOBODY));
  expect(await scene.store.cookiesOf(id)).toEqual([]);
  expect(JSON.stringify(await scene.store.readIdentity(id))).not.toMatch(/"ada"/i);
  scene.clock.advance(70_000);
  expect(await scene.store.readIdentity(id)).toBeUndefined();
});

test("[S133] whom another issuer vouches for is not rid of a ban by leaving, and comes back when it ends", async () => {
  const { scene } = await sceneWithRooms();
  const { store, moderation, accounts, belongings } = scene;
  await register(scene, "Root");
  await moderation.grant("Root", "moderator");
  const root = await accounts.signIn("Root", PASSWORD, asking());
  const id = "vouchedforbyanother" as IdentityId;
  const enter = (name: string) => accounts.vouched({ identity: id, name }, asking());
  const eve = await enter("Eve");
  if (root.kind !== "signed-in" || eve.kind !== "signed-in") throw new Error("not signed in");
  const terms = { reason: "Spam.", forMs: DAY_MS };
  await moderation.ban(root.newCookie.secret, { identity: id }, terms);
  const leaving = belongings.forget(undefined, asking(eve.newCookie.secret));
  expect(await leaving).toEqual({ kind: "forgotten" });
  expect(JSON.stringify(await store.readIdentity(id))).not.toMatch(/eve/i);
  scene.clock.advance(DAY_MS - 1);
  expect(await enter("Eve")).toMatchObject({ kind: "banned", ban: { reason: "Spam." } });
  scene.clock.advance(1);
  expect(await enter("Eve")).toMatchObject({ session: { name: "Eve", role: "player" } });
});

test("[S133] whom another issuer vouches for comes back as a player right after leaving", async () => {
  const { scene } = await sceneWithRooms();
  const id = "vouchedforbyanother" as IdentityId;
  const enter = (name: string) => scene.accounts.vouched({ identity: id, name }, asking());
  const eve = await enter("Eve");
  if (eve.kind !== "signed-in") throw new Error(eve.kind);
  await scene.belongings.forget(undefined, asking(eve.newCookie.secret));
  expect(await enter("Eva")).toMatchObject({ session: { name: "Eva", role: "player" } });
});

test("[S113] nobody is forgotten half: while a seat cannot be given up nothing else is touched", async () => {
  const { scene } = await sceneWithRooms(["asked"]);
  const { session, newCookie } = await register(scene);
  await scene.store.linkSeat(session.identity, { room: ROOM, game: "arena", seat: 2, since: 1 });
  const asker = asking(newCookie.secret);
  expect(await scene.belongings.forget(PASSWORD, asker)).toMatchObject({ reason: "server-busy" });
  expect((await scene.signIn.known(newCookie.secret))?.identity.name).toBe("Ada");
  expect(await scene.belongings.forget(PASSWORD, asker)).toEqual({ kind: "forgotten" });
});

test("[S146] a room in quarantine keeps nobody from leaving, who has no part in it from then on", async () => {
  const { scene, asked } = await sceneWithRooms();
  const { session, newCookie } = await register(scene);
  const id = session.identity;
  const still = "roominquarantine" as RoomId;
  for (const room of [ROOM, still])
    await scene.store.linkSeat(id, { room, game: "arena", seat: 2, since: 1 });
  await scene.store.listRoom({
    ...{ room: still, game: "arena", gameVersion: 1, code: "abcdef", open: "listed" },
    ...{ status: "quarantined", seatsTaken: 1, seatsMax: 2, listedMs: 1 },
    quarantine: { sinceMs: 1, why: "for a test" },
  });
  const left = await scene.belongings.forget(PASSWORD, asking(newCookie.secret));
  expect(left).toEqual({ kind: "forgotten" });
  expect(asked).toEqual([[ROOM, id, false]]);
  const seats = await scene.store.seatsOf(id);
  expect(seats.map(({ room }) => room)).toEqual([ROOM]);
});

/** The same store, which is away from a call on, once it is told so: what a node that dies leaves. */
function breaking(store: Scene["store"]) {
  let left = Number.POSITIVE_INFINITY;
  const around = {
    get(_target: object, name: string): unknown {
      const member: unknown = Reflect.get(store, name);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        left -= 1;
        if (left < 0) return Promise.reject(new StoreAway("broken off for a test"));
        return Reflect.apply(member, store, given) as unknown;
      };
    },
  };
  const broken = new Proxy({}, around) as Scene["store"];
  const breakAfter = (calls: number) => {
    left = calls;
  };
  return { broken, breakAfter };
}

test("[S129] whoever's leaving broke off, wherever it did, leaves by asking again, and nothing is left", async () => {
  let brokeOff = 0;
  for (let calls = 0; calls === brokeOff; calls++) {
    const { scene } = await sceneWithRooms();
    const { broken, breakAfter } = breaking(scene.store);
    const dying = await peopleOver(broken, scene.clock, {});
    const { session, newCookie } = await register(scene);
    const other = await scene.accounts.signIn("Ada", PASSWORD, asking());
    if (other.kind !== "signed-in") throw new Error(other.kind);
    const id = session.identity;
    await keep(scene, id, "a pearl");
    const asker = asking(newCookie.secret);
    breakAfter(calls);
    const outcome = await dying.belongings.forget(PASSWORD, asker).catch((cause) => cause);
    breakAfter(Number.POSITIVE_INFINITY);
    if (outcome instanceof StoreAway) {
      brokeOff += 1;
      const isOver = (await scene.store.cookiesOf(id)).length === 0;
      const over = { kind: "refused", reason: "sign-in-needed" };
      const again = await scene.belongings.forget(PASSWORD, asker);
      expect(again, `after ${calls} calls`).toEqual(isOver ? over : { kind: "forgotten" });
    }
    expect(await scene.store.cookiesOf(id)).toEqual([]);
    expect(await shelfIn(scene, id)).toEqual(noteOf(NOBODY));
    for (const ended of [session.id, other.session.id])
      expect(await scene.store.isRevoked(ended)).toBe(true);
    expect(JSON.stringify(await scene.store.readIdentity(id))).not.toMatch(/"ada"/i);
    expect((await scene.store.readAccount("ada"))?.freeMs).toBeDefined();
  }
  expect(brokeOff).toBeGreaterThan(15);
});

test("[S145] whoever's leaving broke off, wherever it did, is gone within minutes or has everything as before", async () => {
  let [brokeOff, finished] = [0, 0];
  for (let calls = 0; calls === brokeOff; calls++) {
    const { scene } = await sceneWithRooms();
    const { broken, breakAfter } = breaking(scene.store);
    const dying = await peopleOver(broken, scene.clock, {});
    const { session, newCookie } = await register(scene);
    const id = session.identity;
    await keep(scene, id, "a pearl");
    breakAfter(calls);
    const leaving = dying.belongings.forget(PASSWORD, asking(newCookie.secret));
    if (
      await leaving.then(
        () => false,
        (cause) => cause instanceof StoreAway,
      )
    )
      brokeOff += 1;
    const mark = (await scene.store.readIdentity(id))?.leaving;
    const isBegun =
      mark !== undefined || (await scene.store.readAccount("ada"))?.freeMs !== undefined;
    await passMs(scene, 180_000);
    const at = `after ${calls} calls`;
    expect(await scene.store.forgettings(Infinity), at).toEqual([]);
    expect((await scene.signIn.known(newCookie.secret))?.identity.name, at).toBe(
      isBegun ? undefined : "Ada",
    );
    if (!isBegun) continue;
    finished += 1;
    expect(await scene.store.cookiesOf(id), at).toEqual([]);
    expect(await shelfIn(scene, id), at).toEqual(noteOf(NOBODY));
    expect(await scene.store.readIdentity(id), at).toBeUndefined();
    expect(await scene.store.isRevoked(session.id), at).toBe(true);
    expect((await scene.store.readAccount("ada"))?.identity, at).toBe(NOBODY);
  }
  expect(brokeOff).toBeGreaterThan(15);
  expect(finished).toBeGreaterThan(10);
});

test("[S145] whoever has come back since is not forgotten, and a ban outlasts what is done twice", async () => {
  const { scene } = await sceneWithRooms();
  const { store, accounts, belongings, moderation } = scene;
  await register(scene, "Root");
  await moderation.grant("Root", "moderator");
  const root = await accounts.signIn("Root", PASSWORD, asking());
  const id = "vouchedforbyanother" as IdentityId;
  const enter = () => accounts.vouched({ identity: id, name: "Eve" }, asking());
  const leave = async () => {
    const eve = await enter();
    if (eve.kind !== "signed-in") throw new Error(eve.kind);
    await belongings.forget(undefined, asking(eve.newCookie.secret));
    // The last thing that is done did not get there.
    await store.noteForgetting(id, 0);
  };
  await leave();
  await enter();
  await passMs(scene, 180_000);
  expect(await store.readIdentity(id)).toMatchObject({ name: "Eve", role: "player" });
  if (root.kind !== "signed-in") throw new Error(root.kind);
  await moderation.ban(root.newCookie.secret, { identity: id }, { reason: "Spam.", forMs: DAY_MS });
  const identity = await store.readIdentity(id);
  if (identity === undefined) throw new Error("nobody is there");
  await store.writeIdentity({ ...identity, leaving: "a cookie" }, identity);
  for (const _times of [1, 2]) {
    await store.noteForgetting(id, 0);
    await passMs(scene, 180_000);
  }
  expect(await enter()).toMatchObject({ kind: "banned" });
});

test("[S145] one whom nothing more can be done about holds up no other", async () => {
  const { scene } = await sceneWithRooms();
  const [stuck, other] = [await newGuest(scene), await newGuest(scene)];
  for (const { session } of [stuck, other]) {
    const identity = await scene.store.readIdentity(session.identity);
    if (identity === undefined) throw new Error("no guest");
    await scene.store.writeIdentity({ ...identity, leaving: "a cookie" }, identity);
    await scene.store.noteForgetting(session.identity, 0);
  }
  const read = scene.store.readIdentity;
  scene.store.readIdentity = async (id) => {
    if (id === stuck.session.identity) throw new Error("damaged for a test");
    return read(id);
  };
  await passMs(scene, 180_000);
  expect(await scene.store.forgettings(Infinity)).toEqual([stuck.session.identity]);
  expect(await scene.store.isRevoked(other.session.id)).toBe(true);
});

test("[S129] only the browser that gave the password goes on without it, and only once it is worth nothing", async () => {
  const { scene } = await sceneWithRooms();
  const { session, newCookie } = await register(scene);
  const other = await scene.accounts.signIn("Ada", PASSWORD, asking());
  if (other.kind !== "signed-in") throw new Error(other.kind);
  const leaving = cookieHash(newCookie.secret);
  const identity = await scene.store.readIdentity(session.identity);
  if (identity === undefined) throw new Error("nobody registered");
  await scene.store.writeIdentity({ ...identity, leaving }, identity);
  const failed = { kind: "refused", reason: "sign-in-failed" };
  const forget = (secret: string) => scene.belongings.forget(undefined, asking(secret));
  expect(await forget(newCookie.secret)).toEqual(failed);
  await closeAccount(scene.store, "ada", scene.nowMs());
  expect(await forget(other.newCookie.secret)).toEqual(failed);
  expect(await forget(newCookie.secret)).toEqual({ kind: "forgotten" });
  expect(await forget(newCookie.secret)).toMatchObject({ reason: "sign-in-needed" });
});

test("[S114] a name that was given up rests for 30 days; nobody signs in to it meanwhile", async () => {
  const { scene } = await sceneWithRooms();
  const first = await register(scene);
  await scene.belongings.forget(PASSWORD, asking(first.newCookie.secret));
  const taken = { kind: "refused", reason: "name-taken" };
  expect(await scene.accounts.register("Ada", PASSWORD, asking())).toEqual(taken);
  const failed = { kind: "refused", reason: "sign-in-failed" };
  expect(await scene.accounts.signIn("Ada", PASSWORD, asking())).toEqual(failed);
  expect(await scene.accounts.signIn("Ada", "", asking())).toEqual(failed);
  scene.clock.sleep(29 * DAY_MS);
  expect(await scene.accounts.register("Ada", PASSWORD, asking())).toEqual(taken);
  scene.clock.sleep(2 * DAY_MS);
  const next = await register(scene);
  expect(next.session.identity).not.toBe(first.session.identity);
  expect(await scene.accounts.signIn("Ada", PASSWORD, asking())).toMatchObject({
    session: { identity: next.session.identity },
  });
});

test("[S113] a guest, who has no password, is forgotten by the cookie alone", async () => {
  const { scene } = await sceneWithRooms();
  const guest = await newGuest(scene);
  expect(await scene.belongings.forget(undefined, asking())).toMatchObject({
    reason: "sign-in-needed",
  });
  const asker = asking(guest.cookie);
  expect(await scene.belongings.forget(undefined, asker)).toEqual({ kind: "forgotten" });
  expect(await scene.signIn.known(guest.cookie)).toBeUndefined();
});
