// Account: registering, signing in with a password and changing it, over the in-process store.
import { expect, test } from "vitest";
import { type Asker, BROWSERS_MAX, type PlayerSignedIn } from "../../server/identity/accounts.ts";
import { Passwords, WAITING_MAX } from "../../server/identity/password.ts";
import { judgePassword } from "../../server/identity/passwordRule.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import { soon } from "../../shared/clock.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import { CHEAP, DEVICE, newGuest, peopleOver, peopleScene, type Scene } from "./peopleScene.ts";

const PASSWORD = "a long and unusual one";
const MINUTE_MS = 60_000;

function asking(asker: Partial<Asker> = {}): Asker {
  return {
    ...{ cookie: undefined, device: DEVICE, mark: undefined, address: "192.0.2.7" },
    ...{ addressGroup: undefined, ...asker },
  };
}

function admitted(answer: { readonly kind: string }): PlayerSignedIn {
  expect(answer).toMatchObject({ kind: "signed-in" });
  return answer as PlayerSignedIn;
}

async function register({ accounts }: Scene, name = "Ada", asker = asking()) {
  return admitted(await accounts.register(name, PASSWORD, asker));
}

async function signIn({ accounts }: Scene, asker = asking(), name = "Ada") {
  return admitted(await accounts.signIn(name, PASSWORD, asker));
}

/** Lets time pass, and what it sets off go on, until there is an answer. */
async function passing<T>({ clock }: Scene, answer: Promise<T>): Promise<T> {
  let isThere = false;
  const there = () => {
    isThere = true;
  };
  answer.then(there, there);
  while (!isThere) {
    clock.advance(25);
    await new Promise<void>((done) => soon(done));
  }
  return answer;
}

/** What of the store a sign-in asks after its password was found right. */
const AFTER_THE_CHECK = ["forgetCount", "sessionsOf", "keepCookie", "openSession"] as const;

/** Does something in the moment in which the store is next asked so. */
function meanwhile(
  { store }: Scene,
  name: (typeof AFTER_THE_CHECK)[number],
  doing: () => Promise<void>,
) {
  const asked = { times: 0 };
  const ask = store[name] as (...given: unknown[]) => Promise<unknown>;
  const first = async (...given: unknown[]) => {
    Reflect.set(store, name, ask);
    asked.times++;
    await doing();
    return ask(...given);
  };
  Reflect.set(store, name, first);
  return asked;
}

const reasonOf = (answer: object) => ("reason" in answer ? answer.reason : undefined);

test("[S80] any 8 to 256 characters are a password, but for those that everybody tries first", () => {
  const fits = (text: unknown) => judgePassword(text, ["ada", "arena"]).kind === "fits";
  for (const text of [
    "zebra, moss & tin",
    "\u0000\u0000\u0000\u0000\u0000\u0000\u0000x",
    "⛵".repeat(8),
  ])
    expect(fits(text)).toBe(true);
  expect(fits("x".repeat(256))).toBe(true);
  expect(fits("⛵".repeat(256))).toBe(true);
  for (const text of [
    "x".repeat(257),
    "seven77",
    "⛵".repeat(7),
    "",
    12345678,
    null,
    "lone \ud800 half",
  ])
    expect(judgePassword(text, [])).toEqual({ kind: "refused", reason: "password-invalid" });
  for (const text of [
    "password1",
    "PASSWORD1",
    "qwertyuiop",
    "1234567890",
    "arena1234",
    "!!Arena!!!",
  ])
    expect(judgePassword(text, ["arena"])).toEqual({ kind: "refused", reason: "password-common" });
  expect(fits("arenas are not for me")).toBe(true);
});

test("[S81] a password is kept as a slow hash of its own that says how it was made", async () => {
  const passwords = new Passwords(CHEAP);
  const [one, other] = [await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)];
  expect(one).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(other).not.toBe(one);
  expect(await passwords.check(PASSWORD, one)).toEqual({ kind: "right", isOutdated: false });
  for (const wrong of [`${PASSWORD} `, PASSWORD.slice(0, -1), PASSWORD.toUpperCase(), ""])
    expect(await passwords.check(wrong, one)).toEqual({ kind: "wrong" });
  const long = "⛵\u0000".repeat(100);
  const ofLong = await passwords.hash(`${long}a`);
  expect((await passwords.check(`${long}a`, ofLong)).kind).toBe("right");
  expect((await passwords.check(`${long}b`, ofLong)).kind).toBe("wrong");
  for (const damaged of ["", "$scrypt$", one?.replace("ln=4", "ln=40"), one?.slice(0, -1)])
    expect((await passwords.check(PASSWORD, damaged ?? "")).kind).toBe("wrong");
  const costly = await new Passwords().hash(PASSWORD);
  expect(costly).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
});

test("[S82] beyond a queue of 48 nobody waits for a password to be hashed, and then again all may", async () => {
  const passwords = new Passwords(CHEAP, 2);
  const crowd = await Promise.all(Array.from({ length: 100 }, () => passwords.hash(PASSWORD)));
  expect(crowd.filter((hash) => hash !== undefined)).toHaveLength(2 + WAITING_MAX);
  const next = await Promise.all(
    Array.from({ length: 2 + WAITING_MAX }, () => passwords.hash(PASSWORD)),
  );
  expect(next).not.toContain(undefined);
});

test("[S83] a guest who registers stays the same identity, and what proved the guest is dead", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene, "Ada");
  const player = await register(scene, "Ada L", asking({ cookie: guest.cookie }));
  expect(player.session).toMatchObject({
    ...{ identity: guest.session.identity, name: "Ada L", role: "player" },
  });
  expect(player.session.id).not.toBe(guest.session.id);
  expect(player.newCookie.secret).not.toBe(guest.cookie);
  expect(await scene.store.isRevoked(guest.session.id)).toBe(true);
  expect(await scene.signIn.token({ cookie: guest.cookie, device: DEVICE })).toBeUndefined();
  const cookie = player.newCookie.secret;
  expect((await scene.signIn.token({ cookie, device: DEVICE }))?.session.id).toBe(
    player.session.id,
  );
  const again = await scene.accounts.register("Other", PASSWORD, asking({ cookie }));
  expect(reasonOf(again)).toBe("not-allowed");
});

test("[S84] a name belongs to one account, however it is spelt", async () => {
  const scene = await peopleScene();
  const first = await register(scene, "Zoë");
  for (const name of ["Zoë", "ZOË", "zoe\u0308", "Ｚoë"]) {
    const answer = await scene.accounts.register(name, "another unusual one", asking());
    expect(reasonOf(answer)).toBe("name-taken");
  }
  const here = await signIn(scene, asking(), "zOË");
  expect(here.session.identity).toBe(first.session.identity);
  const rivals = await Promise.all(
    [1, 2, 3].map(() => scene.accounts.register("Grace", PASSWORD, asking())),
  );
  expect(rivals.map(({ kind }) => kind).sort()).toEqual(["refused", "refused", "signed-in"]);
});

test("[S85] signing in gives a new cookie and session, ends the browser's former ones and takes a guest's seats along", async () => {
  const moved: (readonly IdentityId[])[] = [];
  const scene = await peopleScene({
    moveSeats: async (from, to) => moved.push([from, to.id]) > 0,
  });
  const first = await register(scene);
  const guest = await newGuest(scene, "Somebody");
  const second = await signIn(scene, asking({ cookie: guest.cookie }));
  expect(second.session).toMatchObject({ identity: first.session.identity, name: "Ada" });
  expect(second.session.id).not.toBe(first.session.id);
  expect(moved).toEqual([[guest.session.identity, first.session.identity]]);
  expect(await scene.signIn.known(guest.cookie)).toBeUndefined();
  expect(await scene.store.isRevoked(guest.session.id)).toBe(true);
  const third = await signIn(scene, asking({ cookie: second.newCookie.secret }));
  expect(await scene.store.isRevoked(second.session.id)).toBe(true);
  expect(await scene.signIn.known(second.newCookie.secret)).toBeUndefined();
  expect(await scene.store.isRevoked(first.session.id)).toBe(false);
  expect(await scene.store.isRevoked(third.session.id)).toBe(false);
  expect(moved).toHaveLength(1);
});

test("[S110] seats that a sign-in could not move stand with the player until they have moved, whichever node sees to it", async () => {
  const scene = await peopleScene({ moveSeats: async () => false });
  const { identity: id } = (await register(scene)).session;
  const guest = await newGuest(scene, "Somebody");
  const answer = signIn(scene, asking({ cookie: guest.cookie }));
  const { newCookie, session } = await passing(scene, answer);
  expect(session.identity).toBe(id);
  expect(await scene.signIn.known(guest.cookie)).toBeUndefined();
  expect((await scene.store.readIdentity(id))?.takesOver).toHaveLength(1);
  // The node is gone, with everything that it wanted to try again.
  const moved: unknown[] = [];
  const next = await peopleOver(scene.store, new VirtualClock(), {
    moveSeats: async (from, to) => moved.push([from, to.id, to.name]) > 1,
  });
  const token = next.signIn.token({ cookie: newCookie.secret, device: DEVICE });
  expect((await passing(next, token))?.session.id).toBe(session.id);
  expect(moved).toEqual(Array(2).fill([guest.session.identity, id, "Ada"]));
  expect(await next.store.readIdentity(id)).not.toHaveProperty("takesOver");
  await next.signIn.token({ cookie: newCookie.secret, device: DEVICE });
  expect(moved).toHaveLength(2);
});

test("[S86] an unknown name and a wrong password are answered alike, after the same work", async () => {
  const scene = await peopleScene();
  await register(scene);
  const wrong = await scene.accounts.signIn("Ada", "not the password", asking());
  const unknown = await scene.accounts.signIn("Nobody", "not the password", asking());
  expect(wrong).toEqual({ kind: "refused", reason: "sign-in-failed" });
  expect(unknown).toEqual(wrong);
  const asked = async (name: string) => {
    scene.store.calls.length = 0;
    await scene.accounts.signIn(name, "not the password", asking());
    return [...scene.store.calls];
  };
  const ofAda = await asked("Ada");
  expect(ofAda).toContain("readIdentity");
  expect(await asked("Nobody")).toEqual(ofAda);
  // The work is the hash: it is done for nobody's hash too, and takes its place in the same queue.
  const passwords = new Passwords(CHEAP, 2);
  const crowd = Array.from({ length: 100 }, () => passwords.check("whatever it is", undefined));
  const kinds = (await Promise.all(crowd)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "busy")).toHaveLength(100 - 2 - WAITING_MAX);
  expect(kinds.filter((kind) => kind === "wrong")).toHaveLength(2 + WAITING_MAX);
});

test("[S87] after five wrong passwords an account waits a quarter of an hour, and nobody signed in is touched", async () => {
  const scene = await peopleScene();
  const player = await register(scene);
  const guess = () => scene.accounts.signIn("Ada", "not the password", asking());
  for (let at = 0; at < 5; at++) expect(reasonOf(await guess())).toBe("sign-in-failed");
  const crowd = await Promise.all(Array.from({ length: 20 }, guess));
  expect(new Set(crowd.map(reasonOf))).toEqual(new Set(["attempts-too-many"]));
  const right = await scene.accounts.signIn("ADA", PASSWORD, asking());
  expect(right).toMatchObject({ reason: "attempts-too-many", retryInMs: 15 * MINUTE_MS });
  const { secret } = player.newCookie;
  expect(await scene.signIn.token({ cookie: secret, device: DEVICE })).toBeDefined();
  // The owner's own device is not kept out by what strangers do.
  await signIn(scene, asking({ mark: player.mark }));
  scene.clock.advance(15 * MINUTE_MS);
  await signIn(scene);
});

test("[S87] a thousand guesses at once are five, and one address has twenty for all accounts", async () => {
  const scene = await peopleScene();
  await register(scene);
  const crowd = await Promise.all(
    Array.from({ length: 30 }, () => scene.accounts.signIn("Ada", "wrong one", asking())),
  );
  const reasons = crowd.map(reasonOf);
  expect(reasons.filter((reason) => reason === "sign-in-failed")).toHaveLength(5);
  const from = asking({ addressGroup: "198.51.100.1" });
  const names = Array.from({ length: 25 }, (_, at) => `Name ${at}`);
  const tried: unknown[] = [];
  for (const name of names) tried.push(reasonOf(await scene.accounts.signIn(name, "wrong", from)));
  expect(tried.filter((reason) => reason === "sign-in-failed")).toHaveLength(20);
  expect(tried.slice(20)).toEqual(Array(5).fill("attempts-too-many"));
});

test("[S135] a whole IPv6 site guesses as twenty households would, however many it has", async () => {
  const scene = await peopleScene();
  const guess = async (at: number, site: string) => {
    const from = asking({ addressGroup: `${site}:${at.toString(16)}::/64` });
    return reasonOf(await scene.accounts.signIn(`Name ${at}`, "wrong", from));
  };
  const reasons: unknown[] = [];
  for (let at = 0; at < 410; at++) reasons.push(await guess(at, "2001:db8:7"));
  expect(reasons.indexOf("attempts-too-many")).toBe(400);
  expect(await guess(0, "2001:db8:8")).toBe("sign-in-failed");
});

test("[S88] a password that was hashed at another cost is hashed anew when it is used", async () => {
  const scene = await peopleScene();
  await register(scene);
  const record = await scene.store.readAccount("ada");
  const passwordHash = await new Passwords({ ...CHEAP, logN: 5 }).hash(PASSWORD);
  if (record === undefined || passwordHash === undefined) throw new Error("no account");
  await scene.store.writeAccount({ ...record, passwordHash, revision: 2 }, 1);
  await scene.accounts.signIn("Ada", "not the password", asking());
  expect((await scene.store.readAccount("ada"))?.passwordHash).toBe(passwordHash);
  await signIn(scene);
  expect((await scene.store.readAccount("ada"))?.passwordHash).toMatch(/^\$scrypt\$ln=4,/);
  await signIn(scene);
});

test("[S89] a new password ends every other browser and gives this one a new cookie", async () => {
  const scene = await peopleScene();
  const others = [await register(scene), await signIn(scene)];
  const here = await signIn(scene);
  const asker = asking({ cookie: here.newCookie.secret });
  const next = "quite another unusual one";
  expect(reasonOf(await scene.accounts.changePassword("wrong one", next, asker))).toBe(
    "sign-in-failed",
  );
  expect(reasonOf(await scene.accounts.changePassword(PASSWORD, "password1", asker))).toBe(
    "password-common",
  );
  expect(await scene.signIn.token({ cookie: asker.cookie, device: DEVICE })).toBeDefined();
  const changed = admitted(await scene.accounts.changePassword(PASSWORD, next, asker));
  expect(changed.session.identity).toBe(here.session.identity);
  for (const { session, newCookie } of [...others, here]) {
    expect(await scene.store.isRevoked(session.id)).toBe(true);
    expect(await scene.signIn.known(newCookie.secret)).toBeUndefined();
  }
  const { secret } = changed.newCookie;
  expect((await scene.ownership.list(secret))?.sessions).toHaveLength(1);
  expect((await scene.signIn.known(secret))?.session?.id).toBe(changed.session.id);
  expect(reasonOf(await scene.accounts.signIn("Ada", PASSWORD, asking()))).toBe("sign-in-failed");
  admitted(await scene.accounts.signIn("Ada", next, asking()));
  const guest = await newGuest(scene);
  const ofGuest = await scene.accounts.changePassword("", next, asking({ cookie: guest.cookie }));
  expect(reasonOf(ofGuest)).toBe("sign-in-needed");
});

test("[S150] whoever shows a password that is changed meanwhile is not let in", async () => {
  for (const moment of AFTER_THE_CHECK) {
    const scene = await peopleScene();
    const owner = await register(scene);
    const asker = asking({ cookie: owner.newCookie.secret });
    const next = "quite another unusual one";
    const asked = meanwhile(scene, moment, async () => {
      admitted(await scene.accounts.changePassword(PASSWORD, next, asker));
    });
    const thief = await scene.accounts.signIn("Ada", PASSWORD, asking({ device: "Thief" }));
    expect([moment, reasonOf(thief), asked.times]).toEqual([moment, "server-busy", 1]);
    const { living } = await scene.store.sessionsOf(owner.session.identity);
    expect(living.map(({ device }) => device)).toEqual([DEVICE]);
    admitted(await scene.accounts.signIn("Ada", next, asking()));
  }
});

test("[S150] whoever signs in to an account that is closed meanwhile brings nothing of it back", async () => {
  for (const moment of AFTER_THE_CHECK) {
    const scene = await peopleScene();
    const owner = await register(scene);
    const { identity } = owner.session;
    const asker = asking({ cookie: owner.newCookie.secret });
    meanwhile(scene, moment, async () => {
      expect(await scene.belongings.forget(PASSWORD, asker)).toMatchObject({ kind: "forgotten" });
    });
    expect((await scene.accounts.signIn("Ada", PASSWORD, asking())).kind).toBe("refused");
    expect((await scene.store.sessionsOf(identity)).living).toEqual([]);
    const left = await scene.store.readIdentity(identity);
    expect(left).toMatchObject({ name: "", role: "guest", cookieIdleMs: 0 });
  }
});

test("[S123] of each of somebody's browsers it is told in which rooms it has the seat", async () => {
  const scene = await peopleScene();
  const one = await register(scene);
  const other = await signIn(scene, asking({ device: "Chrome on Android" }));
  const { identity } = one.session;
  for (const [room, session] of [
    ["roomofone", one.session.id],
    ["roomofother", other.session.id],
    ["roomofnobody", undefined],
  ] as const) {
    const seat = { room: room as RoomId, game: "nim", seat: 0, since: 0 };
    await scene.store.linkSeat(identity, session === undefined ? seat : { ...seat, session });
  }
  const owned = await scene.ownership.list(one.newCookie.secret);
  const rooms = owned?.sessions.map(({ device, rooms: held }) => [device, held]);
  expect(rooms).toHaveLength(2);
  expect(rooms).toEqual(
    expect.arrayContaining([
      [DEVICE, ["roomofone"]],
      ["Chrome on Android", ["roomofother"]],
    ]),
  );
  expect(JSON.stringify(owned)).not.toContain(one.session.id);
});

test("[S90] an account has ten browsers at most: the one not used for longest makes room", async () => {
  const scene = await peopleScene();
  const browsers = [await register(scene)];
  while (browsers.length < BROWSERS_MAX) {
    scene.clock.advance(MINUTE_MS);
    browsers.push(await signIn(scene));
  }
  const alive = () =>
    Promise.all(browsers.map(async ({ newCookie }) => scene.signIn.known(newCookie.secret)));
  scene.clock.advance(MINUTE_MS);
  const [first] = browsers;
  await scene.signIn.token({ cookie: first?.newCookie.secret, device: DEVICE });
  scene.clock.advance(MINUTE_MS);
  await signIn(scene);
  const isAlive = (await alive()).map((known) => known !== undefined);
  expect(isAlive).toEqual([true, false, ...Array(BROWSERS_MAX - 2).fill(true)]);
  expect(await scene.store.isRevoked(browsers[1]?.session.id ?? ("" as never))).toBe(true);
});

test("[S91] a registration that was interrupted is finished by the next sign-in, also when the identity is gone", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  const { identity } = guest.session;
  const passwordHash = (await new Passwords(CHEAP).hash(PASSWORD)) ?? "";
  await scene.store.createAccount({ name: "ada", identity, passwordHash, revision: 1 });
  const player = await signIn(scene);
  expect(player.session).toMatchObject({ identity, role: "player" });
  expect(await scene.signIn.known(guest.cookie)).toBeUndefined();
  const lost = "identitythatislost" as IdentityId;
  const record = { name: "grace", identity: lost, passwordHash, revision: 1 };
  await scene.store.createAccount(record);
  const found = await signIn(scene, asking(), "Grace");
  expect(found.session).toMatchObject({ identity: lost, role: "player", name: "Grace" });
});

test("[S132] of two accounts that a guest registers at a time one stands, and the other opens nothing", async () => {
  const scene = await peopleScene();
  const { cookie, session } = await newGuest(scene);
  const names = ["Ada", "Grace"];
  const both = await Promise.all(
    names.map((name) => scene.accounts.register(name, PASSWORD, asking({ cookie }))),
  );
  expect(both.map(({ kind }) => kind).toSorted()).toEqual(["refused", "signed-in"]);
  const stands = names[both.findIndex(({ kind }) => kind === "signed-in")] ?? "";
  for (const name of names) {
    const answer = await scene.accounts.signIn(name, PASSWORD, asking());
    if (name === stands) expect(admitted(answer).session.identity).toBe(session.identity);
    else expect(reasonOf(answer)).toBe("sign-in-failed");
  }
});

test("[S132] an account whose registration was interrupted opens nobody who has another since", async () => {
  const scene = await peopleScene();
  const { cookie, session } = await newGuest(scene);
  const passwordHash = (await new Passwords(CHEAP).hash(PASSWORD)) ?? "";
  const { identity } = session;
  await scene.store.createAccount({ name: "grace", identity, passwordHash, revision: 1 });
  await register(scene, "Ada", asking({ cookie }));
  const grace = await scene.accounts.signIn("Grace", PASSWORD, asking());
  expect(reasonOf(grace)).toBe("sign-in-failed");
});

test("[S92] a player is asked for the password after a week without playing, and after a month", async () => {
  const dayMs = 24 * 60 * MINUTE_MS;
  const idle = await peopleScene();
  const unused = await register(idle);
  expect(unused.newCookie.lifeMs).toBe(30 * dayMs);
  idle.clock.advance(7 * dayMs);
  expect(await idle.signIn.known(unused.newCookie.secret)).toBeUndefined();
  const busy = await peopleScene();
  const used = await register(busy);
  for (let day = 1; day < 30; day++) {
    busy.clock.advance(dayMs);
    expect(await busy.signIn.known(used.newCookie.secret)).toBeDefined();
  }
  busy.clock.advance(dayMs);
  expect(await busy.signIn.known(used.newCookie.secret)).toBeUndefined();
  await signIn(busy);
});
