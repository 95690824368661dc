// Fighting in the arena: shots, mines, what they hit and how a ship sinks.

import { isBot } from "./arenaBots.ts";
import { courseOf, headingOf, type Sailing, TICK_MS } from "./arenaMotion.ts";
import { scatterPearls } from "./arenaPearls.ts";
import type { ArenaRoom, Ship } from "./arenaRecords.ts";
import { MINE_CHARGES, MINES_MAX, RELOAD_MS, SHOT, SHOT_CHARGES } from "./arenaRecords.ts";
import { distanceToWay, isNear, type Point, ROCKS, SEA, squaredBetween } from "./arenaSea.ts";
import { isSailing, type Move, spendCharges } from "./arenaShips.ts";

/** A shot is seen where it came from. */
const REVEALED_MS = 1_500;
const BACK_AFTER_MS = 3_000;
const MUZZLE = 26;
const MINE_REACH = 44;
/** A mine lets its own wake settle before it bites. */
const MINE_ARMED_MS = 800;
const MINE_LIFE_MS = 45_000;
const SINK_SCORE = 5;
const SHOT_DAMAGE = 1;
const MINE_DAMAGE = 2;

type Shot = NonNullable<ReturnType<ArenaRoom["state"]["shots"]["get"]>>;

/** Where a shot is at a room time; the page draws it by the same line. */
export function shotAt(
  shot: {
    readonly x: number;
    readonly y: number;
    readonly heading: number;
    readonly bornMs: number;
  },
  nowMs: number,
): Point {
  const way = (SHOT.speed * Math.max(0, nowMs - shot.bornMs)) / 1000;
  const course = courseOf(shot.heading);
  return { x: shot.x + Math.cos(course) * way, y: shot.y + Math.sin(course) * way };
}

/** Where a shot leaves a ship; undefined outside the sea. */
export function muzzleOf(ship: Omit<Sailing, "vx" | "vy">): Point | undefined {
  const x = ship.x + Math.cos(ship.course) * MUZZLE;
  const y = ship.y + Math.sin(ship.course) * MUZZLE;
  return x < 0 || y < 0 || x > SEA.width || y > SEA.height ? undefined : { x, y };
}

/** Fires from where a ship is now, if the trigger is held and a gun is loaded. */
export function fire(room: ArenaRoom, { ship, at, helm }: Move): void {
  if (helm?.fire !== true || room.nowMs < ship.reloadedAtMs) return;
  const muzzle = muzzleOf(at);
  if (muzzle === undefined || !spendCharges(room, ship, SHOT_CHARGES)) return;
  const heading = headingOf(at.course);
  room.state.shots.add({ by: ship.id, ...muzzle, heading, bornMs: room.nowMs });
  ship.reloadedAtMs = room.nowMs + (RELOAD_MS[ship.guns] ?? RELOAD_MS[0]);
  ship.revealedUntilMs = room.nowMs + REVEALED_MS;
  ship.safeUntilMs = Math.min(ship.safeUntilMs, room.nowMs);
}

/** Moves shots by one tick and lets them hit. */
export function flyAll(room: ArenaRoom): void {
  for (const shot of [...room.state.shots]) {
    const from = shotAt(shot, room.nowMs - TICK_MS);
    const to = shotAt(shot, room.nowMs);
    const target = firstHit(room, shot, [from, to]);
    if (target !== undefined) damage(room, target, { by: shot.by, weapon: "shot" });
    const isStopped = ROCKS.some((rock) => distanceToWay(rock, from, to) < rock.radius);
    const isSpent = room.nowMs >= shot.bornMs + SHOT.lifeMs;
    if (target !== undefined || isStopped || isSpent) room.state.shots.delete(shot.id);
  }
}

function firstHit(room: ArenaRoom, shot: Shot, way: readonly [Point, Point]): Ship | undefined {
  const [from, to] = way;
  let first: Ship | undefined;
  for (const ship of room.state.ships) {
    if (ship.seat === shot.by || !canBeHurt(room, ship)) continue;
    if (distanceToWay(ship, from, to) >= SHOT.reach) continue;
    if (first === undefined || squaredBetween(from, ship) < squaredBetween(from, first))
      first = ship;
  }
  return first;
}

function canBeHurt(room: ArenaRoom, ship: Ship): boolean {
  return isSailing(ship) && room.nowMs >= ship.safeUntilMs;
}

export type MineOutcome = "laid" | "too-many-mines" | "no-charge";

/** Lays a mine where a ship is; only the layer and ships that come close see it. */
export function layMine(room: ArenaRoom, ship: Ship): MineOutcome {
  const own = [...room.state.mines].filter((mine) => mine.by === ship.seat);
  if (own.length >= MINES_MAX) return "too-many-mines";
  if (!spendCharges(room, ship, MINE_CHARGES)) return "no-charge";
  room.state.mines.add({ by: ship.seat, x: ship.x, y: ship.y, laidMs: room.nowMs });
  return "laid";
}

/** Lets mines go off under ships, and old ones sink. */
export function tripMines(room: ArenaRoom): void {
  for (const mine of [...room.state.mines]) {
    const ageMs = room.nowMs - mine.laidMs;
    const victims =
      ageMs < MINE_ARMED_MS
        ? []
        : [...room.state.ships].filter(
            (ship) =>
              ship.seat !== mine.by && canBeHurt(room, ship) && isNear(ship, mine, MINE_REACH),
          );
    if (victims.length === 0 && ageMs < MINE_LIFE_MS) continue;
    room.state.mines.delete(mine.id);
    for (const ship of victims) damage(room, ship, { by: mine.by, weapon: "mine" });
  }
}

interface Blow {
  readonly by: number;
  readonly weapon: "shot" | "mine";
}

function damage(room: ArenaRoom, ship: Ship, { by, weapon }: Blow): void {
  for (const seat of [ship.seat, by]) {
    if (room.state.ships.has(seat) && !isBot(seat)) {
      room.emit("hit", { seat: ship.seat, by, weapon }, { seat });
    }
  }
  ship.hull = Math.max(0, ship.hull - (weapon === "mine" ? MINE_DAMAGE : SHOT_DAMAGE));
  if (ship.hull === 0) sink(room, ship, by);
}

/** Half of its pearls are lost with a ship; some of them float up. */
function sink(room: ArenaRoom, ship: Ship, by: number): void {
  ship.state = "sunk";
  ship.backAtMs = room.nowMs + BACK_AFTER_MS;
  room.state.lurkers.delete(ship.id);
  const lost = Math.ceil(ship.pearls / 2);
  ship.pearls -= lost;
  scatterPearls(room, ship, lost);
  const winner = room.state.ships.get(by);
  if (winner !== undefined) winner.score += SINK_SCORE;
  room.emit("sunk", { seat: ship.seat, by });
}
