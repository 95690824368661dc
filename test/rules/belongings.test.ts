// Belongings: what somebody takes along of what is kept of them, and what is left when they leave.
import { expect, test } from "vitest";
import type { Asker, PlayerSignedIn } from "../../server/identity/accounts.ts";
import { soon } from "../../shared/clock.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import { DEVICE, newGuest, peopleScene, type Scene } from "./peopleScene.ts";

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
  const shelf = { save, claim: "", origins: [], returned: [] };
  const expected = "";
  const change = { expected, next: JSON.stringify(shelf), lifeMs: DAY_MS };
  return scene.store.replaceShelf(id, "arena", change);
};

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
    saves: { arena: "a pearl" },
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  const text = JSON.stringify(taken);
  for (const secret of ["scrypt", newCookie.secret, session.id, "a shell"])
    expect(text).not.toContain(secret);
  expect(await scene.belongings.export("not a cookie")).toBeUndefined();
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
  expect(await scene.store.readShelf(id, "arena")).toBe("");
  expect(await scene.store.cookiesOf(id)).toEqual([]);
  expect(JSON.stringify(await scene.store.readIdentity(id))).not.toMatch(/ada/i);
  // The last save left its room when the seat was empty already.
  expect(await keep(scene, id, "a late pearl")).toBe(true);
  scene.clock.advance(70_000);
  for (let turn = 0; turn < 10; turn++) await new Promise<void>((done) => soon(done));
  expect(await scene.store.readShelf(id, "arena")).toBe("");
  expect(await scene.store.readIdentity(id)).toBeUndefined();
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

test("[S114] a name that was given up rests for 30 days; nobody signs in to it meanwhile", async () => {
  const { scene } = await sceneWithRooms();
  const first = await register(scene);
  await scene.belongings.forget(PASSWORD, asking(first.newCookie.secret));
  const taken = { kind: "refused", reason: "name-taken" };
  expect(await scene.accounts.register("Ada", PASSWORD, asking())).toEqual(taken);
  const failed = { kind: "refused", reason: "sign-in-failed" };
  expect(await scene.accounts.signIn("Ada", PASSWORD, asking())).toEqual(failed);
  expect(await scene.accounts.signIn("Ada", "", asking())).toEqual(failed);
  scene.clock.advance(29 * DAY_MS);
  expect(await scene.accounts.register("Ada", PASSWORD, asking())).toEqual(taken);
  scene.clock.advance(2 * DAY_MS);
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
