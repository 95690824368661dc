// Own routes: the name that others see, a code for another device, and progress that waits, over real
// HTTP.
import { expect, test } from "vitest";
import { type Answer, type Bed, openBed } from "./httpBed.ts";

const showing = (cookie: string | undefined) => ({ Cookie: `holdfast=${cookie}` });
const told = ({ status, json }: Answer) => [
  status,
  (json?.error as { readonly reason?: string } | undefined)?.reason,
];
const guest = (bed: Bed) => bed.ask("POST /api/session/guest", { body: { name: "Ada" } });

test("[W50] a name is changed for every session to come, and only by whoever bears it", async () => {
  const bed = await openBed();
  const { cookie } = await guest(bed);
  const headers = showing(cookie);
  const renamed = await bed.ask("PUT /api/name", { headers, body: { name: " Bea " } });
  expect([renamed.status, renamed.json]).toEqual([200, { name: "Bea" }]);
  const who = await bed.ask("GET /api/session", { headers });
  expect(who.json).toEqual({ session: null, identity: { name: "Bea", role: "guest" } });
  const token = await bed.ask("POST /api/session/token", { headers, body: {} });
  expect(token.json).toMatchObject({ session: { name: "Bea" } });
  for (const name of ["", "\u202e", 7]) {
    const answer = await bed.ask("PUT /api/name", { headers, body: { name } });
    expect(told(answer)).toEqual([400, "name-invalid"]);
  }
  expect(told(await bed.ask("PUT /api/name", { body: { name: "Eve" } }))).toEqual([
    ...[401, "sign-in-needed"],
  ]);
});

test("[W53] whoever takes one name after the other is refused like guests without end", async () => {
  const bed = await openBed({ limited: true });
  const { cookie } = await guest(bed);
  const statuses: number[] = [];
  for (let at = 0; at < 101; at++) {
    const body = { name: `Ada ${at}` };
    statuses.push((await bed.ask("PUT /api/name", { headers: showing(cookie), body })).status);
  }
  // The guest was the first of a hundred.
  expect(statuses).toEqual([...Array(99).fill(200), 429, 429]);
});

test("[W51] a code for another device is asked for with a cookie and taken without one, once", async () => {
  const bed = await openBed();
  const { cookie, json } = await guest(bed);
  const offered = await bed.ask("POST /api/hand-off", { headers: showing(cookie), body: {} });
  expect(offered.json).toEqual({ code: expect.any(String), expiresInMs: 120_000 });
  const body = { code: offered.json?.code };
  const other = await guest(bed);
  const taken = await bed.ask("POST /api/hand-off/take", { body, headers: showing(other.cookie) });
  expect(taken.status).toBe(200);
  expect(taken.json).toMatchObject({
    session: { name: "Ada", role: "guest" },
    expiresInMs: 90_000,
  });
  expect(taken.cookie).toMatch(/^[\w-]{43}$/);
  expect(taken.cookie).not.toBe(cookie);
  expect(taken.json?.session).not.toEqual(json?.session);
  const gone = await bed.ask("GET /api/session", { headers: showing(other.cookie) });
  expect(gone.json).toEqual({ session: null });
  const again = await bed.ask("POST /api/hand-off/take", { body });
  expect([told(again), again.cookie]).toEqual([[404, "not-found"], undefined]);
  expect(told(await bed.ask("POST /api/hand-off", { body: {} }))).toEqual([401, "sign-in-needed"]);
  for (const bad of [{}, { code: 7 }, { code: "x".repeat(33) }, { ...body, more: 1 }]) {
    const answer = await bed.ask("POST /api/hand-off/take", { body: bad });
    expect(told(answer)).toEqual([400, "request-invalid"]);
  }
  expect(bed.lines.join("")).not.toContain(body.code);
  expect(JSON.stringify(bed.store.given)).not.toContain(body.code);
});

test("[W52] whoever guesses codes is slowed down", async () => {
  const bed = await openBed({ limited: true });
  let answer = await bed.ask("POST /api/hand-off/take", { body: { code: "aaaaaaaa" } });
  for (let at = 0; at < 120 && answer.status !== 429; at++)
    answer = await bed.ask("POST /api/hand-off/take", { body: { code: "aaaaaaaa" } });
  expect(told(answer)).toEqual([429, "too-many-requests"]);
});

test("[W56] somebody sees their stories in their game's own words, and has another one go on, and nobody else does", async () => {
  const bed = await openBed();
  const { cookie } = await guest(bed);
  const headers = showing(cookie);
  const seen = async () => (await bed.ask("GET /api/saves", { headers })).json;
  expect(await seen()).toEqual({ saves: [] });
  const { identity } = (await bed.people.signIn.known(cookie)) ?? {};
  if (identity === undefined) throw new Error("nobody is known");
  const keptMs = Math.round(bed.people.nowMs()) - 60_000;
  const secret = { place: "slip", lines: ["a secret"] };
  const first = { save: { ...secret, summary: "x".repeat(500) }, claim: "", isGuests: false };
  const beside = { save: secret, claim: "", keptMs: 7, isGuests: true };
  const played = { ...beside, claim: "room:1-1", keptMs: 8 };
  const shelf = { ...first, keptMs, aside: [played, beside], origins: [], returned: [] };
  await bed.store.replaceShelf(identity.id, "adventure", {
    ...{ expected: "", next: JSON.stringify(shelf), lifeMs: 60_000 },
  });
  const stories = [
    { isNext: true, isPlayed: false, isGuests: false, summary: "x".repeat(120) },
    { story: 8, isNext: false, isPlayed: true, isGuests: true },
    { story: 7, isNext: false, isPlayed: false, isGuests: true },
  ];
  const before = await seen();
  expect(before).toMatchObject({ saves: [{ game: "adventure", stories }] });
  expect(JSON.stringify(before)).not.toContain("secret");
  const [{ story, agoMs }] = (before as { saves: [{ stories: [Record<string, number>] }] }).saves[0]
    .stories;
  expect(story).toBe(keptMs);
  expect(agoMs).toBeGreaterThanOrEqual(60_000);

  const takeUp = (body: object, from: Readonly<Record<string, string>> = headers) =>
    bed.ask("POST /api/saves", { headers: from, body });
  expect(told(await takeUp({ game: "adventure", story: 7 }, {}))).toEqual([401, "sign-in-needed"]);
  const foreign = { ...headers, Origin: "https://elsewhere.example" };
  expect(told(await takeUp({ game: "adventure", story: 7 }, foreign))).toEqual([
    ...[403, "origin-refused"],
  ]);
  const stranger = showing((await guest(bed)).cookie);
  for (const [body, from] of [
    [{ game: "adventure", story: 7 }, stranger],
    [{ game: "adventure", story: 8 }, headers],
    [{ game: "adventure", story: 9 }, headers],
    [{ game: "nim", story: 7 }, headers],
  ] as const)
    expect(told(await takeUp(body, from))).toEqual([404, "not-found"]);
  for (const bad of [{}, { game: "adventure" }, { game: "adventure", story: "7" }])
    expect(told(await takeUp(bad))).toEqual([400, "request-invalid"]);
  expect(await seen()).toMatchObject({ saves: [{ stories }] });
  for (let times = 0; times < 2; times++) {
    expect((await takeUp({ game: "adventure", story: 7 })).status).toBe(204);
    expect(await seen()).toMatchObject({
      saves: [
        {
          stories: [
            { story: 7, isNext: true },
            { story: keptMs, isNext: false },
            { story: 8, isPlayed: true },
          ],
        },
      ],
    });
  }
});
