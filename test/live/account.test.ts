// Account routes: registering, signing in, own browsers, preferences and moderation over real HTTP.
import { expect, test } from "vitest";
import { type Answer, type Bed, openBed } from "./httpBed.ts";

const PASSWORD = "a long and unusual one";
const showing = (cookie: string | undefined) => ({ Cookie: `holdfast=${cookie}` });
const reasonOf = ({ json }: Answer) =>
  (json?.error as { readonly reason?: string } | undefined)?.reason;
const register = (bed: Bed, name: unknown = "Ada", password: unknown = PASSWORD) =>
  bed.ask("POST /api/account/register", { body: { name, password } });
const signIn = (bed: Bed, password: string, headers = {}) =>
  bed.ask("POST /api/account/sign-in", { body: { name: "Ada", password }, headers });

test("[W24] an account is made, signed in to and given another password, each time with a new cookie", async () => {
  const bed = await openBed();
  const guest = await bed.ask("POST /api/session/guest", { body: { name: "Ada" } });
  const registered = await bed.ask("POST /api/account/register", {
    body: { name: "Ada", password: PASSWORD },
    headers: showing(guest.cookie),
  });
  expect(registered.status).toBe(200);
  expect(registered.json).toMatchObject({
    session: { name: "Ada", role: "player" },
    token: expect.any(String),
    expiresInMs: 90_000,
  });
  const [cookie = "", mark = ""] = registered.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(
    /^holdfast=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  expect(mark).toMatch(
    /^holdfast-device=[\w-]{22}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  const former = await bed.ask("GET /api/session", { headers: showing(guest.cookie) });
  expect(former.json).toEqual({ session: null, ended: "signed-in" });
  const signedIn = await signIn(bed, PASSWORD);
  expect(signedIn.status).toBe(200);
  const next = "quite another unusual one";
  const changed = await bed.ask("POST /api/account/password", {
    body: { current: PASSWORD, password: next },
    headers: showing(signedIn.cookie),
  });
  expect(changed.status).toBe(200);
  const cookies = [guest, registered, signedIn, changed].map((answer) => answer.cookie);
  expect(new Set(cookies).size).toBe(4);
  for (const old of cookies.slice(0, 3)) {
    const who = await bed.ask("GET /api/session", { headers: showing(old) });
    expect(who.json).toEqual({ session: null, ended: "password-changed" });
  }
  const who = await bed.ask("GET /api/session", { headers: showing(changed.cookie) });
  expect(who.json).toMatchObject({ session: { name: "Ada", role: "player" } });
});

test("[W25] what is refused about an account is told with its reason, and a stranger learns no names", async () => {
  const bed = await openBed();
  await register(bed);
  const refused = async (answer: Promise<Answer>) => {
    const { status, json } = await answer;
    return [status, (json?.error as { reason: string } | undefined)?.reason];
  };
  expect(await refused(register(bed))).toEqual([409, "name-taken"]);
  expect(await refused(register(bed, "", PASSWORD))).toEqual([400, "name-invalid"]);
  expect(await refused(register(bed, "Bob", "short"))).toEqual([400, "password-invalid"]);
  expect(await refused(register(bed, "Bob", "password1"))).toEqual([400, "password-common"]);
  expect(await refused(register(bed, "Bob", 12345678))).toEqual([400, "request-invalid"]);
  const wrong = await signIn(bed, "not the password");
  const unknown = await bed.ask("POST /api/account/sign-in", {
    body: { name: "Nobody \u202e", password: "not the password" },
  });
  expect([wrong.status, reasonOf(wrong)]).toEqual([401, "sign-in-failed"]);
  expect(unknown.text).toBe(wrong.text);
  for (let at = 0; at < 4; at++) await signIn(bed, "not the password");
  const waiting = await signIn(bed, PASSWORD);
  expect([waiting.status, reasonOf(waiting)]).toEqual([429, "attempts-too-many"]);
  expect(Number(waiting.headers["retry-after"])).toBeGreaterThan(800);
  const nobody = bed.ask("POST /api/account/password", {
    body: { current: PASSWORD, password: "quite another one" },
  });
  expect(await refused(nobody)).toEqual([401, "sign-in-needed"]);
});

test("[W26] no password is in the store, a log or an answer", async () => {
  const bed = await openBed();
  const { cookie, text } = await register(bed);
  const wrong = await signIn(bed, "guessed with care");
  const right = await signIn(bed, PASSWORD);
  await bed.ask("POST /api/account/password", {
    body: { current: PASSWORD, password: "the next unusual one" },
    headers: showing(cookie),
  });
  const kept = JSON.stringify(bed.store.given) + bed.lines.join("");
  expect(kept).toContain("$scrypt$");
  expect(kept).toContain("authn_login_fail");
  for (const place of [kept, text, wrong.text, right.text]) {
    for (const secret of [PASSWORD, "guessed with care", "the next unusual one"])
      expect(place).not.toContain(secret);
  }
});

test("[W27] somebody sees the browsers he is signed in on, and ends one or all of them", async () => {
  const bed = await openBed();
  const firefox = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Firefox/133.0" };
  const first = await register(bed);
  const second = await signIn(bed, PASSWORD, firefox);
  const mine = { headers: showing(second.cookie) };
  const { json } = await bed.ask("GET /api/sessions", mine);
  const sessions = json?.sessions as readonly {
    readonly label: string;
    readonly isThis: boolean;
  }[];
  expect(sessions).toHaveLength(2);
  expect(sessions.find(({ isThis }) => isThis)).toMatchObject({
    ...{ device: "Firefox on Linux", connections: 0 },
    endsInMs: expect.any(Number),
  });
  const alerts = json?.alerts as readonly object[];
  expect(alerts).toMatchObject([{ kind: "new-device", device: "Firefox on Linux" }]);
  const text = JSON.stringify(json);
  for (const secret of [first.cookie, second.cookie]) expect(text).not.toContain(secret);
  const other = sessions.find(({ isThis }) => !isThis)?.label;
  for (const label of ["nosuchlabel0", "%2e%2e", "x"])
    expect((await bed.ask(`DELETE /api/sessions/${label}`, mine)).status).toBe(404);
  expect((await bed.ask(`DELETE /api/sessions/${other}`, mine)).status).toBe(204);
  const gone = await bed.ask("GET /api/session", { headers: showing(first.cookie) });
  expect(gone.json).toEqual({ session: null });
  const third = await signIn(bed, PASSWORD);
  expect((await bed.ask("DELETE /api/sessions", mine)).status).toBe(204);
  for (const { cookie } of [second, third]) {
    const who = await bed.ask("GET /api/session", { headers: showing(cookie) });
    expect(who.json).toEqual({ session: null });
  }
  expect((await bed.ask("DELETE /api/sessions", mine)).status).toBe(401);
});

test("[W28] preferences are kept with the identity, also a guest's, and nothing else is", async () => {
  const bed = await openBed();
  const guest = await bed.ask("POST /api/session/guest", { body: { name: "Ada" } });
  const headers = showing(guest.cookie);
  expect((await bed.ask("GET /api/preferences", { headers })).json).toEqual({ preferences: {} });
  const preferences = { language: "pt-BR", colours: "contrast", reducedMotion: true };
  const put = await bed.ask("PUT /api/preferences", { headers, body: preferences });
  expect([put.status, put.json]).toEqual([200, { preferences }]);
  const registered = await bed.ask("POST /api/account/register", {
    body: { name: "Ada", password: PASSWORD },
    headers,
  });
  const later = await bed.ask("GET /api/preferences", { headers: showing(registered.cookie) });
  expect(later.json).toEqual({ preferences });
  const bad = [
    { language: "<b>" },
    { colours: "pink" },
    { reducedMotion: 1 },
    { role: "admin" },
    [],
  ];
  for (const body of bad) {
    const answer = await bed.ask("PUT /api/preferences", {
      ...{ body, headers: showing(registered.cookie) },
    });
    expect([answer.status, reasonOf(answer)]).toEqual([400, "request-invalid"]);
  }
  expect((await bed.ask("GET /api/preferences")).status).toBe(401);
});

test("[W29] a moderator bans and lifts a ban, an admin gives roles, and nobody else learns anything", async () => {
  const bed = await openBed();
  const before = await register(bed, "Root");
  await bed.people.moderation.grant("Root", "admin");
  const eve = await register(bed, "Eve");
  const stale = await bed.ask("GET /api/admin/audit", { headers: showing(before.cookie) });
  expect([stale.status, reasonOf(stale)]).toEqual([403, "password-needed"]);
  const admin = await bed.ask("POST /api/account/sign-in", {
    body: { name: "Root", password: PASSWORD },
  });
  const asRoot = showing(admin.cookie ?? "");
  const body = { account: "eve", reason: "Called people names.", forMs: 3_600_000 };
  const asks = [
    ["POST /api/admin/ban", body],
    ["POST /api/admin/unban", { account: "eve" }],
    ["POST /api/admin/role", { account: "eve", role: "admin" }],
    ["GET /api/admin/person?account=eve", undefined],
    ["GET /api/admin/audit", undefined],
  ] as const;
  for (const [line, asked] of asks) {
    expect((await bed.ask(line, { body: asked })).status).toBe(401);
    const asEve = await bed.ask(line, { body: asked, headers: showing(eve.cookie) });
    expect([asEve.status, reasonOf(asEve)]).toEqual([403, "not-allowed"]);
  }
  const banned = await bed.ask("POST /api/admin/ban", { body, headers: asRoot });
  expect(banned.json).toMatchObject({
    person: { account: "eve", role: "player", ban: { reason: "Called people names." } },
  });
  const who = await bed.ask("GET /api/session", { headers: showing(eve.cookie) });
  expect(who.json).toMatchObject({
    session: null,
    ban: { reason: "Called people names.", endsInMs: expect.any(Number) },
  });
  const tries = [
    bed.ask("POST /api/session/token", { body: {}, headers: showing(eve.cookie) }),
    bed.ask("POST /api/session/guest", { body: { name: "Eve" }, headers: showing(eve.cookie) }),
    bed.ask("POST /api/account/sign-in", { body: { name: "Eve", password: PASSWORD } }),
  ];
  for (const answer of await Promise.all(tries)) {
    expect([answer.status, reasonOf(answer)]).toEqual([403, "banned"]);
    expect(answer.json?.error).toMatchObject({ ban: { reason: "Called people names." } });
  }
  for (const bad of [
    { ...body, forMs: 0 },
    { ...body, reason: "" },
    { reason: "x", forMs: null },
    { ...body, identity: "someidentity" },
    { ...body, extra: 1 },
  ]) {
    const answer = await bed.ask("POST /api/admin/ban", { body: bad, headers: asRoot });
    expect([answer.status, reasonOf(answer)]).toEqual([400, "request-invalid"]);
  }
  const unban = { body: { account: "Eve" }, headers: asRoot };
  expect((await bed.ask("POST /api/admin/unban", unban)).status).toBe(200);
  const back = await bed.ask("POST /api/session/token", { body: {}, headers: showing(eve.cookie) });
  expect(back.status).toBe(200);
  const promoted = await bed.ask("POST /api/admin/role", {
    body: { account: "Eve", role: "moderator" },
    headers: asRoot,
  });
  expect(promoted.json).toMatchObject({ person: { role: "moderator" } });
  const audit = await bed.ask("GET /api/admin/audit", { headers: asRoot });
  const events = ((audit.json?.entries ?? []) as readonly { readonly event: string }[]).map(
    ({ event }) => event,
  );
  expect(events).toEqual(expect.arrayContaining(["authz_change", "authz_fail", "user_created"]));
});

test("[W41] somebody downloads what is kept of them, and deletes the account with the password", async () => {
  const bed = await openBed();
  const { cookie } = await register(bed);
  const headers = showing(cookie);
  for (const line of ["GET /api/account/export", "DELETE /api/account"])
    expect((await bed.ask(line)).status).toBe(401);
  const taken = await bed.ask("GET /api/account/export", { headers });
  expect(taken.headers["content-disposition"]).toBe('attachment; filename="holdfast.json"');
  expect(taken.json).toMatchObject({ name: "Ada", account: "ada", seats: [], saves: {} });
  // Node says how long a body is only of some methods; browsers do of all.
  const leave = (body: object) => {
    const length = String(Buffer.byteLength(JSON.stringify(body)));
    return bed.ask("DELETE /api/account", {
      body,
      headers: { ...headers, "Content-Length": length },
    });
  };
  for (const body of [{}, { password: "not the password" }]) {
    const refused = await leave(body);
    expect([refused.status, reasonOf(refused)]).toEqual([401, "sign-in-failed"]);
  }
  expect((await bed.ask("DELETE /api/account", { headers })).status).toBe(401);
  expect((await leave({ password: 1 })).status).toBe(400);
  const gone = await leave({ password: PASSWORD });
  expect(gone.status).toBe(204);
  expect(gone.headers["set-cookie"]?.[0]).toContain("Max-Age=0");
  expect((await bed.ask("GET /api/account/export", { headers })).status).toBe(401);
  expect(reasonOf(await signIn(bed, PASSWORD))).toBe("sign-in-failed");
  expect(reasonOf(await register(bed))).toBe("name-taken");
});

test("[W43] a guest deletes everything without a word, and not with words that mean nothing", async () => {
  const bed = await openBed();
  const { cookie } = await bed.ask("POST /api/session/guest", { body: { name: "Eve" } });
  const headers = showing(cookie);
  for (const body of ["{", "null", "[]", '{"password":1}'] as const) {
    const url = `http://127.0.0.1:${bed.port}/api/account`;
    expect([body, (await fetch(url, { method: "DELETE", headers, body })).status]).toEqual([
      body,
      400,
    ]);
  }
  expect((await bed.ask("GET /api/session", { headers })).json?.session).not.toBeNull();
  expect((await bed.ask("DELETE /api/account", { headers })).status).toBe(204);
  expect((await bed.ask("GET /api/session", { headers })).json?.session).toBeNull();
});

test("[S122] whoever asks for what no page of ours asks is in the audit, sparingly", async () => {
  const bed = await openBed();
  for (let at = 0; at < 5; at++)
    await bed.ask("POST /api/account/sign-in", { body: { name: "Ada", admin: true } });
  await bed.ask("POST /api/account/sign-in", { body: { name: "Ada", password: "wrong and long" } });
  const audited = (await bed.store.auditTail(100)).filter(({ event }) => event.startsWith("input"));
  expect(audited).toMatchObject([
    { event: "input_validation_fail", address: "127.0.0.0/24", why: "POST 400" },
  ]);
});
