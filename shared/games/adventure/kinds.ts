// Kinds of the world: what a place, a thing, a creature and a turn of the story consist of. Types
// only: the world's files are content, and what content does is decided elsewhere.

export const DIRECTIONS = ["north", "south", "east", "west", "up", "down", "in", "out"] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** What can be true of the world or of one person; exits and texts may depend on it. */
export type Condition =
  | "low-tide"
  | "high-tide"
  | "lamp-lit"
  | "lamp-dark"
  | "gate-up"
  | "gate-down"
  | "door-open"
  | "door-shut"
  | "works-turning"
  | "crank-fitted"
  | "glass-clean"
  | "glass-salted"
  | "wick-set"
  | "oil-poured"
  /** The person saw the lamp lit and had a hand in it. */
  | "knows-way"
  /** The person has tied a knot. */
  | "tied"
  | "untied";

export type Exit =
  | string
  | {
      readonly to: string;
      readonly when: Condition;
      /** What is said to whoever tries it meanwhile. */
      readonly shut: string;
      /** Not among the ways that are listed while it is shut. */
      readonly secret?: true;
    };

export interface Sometimes {
  readonly when: Condition;
  readonly text: string;
}

/** What belongs to a place and can only be looked at. */
export interface Scenery {
  /** Words it answers to; the first is its name. */
  readonly words: readonly [string, ...string[]];
  /** A name of its own; otherwise "the" and the first word. */
  readonly name?: string;
  readonly text: string;
  /** It is there only while this is so. */
  readonly when?: Condition;
  readonly also?: readonly Sometimes[];
}

export interface Place {
  readonly name: string;
  readonly text: string;
  /** Sentences that come after the text while something is so. */
  readonly also?: readonly Sometimes[];
  readonly exits: Partial<Readonly<Record<Direction, Exit>>>;
  readonly scenery?: readonly Scenery[];
  /** Nothing can be seen here without a lantern in somebody's hand. */
  readonly isDark?: true;
  /** Under water at high tide: whoever is here is carried ashore, and things too. */
  readonly isFlooded?: true;
}

export interface Thing {
  /** As in "You take the stone flask"; with its article. */
  readonly name: string;
  /** Words it answers to besides those of its name. */
  readonly words: readonly string[];
  /** What is seen when one looks closely. */
  readonly text: string;
  /** What it says, if it can be read. */
  readonly reads?: string;
  /**
   * `own`: everybody may have one, taken from the place that has plenty, and keeps it for good.
   * `shared`: there is one, and it goes home when whoever has it goes away for good.
   */
  readonly kind: "own" | "shared";
  /** Where it is found; absent for what is only made or given. */
  readonly home?: string;
  /** How it lies there, before anybody has moved it. */
  readonly lies?: string;
  /** Lights dark places. */
  readonly isLight?: true;
  readonly isFood?: true;
}

export interface Creature {
  readonly name: string;
  readonly words: readonly string[];
  readonly text: string;
  readonly home: string;
  /** Places it goes to, in any order; it is in one of them. */
  readonly haunts: readonly string[];
  /** How it is mentioned where it is. */
  readonly stands: string;
  readonly comes: string;
  readonly goes: string;
  /** What it does now and then when somebody is there. */
  readonly idles: readonly [string, ...string[]];
  /** What comes of talking to it. */
  readonly answers: string;
  /** What comes of petting it. */
  readonly petted: string;
}
