// HTTP: routes, cookies, headers and limits of the server, asked over real sockets.
import { describe, expect, test } from "vitest";
import type { ConnectionId, IdentityId, RoomId } from "../../shared/ids.ts";
import { randomSecret } from "../../shared/random.ts";
import { sendBytes } from "./attackWire.ts";
import { type Answer, type Bed, openBed } from "./httpBed.ts";

const JSON_TYPE = { "Content-Type": "application/json" };
const signUp = (bed: Bed, name: unknown = "Ada", headers = {}) =>
  bed.ask("POST /api/session/guest", { body: { name }, headers });
const showing = (cookie: string | undefined, name = "holdfast") => ({
  Cookie: `${name}=${cookie}`,
});
const errorOf = ({ json }: Answer) =>
  (json?.error ?? {}) as { readonly reason?: string; readonly incident?: string };
const reasonOf = (answer: Answer) => errorOf(answer).reason;
const sessionOf = ({ json }: Answer) =>
  (json?.session ?? {}) as Readonly<Record<string, string | number>>;

describe("signing in", () => {
  test("[W1] a guest gets a cookie, a session and a token that opens a socket", async () => {
    const bed = await openBed();
    const answer = await signUp(bed, " Zoe\u0308 ");
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      session: { name: "Zo\u00eb", role: "guest", endsInMs: expect.any(Number) },
      expiresInMs: 90_000,
    });
    expect(Object.keys(answer.json?.session ?? {}).sort()).toEqual([
      "endsInMs",
      "label",
      "name",
      "role",
    ]);
    const outcome = await bed.people.admission.admit(
      { protocol: 1, page: randomSecret(16), frames: "json", token: String(answer.json?.token) },
      {
        ...{ connection: "connectionoftest" as ConnectionId, address: "127.0.0.1" },
        ...{ cookie: `holdfast=${answer.cookie}`, userAgent: undefined },
      },
    );
    expect(outcome).toMatchObject({ kind: "admitted", name: "Zo\u00eb" });
  });

  test("[W2] the cookie gives a token again and again, and tells who one is", async () => {
    const bed = await openBed();
    const signedUp = await signUp(bed);
    const { cookie } = signedUp;
    const again = await bed.ask("POST /api/session/token", {
      headers: { ...JSON_TYPE, ...showing(cookie) },
    });
    expect(again.status).toBe(200);
    expect(again.json).toMatchObject({ session: { name: "Ada" }, token: expect.any(String) });
    expect(again.headers["set-cookie"]).toBeUndefined();
    const who = await bed.ask("GET /api/session", { headers: showing(cookie) });
    expect(sessionOf(who)).toMatchObject({ name: "Ada", label: sessionOf(signedUp).label });
    expect(who.json?.token).toBeUndefined();
    const { silentMs, endsInMs } = sessionOf(who);
    expect(silentMs).toBeGreaterThan(29 * 60_000);
    expect(silentMs).toBeLessThanOrEqual(30 * 60_000);
    expect(endsInMs).toBeGreaterThan(23 * 3_600_000);
  });

  test("[W2] without a cookie that proves somebody one is nobody, and is to sign in", async () => {
    const bed = await openBed();
    for (const headers of [
      {},
      showing("A".repeat(43)),
      showing("'; DROP TABLE"),
      { Cookie: "\u00ff=;;=" },
    ]) {
      const who = await bed.ask("GET /api/session", { headers });
      expect([who.status, who.json]).toEqual([200, { session: null }]);
      for (const line of ["POST /api/session/token", "GET /api/seats", "GET /api/sessions"]) {
        const answer = await bed.ask(line, { headers: { ...JSON_TYPE, ...headers } });
        expect(answer.status).toBe(401);
        expect(answer.json).toEqual({
          error: { reason: "sign-in-needed", next: "sign-in", message: "Sign in first." },
        });
      }
    }
  });

  test("[W45] a stranger who asks for a token with a name becomes a guest of it, unrefused; who is known is not renamed", async () => {
    const bed = await openBed();
    const ask = (name: unknown, headers = {}) =>
      bed.ask("POST /api/session/token", { headers, body: { name } });
    const first = await ask("Ada");
    expect([first.status, first.json]).toMatchObject([200, { session: { name: "Ada" } }]);
    const again = await ask("Eve", showing(first.cookie));
    expect([again.status, again.json]).toMatchObject([200, { session: { name: "Ada" } }]);
    expect(again.headers["set-cookie"]).toBeUndefined();
    const nameless = await ask("");
    expect([nameless.status, reasonOf(nameless)]).toEqual([400, "name-invalid"]);
  });

  test("[W3] signing out ends the cookie, on the server too", async () => {
    const bed = await openBed();
    const { cookie } = await signUp(bed);
    const out = await bed.ask("DELETE /api/session", { headers: showing(cookie) });
    expect(out.status).toBe(204);
    expect(out.headers["set-cookie"]?.[0]).toMatch(/^holdfast=; Max-Age=0;/);
    expect(out.headers["clear-site-data"]).toBe('"cache", "storage"');
    const who = await bed.ask("GET /api/session", { headers: showing(cookie) });
    expect(who.json).toEqual({ session: null });
    expect((await bed.ask("DELETE /api/session")).status).toBe(204);
  });

  test("[W4] a name that cannot be and a body that is no request are refused", async () => {
    const bed = await openBed();
    for (const name of ["", "a".repeat(25), "A\u202eda", null, 7, ["Ada"]]) {
      const answer = await signUp(bed, name);
      expect([answer.status, reasonOf(answer)]).toEqual([400, "name-invalid"]);
    }
    for (const body of ["", "{", "[]", '"Ada"', "null", { name: "Ada", role: "admin" }]) {
      const answer = await bed.ask("POST /api/session/guest", { body });
      expect([answer.status, reasonOf(answer)]).toEqual([400, expect.stringMatching(/invalid$/)]);
    }
    const polluted = await bed.ask("POST /api/session/guest", {
      body: '{"__proto__":{"role":"admin"},"name":"Ada"}',
    });
    expect((polluted.json?.session as { role?: string } | undefined)?.role ?? "guest").toBe(
      "guest",
    );
    expect(bed.store.calls.filter((call) => call === "createIdentity").length).toBeLessThanOrEqual(
      1,
    );
  });
});

describe("the cookie", () => {
  test("[W5] is for this host alone, out of reach of scripts, and named so in production", async () => {
    const house = await openBed();
    const [plain = ""] = (await signUp(house)).headers["set-cookie"] ?? [];
    expect(plain).toMatch(
      /^holdfast=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const origin = "https://play.example.org";
    const production = await openBed({ production: true, allowedOrigins: [origin] });
    const [secure = ""] =
      (await signUp(production, "Ada", { Origin: origin })).headers["set-cookie"] ?? [];
    expect(secure).toMatch(
      /^__Host-holdfast=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
  });

  test("[W6] is nowhere but with its owner: not in the store, a log or an answer", async () => {
    const bed = await openBed();
    const { cookie = "", json, text } = await signUp(bed);
    const token = String(json?.token);
    await bed.ask("POST /api/session/token", { headers: { ...JSON_TYPE, ...showing(cookie) } });
    await bed.ask(`GET /api/rooms?token=${token}`, { headers: showing(cookie) });
    bed.store.isAway = true;
    const away = await bed.ask("GET /api/session", { headers: showing(cookie) });
    bed.store.isAway = false;
    expect(cookie).toHaveLength(43);
    const kept = JSON.stringify(bed.store.given);
    expect(kept).toContain("Ada");
    for (const place of [kept, bed.lines.join(""), text, away.text])
      expect(place).not.toContain(cookie);
    for (const place of [kept, bed.lines.join("")]) expect(place).not.toContain(token);
  });
});

describe("who may ask", () => {
  const evil: readonly Readonly<Record<string, string>>[] = [
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { Origin: "https://play.example.org.evil.example" },
    { Origin: "http://play.example.org" },
    { Origin: "https://play.example.org:444" },
    { Origin: "https://play.example.org/" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
    { Origin: "https://evil.example", "Sec-Fetch-Site": "same-origin" },
  ];

  test("[W7] no other site can change anything, with or without a cookie", async () => {
    const bed = await openBed({ allowedOrigins: ["https://play.example.org"] });
    const { cookie } = await signUp(bed);
    const before = bed.store.calls.length;
    for (const headers of evil) {
      const asked = { headers: { ...headers, ...showing(cookie), ...JSON_TYPE } };
      for (const answer of [
        await bed.ask("POST /api/session/guest", { ...asked, body: { name: "Eve" } }),
        await bed.ask("POST /api/session/token", asked),
        await bed.ask("DELETE /api/session", asked),
      ]) {
        expect([answer.status, reasonOf(answer)]).toEqual([403, "origin-refused"]);
        expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
      }
    }
    expect(bed.store.calls.length).toBe(before);
    expect((await bed.ask("GET /api/session", { headers: showing(cookie) })).status).toBe(200);
  });

  test("[W7] our own pages may, and programs that name no page", async () => {
    const strict = await openBed({ allowedOrigins: ["https://play.example.org"] });
    const mine = { Origin: "https://play.example.org", "Sec-Fetch-Site": "same-origin" };
    const answer = await signUp(strict, "Ada", mine);
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBe("https://play.example.org");
    expect((await signUp(strict)).status).toBe(200);
    const house = await openBed();
    expect((await signUp(house, "Ada", { Origin: `http://127.0.0.1:${house.port}` })).status).toBe(
      200,
    );
    expect((await signUp(house, "Ada", { Origin: "http://127.0.0.1:1" })).status).toBe(403);
  });

  test("[W59] a page that may not ask is named with the remedy, before it asks", async () => {
    const bed = await openBed({ allowedOrigins: ["https://play.example.org"] });
    const preflight = (origin: string) => {
      const wanted = { "Access-Control-Request-Method": "POST" };
      return bed.ask("OPTIONS /api/session/token", { headers: { Origin: origin, ...wanted } });
    };
    const allowed = await preflight("https://play.example.org");
    expect(allowed.headers["access-control-allow-origin"]).toBe("https://play.example.org");
    expect(bed.lines.join("")).not.toContain("request-refused");
    const refused = await preflight("https://play.example.com");
    expect([refused.status, reasonOf(refused)]).toEqual([403, "origin-refused"]);
    expect(refused.headers["access-control-allow-origin"]).toBeUndefined();
    expect(bed.lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({
        ...{ event: "request-refused", reason: "origin-refused", path: "/api/session/token" },
        cause: { message: "origin-not-allowed: https://play.example.com" },
        remedy: expect.stringContaining("ALLOWED_ORIGINS"),
      }),
    );
  });

  test("[W8] a form cannot post, and reading changes nothing", async () => {
    const bed = await openBed();
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "",
    ]) {
      const answer = await bed.ask("POST /api/session/guest", {
        headers: { "Content-Type": type },
        body: '{"name":"Ada"}',
      });
      expect([answer.status, reasonOf(answer)]).toEqual([415, "request-invalid"]);
    }
    for (const line of [
      "GET /api/session/guest",
      "PUT /api/session",
      "POST /api/games",
      "DELETE /api/rooms",
    ]) {
      const answer = await bed.ask(line, { headers: JSON_TYPE });
      expect([answer.status, reasonOf(answer)]).toEqual([405, "request-invalid"]);
      expect(answer.headers.allow).toMatch(/GET|POST/);
    }
  });

  test("[W9] one address cannot make guests without end, whatever it forwards", async () => {
    const bed = await openBed({ limited: true });
    const statuses: number[] = [];
    for (let at = 0; at < 105; at++) {
      const answer = await signUp(bed, "Ada", { "X-Forwarded-For": `198.51.100.${at}` });
      statuses.push(answer.status);
      if (answer.status === 200) continue;
      expect(reasonOf(answer)).toBe("too-many-requests");
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
      expect(answer.json?.error).toMatchObject({ next: "retry", retryInMs: expect.any(Number) });
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  });

  test("[W9] behind a trusted proxy each player's own address counts", async () => {
    const bed = await openBed({ limited: true, trustedProxies: ["127.0.0.1"] });
    const statuses = new Set<number>();
    for (let at = 0; at < 105; at++) {
      const answer = await signUp(bed, "Ada", { "X-Forwarded-For": `198.51.100.${at}` });
      statuses.add(answer.status);
    }
    expect([...statuses]).toEqual([200]);
  });

  test("[W57] whoever sends many headers hides none that a proxy adds after them", async () => {
    const bed = await openBed({ limited: true, trustedProxies: ["127.0.0.1"] });
    const junk = Array.from({ length: 500 }, (_, at) => `x${at}: y\r\n`).join("");
    const statuses: string[] = [];
    for (let at = 0; at < 105; at++) {
      const head =
        "POST /api/session/guest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
        `Content-Length: 14\r\nX-Forwarded-For: 198.51.100.${at}\r\n${junk}`;
      const proxied = `${head}X-Forwarded-For: 203.0.113.9\r\n\r\n{"name":"Ada"}`;
      statuses.push((await sendBytes(bed.port, "127.0.0.1", proxied)).slice(9, 12));
    }
    expect(statuses.filter((status) => status === "200")).toHaveLength(100);
    expect(statuses.filter((status) => status === "429")).toHaveLength(5);
  });
});

describe("the lobby", () => {
  const listing = (name: string, given: object = {}) => ({
    ...{ room: `roomof${name}` as RoomId, game: "nim", gameVersion: 1, code: name },
    ...({ open: "listed", status: "waiting", seatsTaken: 1, seatsMax: 2, listedMs: 0 } as const),
    ...given,
  });

  test("[W10] tells the games there are and their shapes", async () => {
    const bed = await openBed();
    const { json } = await bed.ask("GET /api/games");
    expect(json?.games).toMatchObject([
      { name: "nim", seats: { min: 2, max: 2 } },
      { name: "arena" },
      { name: "adventure" },
    ]);
    const games = (json?.games ?? []) as { readonly shape: string }[];
    for (const { shape } of games) expect(shape).toMatch(/^[0-9a-f]{8}$/);
  });

  test("[W11] tells listed rooms that are open, and nothing of private, parked or ended ones", async () => {
    const bed = await openBed();
    await bed.store.listRoom(listing("full", { seatsTaken: 2, status: "running" }));
    await bed.store.listRoom(listing("free"));
    await bed.store.listRoom(listing("other", { game: "arena" }));
    await bed.store.listRoom(listing("secret", { open: "private" }));
    await bed.store.listRoom(listing("ended", { status: "ended" }));
    await bed.store.listRoom(listing("parked", { status: "parked" }));
    const { json } = await bed.ask("GET /api/rooms?game=nim");
    expect(json).toEqual({
      rooms: [
        { room: "roomoffree", game: "nim", status: "waiting", seatsTaken: 1, seatsMax: 2 },
        { room: "roomoffull", game: "nim", status: "running", seatsTaken: 2, seatsMax: 2 },
      ],
    });
    expect((await bed.ask("GET /api/rooms")).json?.rooms).toHaveLength(3);
    expect((await bed.ask("GET /api/rooms?game=chess")).status).toBe(404);
    expect((await bed.ask("GET /api/rooms?game=__proto__")).status).toBe(400);
  });

  test("[W12] however often strangers ask, the store is asked once a second", async () => {
    const bed = await openBed();
    bed.store.calls.length = 0;
    const startedMs = performance.now();
    await Promise.all(Array.from({ length: 50 }, () => bed.ask("GET /api/rooms")));
    const seconds = Math.ceil((performance.now() - startedMs) / 1_000);
    const asked = bed.store.calls.filter((call) => call === "rooms").length;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(seconds);
  });

  test("[W13] tells somebody's own seats, those of ended rooms left out", async () => {
    const bed = await openBed();
    const { cookie } = await signUp(bed);
    const known = await bed.people.signIn.known(cookie);
    const identity = known?.identity.id as IdentityId;
    await bed.store.listRoom(listing("free"));
    await bed.store.listRoom(listing("ended", { status: "ended" }));
    for (const name of ["free", "ended"]) {
      const room = `roomof${name}` as RoomId;
      await bed.store.linkSeat(identity, { room, game: "nim", seat: 1, since: 0 });
    }
    const { json } = await bed.ask("GET /api/seats", { headers: showing(cookie) });
    expect(json).toEqual({ seats: [{ room: "roomoffree", game: "nim", seat: 1 }] });
    const other = await signUp(bed, "Bob");
    const none = await bed.ask("GET /api/seats", { headers: showing(other.cookie) });
    expect(none.json).toEqual({ seats: [] });
  });
});

describe("every answer", () => {
  test("[W14] carries the headers that keep browsers careful, also to a broken request", async () => {
    const bed = await openBed();
    const answers = [
      await bed.ask("GET /api/games"),
      await bed.ask("GET /no/such/page.txt"),
      await bed.ask("GET /api/nothing"),
      await bed.ask("POST /api/session/guest", { body: "{" }),
      await bed.ask("GET /api/games", { headers: { Host: "bad host" } }),
      await bed.ask("GET /healthz"),
    ];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
      });
      const policy = headers["content-security-policy"];
      for (const part of [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]) {
        expect(policy).toContain(part);
      }
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers["strict-transport-security"]).toBeUndefined();
      expect(headers["x-powered-by"]).toBeUndefined();
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 400, 400, 200]);
  });

  test("[W14] lets a page talk to the host it came from, by its plain name alone", async () => {
    const bed = await openBed();
    const policyFor = async (host: string) => {
      const { headers } = await bed.ask("GET /api/games", { headers: { Host: host } });
      return /connect-src ([^;]*)/.exec(String(headers["content-security-policy"]))?.[1];
    };
    expect(await policyFor("192.168.1.7:3000")).toBe(
      "'self' ws://192.168.1.7:3000 wss://192.168.1.7:3000",
    );
    expect(await policyFor("[fd00::1]:3000")).toBe(
      "'self' ws://[fd00::1]:3000 wss://[fd00::1]:3000",
    );
    for (const host of ["*", "a;script-src *", "a b", "evil.example/", "'unsafe-inline'"]) {
      expect(await policyFor(host)).toBe("'self'");
    }
  });

  test("[W15] of production forbids plain http from then on", async () => {
    const bed = await openBed({ production: true, allowedOrigins: ["https://play.example.org"] });
    const { headers } = await bed.ask("GET /healthz");
    expect(headers["strict-transport-security"]).toBe("max-age=31536000");
  });

  test("[W16] about somebody is never kept by a cache, and none tells what runs here", async () => {
    const bed = await openBed();
    const { cookie, headers } = await signUp(bed);
    expect(headers["cache-control"]).toBe("no-store");
    const who = await bed.ask("GET /api/session", { headers: showing(cookie) });
    expect(who.headers["cache-control"]).toBe("no-store");
    for (const line of ["GET /healthz", "GET /readyz"]) {
      const answer = await bed.ask(line);
      expect([answer.status, answer.text]).toEqual([200, "ok"]);
      expect(answer.headers.server).toBeUndefined();
    }
    bed.state.isReady = false;
    expect((await bed.ask("GET /readyz")).status).toBe(503);
    expect((await bed.ask("GET /healthz")).status).toBe(200);
    for (const path of [
      "/metrics",
      "/debug",
      "/.env",
      "/server/main.ts",
      "/admin",
      "/socket.io.js",
    ]) {
      expect((await bed.ask(`GET ${path}`)).status).toBe(404);
    }
  });

  test("[W17] while the store is away says so, and to come again", async () => {
    const bed = await openBed();
    const { cookie } = await signUp(bed);
    bed.store.isAway = true;
    const answers = [
      await signUp(bed),
      await bed.ask("POST /api/session/token", { headers: { ...JSON_TYPE, ...showing(cookie) } }),
      await bed.ask("GET /api/session", { headers: showing(cookie) }),
      await bed.ask("GET /api/rooms"),
    ];
    for (const answer of answers) {
      expect([answer.status, reasonOf(answer)]).toEqual([503, "store-away"]);
      expect(answer.headers["retry-after"]).toBe("1");
      expect(answer.text).not.toMatch(/away for a test|at \w+ \(|node_modules/);
    }
    bed.store.isAway = false;
    expect((await bed.ask("GET /api/rooms")).status).toBe(200);
  });

  test("[W18] to a mistake of ours names a line of the log and nothing else", async () => {
    const bed = await openBed();
    const { cookie } = await signUp(bed);
    bed.store.isBroken = true;
    const answer = await bed.ask("GET /api/session", { headers: showing(cookie) });
    expect([answer.status, reasonOf(answer)]).toEqual([500, "server-fault"]);
    const { incident = "" } = errorOf(answer);
    expect(incident).toMatch(/^[a-z0-9]{10}$/);
    expect(answer.text).not.toMatch(/broken for a test|at \w+ \(|node_modules/);
    const line = bed.lines.find((each) => each.includes(incident)) ?? "";
    expect(JSON.parse(line)).toMatchObject({
      event: "request-failed",
      cause: { message: "broken for a test" },
    });
  });
});
