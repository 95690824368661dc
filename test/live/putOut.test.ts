// Put out: a moderator on one node has a guest leave a room that another node hosts.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nim } from "../../shared/games/nim.ts";
import type { JoinReply, RefusalMessage } from "../../shared/protocol.ts";
import { randomSecret } from "../../shared/random.ts";
import { type RedisServer, startRedisServer } from "../contract/redisServer.ts";
import { ask } from "./httpBed.ts";
import { LabServer } from "./lab.ts";

const ADMIN = fileURLToPath(new URL("../../server/admin.ts", import.meta.url));
const PASSWORD = "a long and unusual one";
/** Half of what it takes where nodes do not hear each other. */
const HEARD_MS_MAX = 5_000;
const UNHEARD_MS_MAX = 10_000;
let redis: RedisServer;
let host: LabServer;
let other: LabServer;
let environment: Record<string, string>;

beforeAll(async () => {
  redis = await startRedisServer({ fsync: "always" });
  environment = { REDIS_URL: redis.url, SECRETS: `k1:${randomSecret(32)}` };
  [host, other] = await Promise.all([
    LabServer.start({ environment }),
    LabServer.start({ environment }),
  ]);
});
afterAll(async () => {
  await Promise.all([host.close(), other.close()]);
  await redis.stop();
});

/** Registers somebody and gives them a role from the command line. */
async function withRole(name: string, role: string) {
  const account = { name, password: PASSWORD };
  await ask(other.port, "POST /api/account/register", { body: account });
  const env = { PATH: process.env.PATH, ...environment };
  await promisify(execFile)(process.execPath, ["--import", "tsx", ADMIN, "grant", name, role], {
    env,
  });
  const signedIn = await ask(other.port, "POST /api/account/sign-in", { body: account });
  return { Cookie: `holdfast=${signedIn.cookie}` };
}

/** A guest in a room that the first node hosts: of their own if none is given. */
async function guestInRoom(name: string, given?: string) {
  const guest = await ask(host.port, "POST /api/session/guest", { body: { name } });
  const socket = io(host.url, {
    ...{ transports: ["websocket"], reconnection: false },
    auth: { protocol: 1, page: randomSecret(16), frames: "json", token: guest.json?.token },
  });
  const where = given === undefined ? { create: "private" } : { room: given };
  const request = { game: "nim", shape: nim.shape, ...where };
  const joined = (await socket.emitWithAck("join", request)) as JoinReply;
  if (!("seated" in joined)) throw new Error(joined.refusal.reason);
  return { guest, socket, room: joined.seated.room };
}

test("[W40] a moderator sees who sits in a room of another node and puts a guest out of it at once", async () => {
  const headers = await withRole("Moda", "moderator");
  const { guest, socket, room } = await guestInRoom("Rude");
  const seen = await ask(other.port, `GET /api/admin/room?room=${room}`, { headers });
  expect(seen.json?.seats).toEqual([{ seat: 0, name: "Rude", identity: expect.any(String) }]);
  const { identity } = (seen.json as { seats: readonly { identity: string }[] }).seats[0] ?? {};
  const told = new Promise<RefusalMessage>((resolve) => socket.once("refusal", resolve));
  const askedMs = performance.now();
  const kick = { identity, room, keepOut: true };
  const kicked = await ask(other.port, "POST /api/admin/kick", { body: kick, headers });
  expect([kicked.status, kicked.json]).toMatchObject([200, { person: { name: "Rude" } }]);
  expect(await told).toMatchObject({ reason: "put-out", next: "never", room });
  expect(performance.now() - askedMs).toBeLessThan(HEARD_MS_MAX);
  const again = (await socket.emitWithAck("join", {
    ...{ game: "nim", shape: nim.shape, room },
  })) as JoinReply;
  expect(again).toMatchObject({ refusal: { reason: "put-out" } });
  // Whoever may not do it learns nothing, and nothing happens.
  const asGuest = { headers: { Cookie: `holdfast=${guest.cookie}` } };
  for (const [line, body] of [
    ["POST /api/admin/kick", kick],
    [`GET /api/admin/room?room=${room}`, undefined],
  ] as const)
    expect((await ask(host.port, line, { ...asGuest, body })).status).toBe(403);
  const nowhere = { ...kick, room: "noroomatall" };
  const lost = await ask(other.port, "POST /api/admin/kick", { body: nowhere, headers });
  expect(lost.status).toBe(404);
  for (const bad of [{ ...kick, room: "*" }, { room }, { ...kick, account: "x" }]) {
    const refused = await ask(other.port, "POST /api/admin/kick", { body: bad, headers });
    expect(refused.status).toBe(400);
  }
  socket.close();
});

test("[W58] a moderator puts a guest out of a room of another node within ten seconds, though Redis carries nothing between nodes", async () => {
  const headers = await withRole("Modo", "moderator");
  const { socket: stays, room } = await guestInRoom("Kind");
  const { socket } = await guestInRoom("Crude", room);
  await redis.command("ACL", "SETUSER", "holdfast", "-spublish");
  try {
    const seen = await ask(other.port, `GET /api/admin/room?room=${room}`, { headers });
    const { identity } = (seen.json as { seats: readonly { identity: string }[] }).seats[1] ?? {};
    const told: RefusalMessage[] = [];
    const out = new Promise<void>((resolve) => {
      socket.on("refusal", (refusal: RefusalMessage) => {
        told.push(refusal);
        resolve();
      });
    });
    const askedMs = performance.now();
    const kick = { identity, room, keepOut: false };
    const kicked = await ask(other.port, "POST /api/admin/kick", { body: kick, headers });
    expect([kicked.status, kicked.json]).toMatchObject([200, { person: { name: "Crude" } }]);
    await out;
    expect(performance.now() - askedMs).toBeLessThan(UNHEARD_MS_MAX);
    expect(told).toMatchObject([{ reason: "put-out", room }]);
    // Nothing was carried, or this shows nothing.
    expect(other.output).toContain("relay-refused");
    // Who was let in again stays in when what waited for the other node arrives after all.
    const request = { game: "nim", shape: nim.shape, room };
    const again = (await socket.emitWithAck("join", request)) as JoinReply;
    expect(again).toMatchObject({ seated: { room } });
    await redis.command("ACL", "SETUSER", "holdfast", "+spublish");
    const next = await guestInRoom("Rash");
    const nextSeen = await ask(other.port, `GET /api/admin/room?room=${next.room}`, { headers });
    const [nextSeat] = (nextSeen.json as { seats: readonly { identity: string }[] }).seats;
    const last = { identity: nextSeat?.identity, room: next.room, keepOut: false };
    const lastKick = await ask(other.port, "POST /api/admin/kick", { body: last, headers });
    expect(lastKick.status).toBe(200);
    expect(told).toHaveLength(1);
    next.socket.close();
  } finally {
    await redis.command("ACL", "SETUSER", "holdfast", "+spublish");
    for (const each of [stays, socket]) each.close();
  }
});
