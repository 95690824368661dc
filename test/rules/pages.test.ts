// The pages' smaller parts: addresses and codes, steering, foreseen shots, the camera, and the lines
// that the lab spoils.

import { expect, test } from "vitest";
import { cameraOn, isShown, onScreen } from "../../client/app/arena/camera.ts";
import { OwnShots } from "../../client/app/arena/ownShots.ts";
import { Steering } from "../../client/app/arena/steering.ts";
import { arrivalMs, CALM, Lane } from "../../client/app/lab/conditions.ts";
import { nameAt } from "../../client/app/nameAt.ts";
import { nimTexts } from "../../client/app/nim/nimTexts.ts";
import { hashOf, heardOf, type TableWanted, tableOf } from "../../client/app/route.ts";
import { SEA } from "../../shared/games/arenaSea.ts";
import { seededRandom } from "../../shared/random.ts";

test("[A20] a table's address leads back to the same table, and nonsense to the landing page", () => {
  const tables: readonly TableWanted[] = [
    { game: "nim", place: { kind: "any" }, isWatching: false },
    { game: "arena", place: { kind: "private" }, isWatching: false },
    { game: "arena", place: { kind: "code", code: "k7m2p" }, isWatching: true },
    { game: "nim", place: { kind: "room", room: "abcdefgh12" }, isWatching: false },
  ];
  for (const table of tables) expect(tableOf(hashOf(table))).toEqual(table);
  for (const hash of ["", "#", "#/", "#/chess", "#/nim/room/x", "#/nim/<b>", "#/nim/a/b/c"]) {
    expect(tableOf(hash)).toBeUndefined();
  }
});

test("[A36] who has won and left since is called somebody who has left, not a free seat", () => {
  const ada = {
    index: 0,
    name: "Ada",
    presence: "held",
    cause: "none",
    keptMs: undefined,
  } as const;
  const seats = [ada];
  expect(nameAt({ seats }, 0)).toBe("Ada");
  expect(nimTexts.lost(nameAt({ seats }, 1))).toMatch(/^Somebody who has left took/);
});

test("[A21] a code is understood as friends tell it, type it or send it", () => {
  const nim = { game: "nim", place: { kind: "code", code: "k7m2p" }, isWatching: false };
  for (const typed of [
    "nim-k7m2p",
    " Nim K7M2P ",
    "nimk7m2p",
    "http://192.168.1.7:3000/#/nim/k7m2p",
    "https://play.example/?lab#/nim/K7M2P",
  ]) {
    expect(heardOf(typed)).toEqual(nim);
  }
  for (const typed of ["k7m2p", "", "nim", "http://x.example/#/nim"]) {
    expect(heardOf(typed)).toBeUndefined();
  }
});

test("[A22] keys turn the helm while they are held, sail ahead and fire", () => {
  const steering = new Steering();
  steering.align(0);
  expect(steering.press("KeyZ")).toBe(false);
  expect(steering.press("ArrowRight")).toBe(true);
  steering.press("KeyW");
  steering.press("Space");
  const turned = steering.steer(100);
  expect(turned.heading).toBeGreaterThan(5);
  expect(turned).toMatchObject({ thrust: 10, fire: true });
  steering.release("ArrowRight");
  steering.release("KeyW");
  expect(steering.steer(100)).toEqual({ heading: turned.heading, thrust: 0, fire: true });
  steering.releaseAll();
  expect(steering.steer(100).fire).toBe(false);
});

test("[A23] mouse and stick point where to go and how fast; taking the keys lets them go", () => {
  const steering = new Steering();
  steering.point(0, 400);
  expect(steering.steer(16)).toEqual({ heading: 64, thrust: 10, fire: false });
  steering.point(0, 20);
  expect(steering.steer(16).thrust).toBe(0);
  steering.tilt(-1, 0);
  expect(steering.steer(16)).toMatchObject({ heading: 128, thrust: 10 });
  steering.press("KeyA");
  expect(steering.steer(0).thrust).toBe(0);
  steering.tilt(0.1, 0);
  expect(steering.steer(0)).toMatchObject({ heading: 128, thrust: 0 });
});

test("[A24] a shot shows at once and gives way to the one the server tells of, or to none", () => {
  const shots = new OwnShots();
  const guns = { level: 0, charges: 2 };
  const pose = { x: 500, y: 500, course: 0 };
  shots.pull(1_010, pose, guns);
  const [foreseen] = shots.waiting([], 1_010, guns);
  expect(foreseen).toMatchObject({ bornMs: 1_050, heading: 0, y: 500 });
  shots.pull(1_300, pose, guns);
  expect(shots.waiting([], 1_300, guns)).toHaveLength(1);
  const told = { x: 526, y: 500, heading: 0, bornMs: 1_100 };
  expect(shots.waiting([told], 1_300, guns)).toHaveLength(0);
  shots.pull(1_440, pose, guns);
  expect(shots.waiting([told], 1_440, guns)).toHaveLength(0);
  shots.pull(1_490, pose, guns);
  expect(shots.waiting([told], 1_490, guns)).toHaveLength(1);
  expect(shots.waiting([], 2_100, guns)).toHaveLength(0);
  shots.pull(3_000, pose, { level: 0, charges: 0 });
  expect(shots.waiting([], 3_000, guns)).toHaveLength(0);
});

test("[A25] the image stays over the sea and shows its centre where the ship is", () => {
  const screen = { width: 1280, height: 744 };
  const middle = cameraOn({ x: SEA.width / 2, y: SEA.height / 2 }, screen);
  expect(onScreen(middle, { x: SEA.width / 2, y: SEA.height / 2 })).toEqual({ x: 640, y: 372 });
  const corner = cameraOn({ x: 0, y: 0 }, screen);
  expect(corner.left).toBe(-60);
  expect(isShown(corner, { x: 0, y: 0 }, 1)).toBe(true);
  expect(isShown(corner, { x: SEA.width, y: SEA.height }, 10)).toBe(false);
  const wall = cameraOn({ x: 0, y: 0 }, { width: 4_000, height: 3_000 });
  expect(wall.left).toBe((SEA.width - 4_000 / wall.scale) / 2);
  const phone = cameraOn({ x: 0, y: 0 }, { width: 390, height: 788 });
  expect(phone.scale).toBeLessThan(middle.scale);
});

test("[A26] the lab's line delivers in order, late by what it was told, and lost ones later", () => {
  const random = seededRandom(4);
  const rough = { ...CALM, delayMs: 80, jitterMs: 40, lossPercent: 20 };
  const lane = new Lane();
  const arrived: { number: number; atMs: number }[] = [];
  let nowMs = 0;
  for (let number = 0; number < 200; number++) {
    lane.put(arrivalMs(rough, number * 10, random), () => arrived.push({ number, atMs: nowMs }));
  }
  for (nowMs = 0; nowMs < 5_000; nowMs++) lane.run(nowMs);
  expect(arrived.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, at) => at));
  const delays = arrived.map(({ number, atMs }) => atMs - number * 10);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(80);
  expect(Math.max(...delays)).toBeGreaterThan(80 + 40 + 200);
  expect(arrivalMs(CALM, 7, random)).toBe(7);
});

test("[A26] a line says when the next message arrives, and loses what is under way when it is cut", () => {
  const lane = new Lane();
  const arrived: string[] = [];
  lane.put(100, () => arrived.push("one"));
  lane.put(50, () => arrived.push("two"));
  expect(lane.run(99)).toBe(100);
  expect(arrived).toEqual([]);
  expect(lane.run(100)).toBeUndefined();
  lane.put(200, () => arrived.push("three"));
  lane.clear();
  expect(lane.run(300)).toBeUndefined();
  expect(arrived).toEqual(["one", "two"]);
});
