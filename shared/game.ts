// Game: the pure rules of one game, as its author declares them. Server and page both hold the same
// object; it keeps no state of its own and never sees a clock, a socket or a store.

import { type Fields, insist, type Json, shapeOfFields } from "./field.ts";
import { hashName } from "./hash.ts";
import type { Migration } from "./migration.ts";
import type { AbsenceDeclared, CommandRules, Done, LifecycleRules, Named, Room } from "./rules.ts";
import {
  type CollectionShape,
  isDeclarableName,
  isKind,
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

const LIFECYCLE = [
  ...(["start", "tick", "join", "leave", "away", "meanwhile", "back"] as const),
  ...(["save", "restore"] as const),
];

export interface SeatsDeclared {
  /** Seats that must be taken before the game starts, ≥ 1. */
  readonly min: number;
  /** Seats there are, `min` to 64. */
  readonly max: number;
  /** How long an away seat is kept, in room time; 60 s if not given. */
  readonly graceMs?: number;
  /** How long a person may do nothing before the seat is away as idle; an hour if not given. */
  readonly idleMs?: number;
}

export interface GameDeclared<
  R extends Records,
  C extends Named,
  I extends Named,
  E extends Named,
> {
  /** 1–24 small letters and digits. */
  readonly name: string;
  /** Raised whenever records change meaning; a host never takes over a room of a newer one. */
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

export interface RoomRead<R extends Records> {
  readonly state: StateOf<R>;
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

const DEFAULT_GRACE_MS = 60_000;
const DEFAULT_IDLE_MS = 60 * 60_000;

/**
 * Declares a game. Throws a TypeError that names the mistake, before anybody plays.
 */
export function defineGame<
  const R extends Records,
  const C extends Named = Readonly<Record<never, Fields>>,
  const I extends Named = Readonly<Record<never, Fields>>,
  const E extends Named = Readonly<Record<never, Fields>>,
>(declared: GameDeclared<R, C, I, E>): Game<R, C, I, E> {
  const { name, version, seats, records, tickHz } = declared;
  const commands = declared.commands ?? ({} as C);
  const inputs = declared.inputs ?? ({} as I);
  const events = declared.events ?? ({} as E);
  insist(/^[a-z][a-z0-9]{0,23}$/.test(name), `game "${name}": use 1–24 small letters and digits`);
  insist(Number.isInteger(version) && version >= 1, "version is a whole number from 1");
  insist(
    Number.isInteger(seats?.min) &&
      seats.min >= 1 &&
      Number.isInteger(seats.max) &&
      seats.max >= seats.min &&
      seats.max <= 64,
    "seats need 1 ≤ min ≤ max ≤ 64",
  );
  insist(
    seats.graceMs === undefined || (Number.isFinite(seats.graceMs) && seats.graceMs >= 0),
    "graceMs is 0 or more",
  );
  insist(seats.idleMs === undefined || seats.idleMs >= 1_000, "idleMs is a second or more");
  insist(tickHz === undefined || (tickHz >= 1 && tickHz <= 60), "tickHz is 1 to 60");
  checkRecords(records);
  checkNames(commands, "command");
  checkNames(inputs, "input");
  checkNames(events, "event");
  for (const [input, fields] of Object.entries(inputs)) {
    for (const [field, kind] of Object.entries(fields)) {
      insist(
        kind.byteCount !== undefined,
        `input "${input}.${field}" needs a kind of fixed length, such as u8, f32 or quantised`,
      );
    }
  }
  for (const [timer, rule] of Object.entries(declared.timers ?? {})) {
    insist(isDeclarableName(timer), `timer "${timer}": use letters and digits, small first letter`);
    insist(typeof rule === "function", `timer "${timer}" is no function`);
  }
  for (const [older, { from }] of Object.entries(declared.migrate ?? {})) {
    const fits = from.name === name && from.version === Number(older) && from.version < version;
    insist(fits, `migrate ${older}: needs version ${older} of ${name}, which is below ${version}`);
  }
  const rules = sortRules(declared, commands);
  const all = { ...records, ...roomRecords };
  return {
    name,
    version,
    seats: { graceMs: DEFAULT_GRACE_MS, idleMs: DEFAULT_IDLE_MS, ...seats },
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

function sortRules<R extends Records, C extends Named, I extends Named, E extends Named>(
  declared: GameDeclared<R, C, I, E>,
  commands: C,
): Rules {
  const given = declared.rules as Readonly<Record<string, unknown>>;
  insist(typeof given === "object" && given !== null, "rules is an object of functions");
  const commandRules: Record<string, (room: unknown, seat: number, args: unknown) => unknown> = {};
  for (const name of Object.keys(commands)) {
    insist(
      !(LIFECYCLE as readonly string[]).includes(name),
      `command "${name}" has the name of a lifecycle rule`,
    );
    const isRule = Object.hasOwn(given, name) && typeof given[name] === "function";
    insist(
      isRule,
      `command "${name}" has no rule: rules need a function ${name}(room, seat, args)`,
    );
    commandRules[name] = given[name] as (room: unknown, seat: number, args: unknown) => unknown;
  }
  for (const name of Object.keys(given)) {
    const known = (LIFECYCLE as readonly string[]).includes(name) || Object.hasOwn(commands, name);
    insist(
      known,
      `rule "${name}" is neither a declared command nor one of ${LIFECYCLE.join(", ")}`,
    );
  }
  for (const [name, rule] of Object.entries(given)) {
    insist(rule === undefined || typeof rule === "function", `rule "${name}" is no function`);
  }
  insist(
    (given.save === undefined) === (given.restore === undefined),
    "save and restore need each other",
  );
  const visibleTo = (declared.visibleTo ?? {}) as Rules["visibleTo"];
  for (const name of Object.keys(visibleTo)) {
    insist(
      declared.records[name]?.kind === "many",
      `visibleTo "${name}" is no collection of records`,
    );
  }
  return {
    lifecycle: given as LifecycleRules<unknown>,
    commands: commandRules,
    timers: (declared.timers ?? {}) as Rules["timers"],
    absence: absenceOf(declared.absence),
    visibleTo,
  };
}

function absenceOf(declared: unknown): Rules["absence"] {
  if (declared === undefined || typeof declared === "function") return declared as Rules["absence"];
  const terms = declared as AbsenceDeclared;
  for (const [name, ms] of Object.entries(terms)) {
    insist(typeof ms === "number" && ms >= 0, `absence.${name} is 0 ms or more`);
  }
  return () => terms;
}

function checkRecords(records: Records): void {
  insist(typeof records === "object", "records is an object, {} if there are none");
  for (const [name, declared] of Object.entries(records)) {
    insist(!name.startsWith("$"), `"${name}": names with $ are the room's`);
    const isMade = declared?.kind === "one" || declared?.kind === "many";
    insist(isMade, `records.${name} is made by one({…}) or many({…})`);
  }
}

function checkNames(named: Named, what: string): void {
  for (const [name, fields] of Object.entries(named)) {
    insist(isDeclarableName(name), `${what} "${name}": use letters and digits, small first letter`);
    for (const [field, kind] of Object.entries(fields)) {
      insist(
        isDeclarableName(field),
        `${what} "${name}.${field}": use letters and digits, not "id"`,
      );
      insist(isKind(kind), `${what} "${name}.${field}" needs a kind, such as u8 or text(20)`);
      insist(
        kind.visibility === "public",
        `${what} "${name}.${field}" is seen by whoever sends or gets it: leave .private and .server out`,
      );
    }
  }
}

function shapeOfNamed(named: Named): string {
  return Object.entries(named)
    .map(([name, fields]) => `${name}(${shapeOfFields(fields)})`)
    .join("|");
}
