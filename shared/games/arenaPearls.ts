// Pearls of the arena: the tide brings them, ships gather them, and they pay for better ships.

import { isBot } from "./arenaBots.ts";
import type { ArenaRoom, Part, Ship } from "./arenaRecords.ts";
import { HULL_MAX, LEVEL_MAX, priceOf } from "./arenaRecords.ts";
import { isInside, isNear, type Point, ROCKS, SEA } from "./arenaSea.ts";
import { isSailing, type Move, openWater } from "./arenaShips.ts";

export const TIDE_MS = 1_200;
const PEARLS_WANTED = 26;
const PEARLS_MOST = 60;
const SCATTERED_MOST = 5;
const GATHER_REACH = 36;

/** One more pearl if there are too few. */
export function layPearl(room: ArenaRoom): void {
  if (room.state.pearls.size < PEARLS_WANTED) room.state.pearls.add(openWater(room));
}

export function layAllPearls(room: ArenaRoom): void {
  while (room.state.pearls.size < PEARLS_WANTED) layPearl(room);
}

/** Leaves up to five pearls around a place. */
export function scatterPearls(room: ArenaRoom, around: Point, count: number): void {
  const free = PEARLS_MOST - room.state.pearls.size;
  for (let at = 0; at < Math.min(count, SCATTERED_MOST, free); at++) {
    const angle = room.random() * 2 * Math.PI;
    const distance = 30 + room.random() * 50;
    const place = {
      x: within(around.x + Math.cos(angle) * distance, SEA.width),
      y: within(around.y + Math.sin(angle) * distance, SEA.height),
    };
    // Nobody could gather it off a rock.
    if (!isInside(ROCKS, place)) room.state.pearls.add(place);
  }
}

function within(at: number, end: number): number {
  return Math.max(20, Math.min(end - 20, at));
}

/** Gives every ship under way the pearls it sails over. */
export function gatherAll(room: ArenaRoom, moves: readonly Move[]): void {
  const floating = [...room.state.pearls].map(({ id, x, y }) => ({ id, x, y }));
  for (const { ship, at } of moves) {
    if (!isSailing(ship)) continue;
    const reached = floating.filter((pearl) => isNear(pearl, at, GATHER_REACH));
    // One that another ship of this tick was given is gone already.
    const count = reached.filter((pearl) => room.state.pearls.delete(pearl.id)).length;
    if (count === 0) continue;
    ship.pearls += count;
    ship.score += count;
    if (!isBot(ship.id)) room.emit("found", { count }, { seat: ship.id });
  }
}

export type UpgradeOutcome = "fitted" | "too-few-pearls" | "fully-fitted";

/** Buys the next level of a part. A new plank also mends the hull. */
export function upgrade(ship: Ship, part: Part): UpgradeOutcome {
  const level = levelOf(ship, part);
  if (level >= LEVEL_MAX) return "fully-fitted";
  if (ship.pearls < priceOf(level)) return "too-few-pearls";
  ship.pearls -= priceOf(level);
  if (part === "sail") ship.sail += 1;
  else if (part === "guns") ship.guns += 1;
  else {
    ship.planks += 1;
    ship.hull = HULL_MAX + ship.planks;
  }
  return "fitted";
}

/** The level of a part of a ship, 0 to 3. */
export function levelOf(
  ship: { readonly sail: number; readonly guns: number; readonly planks: number },
  part: Part,
): number {
  return part === "hull" ? ship.planks : ship[part];
}
