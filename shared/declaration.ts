// Declaration: what an author gave to defineGame, gone through for mistakes. The first one found is
// thrown as a TypeError that names it; nothing is laid out or changed here.

import { insist } from "./field.ts";
import type { GameDeclared, SeatsDeclared, SecondPage } from "./game.ts";
import { MESSAGE_KEYS_MAX } from "./limits.ts";
import { hintOf } from "./nearest.ts";
import type { AbsenceDeclared, LifecycleRules, Named } from "./rules.ts";
import { isDeclarableName, isKind, type Records } from "./schema.ts";

export type AnyDeclared = GameDeclared<Records, Named, Named, Named>;

/** Every name of a type, so that none is forgotten here when one is added there. */
type NamesOf<Declared> = Readonly<Record<keyof Declared, true>>;

const GAME: NamesOf<AnyDeclared> = {
  name: true,
  version: true,
  seats: true,
  records: true,
  tickHz: true,
  commands: true,
  inputs: true,
  events: true,
  rules: true,
  timers: true,
  visibleTo: true,
  absence: true,
  parkWhenEmpty: true,
  migrate: true,
  watchers: true,
};
const SEATS: NamesOf<SeatsDeclared> = {
  min: true,
  max: true,
  graceMs: true,
  idleMs: true,
  secondPage: true,
};
const SECOND_PAGE: Readonly<Record<SecondPage, true>> = {
  "takes-over": true,
  watches: true,
  "is-refused": true,
};
const LIFECYCLE: NamesOf<LifecycleRules<unknown>> = {
  start: true,
  tick: true,
  join: true,
  leave: true,
  away: true,
  meanwhile: true,
  back: true,
  save: true,
  restore: true,
};
const ABSENCE: NamesOf<AbsenceDeclared> = {
  toldAfterMs: true,
  graceMs: true,
  clockStandsMs: true,
  meanwhileEveryMs: true,
};

/** Throws a TypeError that names the first mistake. Whoever writes JavaScript may have made any. */
export function checkDeclaration(declared: AnyDeclared): void {
  insistKnown("the game", declared, Object.keys(GAME));
  const { name, version, records, commands = {}, inputs = {}, events = {} } = declared;
  insist(/^[a-z][a-z0-9]{0,23}$/.test(name), `game "${name}": use 1–24 small letters and digits`);
  insist(Number.isInteger(version) && version >= 1, "version is a whole number from 1");
  checkSeats(declared.seats);
  checkSecondPage(declared);
  checkRecords(records);
  checkNamed(commands, "command");
  checkNamed(inputs, "input");
  checkNamed(events, "event");
  checkArguments(commands);
  checkInputs(inputs);
  checkRules(declared.rules, Object.keys(commands));
  checkTicks(declared);
  checkTimers(declared.timers ?? {});
  checkSights(declared.visibleTo ?? {}, records);
  checkAbsence(declared.absence);
  checkMeanwhile(declared);
  checkMigrations(declared);
  for (const choice of ["watchers", "parkWhenEmpty"] as const) {
    const chosen = declared[choice];
    insist(chosen === undefined || typeof chosen === "boolean", `${choice} is true or false`);
  }
}

const isObject = (given: unknown): boolean =>
  typeof given === "object" && given !== null && !Array.isArray(given);

/** Throws for names that mean nothing, with what they may have been meant to be. */
function insistKnown(what: string, given: unknown, known: readonly string[]): void {
  insist(isObject(given), `${what} is declared by an object`);
  for (const name of Object.keys(given as object)) {
    if (known.includes(name)) continue;
    throw new TypeError(`${what} has no "${name}": ${hintOf(name, known)}`);
  }
}

function checkSeats(seats: SeatsDeclared): void {
  insistKnown("seats", seats, Object.keys(SEATS));
  const { min, max, graceMs = 0, idleMs = 1_000 } = seats;
  insist(
    Number.isInteger(min) && min >= 1 && Number.isInteger(max) && max >= min && max <= 64,
    "seats need 1 ≤ min ≤ max ≤ 64",
  );
  insist(isGrace(graceMs), `seats.graceMs is ${GRACE}`);
  insist(Number.isFinite(idleMs) && idleMs >= 1_000, "seats.idleMs is 1,000 ms or more");
}

function checkSecondPage({ seats: { secondPage }, watchers }: AnyDeclared): void {
  const choices = Object.keys(SECOND_PAGE);
  insist(
    secondPage === undefined || choices.includes(secondPage),
    `seats.secondPage is one of ${choices.join(", ")}`,
  );
  insist(
    secondPage !== "watches" || watchers !== false,
    'seats.secondPage "watches" needs watchers, which are false',
  );
}

function checkRecords(records: Records): void {
  insist(isObject(records), "records is an object, {} if there are none");
  for (const [name, declared] of Object.entries(records)) {
    insist(!name.startsWith("$"), `"${name}": names with $ are the room's`);
    const isMade = declared?.kind === "one" || declared?.kind === "many";
    insist(isMade, `records.${name} is made by one({…}) or many({…})`);
  }
}

function checkNamed(named: Named, what: string): void {
  insist(isObject(named), `${what}s is an object, or left out if there are none`);
  for (const [name, fields] of Object.entries(named)) {
    insist(isDeclarableName(name), `${what} "${name}": use letters and digits, small first letter`);
    insist(isObject(fields), `${what} "${name}" is an object of kinds`);
    for (const [field, kind] of Object.entries(fields)) {
      const at = `${what} "${name}.${field}"`;
      insist(isDeclarableName(field), `${at}: use letters and digits, not "id"`);
      insist(isKind(kind), `${at} needs a kind, such as u8 or text(20)`);
      insist(
        kind.visibility === "public",
        `${at} is seen by whoever sends or gets it: leave .private and .server out`,
      );
    }
  }
}

/** What a client could never send must not be declared as if it could. */
function checkArguments(commands: Named): void {
  for (const [name, fields] of Object.entries(commands)) {
    const count = Object.keys(fields).length;
    insist(
      count <= MESSAGE_KEYS_MAX,
      `command "${name}" has ${count} arguments, and a message carries ${MESSAGE_KEYS_MAX}`,
    );
    for (const [field, { unsendable }] of Object.entries(fields)) {
      insist(unsendable === undefined, `command "${name}.${field}" ${unsendable}`);
    }
  }
}

function checkInputs(inputs: Named): void {
  for (const [name, fields] of Object.entries(inputs)) {
    for (const [field, { byteCount }] of Object.entries(fields)) {
      insist(
        byteCount !== undefined,
        `input "${name}.${field}" needs a kind of fixed length, such as u8, f32 or quantised`,
      );
    }
  }
}

function checkRules(rules: object, commands: readonly string[]): void {
  const lifecycle = Object.keys(LIFECYCLE);
  for (const name of commands) {
    insist(!lifecycle.includes(name), `command "${name}" has the name of a lifecycle rule`);
  }
  insist(isObject(rules), "rules is an object of functions");
  const given = rules as Readonly<Record<string, unknown>>;
  for (const name of commands) {
    insist(
      Object.hasOwn(given, name) && given[name] !== undefined,
      `command "${name}" has no rule: rules need a function ${name}(room, seat, args)`,
    );
  }
  const known = [...commands, ...lifecycle];
  for (const name of Object.keys(given)) {
    const hint = hintOf(name, known);
    insist(known.includes(name), `rules.${name} is of no command, and nothing else's: ${hint}`);
  }
  for (const [name, rule] of Object.entries(given)) insistRule(`rules.${name}`, rule);
  insist(
    (given.save === undefined) === (given.restore === undefined),
    "rules.save and rules.restore need each other",
  );
}

/** A declaration without any rule is one to read an older room, or a view, by. */
function checkTicks({ tickHz, rules }: AnyDeclared): void {
  insist(
    tickHz === undefined || (typeof tickHz === "number" && tickHz >= 1 && tickHz <= 60),
    "tickHz is 1 to 60",
  );
  const ticks = rules.tick !== undefined;
  insist(tickHz !== undefined || !ticks, "rules.tick never runs: tickHz says how often, 1 to 60");
  insist(
    tickHz === undefined || ticks || Object.keys(rules).length === 0,
    "tickHz needs a rule to run as often: rules.tick",
  );
}

function checkTimers(timers: object): void {
  for (const [name, rule] of Object.entries(timers)) {
    insist(isDeclarableName(name), `timer "${name}": use letters and digits, small first letter`);
    insist(rule !== undefined, `timers.${name} is no function`);
    insistRule(`timers.${name}`, rule);
  }
}

function checkSights(visibleTo: object, records: Records): void {
  for (const [name, rule] of Object.entries(visibleTo)) {
    insist(records[name]?.kind === "many", `visibleTo "${name}" is no collection of records`);
    insistRule(`visibleTo.${name}`, rule);
  }
}

function checkAbsence(absence: AnyDeclared["absence"]): void {
  if (typeof absence === "object") checkTerms(absence);
  else insistRule("absence", absence);
}

/** A rule that never runs, or nothing that runs so often, is a mistake that nobody would be told of. */
function checkMeanwhile({ absence, rules }: AnyDeclared): void {
  const isDone = rules.meanwhile !== undefined;
  // A function says how often only when it is asked.
  if (typeof absence === "function") return;
  const isPlanned = (absence?.meanwhileEveryMs ?? 0) > 0;
  insist(
    isPlanned || !isDone,
    "rules.meanwhile never runs: absence.meanwhileEveryMs says how often, in milliseconds",
  );
  insist(
    isDone || !isPlanned || Object.keys(rules).length === 0,
    "absence.meanwhileEveryMs needs a rule to run as often: rules.meanwhile",
  );
}

/** What an absence means, declared or answered by a rule. Throws a TypeError that names a mistake. */
export function checkTerms(terms: AbsenceDeclared): void {
  insistKnown("absence", terms, Object.keys(ABSENCE));
  for (const [name, ms] of Object.entries(terms)) {
    insist(ms === undefined || (Number.isFinite(ms) && ms >= 0), `absence.${name} is 0 ms or more`);
  }
  insist(isGrace(terms.graceMs ?? 0), `absence.graceMs is ${GRACE}`);
}

const GRACE = "0 ms, or 1,000 and more: 60 would be 60 ms, and a minute is 60_000";

/** Who writes 60 means seconds, and every player would be out at the first lost packet. */
function isGrace(ms: number): boolean {
  return Number.isFinite(ms) && (ms === 0 || ms >= 1_000);
}

/** A rule that waits, or is run bit by bit, would do its work where nothing can be undone. */
function insistRule(what: string, rule: unknown): void {
  if (rule === undefined) return;
  insist(typeof rule === "function", `${what} is no function`);
  const kind = Object.prototype.toString.call(rule);
  insist(
    kind === "[object Function]",
    `${what} is async or a generator: a rule runs to its end at once; what comes later is a timer's`,
  );
}

function checkMigrations({ name, version, migrate = {} }: AnyDeclared): void {
  for (const [older, migration] of Object.entries(migrate)) {
    insist(migration?.from !== undefined, `migrate ${older} is made by migration({…}, …)`);
    const { from } = migration;
    const fits = from.name === name && from.version === Number(older) && from.version < version;
    insist(fits, `migrate ${older}: needs version ${older} of ${name}, which is below ${version}`);
  }
}
