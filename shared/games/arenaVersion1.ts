// Version 1 of the arena's records: one endless round without bots. Kept as it was, to read rooms of
// that build by; nobody plays it.

import {
  bool,
  defineGame,
  f32,
  f64,
  int,
  many,
  migration,
  oneOf,
  optional,
  quantised,
  seatIndex,
  text,
  u8,
  u16,
  u32,
} from "../game.ts";
import { records } from "./arenaRecords.ts";

const idle = () => undefined;
const spot = quantised(0, 63.75, 0.25);
const x = quantised(0, 2560, 0.25);
const y = quantised(0, 1664, 0.25);

export const arenaVersion1 = defineGame({
  name: "arena",
  version: 1,
  seats: { min: 1, max: 16 },
  tickHz: 20,
  records: {
    ships: many(
      {
        spotX: spot,
        spotY: spot,
        heading: u8,
        squareX: u8,
        squareY: u8,
        hull: u8,
        state: oneOf("afloat", "hidden", "sunk", "anchored"),
        score: u16,
        dashUntilMs: u32,
        safeUntilMs: u32,
        backAtMs: u32,
        seat: seatIndex,
        title: text(20),
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
        awaySinceMs: optional(f64).server,
      },
      { seat: "seat" },
    ),
    lurkers: many({ x, y, heading: u8 }),
    shots: many({ by: seatIndex, x, y, heading: u8, bornMs: u32 }),
    mines: many({ by: seatIndex, x, y, laidMs: u32 }),
    pearls: many({ x, y }),
  },
  // A room is known by its commands too: without them it would be of another build.
  commands: {
    dash: {},
    dropMine: {},
    upgrade: { part: oneOf("sail", "guns", "hull") },
    renameShip: { title: text(20) },
  },
  inputs: { steer: { heading: u8, thrust: int(0, 10), fire: bool } },
  events: {
    hit: { seat: seatIndex, by: seatIndex, weapon: oneOf("shot", "mine") },
    found: { count: u8 },
    sunk: { seat: seatIndex, by: seatIndex },
  },
  rules: { tick: idle, dash: idle, dropMine: idle, upgrade: idle, renameShip: idle },
});

/**
 * Everything stays where it floats. The round has no end yet, so the next tick ends it: whoever had
 * gathered most in the endless one has won it.
 */
export const fromVersion1 = migration({ from: arenaVersion1, records }, (old, next) => {
  const { ships, lurkers, shots, mines, pearls } = arenaVersion1.records;
  for (const ship of old.ships) {
    const { state, awaySinceMs, ...same } = plain(ship, ships);
    const scoreWhenLeft = awaySinceMs === undefined ? undefined : same.score;
    next.ships.add(
      { ...same, state: state === "anchored" ? "afloat" : state, scoreWhenLeft },
      ship.id,
    );
  }
  for (const lurker of old.lurkers) next.lurkers.add(plain(lurker, lurkers), lurker.id);
  for (const shot of old.shots) next.shots.add(plain(shot, shots), shot.id);
  for (const mine of old.mines) next.mines.add(plain(mine, mines), mine.id);
  for (const pearl of old.pearls) next.pearls.add(plain(pearl, pearls), pearl.id);
});

/** The fields of a record as values; its own are accessors, and spreading it gives none. */
function plain<R extends object>(record: R, { fields }: { readonly fields: object }) {
  const names = Object.keys(fields);
  return Object.fromEntries(names.map((name) => [name, Reflect.get(record, name)])) as Omit<
    R,
    "id"
  >;
}
