// Incoming: what waits for a room that is on its way into memory, over real rooms, the in-process store
// and virtual time.
import { expect, test } from "vitest";
import { openMemoryStore } from "../../server/store/memory.ts";
import { VirtualClock } from "../../server/testing/testing.ts";
import type { Game } from "../../shared/game.ts";
import { logbook } from "./harbour.ts";
import { newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";

test("[N190] what is put before a room that is being loaded comes to it in order, 1,000 at most, and whoever comes after them is told", async () => {
  const clock = new VirtualClock();
  const store = await openMemoryStore({ clock });
  const ground = { store, clock, game: logbook as unknown as Game };
  const before = nodeOver(ground, 1);
  const room = await newRoom(before);
  await before.rooms.stop();
  const node = nodeOver(ground, 2);
  const post = sitDown(node, room, 1);
  for (let count = 2; count < 1_000; count++) post({ kind: "active" });
  sitDown(node, room, 2);
  sitDown(node, room, 3);
  await pass(clock, 200);
  const answers = node.tells.filter(({ kind }) => kind === "seated" || kind === "refusal");
  expect(answers).toMatchObject([
    { kind: "refusal", to: "connection3", reason: "server-busy" },
    { kind: "seated", to: "connection1" },
    { kind: "seated", to: "connection2" },
  ]);
});
