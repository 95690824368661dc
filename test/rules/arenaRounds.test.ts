// The arena's rounds: who wins them, what a new one begins with, and rooms of the build that had none.

import { expect, test } from "vitest";
import type { Game } from "../../shared/game.ts";
import { arena } from "../../shared/games/arena.ts";
import { TICK_MS } from "../../shared/games/arenaMotion.ts";
import {
  CHARGES_MAX,
  DASH_MS,
  FINISH_MS,
  HULL_MAX,
  pointOf,
  ROUND_MS,
} from "../../shared/games/arenaRecords.ts";
import { arenaVersion1 } from "../../shared/games/arenaVersion1.ts";
import { EAST, OPEN, Scene } from "./arenaScene.ts";
import { RulesRoom } from "./rulesRoom.ts";

/** Ticks until a phase that began at the room's start, or just now, is over. */
const ticksTo = (scene: Scene) => (scene.state.round.untilMs - scene.nowMs) / TICK_MS;

function give(scene: Scene, scores: readonly number[]): void {
  scene.commit(() => {
    for (const [seat, score] of scores.entries()) scene.ship(seat).score = score;
  });
}

/** Ships at rest, far from pearls and from each other, to the last tick of the round. */
function toTheEnd(scene: Scene): void {
  scene.tick(ticksTo(scene) - 1);
  expect(scene.state.round.phase).toBe("sailing");
}

test("[X31] after three minutes whoever has most points has won the round", () => {
  const scene = new Scene(3);
  expect(scene.state.round).toMatchObject({ number: 1, phase: "sailing", untilMs: ROUND_MS });
  toTheEnd(scene);
  give(scene, [4, 9, 7]);
  scene.tick();
  expect(scene.state.round).toMatchObject({ number: 1, phase: "finished", winners: [1] });
  expect([0, 1, 2].map((seat) => scene.ship(seat).wins)).toEqual([0, 1, 0]);
  expect(scene.state.round.untilMs).toBe(scene.nowMs + FINISH_MS);
});

test("[X31] whoever has the same points shares a round, and without points nobody wins it", () => {
  const scene = new Scene(3);
  toTheEnd(scene);
  give(scene, [9, 3, 9]);
  scene.tick();
  expect(scene.state.round.winners).toEqual([0, 2]);
  scene.tick(ticksTo(scene));
  toTheEnd(scene);
  give(scene, [0, 0, 0]);
  scene.tick();
  expect(scene.state.round).toMatchObject({ number: 2, phase: "finished", winners: [] });
  expect([0, 1, 2].map((seat) => scene.ship(seat).wins)).toEqual([1, 0, 1]);
});

test("[X32] between two rounds ships sail, guns are silent and nothing counts", () => {
  const scene = new Scene(2);
  scene.tick(ticksTo(scene));
  scene.put(0, OPEN);
  scene.put(1, { x: OPEN.x + 150, y: OPEN.y });
  give(scene, [5, 5]);
  scene.commit(() => {
    Object.assign(scene.ship(0), { pearls: 30 });
    scene.state.pearls.add({ x: OPEN.x + 40, y: OPEN.y });
  });
  scene.steer(0, { heading: EAST, thrust: 10, fire: true });
  scene.tick(20);
  expect(scene.ship(0).x).toBeGreaterThan(OPEN.x + 10);
  expect(scene.ship(0)).toMatchObject({ score: 5, pearls: 30 });
  expect(scene.ship(1).hull).toBe(HULL_MAX);
  expect(scene.state.shots.size).toBe(0);
  expect(scene.command(0, "dropMine", {})).toBe("round-over");
  expect(scene.command(0, "upgrade", { part: "sail" })).toBe("round-over");
});

test("[X33] the next round begins by itself: the same seats, names and wins, everything else anew", () => {
  const scene = new Scene(3);
  scene.command(1, "renameShip", { title: "Kelpie" });
  scene.commit(() => {
    Object.assign(scene.ship(1), { guns: 2, planks: 1, sail: 3, pearls: 40, hull: 1, score: 9 });
    Object.assign(scene.ship(2), { state: "sunk", hull: 0, backAtMs: 4_000_000 });
  });
  toTheEnd(scene);
  expect(scene.command(0, "dropMine", {})).toBeUndefined();
  give(scene, [0, 50, 0]);
  scene.tick();
  scene.commit(() => {
    for (const { id } of [...scene.state.pearls]) scene.state.pearls.delete(id);
  });
  scene.tick(ticksTo(scene));
  expect(scene.state.round).toMatchObject({ number: 2, phase: "sailing", winners: [] });
  expect(scene.state.round.untilMs).toBe(scene.nowMs + ROUND_MS);
  expect(scene.state.mines.size).toBe(0);
  expect(scene.state.pearls.size).toBeGreaterThan(20);
  for (const seat of [0, 1, 2]) {
    const anew = {
      state: "afloat",
      hull: HULL_MAX,
      score: 0,
      pearls: 0,
      guns: 0,
      planks: 0,
      sail: 0,
    };
    expect(scene.ship(seat)).toMatchObject(anew);
    expect(scene.ship(seat).safeUntilMs).toBeGreaterThan(scene.nowMs);
  }
  expect(scene.ship(1)).toMatchObject({ title: "Kelpie", wins: 1 });
});

test("[X71] sixty days and a hundred thousand rounds on, rounds end, guns fire, mines lie and ships dash and return", () => {
  const scene = new Scene(2);
  scene.nowMs += 60 * 86_400_000;
  scene.commit(() => {
    scene.state.round.number = 100_000;
    Object.assign(scene.ship(0), { score: 5, charges: CHARGES_MAX, wins: 70_000 });
  });
  scene.tick();
  expect(scene.state.round).toMatchObject({ phase: "finished", winners: [0] });
  scene.tick(ticksTo(scene));
  expect(scene.state.round).toMatchObject({ number: 100_001, phase: "sailing" });
  // Safe for two seconds again.
  scene.tick(41);
  scene.put(0, OPEN);
  scene.put(1, { x: OPEN.x + 150, y: OPEN.y });
  scene.commit(() => {
    scene.ship(0).charges = CHARGES_MAX;
    scene.ship(1).hull = 1;
  });
  expect(scene.command(0, "dash", {})).toBeUndefined();
  expect(scene.command(0, "dropMine", {})).toBeUndefined();
  const [mine] = scene.view(0, "mines").values();
  expect(mine).toMatchObject({ laidMs: scene.nowMs });
  expect(scene.view("public", "ships").get(0)).toMatchObject({
    dashUntilMs: scene.nowMs + DASH_MS,
    wins: 70_001,
  });
  scene.shoot(0, EAST, 0);
  const [shot] = scene.view("public", "shots").values();
  expect(shot).toMatchObject({ bornMs: scene.nowMs });
  scene.tick(10);
  expect(scene.ship(1).state).toBe("sunk");
  scene.tick((scene.ship(1).backAtMs - scene.nowMs) / TICK_MS);
  expect(scene.ship(1).state).toBe("afloat");
  expect(scene.ship(1).safeUntilMs).toBeGreaterThan(scene.nowMs);
});

test("[X34] a room of the build without rounds goes on as it was, and its long round ends", () => {
  // What that build wrote into the heads of its snapshots: any other is a room of no known build.
  expect(arenaVersion1.shape).toBe("185bb756");
  const older = new RulesRoom(arenaVersion1, 1);
  for (const seat of [0, 1, 2]) older.take(seat);
  older.commit(() => {
    const { ships, lurkers, mines, pearls, shots } = older.state;
    ships.add({ seat: 0, state: "afloat", score: 71, title: "Kelpie", charges: 3, pearls: 8 }, 0);
    ships.add({ seat: 1, state: "hidden", score: 12, x: 300, y: 800, hull: 2, guns: 2 }, 1);
    ships.add({ seat: 2, state: "anchored", score: 30, awaySinceMs: 5, squareX: 3, spotX: 7.5 }, 2);
    lurkers.add({ x: 300, y: 800, heading: 9 }, 1);
    shots.add({ by: 0, x: 40, y: 50, heading: 7, bornMs: 900 });
    mines.add({ by: 1, x: 500, y: 600, laidMs: 1_000 });
    pearls.add({ x: 100, y: 200 });
  });
  const newer = new RulesRoom(arena as unknown as Game<typeof arena.records>, 1);
  newer.commit(() => arena.migrate[1]?.fill(older.state, newer.state));
  const { ships, lurkers, shots, mines, pearls, round } = newer.state;
  expect(ships.get(0)).toMatchObject({
    score: 71,
    title: "Kelpie",
    charges: 3,
    pearls: 8,
    wins: 0,
  });
  expect(ships.get(1)).toMatchObject({ state: "hidden", hull: 2, guns: 2, x: 300, y: 800 });
  expect(ships.get(2)).toMatchObject({ state: "afloat", scoreWhenLeft: 30 });
  expect(pointOf(ships.get(2) ?? { squareX: 0, squareY: 0, spotX: 0, spotY: 0 }).x).toBe(199.5);
  expect([...lurkers].map((each) => [each.id, each.x, each.heading])).toEqual([[1, 300, 9]]);
  expect([shots, mines, pearls].map(({ size }) => size)).toEqual([1, 1, 1]);
  newer.nowMs = 7_000_000;
  newer.tick();
  expect(round).toMatchObject({ phase: "finished", winners: [0] });
  newer.tick(FINISH_MS / TICK_MS);
  expect(round).toMatchObject({ number: 1, phase: "sailing" });
  expect(ships.get(0)).toMatchObject({ score: 0, title: "Kelpie", wins: 1 });
});
