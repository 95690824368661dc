// Ships of the arena: how they are launched, sail each tick, hide in kelp and lie at anchor while
// their player is away. They neither shoot nor gather.

import { headingOf, parted, type Sailing, sail, TICK_MS } from "./arenaMotion.ts";
import { type ArenaRoom, CHARGES_MAX, HULL_MAX, placeOf, type Ship } from "./arenaRecords.ts";
import { isInside, isNear, KELP, type Point, ROCKS, SEA } from "./arenaSea.ts";

/** A ship that was just launched cannot be hurt, so that nobody lies in wait for it. */
const SAFE_MS = 2_000;
/** An absent player's ship stays in danger this long: pulling the plug is no way out of a fight. */
const ANCHOR_AFTER_MS = 5_000;
const CHARGE_MS = 700;
const BERTH_TRIES = 16;
const BERTH_DISTANCE = 220;
const SHORE = 80;
const WIDE_ROCKS = ROCKS.map((rock) => ({ ...rock, radius: rock.radius + 60 }));

/** A ship under way and where this tick brought it. Plain numbers: a record's are slow to read. */
export interface Move {
  readonly ship: Ship;
  at: Sailing;
}

/** Adds the ship of a seat that was just taken. */
export function launch(room: ArenaRoom, seat: number): void {
  setAfloat(room, room.state.ships.add({ seat }, seat));
}

/** Puts a new or a sunk ship on the water at a place of its own. */
function setAfloat(room: ArenaRoom, ship: Ship): void {
  const berth = findBerth(room);
  const course = Math.atan2(SEA.height / 2 - berth.y, SEA.width / 2 - berth.x);
  ship.state = "afloat";
  ship.hull = HULL_MAX + ship.planks;
  ship.charges = CHARGES_MAX;
  ship.dashUntilMs = 0;
  ship.safeUntilMs = room.nowMs + SAFE_MS;
  place(room, { ship, at: { ...berth, vx: 0, vy: 0, course } });
}

/** Open water, as far from other ships as a few draws give. */
function findBerth(room: ArenaRoom): Point {
  const others = [...room.state.ships].filter((ship) => ship.state !== "sunk").map(sailingOf);
  let berth = openWater(room);
  for (let tries = 1; tries < BERTH_TRIES; tries++) {
    if (!others.some((other) => isNear(other, berth, BERTH_DISTANCE))) break;
    berth = openWater(room);
  }
  return berth;
}

/** A random place off the walls, the rocks and the kelp. */
export function openWater(room: ArenaRoom): Point {
  let place = { x: SHORE, y: SHORE };
  for (let tries = 0; tries < BERTH_TRIES; tries++) {
    place = {
      x: SHORE + room.random() * (SEA.width - 2 * SHORE),
      y: SHORE + room.random() * (SEA.height - 2 * SHORE),
    };
    if (!isInside(WIDE_ROCKS, place) && !isInside(KELP, place)) break;
  }
  return place;
}

export function isSailing(ship: Ship): boolean {
  return ship.state === "afloat" || ship.state === "hidden";
}

/** Where a tick brings every ship under way. Nothing is written yet: it may fire first. */
export function sailAll(room: ArenaRoom): readonly Move[] {
  const moves: Move[] = [];
  for (const ship of room.state.ships) {
    if (ship.state === "sunk" && isDue(room, ship)) setAfloat(room, ship);
    if (isAbsent(room, ship)) dropAnchor(room, ship);
    if (!isSailing(ship)) continue;
    recharge(room, ship);
    moves.push({ ship, at: sail(sailingOf(ship), ordersOf(room, ship), TICK_MS) });
  }
  for (const [index, one] of moves.entries()) {
    for (let next = index + 1; next < moves.length; next++) pushApart(one, moves[next]);
  }
  return moves;
}

function pushApart(one: Move, other: Move | undefined): void {
  const apart = other === undefined ? undefined : parted(one.at, other.at);
  if (apart === undefined || other === undefined) return;
  one.at = apart[0];
  other.at = apart[1];
}

export function sailingOf(ship: Ship): Sailing {
  return { x: ship.x, y: ship.y, vx: ship.vx, vy: ship.vy, course: ship.course };
}

function isDue(room: ArenaRoom, ship: Ship): boolean {
  return room.nowMs >= ship.backAtMs && ship.awaySinceMs === undefined;
}

function isAbsent(room: ArenaRoom, ship: Ship): boolean {
  const { awaySinceMs } = ship;
  const isLong = awaySinceMs !== undefined && room.nowMs >= awaySinceMs + ANCHOR_AFTER_MS;
  return isLong && isSailing(ship);
}

function dropAnchor(room: ArenaRoom, ship: Ship): void {
  ship.state = "anchored";
  place(room, { ship, at: { ...sailingOf(ship), vx: 0, vy: 0 } });
}

export function weighAnchor(room: ArenaRoom, ship: Ship): void {
  ship.awaySinceMs = undefined;
  if (ship.state !== "anchored") return;
  ship.state = "afloat";
  ship.safeUntilMs = room.nowMs + SAFE_MS;
}

function ordersOf(room: ArenaRoom, ship: Ship) {
  // The last word of somebody who is gone is no order.
  const steer = ship.awaySinceMs === undefined ? room.input(ship.id, "steer") : undefined;
  if (steer === undefined) return undefined;
  const { heading, thrust } = steer;
  return { heading, thrust, sailLevel: ship.sail, isDashing: room.nowMs < ship.dashUntilMs };
}

function recharge(room: ArenaRoom, ship: Ship): void {
  if (ship.charges >= CHARGES_MAX || room.nowMs < ship.chargedAtMs + CHARGE_MS) return;
  ship.charges += 1;
  ship.chargedAtMs = room.nowMs;
}

/** Takes charges if there are enough; a full magazine begins to recharge only now. */
export function spendCharges(room: ArenaRoom, ship: Ship, count: number): boolean {
  if (ship.charges < count) return false;
  if (ship.charges === CHARGES_MAX) ship.chargedAtMs = room.nowMs;
  ship.charges -= count;
  return true;
}

/**
 * Writes where a ship is, and says so: to everybody, or, from within kelp, to itself and whoever is
 * close.
 */
export function place(room: ArenaRoom, { ship, at }: Move): void {
  ship.x = at.x;
  ship.y = at.y;
  ship.vx = at.vx;
  ship.vy = at.vy;
  ship.course = at.course;
  const isCovered = isInside(KELP, at) && room.nowMs >= ship.revealedUntilMs;
  if (isCovered && isSailing(ship)) hide(room, ship, at);
  else show(room, ship, at);
}

function hide(room: ArenaRoom, ship: Ship, at: Sailing): void {
  const { lurkers } = room.state;
  const lurker = lurkers.get(ship.id) ?? lurkers.add({}, ship.id);
  ship.state = "hidden";
  lurker.x = at.x;
  lurker.y = at.y;
  lurker.heading = headingOf(at.course);
}

function show(room: ArenaRoom, ship: Ship, at: Sailing): void {
  const { squareX, squareY, spotX, spotY } = placeOf(at);
  ship.squareX = squareX;
  ship.squareY = squareY;
  ship.spotX = spotX;
  ship.spotY = spotY;
  ship.heading = headingOf(at.course);
  room.state.lurkers.delete(ship.id);
  if (ship.state === "hidden") ship.state = "afloat";
}
