// Moderation: bans, roles, revocations over nodes, what is unusual, and the audit of all that.
import { expect, test } from "vitest";
import type { Asker, PlayerSignedIn } from "../../server/identity/accounts.ts";
import type { SessionRecord } from "../../server/session/record.ts";
import { READ_EVERY_MS } from "../../server/session/revocations.ts";
import type { RoomId } from "../../shared/ids.ts";
import {
  arriving,
  DEVICE,
  handshake,
  newGuest,
  peopleOver,
  peopleScene,
  type Scene,
} from "./peopleScene.ts";

const PASSWORD = "a long and unusual one";
const HOUR_MS = 3_600_000;

function asking(asker: Partial<Asker> = {}): Asker {
  return {
    ...{ cookie: undefined, device: DEVICE, mark: undefined, address: "192.0.2.7" },
    ...{ addressGroup: undefined, ...asker },
  };
}

async function register(scene: Scene, name: string): Promise<PlayerSignedIn> {
  const answer = await scene.accounts.register(name, PASSWORD, asking());
  if (answer.kind !== "signed-in") throw new Error(`${name}: ${answer.kind}`);
  return answer;
}

async function signIn(scene: Scene, name: string, asker = asking()): Promise<PlayerSignedIn> {
  const answer = await scene.accounts.signIn(name, PASSWORD, asker);
  if (answer.kind !== "signed-in") throw new Error(`${name}: ${answer.kind}`);
  return answer;
}

/** Somebody with a role, freshly signed in. */
async function withRole(scene: Scene, name: string, role: "moderator" | "admin") {
  await register(scene, name);
  await scene.moderation.grant(name, role);
  return (await signIn(scene, name)).newCookie.secret;
}

/** Lets time pass and what is read then be answered. */
async function pass({ clock, sessions }: Scene, ms: number): Promise<void> {
  clock.advance(ms);
  for (let turn = 0; turn < 10; turn++) await sessions.settled();
}

const endsOf = (scene: Scene) => {
  const ended: string[] = [];
  scene.sessions.onEnd((session, reason) => ended.push(`${session} ${reason}`));
  return ended;
};
const enter = (scene: Scene, { id }: SessionRecord, token: string) =>
  scene.admission.admit(handshake({ token }), { ...arriving(), connection: `of${id}` as never });

test("[S93] what one node revokes ends on every other within five seconds, though nobody touches it", async () => {
  const here = await peopleScene();
  const there = await peopleOver(here.store, here.clock);
  await pass(there, 0);
  const ended = endsOf(there);
  const { cookie, session, token } = await newGuest(here);
  expect((await enter(there, session, token)).kind).toBe("admitted");
  await here.signIn.signOut(cookie);
  await pass(there, READ_EVERY_MS);
  expect(ended).toEqual([`${session.id} session-revoked`]);
  expect(READ_EVERY_MS).toBeLessThanOrEqual(5_000);
});

test("[S93] what was revoked while the store was away from a node is found when it is back", async () => {
  const here = await peopleScene();
  const there = await peopleOver(here.store, here.clock);
  await pass(there, 0);
  const ended = endsOf(there);
  const { session, token } = await newGuest(here);
  await enter(there, session, token);
  here.store.isAway = true;
  await pass(there, 10 * READ_EVERY_MS);
  here.store.isAway = false;
  await here.store.revokeSession(session.id, { reason: "banned" }, HOUR_MS);
  await pass(there, READ_EVERY_MS);
  expect(ended).toEqual([`${session.id} session-revoked`]);
});

test("[S94] a session that is opened in the moment in which all are ended does not live", async () => {
  const scene = await peopleScene();
  const { store } = scene;
  const { openSession } = store;
  const root = await withRole(scene, "Root", "moderator");
  for (const end of ["everywhere", "here", "banned"] as const) {
    const player = await register(scene, `Player ${end}`);
    const { secret: cookie } = player.newCookie;
    await store.revokeSession(player.session.id, { reason: "signed-out" }, HOUR_MS);
    store.openSession = async (session, lifeMs) => {
      const { identity } = session;
      if (end === "here") await scene.signIn.signOut(cookie);
      else if (end === "banned")
        await scene.moderation.ban(root, { identity }, { reason: "No.", forMs: null });
      else await scene.ownership.endAll(cookie);
      await openSession(session, lifeMs);
    };
    expect(await scene.signIn.token({ cookie, device: DEVICE })).toBeUndefined();
    expect((await store.sessionsOf(player.session.identity)).living).toEqual([]);
    store.openSession = openSession;
  }
});

test("[S95] a ban ends all sessions at once, keeps somebody out until its end, and tells why", async () => {
  const scene = await peopleScene();
  const root = await withRole(scene, "Root", "moderator");
  const eve = await register(scene, "Eve");
  const browser = { cookie: eve.newCookie.secret, device: DEVICE };
  const ended = endsOf(scene);
  await enter(scene, eve.session, eve.token);
  const terms = { reason: "Called people names.", forMs: HOUR_MS };
  const answer = await scene.moderation.ban(root, { account: "EVE" }, terms);
  expect(answer).toMatchObject({ kind: "done", outcome: { ban: { reason: terms.reason } } });
  expect(ended).toEqual([`${eve.session.id} session-revoked`]);
  const again = await enter(scene, { ...eve.session, id: "other" as never }, eve.token);
  expect(again).toMatchObject({ kind: "refused", reason: "session-revoked" });
  expect(await scene.signIn.token(browser)).toBeUndefined();
  expect((await scene.signIn.known(browser.cookie))?.ban).toMatchObject({ reason: terms.reason });
  const anew = await scene.accounts.signIn("Eve", PASSWORD, asking());
  expect(anew).toMatchObject({ kind: "banned", ban: { reason: terms.reason } });
  scene.clock.advance(HOUR_MS);
  expect((await scene.signIn.token(browser))?.session.identity).toBe(eve.session.identity);
  await scene.moderation.ban(root, { account: "eve" }, { ...terms, forMs: null });
  scene.clock.advance(1_000 * HOUR_MS);
  expect(await scene.accounts.signIn("Eve", PASSWORD, asking())).toMatchObject({ kind: "banned" });
});

test("[S95] whoever is kept out gets no session by another password, and the password stays", async () => {
  const scene = await peopleScene();
  const root = await withRole(scene, "Root", "moderator");
  const { session, newCookie } = await register(scene, "Eve");
  const { identity } = session;
  const ban = () => scene.moderation.ban(root, { identity }, { reason: "No.", forMs: HOUR_MS });
  const change = () =>
    scene.accounts.changePassword(
      PASSWORD,
      "quite another one",
      asking({ cookie: newCookie.secret }),
    );
  await ban();
  expect(await change()).toMatchObject({ kind: "banned", ban: { reason: "No." } });
  expect((await scene.store.sessionsOf(identity)).living).toEqual([]);
  scene.clock.advance(HOUR_MS);
  expect(await signIn(scene, "Eve")).toMatchObject({ kind: "signed-in" });
});

test("[S95] whoever is banned in the moment of a sign-in does not get in", async () => {
  const scene = await peopleScene();
  const root = await withRole(scene, "Root", "moderator");
  const { identity } = (await register(scene, "Eve")).session;
  const { sessionsOf } = scene.store;
  // Whoever was let in has the former sessions ended first.
  scene.store.sessionsOf = async (id) => {
    scene.store.sessionsOf = sessionsOf;
    await scene.moderation.ban(root, { identity }, { reason: "No.", forMs: null });
    return sessionsOf(id);
  };
  expect(await scene.accounts.signIn("Eve", PASSWORD, asking())).toMatchObject({
    kind: "refused",
    reason: "server-busy",
  });
  expect((await sessionsOf(identity)).living).toEqual([]);
});

test("[S120] whose session cannot be read is put out and kept out like anybody, and so is that session", async () => {
  const scene = await peopleScene();
  const root = await withRole(scene, "Root", "moderator");
  const eve = await register(scene, "Eve");
  const { id, endsMs } = eve.session;
  const ended = endsOf(scene);
  await enter(scene, eve.session, eve.token);
  Object.assign(scene.store, { sessionsOf: async () => ({ living: [], damaged: [id] }) });
  const terms = { reason: "Called people names.", forMs: null };
  expect((await scene.moderation.ban(root, { account: "Eve" }, terms)).kind).toBe("done");
  expect(ended).toEqual([`${id} session-revoked`]);
  // It may have been opened a moment ago, and is revoked for as long as that would last.
  scene.clock.advance(endsMs - scene.nowMs());
  expect(await scene.store.isRevoked(id)).toBe(true);
});

test("[S95] a guest is banned by id, and is not let in under another name with the same cookie", async () => {
  const scene = await peopleScene();
  const root = await withRole(scene, "Root", "moderator");
  const guest = await newGuest(scene);
  const { identity } = guest.session;
  await scene.moderation.ban(root, { identity }, { reason: "Spam.", forMs: null });
  const browser = { cookie: guest.cookie, device: DEVICE };
  const renamed = await scene.signIn.guest("Other", browser);
  expect(renamed.session.identity).not.toBe(identity);
  const registered = await scene.accounts.register("Other", PASSWORD, asking(browser));
  expect(registered.kind).toBe("banned");
});

test("[S96] nobody changes whoever stands as high, and only admins give roles", async () => {
  const scene = await peopleScene();
  const [admin, moderator] = [
    await withRole(scene, "Root", "admin"),
    await withRole(scene, "Mod", "moderator"),
  ];
  await withRole(scene, "Other", "moderator");
  await withRole(scene, "Second", "admin");
  await register(scene, "Eve");
  const guest = await newGuest(scene);
  const { moderation } = scene;
  const terms = { reason: "No.", forMs: null };
  const refused = { kind: "refused", reason: "not-allowed" };
  for (const account of ["Mod", "Other", "Root"])
    expect(await moderation.ban(moderator, { account }, terms)).toEqual(refused);
  for (const account of ["Root", "Second"])
    expect(await moderation.setRole(admin, { account }, "player")).toEqual(refused);
  expect(await moderation.setRole(moderator, { account: "Eve" }, "moderator")).toEqual(refused);
  const ofGuest = { identity: guest.session.identity };
  expect(await moderation.setRole(admin, ofGuest, "admin")).toEqual(refused);
  expect(await moderation.auditTail(moderator)).toEqual(refused);
  expect(await moderation.ban(moderator, { account: "Nobody" }, terms)).toEqual({
    ...{ kind: "refused", reason: "not-found" },
  });
  expect((await moderation.ban(moderator, { account: "Eve" }, terms)).kind).toBe("done");
  expect((await moderation.setRole(admin, { account: "Mod" }, "player")).kind).toBe("done");
  // What he was a moment ago does not count.
  expect(await moderation.unban(moderator, { account: "Eve" })).toEqual(refused);
});

test("[S96] a role gives new sessions and spares the cookie; rights want the password of today, shown since", async () => {
  const scene = await peopleScene();
  const eve = await register(scene, "Eve");
  const browser = { cookie: eve.newCookie.secret, device: DEVICE };
  await scene.moderation.grant("Eve", "moderator");
  expect(await scene.store.isRevoked(eve.session.id)).toBe(true);
  const signedIn = await scene.signIn.token(browser);
  expect(signedIn?.session).toMatchObject({ role: "moderator" });
  expect(signedIn?.session.id).not.toBe(eve.session.id);
  const audited = (await scene.store.auditTail(10)).filter(({ why = "" }) => /^role-/.test(why));
  expect(audited.map(({ why }) => why)).toEqual(["role-changed: the sessions, not the cookies"]);
  const needed = { kind: "refused", reason: "password-needed" };
  const look = (cookie: string) => scene.moderation.look(cookie, { account: "Eve" });
  expect(await look(browser.cookie)).toEqual(needed);
  const since = (await signIn(scene, "Eve")).newCookie.secret;
  expect((await look(since)).kind).toBe("done");
  scene.clock.advance(9 * HOUR_MS);
  expect(await look(since)).toEqual(needed);
  const fresh = (await signIn(scene, "Eve")).newCookie.secret;
  expect((await look(fresh)).kind).toBe("done");
  expect(await scene.moderation.grant("Nobody", "admin")).toBeUndefined();
});

test("[S151] who has the machine signs an account out everywhere: no cookie, session or page of before is anybody's, and the audit says so", async () => {
  const here = await peopleScene();
  const there = await peopleOver(here.store, here.clock);
  await pass(there, 0);
  const ended = endsOf(there);
  const [one, other] = [await register(here, "Eve"), await signIn(here, "Eve")];
  expect((await enter(there, one.session, one.token)).kind).toBe("admitted");
  expect(await here.moderation.signOut("eve")).toMatchObject({ name: "Eve" });
  await pass(there, READ_EVERY_MS);
  expect(ended).toEqual([`${one.session.id} session-revoked`]);
  for (const { newCookie } of [one, other]) {
    const browser = { cookie: newCookie.secret, device: DEVICE };
    expect(await here.signIn.token(browser)).toBeUndefined();
  }
  expect((await here.store.sessionsOf(one.session.identity)).living).toEqual([]);
  const why = "signed-out everywhere by command";
  const line = {
    event: "authn_token_revoked",
    why,
    identity: here.audit.hashOf(one.session.identity),
  };
  expect(await here.store.auditTail(1)).toMatchObject([line]);
  expect((await signIn(here, "Eve")).session.identity).toBe(one.session.identity);
  expect(await here.moderation.signOut("Nobody")).toBeUndefined();
});

test("[S97] a sign-in from a new device or after many failures is told, and an everyday one is not", async () => {
  const scene = await peopleScene();
  const first = await register(scene, "Ada");
  const alertsAt = async ({ newCookie }: PlayerSignedIn) =>
    (await scene.ownership.list(newCookie.secret))?.alerts.map(({ kind }) => kind);
  const { mark } = first;
  expect(await alertsAt(first)).toEqual([]);
  expect(await alertsAt(await signIn(scene, "Ada", asking({ mark })))).toEqual([]);
  const elsewhere = await signIn(scene, "Ada", asking({ device: "Chrome on Android" }));
  expect(await alertsAt(elsewhere)).toEqual(["new-device"]);
  const again = await signIn(scene, "Ada", asking({ mark: elsewhere.mark }));
  expect(await alertsAt(again)).toEqual(["new-device"]);
  for (let at = 0; at < 3; at++) await scene.accounts.signIn("Ada", "guessing", asking({ mark }));
  const guessed = await signIn(scene, "Ada", asking({ mark }));
  expect(await alertsAt(guessed)).toEqual(["many-failures", "new-device"]);
  for (let at = 0; at < 20; at++) await signIn(scene, "Ada");
  expect(await alertsAt(await signIn(scene, "Ada"))).toHaveLength(10);
});

test("[S98] each deed is one line of the audit that names nobody in clear", async () => {
  const scene = await peopleScene();
  const root = await withRole(scene, "Root", "admin");
  scene.lines.length = 0;
  const eve = await register(scene, "Eve");
  await scene.accounts.signIn("Eve", "guessing", asking());
  await scene.accounts.signIn("Nobody", "guessing", asking());
  await scene.moderation.ban(root, { account: "Eve" }, { reason: "No.", forMs: null });
  await scene.moderation.ban(
    eve.newCookie.secret,
    { account: "Root" },
    { reason: "No.", forMs: null },
  );
  const tail = await scene.moderation.auditTail(root);
  if (tail.kind !== "done") throw new Error("no audit");
  const events = tail.outcome.map(({ event }) => event).reverse();
  const lately = [
    ...["user_created", "session_created", "authn_login_fail", "authn_login_fail"],
    ...["authz_change", "authn_token_revoked", "authz_fail"],
  ];
  expect(events.slice(-lately.length)).toEqual(lately);
  const audited = scene.lines.map((line) => JSON.parse(line) as Record<string, string>);
  const ofAudit = audited.filter(({ event = "" }) => lately.includes(event));
  expect(ofAudit.map(({ event }) => event)).toEqual(lately);
  const text = JSON.stringify([tail.outcome, ofAudit]);
  for (const secret of [eve.session.identity, eve.session.id, "192.0.2.7", "Eve", "guessing"])
    expect(text).not.toContain(secret);
  expect(text).toContain("192.0.2.0/24");
  const [created] = ofAudit;
  const seen = await scene.moderation.look(root, { account: "Eve" });
  expect(seen).toMatchObject({ outcome: { auditedAs: created?.identity } });
});

test("[S98] what people do with their own credentials, and who looks at others, is in the audit", async () => {
  const scene = await peopleScene();
  const { accounts, handOff, belongings, moderation, ownership } = scene;
  const root = await withRole(scene, "Root", "admin");
  const eve = await register(scene, "Eve");
  const cookie = eve.newCookie.secret;
  const asker = asking({ cookie });
  const wrongly = async (count: number, name = "Eve") => {
    for (let at = 0; at < count; at++) await accounts.signIn(name, "guessing", asking());
  };
  const deeds: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["authn_login_success", () => signIn(scene, "Eve")],
    ["authn_login_successafterfail", () => wrongly(3).then(() => signIn(scene, "Eve"))],
    ["authn_login_lock", () => wrongly(6, "Nobody")],
    ["authn_token_created", () => handOff.offer(cookie)],
    ["sensitive_read", () => belongings.export(cookie)],
    ["authz_admin", () => moderation.look(root, { account: "Eve" })],
    ["authz_admin", () => moderation.auditTail(root)],
    ["authz_admin", () => moderation.seatsIn(root, "roomofatest" as RoomId)],
    ["authn_token_revoked", () => ownership.endAll(root)],
    ["authn_password_change", () => accounts.changePassword(PASSWORD, "another unusual", asker)],
    ["user_deleted", () => signIn(scene, "Root").then(leaving)],
  ];
  function leaving({ newCookie: { secret } }: PlayerSignedIn) {
    return belongings.forget(PASSWORD, asking({ cookie: secret }));
  }
  for (const [event, deed] of deeds) {
    scene.lines.length = 0;
    await deed();
    const audited = scene.lines.map((line) => JSON.parse(line) as Record<string, string>);
    expect(audited.filter((line) => line.event === event)).toHaveLength(1);
    scene.clock.advance(60_000);
  }
});

test("[S121] what strangers can do without end is in the audit once a minute of each, and of a thousand at most", async () => {
  const { audit, clock, store } = await peopleScene();
  const count = async () => {
    const lines = await store.auditTail(9_999);
    return lines.filter(({ event }) => event === "input_validation_fail").length;
  };
  const fail = (address: string) => audit.noteSparingly("input_validation_fail", { address });
  for (let at = 0; at < 100; at++) fail("192.0.2.7");
  expect(await count()).toBe(1);
  audit.noteSparingly("excess_rate_limit_exceeded", { address: "192.0.2.7" });
  fail("198.51.100.7");
  expect(await count()).toBe(2);
  for (let at = 0; at < 5_000; at++) fail(`10.${at >> 8}.${at & 0xff}.1`);
  expect(await count()).toBe(1_000);
  // A flood of one kind hides nothing of another.
  expect(audit.noteSparingly("authz_fail", { address: "203.0.113.7" })).toBe(true);
  clock.advance(60_000);
  const before = await count();
  fail("192.0.2.7");
  expect(await count()).toBe(before + 1);
});

test("[S116] a session that ends under somebody who is connected is in the audit, once", async () => {
  const scene = await peopleScene();
  const { session, token } = await newGuest(scene);
  expect((await enter(scene, session, token)).kind).toBe("admitted");
  const ends = endsOf(scene);
  await pass(scene, 25 * HOUR_MS);
  for (let sign = 0; sign < 2; sign++) scene.sessions.touch(session.id);
  await pass(scene, 1_000);
  expect(ends).toEqual([`${session.id} session-ended`]);
  const expired = (await scene.store.auditTail(100)).filter(
    ({ event }) => event === "session_expired",
  );
  expect(expired).toHaveLength(1);
  expect(expired[0]?.session).toMatch(/^[\w-]{12}$/);
  expect(JSON.stringify(expired)).not.toContain(session.id);
});

test("[S148] however often somebody is changed at once, on however many nodes, each change stands, a ban among them", async () => {
  const scene = await peopleScene();
  const root = await withRole(scene, "Root", "moderator");
  const eve = await newGuest(scene, "Eve");
  const others = Array.from({ length: 7 }, () =>
    peopleOver(new Proxy(scene.store, {}), scene.clock),
  );
  const nodes = [scene, ...(await Promise.all(others))];
  const storm = nodes.flatMap(({ ownership }, at) =>
    Array.from({ length: at === 0 ? 150 : 10 }, () =>
      ownership.prefer(eve.cookie, { colours: "dark" }),
    ),
  );
  const ban = scene.moderation.ban(
    root,
    { identity: eve.session.identity },
    { reason: "Spam.", forMs: null },
  );
  await Promise.all(storm);
  expect(await ban).toMatchObject({ kind: "done" });
  const identity = await scene.store.readIdentity(eve.session.identity);
  expect(identity).toMatchObject({ ban: { reason: "Spam." }, preferences: { colours: "dark" } });
  expect(identity?.changes).toBe(150 + 70 + 1);
});
