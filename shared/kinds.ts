// Kinds that are no numbers: truth values, words, text, lists, optional values and JSON.
// Each is replaced as a whole; none is ever changed in place.

import { MalformedBytes } from "./bytes.ts";
import { insist, type Json, type Kind, makeKind } from "./field.ts";
import { MESSAGE_ITEMS_MAX, MESSAGE_TEXT_MAX, OUTBOX_BYTES_MAX } from "./limits.ts";

const identity = <T>(value: T): T => value;

function beyond(declared: number, most: number, what: string): string | undefined {
  return declared <= most ? undefined : `is for ${declared} ${what}, and a message carries ${most}`;
}

export const bool: Kind<boolean> = makeKind<boolean>({
  shape: "bool",
  initial: false,
  byteCount: 1,
  problem: (value) => (typeof value === "boolean" ? undefined : "must be true or false"),
  normalise: identity,
  write: (writer, value) => writer.u8(value ? 1 : 0),
  read(reader) {
    const byte = reader.u8();
    if (byte > 1) throw new MalformedBytes(`${byte} is no bool`);
    return byte === 1;
  },
  same: Object.is,
});

/** One of at most 256 given words; takes one byte. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  ...words: Words
): Kind<Words[number]> {
  insist(
    words.length >= 1 && words.length <= 256 && new Set(words).size === words.length,
    "oneOf needs 1 to 256 different words",
  );
  return makeKind<Words[number]>({
    shape: `oneOf(${JSON.stringify(words)})`,
    initial: words[0],
    byteCount: 1,
    problem: (value) =>
      typeof value === "string" && words.includes(value)
        ? undefined
        : `must be one of ${words.join(", ")}`,
    normalise: identity,
    write: (writer, value) => writer.u8(words.indexOf(value)),
    read(reader) {
      const word = words[reader.u8()];
      if (word === undefined) throw new MalformedBytes("no such word");
      return word;
    },
    same: Object.is,
  });
}

/** Text of at most `lengthMax` UTF-16 units (1 to 65,536), well-formed. */
export function text(lengthMax: number): Kind<string> {
  insist(
    Number.isInteger(lengthMax) && lengthMax >= 1 && lengthMax <= 65_536,
    "text needs 1 to 65,536",
  );
  const problem = (value: unknown) => {
    if (typeof value !== "string") return "must be text";
    if (value.length > lengthMax) return `must be at most ${lengthMax} characters`;
    return LONE_SURROGATE.test(value) ? "must be well-formed text" : undefined;
  };
  return makeKind<string>({
    shape: `text(${lengthMax})`,
    initial: "",
    unsendable: beyond(lengthMax, MESSAGE_TEXT_MAX, "characters of text"),
    problem,
    normalise: identity,
    write: (writer, value) => writer.text(value),
    read(reader) {
      const value = reader.text();
      const why = problem(value);
      if (why !== undefined) throw new MalformedBytes(`text ${why}`);
      return value;
    },
    same: Object.is,
  });
}

/** UTF-8 cannot carry half of a surrogate pair; it would come out as another character. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A value that may be missing: `undefined` in code, `null` in JSON. */
export function optional<T>(kind: Kind<T>): Kind<T | undefined> {
  insistPublic("optional", kind);
  return makeKind<T | undefined>({
    shape: `optional(${kind.shape})`,
    initial: undefined,
    unsendable: kind.unsendable,
    problem: (value) => (value === undefined || value === null ? undefined : kind.problem(value)),
    normalise: (value) =>
      value === undefined || value === null ? undefined : kind.normalise(value),
    write(writer, value) {
      writer.u8(value === undefined ? 0 : 1);
      if (value !== undefined) kind.write(writer, value);
    },
    read(reader) {
      const present = reader.u8();
      if (present > 1) throw new MalformedBytes("no optional");
      return present === 1 ? kind.read(reader) : undefined;
    },
    same: (one, other) =>
      one === undefined || other === undefined ? one === other : kind.same(one, other),
  });
}

/** Types say so as well, but not every author's build reads them, and a secret would be told. */
function insistPublic(of: string, { visibility }: Kind<unknown>): void {
  insist(visibility === "public", `${of}(….${visibility}) hides nothing: ${of}(…).${visibility}`);
}

/** At most `countMax` values (≤ 4,096) of another kind, replaced as a whole: assign a new array to change it. */
export function list<T>(kind: Kind<T>, countMax: number): Kind<readonly T[]> {
  insistPublic("list", kind);
  insist(Number.isInteger(countMax) && countMax >= 1 && countMax <= 4096, "list needs 1 to 4,096");
  const problem = (value: unknown) => {
    if (!Array.isArray(value)) return "must be a list";
    if (value.length > countMax) return `must have at most ${countMax} items`;
    // By `of`, which also looks at the holes of a list; so does everything below.
    for (const item of value) {
      const why = kind.problem(item);
      if (why !== undefined) return `must hold items that each ${why}`;
    }
    return undefined;
  };
  return makeKind<readonly T[]>({
    shape: `list(${kind.shape},${countMax})`,
    initial: Object.freeze([]) as readonly T[],
    unsendable: kind.unsendable ?? beyond(countMax, MESSAGE_ITEMS_MAX, "items of a list"),
    problem,
    normalise: (value) => Object.freeze(Array.from(value, (item) => kind.normalise(item))),
    write(writer, value) {
      writer.varuint(value.length);
      for (const item of value) kind.write(writer, item);
    },
    read(reader) {
      const count = reader.varuint();
      if (count > countMax) throw new MalformedBytes(`a list of ${count}`);
      const items: T[] = [];
      for (let at = 0; at < count; at++) items.push(kind.read(reader));
      return Object.freeze(items);
    },
    same: (one, other) =>
      one.length === other.length && one.every((item, at) => kind.same(item, other[at] as T)),
  });
}

/** Deeper JSON is refused: whoever walks it, here or in a page, must not run out of stack. */
const JSON_LEVELS_MAX = 16;

/** Any JSON of at most `lengthMax` characters as text (4 to 65,536) and 16 levels; frozen, replaced as a whole. */
export function json(lengthMax: number): Kind<Json> {
  insist(
    Number.isInteger(lengthMax) && lengthMax >= 4 && lengthMax <= 65_536,
    "json needs 4 to 65,536",
  );
  const problem = (value: unknown) => {
    if (!isJson(value, JSON_LEVELS_MAX)) {
      return `must be plain JSON of at most ${JSON_LEVELS_MAX} levels`;
    }
    return JSON.stringify(value).length <= lengthMax
      ? undefined
      : `must be at most ${lengthMax} characters of JSON`;
  };
  return makeKind<Json>({
    shape: `json(${lengthMax})`,
    initial: null,
    unsendable: beyond(lengthMax, OUTBOX_BYTES_MAX, "characters of JSON"),
    problem,
    normalise: (value) => freezeDeep(JSON.parse(JSON.stringify(value)) as Json),
    write: (writer, value) => writer.text(JSON.stringify(value)),
    read(reader) {
      const written = reader.text();
      if (written.length > lengthMax) throw new MalformedBytes("JSON too long");
      const value = parseJson(written);
      // The only spelling that is written: no blanks, no name twice, no 1e999.
      if (!isJson(value, JSON_LEVELS_MAX) || JSON.stringify(value) !== written) {
        throw new MalformedBytes("JSON that nobody writes");
      }
      return freezeDeep(value);
    },
    same: (one, other) => JSON.stringify(one) === JSON.stringify(other),
  });
}

function parseJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch (cause) {
    throw new MalformedBytes("no JSON", { cause });
  }
}

function isJson(value: unknown, levels: number): value is Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || levels === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, levels - 1));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((item) => isJson(item, levels - 1));
}

function freezeDeep(value: Json): Json {
  if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) freezeDeep(item);
    Object.freeze(value);
  }
  return value;
}
