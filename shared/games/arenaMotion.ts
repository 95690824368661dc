// Motion of the arena: how a ship sails for a moment. The rules and the page's prediction run this
// same code; it knows no room, no seat and no time of day.

import { type Circle, isInside, isNear, KELP, ROCKS, SEA } from "./arenaSea.ts";

export const TICK_HZ = 20;
export const TICK_MS = 1000 / TICK_HZ;

/** Courses of the compass that a player can steer; as many as a byte has values. */
export const DIRECTIONS = 256;
export const THRUST_MAX = 10;
export const SHIP_RADIUS = 18;

/** Speed in units a second, courses in radians, clockwise from east because y grows downwards. */
export interface Sailing {
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
  readonly course: number;
}

/** What moves a ship besides the sea. */
export interface Orders {
  /** Direction to turn to, 0 to 255. */
  readonly heading: number;
  /** 0 to 10. */
  readonly thrust: number;
  /** Upgrades of the sail, 0 to 3. */
  readonly sailLevel: number;
  readonly isDashing: boolean;
}

/** Radians a second. */
const TURN_RATE = 4.4;
/** Units a second, squared, at full thrust. */
const THRUST = 300;
const THRUST_PER_LEVEL = 0.12;
const DASH_FACTOR = 3.2;
/** Parts of the speed lost a second: along the keel, across it, and more in kelp. */
const DRAG_ALONG = 1.15;
const DRAG_ACROSS = 3.4;
const DRAG_KELP = 0.8;

const FULL_TURN = 2 * Math.PI;

export function courseOf(heading: number): number {
  return (heading * FULL_TURN) / DIRECTIONS;
}

/** The nearest of the 256 directions. */
export function headingOf(course: number): number {
  const at = Math.round((course * DIRECTIONS) / FULL_TURN) % DIRECTIONS;
  return at < 0 ? at + DIRECTIONS : at;
}

/** The shortest turn from one course to another, from −π to π. */
export function turnBetween(from: number, to: number): number {
  const turn = (to - from) % FULL_TURN;
  if (turn > Math.PI) return turn - FULL_TURN;
  return turn < -Math.PI ? turn + FULL_TURN : turn;
}

/** A ship after `ms` milliseconds more; without orders it drifts. */
export function sail(from: Sailing, orders: Orders | undefined, ms: number): Sailing {
  const seconds = ms / 1000;
  const course = orders === undefined ? from.course : turned(from.course, orders, seconds);
  const aheadX = Math.cos(course);
  const aheadY = Math.sin(course);
  const push = orders === undefined ? 0 : pushOf(orders) * seconds;
  const pushedX = from.vx + aheadX * push;
  const pushedY = from.vy + aheadY * push;
  const kelp = isInside(KELP, from) ? DRAG_KELP : 0;
  // A keel: what goes sideways is lost sooner than what goes ahead.
  const along = (pushedX * aheadX + pushedY * aheadY) * Math.exp(-(DRAG_ALONG + kelp) * seconds);
  const across = (pushedY * aheadX - pushedX * aheadY) * Math.exp(-(DRAG_ACROSS + kelp) * seconds);
  const vx = aheadX * along - aheadY * across;
  const vy = aheadY * along + aheadX * across;
  return keptInSea({ x: from.x + vx * seconds, y: from.y + vy * seconds, vx, vy, course });
}

function turned(course: number, orders: Orders, seconds: number): number {
  const most = TURN_RATE * seconds;
  const turn = turnBetween(course, courseOf(orders.heading));
  const next = course + Math.max(-most, Math.min(most, turn));
  return next < 0 ? next + FULL_TURN : next % FULL_TURN;
}

function pushOf(orders: Orders): number {
  const sails = 1 + THRUST_PER_LEVEL * orders.sailLevel;
  // A dash is a gust from behind: it does not ask how much sail is set.
  const part = orders.isDashing ? DASH_FACTOR : orders.thrust / THRUST_MAX;
  return THRUST * sails * part;
}

/** Puts a ship back where it may be; what ran against a wall or a rock loses that part of its speed. */
function keptInSea(ship: Sailing): Sailing {
  let kept = ship;
  for (const rock of ROCKS) {
    if (isNear(kept, rock, rock.radius + SHIP_RADIUS)) kept = keptOff(kept, rock);
  }
  return keptFromWalls(kept);
}

function keptFromWalls(ship: Sailing): Sailing {
  const x = Math.max(SHIP_RADIUS, Math.min(SEA.width - SHIP_RADIUS, ship.x));
  const y = Math.max(SHIP_RADIUS, Math.min(SEA.height - SHIP_RADIUS, ship.y));
  if (x === ship.x && y === ship.y) return ship;
  const vx = x === ship.x ? ship.vx : 0;
  const vy = y === ship.y ? ship.vy : 0;
  return { x, y, vx, vy, course: ship.course };
}

function keptOff(ship: Sailing, rock: Circle): Sailing {
  const dx = ship.x - rock.x;
  const dy = ship.y - rock.y;
  const distance = Math.sqrt(dx * dx + dy * dy);
  const outX = distance === 0 ? 1 : dx / distance;
  const outY = distance === 0 ? 0 : dy / distance;
  const inwards = Math.min(0, ship.vx * outX + ship.vy * outY);
  return {
    x: rock.x + outX * (rock.radius + SHIP_RADIUS),
    y: rock.y + outY * (rock.radius + SHIP_RADIUS),
    vx: ship.vx - outX * inwards,
    vy: ship.vy - outY * inwards,
    course: ship.course,
  };
}

/** Two ships that overlap part, half the way each; undefined if they do not. */
export function parted(one: Sailing, other: Sailing): readonly [Sailing, Sailing] | undefined {
  if (!isNear(one, other, 2 * SHIP_RADIUS)) return undefined;
  const dx = other.x - one.x;
  const dy = other.y - one.y;
  const distance = Math.sqrt(dx * dx + dy * dy);
  const half = (2 * SHIP_RADIUS - distance) / 2;
  const outX = (distance === 0 ? 1 : dx / distance) * half;
  const outY = (distance === 0 ? 0 : dy / distance) * half;
  return [
    keptInSea({ ...one, x: one.x - outX, y: one.y - outY }),
    keptInSea({ ...other, x: other.x + outX, y: other.y + outY }),
  ];
}
