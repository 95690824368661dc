// Alerts: what is unusual about somebody's account or seat reaches the pages of its owner, on whatever
// node they are connected.
import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SIGN_EVERY_MS } from "../../server/node/membership.ts";
import { nim } from "../../shared/games/nim.ts";
import type { JoinReply, NoticeMessage, Seated } from "../../shared/protocol.ts";
import { randomSecret } from "../../shared/random.ts";
import { type RedisServer, startRedisServer } from "../contract/redisServer.ts";
import { ask } from "./httpBed.ts";
import { LabServer } from "./lab.ts";

const PASSWORD = "a long and unusual one";
/** Half of what it takes where nodes do not hear each other. */
const HEARD_MS_MAX = 5_000;
const ADA = { name: "Ada", password: PASSWORD };
let redis: RedisServer;
let one: LabServer;
let other: LabServer;
const sockets: Socket[] = [];

beforeAll(async () => {
  redis = await startRedisServer({ fsync: "always" });
  const environment = { REDIS_URL: redis.url, SECRETS: `k1:${randomSecret(32)}` };
  [one, other] = await Promise.all([
    LabServer.start({ environment }),
    LabServer.start({ environment }),
  ]);
  // By then each knows that the other has just started.
  await sleep(2 * SIGN_EVERY_MS);
});

afterAll(async () => {
  for (const socket of sockets) socket.close();
  await Promise.all([one.close(), other.close()]);
  await redis.stop();
});

/** A page of somebody who shows a token, or a ticket in a seat. */
function connect({ url }: LabServer, auth: object, page = randomSecret(16)): Socket {
  const options = { transports: ["websocket"], reconnection: false, forceNew: true };
  const socket = io(url, { ...options, auth: { protocol: 1, page, frames: "json", ...auth } });
  sockets.push(socket);
  return socket;
}

/** Resolves with the next alert that a page is told of. */
function alerted(socket: Socket): Promise<NoticeMessage> {
  return new Promise((resolve) => {
    const hear = (notice: NoticeMessage) => {
      if (notice.kind !== "alert") return;
      socket.off("notice", hear);
      resolve(notice);
    };
    socket.on("notice", hear);
  });
}

test("[L49] an unusual sign-in and a stolen ticket are told on every page of their owner at once, on whatever node", async () => {
  const registered = await ask(one.port, "POST /api/account/register", { body: ADA });
  const { token } = registered.json as { token: string };
  const pages = [one, other].map((node) => connect(node, { token }));
  await Promise.all(pages.map((page) => new Promise((resolve) => page.once("welcome", resolve))));
  const [seated, away] = pages as [Socket, Socket];
  const joined = (await seated.emitWithAck("join", {
    ...{ game: "nim", shape: nim.shape, create: "private" },
  })) as JoinReply;
  if (!("seated" in joined)) throw new Error(joined.refusal.reason);
  const heard = Promise.all(pages.map(alerted));
  const agent = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0" };
  await ask(other.port, "POST /api/account/sign-in", { body: ADA, headers: agent });
  const answeredMs = performance.now();
  const alert = { kind: "alert", alert: "new-device", device: "Firefox on Linux" };
  expect(await heard).toEqual([alert, alert]);
  expect(performance.now() - answeredMs).toBeLessThan(HEARD_MS_MAX);

  const { room, instance, ticket } = joined.seated;
  seated.close();
  const page = randomSecret(16);
  let newest = ticket;
  for (let count = 0; count < 2; count++) {
    const seats = [{ room, instance, shape: nim.shape, ticket: newest }];
    const again = connect(one, { seats }, page);
    newest = (await new Promise<Seated>((resolve) => again.once("seated", resolve))).ticket;
    again.close();
  }
  const told = alerted(away);
  const reusedMs = performance.now();
  connect(other, { seats: [{ room, instance, shape: nim.shape, ticket }] });
  expect(await told).toEqual({ kind: "alert", alert: "ticket-reused", device: "" });
  expect(performance.now() - reusedMs).toBeLessThan(HEARD_MS_MAX);
  const cookie = { Cookie: `holdfast=${registered.cookie}` };
  const owned = await ask(one.port, "GET /api/sessions", { headers: cookie });
  expect(owned.json?.alerts).toMatchObject([{ kind: "ticket-reused" }, { kind: "new-device" }]);
});
