// What a room of the adventure consists of: its records and commands, for rules and page alike.
// Declarations only: no sentence of the world stands here, so a page that holds this tells nothing.

import { assert } from "../../assert.ts";
import { bool, f64, list, many, one, oneOf, seatIndex, text, u16, u32 } from "../../game.ts";
import { DIRECTIONS } from "./kinds.ts";
import { LINE_LENGTH_MAX } from "./line.ts";

/** Most that one can type at once, in UTF-16 units. */
export const TYPED_LENGTH_MAX = 200;
/** Lines of one leaf at most; what is said after that begins the next. */
export const LEAF_LINES_MAX = 48;

/** Whoever typed nothing for so long is taken to be reading. */
export const READING_MS = 60_000;

/**
 * The newest part of a person's story, as leaves that are written in turn: a page gets the leaves
 * that changed while it was away and no others, and none is ever told to somebody else.
 */
export const LEAVES = [
  "leaf0",
  "leaf1",
  "leaf2",
  "leaf3",
  "leaf4",
  "leaf5",
  "leaf6",
  "leaf7",
  "leaf8",
  "leaf9",
  "leaf10",
  "leaf11",
] as const;

/** The field that holds the leaf of a number. */
export function leafField(number: number): (typeof LEAVES)[number] {
  const field = LEAVES[number % LEAVES.length];
  assert(field !== undefined, "a number modulo their count is one of them");
  return field;
}

const leaf = list(text(LINE_LENGTH_MAX), LEAF_LINES_MAX).private;
const key = text(24).server;
export const STROKES = ["long", "short"] as const;
export type Stroke = (typeof STROKES)[number];
const strokes = list(oneOf(...STROKES), 5).server;

export const records = {
  /** One record a seat, its id the seat's index: who somebody is in the story. */
  people: many({
    seat: seatIndex,
    /** Room time of the last command, told at most every few seconds. */
    activeMs: f64,
    place: key,
    /** What they have of things that everybody may have. */
    things: list(text(24), 40).server,
    chapters: list(text(24), 20).server,
    /** Places they have read the whole text of. */
    seen: list(text(24), 80).server,
    /** What they hold with both hands. */
    holding: oneOf("nothing", "windlass", "works").server,
    /** What "it" means. */
    meant: text(48).server,
  }),
  /** One record a seat, its id the seat's index: what its page shows, and nobody else's. */
  sights: many(
    {
      seat: seatIndex,
      place: text(48).private,
      exits: list(oneOf(...DIRECTIONS), 8).private,
      here: list(seatIndex, 64).private,
      /** Whose words they do not want to hear. */
      muted: list(seatIndex, 64).private,
      /** Names of things that can be used now, for completing. */
      names: list(text(48), 80).private,
      /** Leaves begun so far; leaf n stands in the field of n modulo their count. */
      leaves: u32.private,
      leaf0: leaf,
      leaf1: leaf,
      leaf2: leaf,
      leaf3: leaf,
      leaf4: leaf,
      leaf5: leaf,
      leaf6: leaf,
      leaf7: leaf,
      leaf8: leaf,
      leaf9: leaf,
      leaf10: leaf,
      leaf11: leaf,
    },
    { seat: "seat" },
  ),
  /** Where everything is of which there is one: a place, `seat 3`, the otter, or the works. */
  whereabouts: one({
    key,
    crank: key,
    whistle: key,
    toll: key,
    bailiff: key,
    ninepence: key,
    burr: key,
  }),
  /** How the island stands, which nobody is told but by looking. */
  island: one({
    tide: oneOf("low", "high").server,
    /** Beats of the island's clock, which runs only while somebody does something. */
    beats: u32.server,
    isBeating: bool.server,
    activeMs: f64.server,
    isDoorOpen: bool.server,
    isWiped: bool.server,
    hasWick: bool.server,
    hasOil: bool.server,
    /** The signature of the light, while the works turn. */
    signature: strokes,
    shutter: strokes,
    /** Beats that the lamp will burn on. */
    burns: u16.server,
    /** Names of those who tied a knot, newest last. */
    knots: list(text(24), 60).server,
  }),
} as const;

const commands = { type: { line: text(TYPED_LENGTH_MAX) } } as const;

/** Everything but the rules. */
export const declared = {
  name: "adventure",
  version: 1,
  seats: { min: 1, max: 50, graceMs: 30 * 60_000, idleMs: 2 * 60 * 60_000 },
  // A hiccup of somebody's line is nothing that others need to read about.
  absence: { toldAfterMs: 5_000 },
  records,
  commands,
  // A watcher stands nowhere on the island, and so would see nothing.
  watchers: false,
} as const;
