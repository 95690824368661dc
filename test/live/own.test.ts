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
