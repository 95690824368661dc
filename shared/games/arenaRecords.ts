// What a room of the arena consists of: its records, inputs, commands and events, and the numbers
// that rules and page share. Declarations only.

import {
  bool,
  f32,
  f64,
  int,
  list,
  many,
  one,
  oneOf,
  optional,
  quantised,
  type Room,
  seatIndex,
  text,
  u8,
  u16,
  u32,
} from "../game.ts";
import type { Point } from "./arenaSea.ts";
import { SEA } from "./arenaSea.ts";

/** Seats there are. Bots are ships too; they take their numbers from here on, and no seat. */
export const SEATS_MAX = 16;
/** Ships there are at least: bots make up for people who are not there. */
export const FLEET_MIN = 6;
/** A round, and the time in which its winner is named before the next one begins. */
export const ROUND_MS = 180_000;
export const FINISH_MS = 10_000;

export const HULL_MAX = 4;
export const LEVEL_MAX = 3;
export const CHARGES_MAX = 8;
export const MINES_MAX = 3;
export const TITLE_LENGTH_MAX = 20;
export const PARTS = ["sail", "guns", "hull"] as const;
export type Part = (typeof PARTS)[number];

/** Pearls that the next level of a part costs. */
export function priceOf(level: number): number {
  return 4 + 3 * level;
}

export const SHOT = { speed: 620, lifeMs: 850, reach: 20 } as const;
export const SHOT_CHARGES = 1;
export const DASH_CHARGES = 2;
export const MINE_CHARGES = 2;
export const DASH_MS = 400;
/** Milliseconds between two shots, by level of the guns: whole ticks, so that a page can foresee them. */
export const RELOAD_MS = [400, 350, 300, 250] as const;

/** Ships in kelp and mines are seen from this close, in units. */
export const SIGHT_IN_KELP = 150;
export const SIGHT_OF_MINES = 170;

/**
 * A place is a square of the sea, which changes seldom, and a spot in it: a ship under way costs a
 * byte an axis and tick instead of two.
 */
const SQUARE = 64;
const SPOT_STEP = 0.25;
const spot = quantised(0, SQUARE - SPOT_STEP, SPOT_STEP);

export interface Place {
  squareX: number;
  squareY: number;
  spotX: number;
  spotY: number;
}

export function placeOf(point: Point): Place {
  const x = snapped(point.x);
  const y = snapped(point.y);
  const squareX = Math.floor(x / SQUARE);
  const squareY = Math.floor(y / SQUARE);
  return { squareX, squareY, spotX: x - squareX * SQUARE, spotY: y - squareY * SQUARE };
}

export function pointOf(place: Readonly<Place>): Point {
  return { x: place.squareX * SQUARE + place.spotX, y: place.squareY * SQUARE + place.spotY };
}

function snapped(at: number): number {
  return Math.round(at / SPOT_STEP) * SPOT_STEP;
}

const x = quantised(0, SEA.width, SPOT_STEP);
const y = quantised(0, SEA.height, SPOT_STEP);
/** A room time in ms, whole: four bytes in a room's first three days, and no room grows too old for it. */
const momentMs = int(0, Number.MAX_SAFE_INTEGER);

export const records = {
  round: one({
    number: u32,
    phase: oneOf("sailing", "finished"),
    /** Room time in ms at which the phase ends. */
    untilMs: momentMs,
    /** Who has most points in a finished round; several if they have the same. */
    winners: list(seatIndex, SEATS_MAX + FLEET_MIN),
  }),
  /** One a player or bot; its id is the seat. Fields that change with every tick come first. */
  ships: many(
    {
      spotX: spot,
      spotY: spot,
      heading: u8,
      squareX: u8,
      squareY: u8,
      hull: u8,
      /** Hidden: where it was last seen is all that the public place tells. */
      state: oneOf("afloat", "hidden", "sunk"),
      /** Points of this round. */
      score: u16,
      /** Rounds won. */
      wins: u32,
      /** Room times in ms until which it dashes, and cannot be hurt. */
      dashUntilMs: momentMs,
      safeUntilMs: momentMs,
      /** Room time in ms at which a sunk ship sails again. */
      backAtMs: momentMs,
      seat: seatIndex,
      title: text(TITLE_LENGTH_MAX),
      sail: u8,
      guns: u8,
      planks: u8,
      charges: u8.private,
      pearls: u16.private,
      x: f32.server,
      y: f32.server,
      vx: f32.server,
      vy: f32.server,
      course: f32.server,
      reloadedAtMs: f64.server,
      chargedAtMs: f64.server,
      revealedUntilMs: f64.server,
      /** Its score when its player went away; undefined while its player is there. */
      scoreWhenLeft: optional(u16).server,
    },
    { seat: "seat" },
  ),
  /** Where a hidden ship really is, under the same id; for itself and whoever is close. */
  lurkers: many({ x, y, heading: u8 }),
  /** Where and when a shot left; it flies straight, so nothing more needs to be said. */
  shots: many({ by: seatIndex, x, y, heading: u8, bornMs: momentMs }),
  mines: many({ by: seatIndex, x, y, laidMs: momentMs }),
  pearls: many({ x, y }),
};

export const inputs = {
  steer: { heading: u8, thrust: int(0, 10), fire: bool },
};

export const commands = {
  dash: {},
  dropMine: {},
  upgrade: { part: oneOf(...PARTS) },
  renameShip: { title: text(TITLE_LENGTH_MAX) },
};

export const events = {
  /** To the two ships it concerns. */
  hit: { seat: seatIndex, by: seatIndex, weapon: oneOf("shot", "mine") },
  /** To the seat that found them. */
  found: { count: u8 },
  sunk: { seat: seatIndex, by: seatIndex },
  /** To whoever is back: what a bot did in the meantime. */
  missed: { points: u16, isSunk: bool },
};

export type ArenaRoom = Room<typeof records, typeof inputs, typeof events>;
export type Ship = NonNullable<ReturnType<ArenaRoom["state"]["ships"]["get"]>>;
/** What a ship is steered by: a player's newest input, or a bot's. */
export type Helm = NonNullable<ReturnType<ArenaRoom["input"]>>;
