// What eyes and ears are told of the arena: each thing that happens between two pictures, once.

import { expect, test } from "vitest";
import { momentsBetween } from "../../client/app/arena/moments.ts";
import type { Picture, PicturedShip, PicturedShot } from "../../client/app/arena/picture.ts";

const EMPTY: Picture = {
  pageMs: 0,
  centre: { x: 500, y: 500 },
  ships: [],
  sunk: [],
  shots: [],
  mines: [],
  pearls: [],
  isFinished: false,
};

const SHIP: PicturedShip = {
  x: 500,
  y: 500,
  course: 1,
  seat: 3,
  label: "",
  isOwn: false,
  hull: 4,
  hullMax: 4,
  isHidden: false,
  isAway: false,
  isSafe: false,
  isDashing: false,
};

const SHOT: PicturedShot = { x: 900, y: 500, course: 0, seat: 3, id: 7, bornMs: 1_000 };

/** What is told of the second of two pictures, 16 ms apart. */
function told(before: Partial<Picture>, now: Partial<Picture>, passedMs = 16): readonly string[] {
  const one = { ...EMPTY, ...before };
  const other = { ...EMPTY, ...now, pageMs: passedMs };
  return momentsBetween(one, other).map(({ kind, seat }) => `${kind} ${seat}`);
}

test("[A33] a shot is told when it leaves, and when it falls into the water", () => {
  expect(told({}, { shots: [SHOT] })).toEqual(["shot 3"]);
  expect(told({ shots: [SHOT] }, { shots: [{ ...SHOT, x: 910 }] })).toEqual([]);
  expect(told({ shots: [SHOT] }, {})).toEqual(["splash 3"]);
});

test("[A33] a shot that was foreseen is told once, not again when the server tells of it", () => {
  const foreseen = { ...SHOT, id: undefined };
  expect(told({}, { shots: [foreseen] })).toEqual(["shot 3"]);
  expect(told({ shots: [foreseen] }, { shots: [{ ...SHOT, bornMs: 1_050 }] })).toEqual([]);
  // Nothing came of it, or a later one left.
  expect(told({ shots: [foreseen] }, {})).toEqual([]);
  expect(told({ shots: [foreseen] }, { shots: [{ ...SHOT, bornMs: 1_400 }] })).toEqual(["shot 3"]);
});

test("[A33] a shot that hits is a hit and no splash", () => {
  const target = { ...SHIP, seat: 5, x: SHOT.x + 60, y: SHOT.y };
  const hit = { ...target, hull: 3 };
  expect(told({ ships: [target], shots: [SHOT] }, { ships: [hit] })).toEqual(["hit 5"]);
  const shooter = { ...SHIP, x: SHOT.x + 60, y: SHOT.y };
  expect(told({ ships: [shooter], shots: [SHOT] }, { ships: [shooter] })).toEqual(["splash 3"]);
});

test("[A33] a ship that sinks leaves a wreck; one that is out of sight, mended or gone does not", () => {
  const weak = { ...SHIP, hull: 1 };
  expect(told({ ships: [weak] }, { sunk: [3] })).toEqual(["wreck 3"]);
  expect(told({ ships: [weak], sunk: [3] }, { sunk: [3] })).toEqual([]);
  expect(told({ ships: [weak] }, {})).toEqual([]);
  expect(told({ ships: [weak] }, { ships: [SHIP] })).toEqual([]);
});

test("[A33] a pearl is told if a ship was there to take it", () => {
  const pearls = [{ id: 9, x: 530, y: 500 }];
  expect(told({ pearls }, { ships: [SHIP] })).toEqual(["pearl 3"]);
  expect(told({ pearls }, { ships: [{ ...SHIP, x: 900 }] })).toEqual([]);
});

test("[A33] the end of a round is told once, and nothing after a silence", () => {
  expect(told({}, { isFinished: true })).toEqual(["finish 0"]);
  expect(told({ isFinished: true }, { isFinished: true })).toEqual([]);
  expect(told({}, { shots: [SHOT], isFinished: true }, 2_000)).toEqual([]);
  expect(momentsBetween(undefined, { ...EMPTY, shots: [SHOT] })).toEqual([]);
});
