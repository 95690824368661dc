// Session: the client's HTTP calls against a real HTTP server that answers as ours does.

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { join } from "../../client/join.ts";
import { RefusedError, Session } from "../../client/session.ts";
import { nim } from "../../shared/games/nim.ts";

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly cookies?: readonly string[];
}

interface Asked {
  readonly line: string;
  readonly cookie: string | undefined;
  readonly body: string;
}

let server: Server;
let url: string;
let asked: Asked[];
let answers: Answer[];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

beforeEach(async () => {
  asked = [];
  answers = [];
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      asked.push({
        line: `${request.method} ${request.url}`,
        cookie: request.headers.cookie,
        body,
      });
      const { status, body: sent, cookies = [] } = answers.shift() ?? { status: 500 };
      response.writeHead(status, { "set-cookie": [...cookies] });
      response.end(
        typeof sent === "string" ? sent : sent === undefined ? "" : JSON.stringify(sent),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
});

const TOKEN = {
  session: { label: "l", name: "Ann", role: "guest", endsInMs: 5 },
  token: "t",
  expiresInMs: 9,
};
const STRANGER = {
  error: { reason: "sign-in-needed", next: "sign-in", message: "Sign in first." },
};

test("[C64] a program that is no browser keeps the cookie it is given, sends it back, and drops it when told", async () => {
  const session = new Session(url);
  answers.push(
    { status: 200, body: TOKEN, cookies: ["holdfast=secret; Path=/; HttpOnly; Max-Age=60", "x=y"] },
    { status: 200, body: TOKEN },
    { status: 204, cookies: ["holdfast=; Path=/; Max-Age=0"] },
    { status: 200, body: { session: null } },
  );
  expect(await session.guest("Ann")).toEqual(TOKEN);
  await session.token();
  await session.signOut();
  expect(await session.current()).toBeUndefined();
  expect(asked).toEqual([
    { line: "POST /api/session/guest", cookie: undefined, body: '{"name":"Ann"}' },
    { line: "POST /api/session/token", cookie: "holdfast=secret; x=y", body: "{}" },
    { line: "DELETE /api/session", cookie: "holdfast=secret; x=y", body: "" },
    { line: "GET /api/session", cookie: "x=y", body: "" },
  ]);
  // Somebody else's session in the same program is somebody else.
  answers.push({ status: 200, body: { seats: [] } });
  expect(await new Session(url).seats()).toEqual([]);
  expect(asked.at(-1)?.cookie).toBeUndefined();
});

test("[C107] a browser that does not know how to read several cookies of an answer can sign in", async () => {
  const { getSetCookie } = Headers.prototype;
  Reflect.deleteProperty(Headers.prototype, "getSetCookie");
  try {
    answers.push({ status: 200, body: TOKEN });
    expect(await new Session(url).guest("Ann")).toEqual(TOKEN);
  } finally {
    Headers.prototype.getSetCookie = getSetCookie;
  }
});

test("[C65] a token comes from the cookie, and only a stranger with a name becomes a guest", async () => {
  answers.push({ status: 200, body: TOKEN });
  expect(await new Session(url).anyToken("Ann")).toEqual(TOKEN);
  expect(asked).toMatchObject([{ line: "POST /api/session/token", body: '{"name":"Ann"}' }]);
  answers.push({ status: 401, body: STRANGER });
  await expect(new Session(url).anyToken(undefined)).rejects.toMatchObject({ next: "sign-in" });
  const busy = { error: { reason: "server-busy", next: "retry", retryInMs: 700 } };
  answers.push({ status: 503, body: busy });
  await expect(new Session(url).anyToken("Ann")).rejects.toMatchObject({
    next: "retry",
    retryInMs: 700,
  });
  expect(asked).toHaveLength(3);
});

test("[C66] a refusal says why and what is next, also when a proxy answers in the server's place", async () => {
  const session = new Session(url);
  answers.push({
    status: 400,
    body: { error: { reason: "name-invalid", next: "never", message: "No." } },
  });
  const error = await session.guest("").catch((refused: unknown) => refused);
  expect(error).toBeInstanceOf(RefusedError);
  expect(error).toMatchObject({ reason: "name-invalid", next: "never", text: "No." });
  for (const [status, body] of [
    [502, "<html>Bad gateway</html>"],
    [200, "<html>Welcome to this network. Sign in.</html>"],
    [404, ""],
    [401, "null"],
    [503, "{}"],
  ] as const) {
    answers.push({ status, body });
    await expect(session.rooms("nim")).rejects.toMatchObject({ next: "retry" });
  }
  expect(asked.at(-1)?.line).toBe("GET /api/rooms?game=nim");
  server.closeAllConnections();
  await new Promise<void>((done) => server.close(() => done()));
  await expect(session.token()).rejects.not.toBeInstanceOf(RefusedError);
});

test("[C113] a program that names no server, one by no http address or a path on one, is told how to name it before anything is tried", async () => {
  for (const wrong of [
    ...[undefined, "", "localhost:3000", "ws://localhost:3000", "/play", "http://"],
    ...["http://localhost:3000/play", "http://localhost:3000/?a", "http://localhost:3000#a"],
  ]) {
    expect(() => new Session(wrong), wrong).toThrow('url is as "http://localhost:3000", no path');
    const named = wrong === undefined ? {} : { url: wrong };
    await expect(join({ game: nim, ...named }), wrong).rejects.toThrow("url is as");
  }
  for (const right of [url, `${url}/`]) {
    expect(new Session(right).origin).toBe(new URL(url).origin);
  }
});
