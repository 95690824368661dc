// Quarantine: a room that ends every process that hosts it, real processes one after the other, and the
// operator who lets it out.

import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { join } from "../../client/join.ts";
import { Session } from "../../client/session.ts";
import { admin } from "./adminCommand.ts";
import { LabServer, until } from "./lab.ts";
import { wellOf } from "./well.ts";

const SOUND = fileURLToPath(new URL("serveWell.ts", import.meta.url));
const POISONED = fileURLToPath(new URL("servePoisoned.ts", import.meta.url));
/** Claims in a row after which a room is left alone. */
const HOSTS_ENDED = 3;

/**
 * Begins poisoned processes until one leaves the room alone; gives how many ended before. One that wrote
 * something first does not count for the room, and whether it does depends on who comes back when.
 */
async function endHosts(server: LabServer): Promise<number> {
  const leavesAlone = () => server.output.includes('"event":"room-quarantined"');
  for (let ended = 0; ; ended++) {
    // It may end before it serves, or with the first player who comes back.
    await server.begin(POISONED).catch(() => undefined);
    const isOver = async () => leavesAlone() || !(await server.isReady());
    await until("it has ended, or leaves the room alone", isOver);
    if (leavesAlone()) return ended;
  }
}

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test("[L63] a room whose rules end every host is left alone, its players are told, and once it is let out they are back in their seats", async () => {
  const server = await LabServer.start({ script: SOUND });
  closers.push(() => server.close());
  const game = wellOf("sound");
  const [one, other] = [new Session(server.url), new Session(server.url)] as const;
  const ada = await join({ url: server.url, game, session: one, create: "private" });
  const { room, code } = ada;
  const bob = await join({ url: server.url, game, session: other, code });
  closers.push(
    () => ada.close(),
    () => bob.close(),
  );
  for (const seat of [ada, bob]) expect(await seat.send.draw({})).toEqual({ end: "applied" });
  await server.signal("SIGKILL");
  expect(await endHosts(server)).toBeGreaterThanOrEqual(HOSTS_ENDED);
  for (const seat of [ada, bob]) {
    await until("the player is told", () => seat.status.phase === "over");
    expect(seat.status).toMatchObject({ reason: "room-quarantined", next: "never" });
  }
  await until("it is listed", async () => (await admin(server, "quarantined")).includes(code));
  const told = await admin(server, "quarantined");
  expect(told).toMatch(new RegExp(`${code}: well, version 1, 2 of 4 seats taken, since 20\\d\\d-`));
  expect(server.output).toContain("npm run admin -- quarantined");
  // The mended build alone does not bring it back: it might not be mended.
  await server.signal("SIGTERM");
  await server.begin(SOUND);
  const back = { url: server.url, game, room };
  await expect(join({ ...back, session: one })).rejects.toMatchObject({
    reason: "room-quarantined",
  });
  await expect(admin(server, "release", "nosuch")).rejects.toThrow("admin -- quarantined");
  expect(await admin(server, "release", code)).toContain("is released");
  await until("it is taken over", async () => (await admin(server, "quarantined")).includes("No "));
  for (const [at, session] of [one, other].entries()) {
    const seat = await join({ ...back, session });
    closers.push(() => seat.close());
    expect([seat.index, seat.state.bucket.drawn]).toEqual([at, 2 + at]);
    expect(await seat.send.draw({})).toEqual({ end: "applied" });
  }
});

test("[L64] a room that ends every host takes none of those into quarantine that are taken over beside it", async () => {
  const server = await LabServer.start({ script: SOUND });
  closers.push(() => server.close());
  const game = wellOf("sound");
  const sit = async () => {
    const session = new Session(server.url);
    const seat = await join({ url: server.url, game, session, create: "private" });
    closers.push(() => seat.close());
    return seat;
  };
  const seats = [await sit()];
  while (seats.length < 12) seats.push(await sit());
  const poisoned = seats[5];
  for (const _twice of [1, 2]) await poisoned?.send.draw({});
  await server.signal("SIGKILL");
  await endHosts(server);
  for (const seat of seats) {
    if (seat === poisoned) continue;
    await until("they play on", () => seat.status.phase === "live");
    expect(await seat.send.draw({})).toEqual({ end: "applied" });
  }
  await until("the poisoned room is left alone", () => poisoned?.status.phase === "over");
  expect(await admin(server, "quarantined")).toContain(poisoned?.code);
  expect(server.output.split('"event":"room-quarantined"')).toHaveLength(2);
});
