// Game: the pure rules of one game, as its author declares them. Server and page both hold the same
// object; it keeps no state of its own and never sees a clock, a socket or a store.

import { type AnyDeclared, checkDeclaration } from "./declaration.ts";
import { type Fields, type Json, shapeOfFields } from "./field.ts";
import { hashName } from "./hash.ts";
import type { Migration } from "./migration.ts";
import type { AbsenceDeclared, CommandRules, Done, LifecycleRules, Named, Room } from "./rules.ts";
import {
  type CollectionShape,
  layOut,
  type RecordOf,
  type Records,
  type StateOf,
  shapeOfRecords,
} from "./schema.ts";
import { roomRecords } from "./seats.ts";

// What an author needs to declare a game comes from this one file: it is the package's `holdfast/game`.
export type { Json } from "./field.ts";
export { bool, json, list, oneOf, optional, text } from "./kinds.ts";
export { migration } from "./migration.ts";
export { f32, f64, i32, id, int, quantised, seatIndex, u8, u16, u32 } from "./numbers.ts";
export {
  type AbsenceDeclared,
  type Audience,
  type Refusal,
  type Room,
  refuse,
  type SeatSeen,
} from "./rules.ts";
export { many, one } from "./schema.ts";

export interface SeatsDeclared {
  /** Seats that must be taken before the game starts, ≥ 1; until then commands are refused as `not-started`. */
  readonly min: number;
  /** Seats there are, `min` to 64. */
  readonly max: number;
  /**
   * How long an away seat is kept, in milliseconds of room time: 0, or 1,000 and more; 60 s if not given.
   * A room in which nobody is stands still, and is removed, with what is to be saved saved, after 30 days
   * or its longest grace, 80 days at most.
   */
  readonly graceMs?: number;
  /** How long a person may do nothing before the seat is away as idle, 1,000 ms or more; an hour if not given. */
  readonly idleMs?: number;
  /** What becomes of a second page, or device, of somebody whose first one plays; it takes over if not given. */
  readonly secondPage?: SecondPage;
}

/**
 * - `takes-over`: it has the seat from then on, and the first one is told so
 * - `watches`: it sees what watchers see, and the first one goes on
 * - `is-refused`: it is told that the seat is held, and the first one goes on
 *
 * A page that comes back to a seat of its own, after a reload say, always gets it as soon as no other
 * page plays there: at once, or once a line that broke without a sign is given up, 18 s at most.
 */
export type SecondPage = "takes-over" | "watches" | "is-refused";

export interface GameDeclared<
  R extends Records,
  C extends Named,
  I extends Named,
  E extends Named,
> {
  /** 1–24 small letters and digits. */
  readonly name: string;
  /**
   * A whole number from 1. Raised with every change of records, commands, inputs or events, and of what
   * they mean; a server never takes over a room of a newer one, and one of an older only by `migrate`.
   */
  readonly version: number;
  readonly seats: SeatsDeclared;
  readonly records: R;
  /** Ticks a second, 1–60; without it the game moves only by commands and timers. */
  readonly tickHz?: number;
  readonly commands?: C;
  /** Newest-wins inputs; only kinds of fixed length. */
  readonly inputs?: I;
  readonly events?: E;
  readonly rules: LifecycleRules<Room<R, I, E>> & CommandRules<Room<R, I, E>, C>;
  readonly timers?: Readonly<Record<string, (room: Room<R, I, E>, args: Json) => Done>>;
  /** Who may see a record of a collection; without an entry, everybody. `seat` is undefined for watchers. */
  readonly visibleTo?: {
    readonly [Name in keyof R]?: R[Name] extends { kind: "many"; fields: infer F extends Fields }
      ? (record: Readonly<RecordOf<F>>, seat: number | undefined, room: RoomRead<R>) => boolean
      : never;
  };
  /** What an absence means; a function if that depends on the phase of the game. It may only look. */
  readonly absence?: AbsenceDeclared | ((room: RoomRead<R>, seat: number) => AbsenceDeclared);
  /**
   * Whether a room that nobody is connected to stops until somebody comes back, after 30 s; true if
   * not given. Otherwise it goes on until nothing in it waits for time any more.
   */
  readonly parkWhenEmpty?: boolean;
  /** How rooms of older builds are taken over, by the version they are of; see `migration`. */
  readonly migrate?: Readonly<Record<number, Migration>>;
  /** Whether somebody without a seat may watch the public view; true if not given. */
  readonly watchers?: boolean;
}

/** What a rule that may only look sees of its room: `absence` and `visibleTo`. */
export interface RoomRead<R extends Records> {
  /** All of it, private and server fields too; assigning to it throws. */
  readonly state: StateOf<R>;
  /** Room time in milliseconds, as rules have it. */
  readonly nowMs: number;
}

/** A declared game: what was declared, laid out and named by its shape. */
export interface Game<
  R extends Records = Records,
  C extends Named = Named,
  I extends Named = Named,
  E extends Named = Named,
> {
  readonly name: string;
  readonly version: number;
  readonly seats: Required<SeatsDeclared>;
  readonly tickHz: number | undefined;
  readonly watchers: boolean;
  readonly parkWhenEmpty: boolean;
  readonly migrate: Readonly<Record<number, Migration>>;
  readonly records: R;
  readonly commands: C;
  readonly inputs: I;
  readonly events: E;
  /** Layout of the game's collections and, after them, of the room's own. */
  readonly shapes: readonly CollectionShape[];
  /** Names the layout, commands, inputs and events: both ends must have the same. */
  readonly shape: string;
  readonly rules: Rules;
}

/** The rules with their types erased, as the room machine calls them. */
export interface Rules {
  readonly lifecycle: LifecycleRules<unknown>;
  readonly commands: Readonly<
    Record<string, (room: unknown, seat: number, args: unknown) => unknown>
  >;
  readonly timers: Readonly<Record<string, (room: unknown, args: Json) => unknown>>;
  readonly absence: ((room: unknown, seat: number) => AbsenceDeclared) | undefined;
  readonly visibleTo: Readonly<
    Record<string, (record: unknown, seat: number | undefined, room: unknown) => boolean>
  >;
}

const SEAT_DEFAULTS = {
  graceMs: 60_000,
  idleMs: 60 * 60_000,
  secondPage: "takes-over",
} as const satisfies Partial<SeatsDeclared>;

/**
 * Declares a game. Throws a TypeError that names the mistake, before anybody plays.
 */
export function defineGame<
  const R extends Records,
  const C extends Named = Readonly<Record<never, Fields>>,
  const I extends Named = Readonly<Record<never, Fields>>,
  const E extends Named = Readonly<Record<never, Fields>>,
>(declared: GameDeclared<R, C, I, E>): Game<R, C, I, E> {
  checkDeclaration(declared as unknown as AnyDeclared);
  const { name, version, seats, records, tickHz, absence } = declared;
  // One that holds in every phase is the seats': pages count it down without asking a rule.
  const graceMs = typeof absence === "object" ? absence.graceMs : undefined;
  const commands = declared.commands ?? ({} as C);
  const inputs = declared.inputs ?? ({} as I);
  const events = declared.events ?? ({} as E);
  const rules = sortRules(declared, commands);
  const all = { ...records, ...roomRecords };
  return {
    name,
    version,
    seats: { ...SEAT_DEFAULTS, ...seats, ...(graceMs === undefined ? {} : { graceMs }) },
    tickHz,
    watchers: declared.watchers ?? true,
    parkWhenEmpty: declared.parkWhenEmpty ?? true,
    migrate: declared.migrate ?? {},
    records,
    commands,
    inputs,
    events,
    shapes: layOut(all, new Set(Object.keys(rules.visibleTo))),
    shape: hashName(
      [name, version, shapeOfRecords(all), ...[commands, inputs, events].map(shapeOfNamed)].join(
        "\n",
      ),
    ),
    rules,
  };
}

/** The rules by what calls them, their types erased. */
function sortRules<R extends Records, C extends Named, I extends Named, E extends Named>(
  { rules, timers, visibleTo, absence }: GameDeclared<R, C, I, E>,
  commands: C,
): Rules {
  const given = rules as Readonly<Record<string, unknown>>;
  const ofCommands = Object.keys(commands).map((name) => [name, given[name]]);
  return {
    lifecycle: given as LifecycleRules<unknown>,
    commands: Object.fromEntries(ofCommands) as Rules["commands"],
    timers: (timers ?? {}) as Rules["timers"],
    absence: (typeof absence === "object" ? () => absence : absence) as Rules["absence"],
    visibleTo: (visibleTo ?? {}) as Rules["visibleTo"],
  };
}

function shapeOfNamed(named: Named): string {
  return Object.entries(named)
    .map(([name, fields]) => `${name}(${shapeOfFields(fields)})`)
    .join("|");
}
