// Bots of the arena: what a ship does that nobody steers, because no player came for it or its player
// is away. A bot sees what a player in its place would see and answers with what a player could steer.
// It keeps nothing between two ticks, so there is nothing to log, to undo or to hand over.

import { headingOf, type Sailing, SHIP_RADIUS, turnBetween } from "./arenaMotion.ts";
import { type Helm, SEATS_MAX, SHOT, SIGHT_IN_KELP } from "./arenaRecords.ts";
import { type Circle, distanceToWay, isNear, KELP, type Point, ROCKS, SEA } from "./arenaSea.ts";

/** A ship under way, in plain numbers: those of a record are slow to read. */
export interface Hand {
  readonly id: number;
  readonly at: Sailing;
  readonly hull: number;
  readonly charges: number;
  readonly isHidden: boolean;
  /** Its player is away, and a bot has the helm. */
  readonly isAway: boolean;
  /** It cannot be hurt now. */
  readonly isSafe: boolean;
}

/** What there is around every bot. None of it may be changed by what one of them does. */
export interface Around {
  readonly nowMs: number;
  readonly ships: readonly Hand[];
  readonly pearls: readonly Point[];
}

/** How far off a foe is that a bot goes for, in the mood to hunt and otherwise. */
const HUNT_REACH = 300;
const DEFENCE_REACH = 90;
/** A bot hunts for a sixth of its time, and gathers pearls in between. */
const MOOD_MS = 6_000;
const MOODS = 6;
/** With this little hull it makes for the kelp when a stronger foe is about. */
const WEAK_HULL = 1;
/** Charges it keeps back; it fires at most this far, when it looks this nearly at where it aims. */
const CHARGES_KEPT = 5;
const FIRE_REACH = 300;
const FIRE_TURN = 0.14;
/** Its aim wanders this far to both sides, so that people can win, about once in so long. */
const AIM_TURN = 0.3;
const AIM_MS = 430;
/** Sail it sets, 0 to 10: to get about, to turn about, and near a foe, which is closer than this. */
const SAIL = 4;
const SAIL_TURNING = 3;
const SAIL_CLOSE = 3;
const CLOSE = 150;
/** It keeps this clear of a rock's edge, and looks this far ahead for one. */
const BERTH = SHIP_RADIUS + 10;
const LOOK_AHEAD = 220;

const MIDDLE: Point = { x: SEA.width / 2, y: SEA.height / 2 };

export function isBot(id: number): boolean {
  return id >= SEATS_MAX;
}

export function botHelm(own: Hand, around: Around): Helm {
  const foe = nearest(foesOf(own, around), own.at, ({ at }) => at);
  if (foe === undefined) return sailTo(own, nearest(around.pearls, own.at, itself));
  // Two that both flee into the same kelp would lie there for ever.
  const flees = own.hull <= WEAK_HULL && foe.hull > own.hull;
  return flees ? sailTo(own, nearest(KELP, own.at, itself)) : attack(own, foe, around.nowMs);
}

/** Bots and ships whose players are away let each other be: nobody comes back to a wreck for a bot's sake. */
function foesOf(own: Hand, { ships, nowMs }: Around): readonly Hand[] {
  const mood = Math.floor(nowMs / MOOD_MS + own.id) % MOODS;
  const reach = !own.isAway && mood === 0 ? HUNT_REACH : DEFENCE_REACH;
  return ships.filter(
    (ship) =>
      ship.id !== own.id &&
      !ship.isSafe &&
      !ship.isAway &&
      !(own.isAway && isBot(ship.id)) &&
      isNear(ship.at, own.at, ship.isHidden ? Math.min(reach, SIGHT_IN_KELP) : reach),
  );
}

function attack(own: Hand, foe: Hand, nowMs: number): Helm {
  const seconds = distance(own.at, foe.at) / SHOT.speed;
  const goal = { x: foe.at.x + foe.at.vx * seconds, y: foe.at.y + foe.at.vy * seconds };
  if (rockTowards(own.at, goal) !== undefined) return sailTo(own, goal);
  const aim = bearing(own.at, goal) + AIM_TURN * Math.sin(nowMs / AIM_MS + own.id);
  const isAimed = Math.abs(turnBetween(own.at.course, aim)) < FIRE_TURN;
  const isClose = isNear(own.at, foe.at, CLOSE);
  return {
    heading: headingOf(aim),
    thrust: isClose ? SAIL_CLOSE : SAIL,
    fire: isAimed && own.charges > CHARGES_KEPT && isNear(own.at, foe.at, FIRE_REACH),
  };
}

/** Makes for a place, and around the rock that lies in the way. */
function sailTo({ at }: Hand, goal: Point = MIDDLE): Helm {
  const rock = rockTowards(at, goal);
  const course = rock === undefined ? bearing(at, goal) : bearingPast(at, rock, goal);
  // Turning about under full sail makes a wide circle, and misses what is inside it.
  const isTurning = Math.abs(turnBetween(at.course, course)) > 1;
  return { heading: headingOf(course), thrust: isTurning ? SAIL_TURNING : SAIL, fire: false };
}

/** The nearest rock that a straight way touches soon; one that the goal lies at is no obstacle. */
function rockTowards(from: Point, goal: Point): Circle | undefined {
  const part = Math.min(1, LOOK_AHEAD / distance(from, goal));
  const ahead = { x: from.x + (goal.x - from.x) * part, y: from.y + (goal.y - from.y) * part };
  const inTheWay = ROCKS.filter(
    (rock) =>
      distanceToWay(rock, from, ahead) < rock.radius + BERTH &&
      !isNear(rock, goal, rock.radius + BERTH),
  );
  return nearest(inTheWay, from, itself);
}

/** Along the side of a rock that the goal lies on, or along the other if a second rock is there. */
function bearingPast(from: Point, rock: Circle, goal: Point): number {
  const towards = bearing(from, rock);
  const clear = Math.asin(Math.min(1, (rock.radius + BERTH) / distance(from, rock)));
  const side = turnBetween(towards, bearing(from, goal)) < 0 ? -clear : clear;
  const others = ROCKS.filter((other) => other !== rock);
  const isOpen = !isBarred(from, towards + side, others);
  return isOpen || isBarred(from, towards - side, others) ? towards + side : towards - side;
}

function isBarred(from: Point, course: number, rocks: readonly Circle[]): boolean {
  const x = from.x + Math.cos(course) * LOOK_AHEAD;
  const y = from.y + Math.sin(course) * LOOK_AHEAD;
  return rocks.some((rock) => distanceToWay(rock, from, { x, y }) < rock.radius + SHIP_RADIUS);
}

function bearing(from: Point, to: Point): number {
  return Math.atan2(to.y - from.y, to.x - from.x);
}

function distance(one: Point, other: Point): number {
  return Math.hypot(other.x - one.x, other.y - one.y);
}

const itself = (point: Point) => point;

function nearest<T>(all: readonly T[], to: Point, placeOf: (each: T) => Point): T | undefined {
  let found: T | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const each of all) {
    const away = distance(placeOf(each), to);
    if (away >= least) continue;
    found = each;
    least = away;
  }
  return found;
}
