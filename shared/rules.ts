// Rules: what the author of a game writes, and the room as these rules see it. Types, and the one
// word a rule answers with; nothing here runs a rule.

import { type Fields, insist, type Json, type ValuesOf } from "./field.ts";
import type { Records, StateOf } from "./schema.ts";

export type Named = Readonly<Record<string, Fields>>;

/** A command's rule returns this to change nothing and tell the player why. */
export interface Refusal {
  readonly refused: string;
}

const REASON = /^[a-z][a-z0-9-]{0,31}$/;

/** Refuses a command: nothing of it takes effect. The reason, told to its page, is 1–32 small letters, digits, dashes. */
export function refuse(reason: string): Refusal {
  insist(
    REASON.test(reason),
    `reason "${reason}": use small letters, digits and dashes, at most 32`,
  );
  return { refused: reason };
}

/** A taken seat, as rules see it. One that is empty is not listed. */
export interface SeatSeen {
  /** 0 to `seats.max` − 1: what rules get as `seat`. The lowest free one is given to whoever comes next. */
  readonly index: number;
  /** What its player is called here, 1 to 24 visible characters; no two seats have the same name. */
  readonly name: string;
  /** `away`: nobody is there, the seat is kept; with `absence.toldAfterMs`, only after so long. */
  readonly presence: "held" | "away";
}

/** Who learns of an event: one seat, or whoever sees a record when it happens. Without one, everybody. */
export type Audience = { readonly seat: number } | { readonly seeing: { readonly id: number } };

/** An event as it is told: which it is, and its values. `E` is what `events` declares. */
export type EventTold<E extends Named> = {
  [Name in keyof E & string]: { readonly name: Name; readonly values: ValuesOf<E[Name]> };
}[keyof E & string];

/**
 * What rules may do. Everything but reading is undone if the rule throws or refuses.
 *
 * For a function beside the declaration, declare the parts it needs as constants of their own:
 *
 *     const records = { table: one({ turn: seatIndex }) };
 *     const events = { passed: { seat: seatIndex } };
 *     type Playing = Room<typeof records, {}, typeof events>; // records, inputs, events
 *     function pass(room: Playing, seat: number) { … }
 */
export interface Room<R extends Records, I extends Named, E extends Named> {
  readonly state: StateOf<R>;
  /**
   * Room time in milliseconds, whole: stands still while nobody hosts the room. Keep it as `f64` or
   * `int(0, Number.MAX_SAFE_INTEGER)`: after 50 days it is more than `u32` holds.
   */
  readonly nowMs: number;
  /** Taken seats in the order of their indexes. */
  readonly seats: readonly SeatSeen[];
  /** A draw in [0, 1) from the room's own generator, which is part of its state. */
  random(): number;
  /**
   * The newest input of a seat by name, undefined until there is one since the seat was taken up. It is the
   * same while the seat is away: a ship that shall not sail on then is stopped by its game's rules.
   */
  input<Name extends keyof I & string>(seat: number, name: Name): ValuesOf<I[Name]> | undefined;
  /** Tells clients of something that happened once. */
  emit<Name extends keyof E & string>(name: Name, values: ValuesOf<E[Name]>, to?: Audience): void;
  /** Runs the timer rule of that name after `afterMs` of `clockMs`; a running timer of the name is replaced. */
  timer(name: string, afterMs: number, args?: Json): void;
  /** Stops the timer of that name; nothing happens if none runs. */
  cancelTimer(name: string): void;
  /**
   * Room time without what it stood still in absences: timers go by it, and so should what a page
   * counts down.
   */
  readonly clockMs: number;
  /** Gives an away seat up at once, as if its grace were over. */
  giveUp(seat: number): void;
  /** Keeps an away seat for so much longer. */
  keep(seat: number, moreMs: number): void;
  /**
   * Ends the game; commands after it are refused. The reason, 32 characters at most, is a seat's `ending`
   * on every page; what needs more room is for a record.
   */
  end(reason?: string): void;
}

/** Rules are synchronous: a promise is neither of these, so the compiler refuses an async rule. */
export type Done = void | undefined;

export interface LifecycleRules<Handle> {
  /** Once, when the least number of seats is taken. */
  start?(room: Handle): Done;
  /** `tickHz` times a second of room time once started. */
  tick?(room: Handle): Done;
  /** A seat was taken; before `start` if it is the one that starts the game. */
  join?(room: Handle, seat: number): Done;
  /** A seat was given up: by its player, or because nobody came back in time. It is still listed. */
  leave?(room: Handle, seat: number, why: "left" | "absent"): Done;
  /** A seat is away: it lost its connection, or its player does nothing. */
  away?(room: Handle, seat: number): Done;
  /** While a seat is away, as often as `absence` says: plays for it, passes its turn, or nothing. */
  meanwhile?(room: Handle, seat: number): Done;
  /** An away seat is held again, after so long. The place to tell its player what happened. */
  back?(room: Handle, seat: number, awayMs: number): Done;
  /**
   * What a player's next seat in any room of the game begins with: at most 16,384 characters of JSON,
   * or undefined or null for nothing. Runs before `leave` in the commit that empties the seat, and for every
   * seat when the game ends; it may only look. If it is an object with a text `summary`, its player is told
   * that, 120 characters at most, where there are several saves to choose from. Needs `restore`.
   */
  save?(room: Handle, seat: number): Json | undefined;
  /**
   * Gives a seat what `save` returned of its player's last one, once: a moment after `join`, in a
   * commit of its own. A game that has changed since must read what it saved then. If it throws, the
   * save is kept for the next seat. Needs `save`.
   */
  restore?(room: Handle, seat: number, save: Json): Done;
}

/** Without the names of lifecycle rules, or these rules' arguments would be of both kinds. */
export type CommandRules<Handle, C extends Named> = {
  [Name in Exclude<keyof C, keyof LifecycleRules<Handle>>]: (
    room: Handle,
    seat: number,
    args: ValuesOf<C[Name]>,
  ) => Refusal | Done;
};

/**
 * What the absence of a seat means. All times are milliseconds of room time; what is not given is as it
 * is without. A function is asked again whenever something happens in the room, so it must be quick.
 */
export interface AbsenceDeclared {
  /** The others, and the rules, are told of a lost connection only after so long; 0 if not given. */
  readonly toldAfterMs?: number;
  /**
   * How long the seat is kept, from the moment it was lost: 0, or 1,000 ms and more; `seats.graceMs` if
   * not given. Asked for once, when the seat is put away: `keep` and `giveUp` change it later. A page
   * that lost its line cannot ask a function and counts `seats.graceMs` down: let that be the shortest.
   */
  readonly graceMs?: number;
  /**
   * Timers stand still while the seat is away, for so long in all of its absences together: who pulls
   * the plug to think runs out of it. 0 if not given.
   */
  readonly clockStandsMs?: number;
  /**
   * `meanwhile` runs this often while the seat is away and this is given, the first time so long after
   * `away`, or after it was given; never if not given.
   */
  readonly meanwhileEveryMs?: number;
}
