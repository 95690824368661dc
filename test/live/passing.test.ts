// Passing: a guest who signs in to an account in the middle of a game finds the seat again as a player.
import { io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { nim } from "../../shared/games/nim.ts";
import type { JoinReply } from "../../shared/protocol.ts";
import { randomSecret } from "../../shared/random.ts";
import { startRedisServer } from "../contract/redisServer.ts";
import { ask } from "./httpBed.ts";
import { LabServer, until } from "./lab.ts";

let server: LabServer;
beforeAll(async () => {
  server = await LabServer.start();
});
afterAll(() => server.close());

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function connect(token: unknown, { url } = server) {
  const auth = { protocol: 1, page: randomSecret(16), frames: "json", token };
  return io(url, { transports: ["websocket"], reconnection: false, auth });
}

test("[S100] a guest who signs in while playing is told to, and sits in the same seat as a player", async () => {
  const account = { name: "Ada", password: "a long and unusual one" };
  const registered = await ask(server.port, "POST /api/account/register", { body: account });
  expect(registered.status).toBe(200);
  const guest = await ask(server.port, "POST /api/session/guest", { body: { name: "Somebody" } });
  const socket = connect(guest.json?.token);
  const closing = new Promise<unknown>((resolve) => socket.once("closing", resolve));
  const request = { game: "nim", shape: nim.shape, create: "private" };
  const joined = (await socket.emitWithAck("join", request)) as JoinReply;
  if (!("seated" in joined)) throw new Error(joined.refusal.reason);
  const { room, seat } = joined.seated;
  const headers = { Cookie: `holdfast=${guest.cookie}` };
  const signedIn = await ask(server.port, "POST /api/account/sign-in", { body: account, headers });
  expect(signedIn.json).toMatchObject({ session: { name: "Ada", role: "player" } });
  expect(await closing).toMatchObject({ reason: "session-revoked", next: "sign-in" });
  const mine = { headers: { Cookie: `holdfast=${signedIn.cookie}` } };
  const seats = async () => (await ask(server.port, "GET /api/seats", mine)).json?.seats;
  const owned = JSON.stringify([{ room, game: "nim", seat }]);
  await until("the seat is the player's", async () => JSON.stringify(await seats()) === owned);
  const again = connect(signedIn.json?.token);
  const rejoined = (await again.emitWithAck("join", {
    ...{ game: "nim", shape: nim.shape, room },
  })) as JoinReply;
  expect(rejoined).toMatchObject({ seated: { room, seat } });
  socket.close();
  again.close();
});

test("[S110] a node is killed before the seat of a guest who signed in there has moved: with the next token it moves", async () => {
  const redis = await startRedisServer({ fsync: "always" });
  closers.push(() => redis.stop());
  const environment = { REDIS_URL: redis.url, SECRETS: `k1:${randomSecret(32)}` };
  const [host, other] = await Promise.all([
    LabServer.start({ environment }),
    LabServer.start({ environment }),
  ]);
  closers.push(
    () => host.close(),
    () => other.close(),
  );
  const account = { name: "Ada", password: "a long and unusual one" };
  const registered = await ask(other.port, "POST /api/account/register", { body: account });
  expect(registered.status).toBe(200);
  const guest = await ask(host.port, "POST /api/session/guest", { body: { name: "Somebody" } });
  const socket = connect(guest.json?.token, host);
  const request = { game: "nim", shape: nim.shape, create: "private" };
  const joined = (await socket.emitWithAck("join", request)) as JoinReply;
  if (!("seated" in joined)) throw new Error(joined.refusal.reason);
  const { room, seat } = joined.seated;
  const seatsOf = async (cookie: string | undefined) => {
    const headers = { Cookie: `holdfast=${cookie}` };
    return (await ask(other.port, "GET /api/seats", { headers })).json?.seats;
  };
  const owned = JSON.stringify([{ room, game: "nim", seat }]);
  const sits = async (cookie: string | undefined) =>
    JSON.stringify(await seatsOf(cookie)) === owned;
  await until("the seat is known", () => sits(guest.cookie));
  await host.signal("SIGSTOP");
  const headers = { Cookie: `holdfast=${guest.cookie}` };
  const signedIn = await ask(other.port, "POST /api/account/sign-in", { body: account, headers });
  expect(signedIn.status).toBe(200);
  await Promise.all([other.signal("SIGKILL"), host.signal("SIGKILL")]);
  await other.begin();
  const mine = { headers: { Cookie: `holdfast=${signedIn.cookie}` }, body: {} };
  expect((await ask(other.port, "POST /api/session/token", mine)).status).toBe(200);
  await until("the seat has moved", () => sits(signedIn.cookie));
  socket.close();
});
