// Ships of the arena: how they are launched, manned, sail each tick and hide in kelp. They neither
// shoot nor gather.

import { botHelm, type Hand, isBot } from "./arenaBots.ts";
import { headingOf, type Orders, parted, type Sailing, sail, TICK_MS } from "./arenaMotion.ts";
import {
  type ArenaRoom,
  CHARGES_MAX,
  FLEET_MIN,
  type Helm,
  HULL_MAX,
  placeOf,
  SEATS_MAX,
  type Ship,
} from "./arenaRecords.ts";
import { isInside, isNear, KELP, type Point, ROCKS, SEA } from "./arenaSea.ts";

/** A ship that was just launched cannot be hurt, so that nobody lies in wait for it. */
const SAFE_MS = 2_000;
/** Whoever was away this long needs a moment to look around, and did not go for its sake. */
const LONG_AWAY_MS = 5_000;
const CHARGE_MS = 700;
const BERTH_TRIES = 16;
const BERTH_DISTANCE = 220;
const SHORE = 80;
const WIDE_ROCKS = ROCKS.map((rock) => ({ ...rock, radius: rock.radius + 60 }));

/** A ship under way, what steers it, and where this tick brought it. */
export interface Move {
  readonly ship: Ship;
  readonly helm: Helm | undefined;
  at: Sailing;
}

/** Adds the ship of a seat that was just taken, or of a bot. */
export function launch(room: ArenaRoom, seat: number): void {
  setAfloat(room, room.state.ships.add({ seat }, seat));
}

/** Takes a ship out of the sea, and all that is left of it. */
export function remove(room: ArenaRoom, id: number): void {
  const { ships, lurkers, mines } = room.state;
  ships.delete(id);
  lurkers.delete(id);
  for (const mine of [...mines]) if (mine.by === id) mines.delete(mine.id);
}

/** Bots come for players that are missing, and of too many the one with fewest points goes. */
export function fillFleet(room: ArenaRoom): void {
  const { ships } = room.state;
  for (let id = SEATS_MAX; ships.size < FLEET_MIN; id++) if (!ships.has(id)) launch(room, id);
  while (ships.size > FLEET_MIN) {
    const bots = [...ships].filter((ship) => isBot(ship.id));
    const [last] = bots.sort((one, other) => one.score - other.score);
    if (last === undefined) return;
    remove(room, last.id);
  }
}

/** A ship for a new round: as everybody's, except for what was won before. */
export function refit(room: ArenaRoom, ship: Ship): void {
  ship.score = 0;
  ship.pearls = 0;
  ship.sail = 0;
  ship.guns = 0;
  ship.planks = 0;
  if (ship.scoreWhenLeft !== undefined) ship.scoreWhenLeft = 0;
  setAfloat(room, ship);
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
  const others = [...room.state.ships].filter((ship) => ship.state !== "sunk");
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
  for (const ship of room.state.ships) {
    if (ship.state === "sunk" && isDue(room, ship)) setAfloat(room, ship);
    if (isSailing(ship)) recharge(room, ship);
  }
  const moves = steered(room).map(({ ship, helm, at }) => {
    return { ship, helm, at: sail(at, ordersOf(room, ship, helm), TICK_MS) };
  });
  for (const [index, one] of moves.entries()) {
    for (let next = index + 1; next < moves.length; next++) pushApart(one, moves[next]);
  }
  return moves;
}

/** Every ship under way where it is, with what steers it: all look before any moves. */
function steered(room: ArenaRoom): readonly Move[] {
  const { ships, pearls } = room.state;
  const sailing = [...ships].filter(isSailing);
  const hands = sailing.map((ship) => handOf(room, ship));
  const around = {
    nowMs: room.nowMs,
    ships: hands,
    pearls: [...pearls].map(({ x, y }) => ({ x, y })),
  };
  return sailing.flatMap((ship, index) => {
    const hand = hands[index];
    if (hand === undefined) return [];
    // The last word of somebody who is gone is no order.
    const isUnmanned = isBot(ship.id) || hand.isAway;
    const helm = isUnmanned ? botHelm(hand, around) : room.input(ship.id, "steer");
    return [{ ship, helm, at: hand.at }];
  });
}

function handOf(room: ArenaRoom, ship: Ship): Hand {
  return {
    id: ship.id,
    at: { x: ship.x, y: ship.y, vx: ship.vx, vy: ship.vy, course: ship.course },
    hull: ship.hull,
    charges: ship.charges,
    isHidden: ship.state === "hidden",
    isAway: ship.scoreWhenLeft !== undefined,
    isSafe: room.nowMs < ship.safeUntilMs,
  };
}

function pushApart(one: Move, other: Move | undefined): void {
  const apart = other === undefined ? undefined : parted(one.at, other.at);
  if (apart === undefined || other === undefined) return;
  one.at = apart[0];
  other.at = apart[1];
}

/** A ship that was sunk while its player was away waits for its player. */
function isDue(room: ArenaRoom, ship: Ship): boolean {
  return room.nowMs >= ship.backAtMs && ship.scoreWhenLeft === undefined;
}

/** From here on a bot has the helm. */
export function leaveHelm(ship: Ship): void {
  ship.scoreWhenLeft = ship.score;
}

/** Its player has the helm again, and is told what the bot did. */
export function takeHelm(room: ArenaRoom, ship: Ship, awayMs: number): void {
  const points = ship.score - (ship.scoreWhenLeft ?? ship.score);
  const isSunk = ship.state === "sunk";
  ship.scoreWhenLeft = undefined;
  if (points > 0 || isSunk) room.emit("missed", { points, isSunk }, { seat: ship.id });
  if (awayMs >= LONG_AWAY_MS) ship.safeUntilMs = room.nowMs + SAFE_MS;
}

function ordersOf(room: ArenaRoom, ship: Ship, helm: Helm | undefined): Orders | undefined {
  if (helm === undefined) return undefined;
  const { heading, thrust } = helm;
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
export function place(room: ArenaRoom, { ship, at }: Pick<Move, "ship" | "at">): void {
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
