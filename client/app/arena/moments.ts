// Moments: what happened between two pictures: a shot, a splash, a hit, a wreck, a pearl, the end of a
// round. Found by comparing them, so that eyes and ears are told the same; it draws and plays nothing.

import type { Point } from "../../../shared/games/arenaSea.ts";
import { isSameShot } from "./ownShots.ts";
import type { Picture, PicturedShip, PicturedShot } from "./picture.ts";

export interface Moment extends Point {
  readonly kind: "shot" | "splash" | "hit" | "wreck" | "pearl" | "finish";
  /** The seat whose ship it is about; it picks the colours. */
  readonly seat: number;
  /** Where a shot goes. */
  readonly course: number;
}

/** After a longer silence everything is different, and nothing of it is news of this moment. */
const NEWS_MS = 300;
const GATHER_REACH = 60;
/** As far as a shot flies while others are drawn late. */
const HIT_REACH = 110;

export function momentsBetween(before: Picture | undefined, now: Picture): readonly Moment[] {
  if (before === undefined || now.pageMs - before.pageMs > NEWS_MS) return [];
  const finish: Moment = { kind: "finish", ...now.centre, seat: 0, course: 0 };
  return [
    ...shotMoments(before, now),
    ...shipMoments(before, now),
    ...pearlMoments(before, now),
    ...(now.isFinished && !before.isFinished ? [finish] : []),
  ];
}

function shotMoments(before: Picture, now: Picture): readonly Moment[] {
  const fired = now.shots.filter((shot) => !isAmong(before.shots, shot));
  const spent = before.shots.filter(
    (shot) => !isAmong(now.shots, shot) && hitsWater(shot, before.ships),
  );
  return [
    ...fired.map(({ x, y, seat, course }) => ({ kind: "shot", x, y, seat, course }) as const),
    ...spent.map(({ x, y, seat, course }) => ({ kind: "splash", x, y, seat, course }) as const),
  ];
}

/** Not what was only foreseen and never was, nor what has hit a ship: that is drawn a moment late. */
function hitsWater({ id, x, y, seat }: PicturedShot, ships: readonly PicturedShip[]): boolean {
  const isAtShip = ships.some(
    (ship) => ship.seat !== seat && Math.hypot(ship.x - x, ship.y - y) < HIT_REACH,
  );
  return id !== undefined && !isAtShip;
}

/** Whether a shot was there already, told or only foreseen. */
function isAmong(shots: readonly PicturedShot[], { id, seat, bornMs }: PicturedShot): boolean {
  return shots.some((shot) =>
    shot.id === undefined || id === undefined
      ? shot.seat === seat && isSameShot(shot.bornMs, bornMs)
      : shot.id === id,
  );
}

function shipMoments(before: Picture, now: Picture): readonly Moment[] {
  const ships = new Map(now.ships.map((ship) => [ship.seat, ship]));
  return before.ships.flatMap((ship) => {
    const { x, y, seat, course } = ship;
    const isSunk = now.sunk.includes(seat) && !before.sunk.includes(seat);
    if (isSunk) return [{ kind: "wreck", x, y, seat, course } as const];
    const after = ships.get(seat);
    return after === undefined || after.hull >= ship.hull ? [] : [hitOf(after)];
  });
}

function hitOf({ x, y, seat, course }: PicturedShip): Moment {
  return { kind: "hit", x, y, seat, course };
}

function pearlMoments(before: Picture, now: Picture): readonly Moment[] {
  const floating = new Set(now.pearls.map(({ id }) => id));
  return before.pearls.flatMap((pearl) => {
    if (floating.has(pearl.id)) return [];
    const { x, y } = pearl;
    const finder = now.ships.find((ship) => Math.hypot(ship.x - x, ship.y - y) < GATHER_REACH);
    return finder === undefined
      ? []
      : [{ kind: "pearl", x, y, seat: finder.seat, course: 0 } as const];
  });
}
