// Inputs: the client's newest values of several inputs, on their way to the room that takes them.

import { expect, test } from "vitest";
import { Inputs as SentInputs } from "../../client/inputs.ts";
import { readInput } from "../../server/gate/binaryInput.ts";
import { Guard } from "../../server/gate/guard.ts";
import { Inputs as TakenInputs } from "../../server/room/inputs.ts";
import { defineGame, u8 } from "../../shared/game.ts";

const NAMES = ["steer", "aim", "look", "lean"] as const;
const axis = { by: u8 };
const cockpit = defineGame({
  name: "cockpit",
  version: 1,
  seats: { min: 1, max: 1 },
  tickHz: 60,
  records: {},
  inputs: { steer: axis, aim: axis, look: axis, lean: axis },
  rules: {},
});

/** A page's inputs, and the room that they arrive at in the order they left. */
function cockpitScene() {
  const sent = new SentInputs(cockpit);
  const taken = new TakenInputs(cockpit);
  const outcomes: string[] = [];
  return {
    sent,
    outcomes,
    newest: (name: string) => taken.newest(0, name)?.by,
    deliver(nowMs: number): number {
      const messages = sent.take(1, nowMs);
      for (const { bytes } of messages) {
        const read = readInput(bytes, cockpit);
        outcomes.push(read === undefined ? "unreadable" : taken.take(0, read.n, read));
      }
      return messages.length;
    },
  };
}

test("[C108] inputs of several names leave in the order of their numbers, and each of them arrives", () => {
  const { sent, outcomes, deliver, newest } = cockpitScene();
  NAMES.forEach((name, at) => void sent.offer(name, { by: at }, 0));
  deliver(0);
  // Given in another order than before, and one of them twice.
  for (const name of ["lean", "look", "aim", "steer", "look"])
    sent.offer(name, { by: 100 + name.length }, 1_000);
  deliver(1_000);
  expect(NAMES.map(newest)).toEqual([105, 103, 104, 104]);
  sent.renew();
  deliver(2_000);
  expect(outcomes.filter((outcome) => outcome !== "taken")).toEqual([]);
  expect(outcomes).toHaveLength(12);
});

test("[C106] however many inputs a game has, a page sends no more of them than the server lets pass", () => {
  const { sent, outcomes, deliver } = cockpitScene();
  const guard = new Guard(0);
  guard.message("0{}", 0);
  guard.admit();
  const verdicts = new Set<string>();
  for (let nowMs = 0; nowMs < 120_000; nowMs += 4) {
    for (const name of NAMES) sent.offer(name, { by: (nowMs / 4) % 256 }, nowMs);
    for (let left = deliver(nowMs); left > 0; left--)
      verdicts.add(guard.message(new Uint8Array(11).fill(0x69), nowMs).kind);
  }
  expect([...verdicts]).toEqual(["input"]);
  // And not many fewer.
  expect(outcomes.length / 120).toBeGreaterThan(60);
});

test("[C106] a single input leaves with every tick", () => {
  const { sent, outcomes, deliver } = cockpitScene();
  for (let nowMs = 0; nowMs < 10_000; nowMs += 4) {
    sent.offer("steer", { by: (nowMs / 4) % 256 }, nowMs);
    deliver(nowMs);
  }
  expect(outcomes.length).toBeGreaterThan(490);
});
