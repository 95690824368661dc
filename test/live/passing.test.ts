// Passing: a guest who signs in to an account in the middle of a game finds the seat again as a player.
import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nim } from "../../shared/games/nim.ts";
import type { JoinReply } from "../../shared/protocol.ts";
import { randomSecret } from "../../shared/random.ts";
import { ask } from "./httpBed.ts";
import { LabServer, until } from "./lab.ts";

let server: LabServer;
beforeAll(async () => {
  server = await LabServer.start();
});
afterAll(() => server.close());

function connect(token: unknown) {
  const auth = { protocol: 1, page: randomSecret(16), frames: "json", token };
  return io(server.url, { transports: ["websocket"], reconnection: false, auth });
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
  await until("the seat is the player's", async () => JSON.stringify(await seats()) !== "[]");
  expect(await seats()).toEqual([{ room, game: "nim", seat }]);
  const again = connect(signedIn.json?.token);
  const rejoined = (await again.emitWithAck("join", {
    ...{ game: "nim", shape: nim.shape, room },
  })) as JoinReply;
  expect(rejoined).toMatchObject({ seated: { room, seat } });
  socket.close();
  again.close();
});
