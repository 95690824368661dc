// Field kinds: what one value of a record, a command, an input or an event may be. A kind checks,
// normalises, encodes and decodes its value and gives its TypeScript type; it never knows names.

import type { ByteReader, ByteWriter } from "./bytes.ts";

/** Who may see a field: everybody, the record's own seat, or nobody but the server. */
export type Visibility = "public" | "private" | "server";

/** A value that JSON can carry. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface KindParts<T> {
  /** Canonical text of the kind; two kinds with the same text read and write the same bytes. */
  readonly shape: string;
  /** What a new record holds until it is assigned. */
  readonly initial: T;
  /** Encoded length when it is always the same; inputs need it. */
  readonly byteCount?: number | undefined;
  /** Why no client can send its largest value, as the end of a sentence; undefined if it can. */
  readonly unsendable?: string | undefined;
  /** Why a value is not of this kind, as the end of a sentence; undefined when it is. */
  problem(value: unknown): string | undefined;
  /** The value as every end will hold it, e.g. rounded to the step. Only for checked values. */
  normalise(value: T): T;
  write(writer: ByteWriter, value: T): void;
  /** Throws MalformedBytes for bytes that no value of this kind encodes to. */
  read(reader: ByteReader): T;
  /** Whether two normalised values are the same, so that assigning one over the other is no change. */
  same(one: T, other: T): boolean;
}

/** A kind with the visibility of the field that uses it. */
export interface Kind<T, V extends Visibility = "public"> extends KindParts<T> {
  readonly visibility: V;
  /** The same kind for a field that only the record's own seat may see. */
  readonly private: Kind<T, "private">;
  /** The same kind for a field that never leaves the server. */
  readonly server: Kind<T, "server">;
}

/** Makes a public kind out of its parts. */
export function makeKind<T>(parts: KindParts<T>): Kind<T> {
  return withVisibility(parts, "public");
}

function withVisibility<T, V extends Visibility>(parts: KindParts<T>, visibility: V): Kind<T, V> {
  const kind = { ...parts, visibility };
  // Not enumerable: each kind has kinds in it without end, and whoever prints or compares one must get to an end.
  Object.defineProperties(kind, {
    private: { get: () => withVisibility(parts, "private") },
    server: { get: () => withVisibility(parts, "server") },
  });
  return kind as Kind<T, V>;
}

/** The value type of a kind. */
export type ValueOf<K> = K extends Kind<infer T, Visibility> ? T : never;

/** Named kinds: the fields of a record, the arguments of a command, the values of an input. */
export type Fields = Readonly<Record<string, Kind<unknown, Visibility>>>;

/** The values of named kinds, as a rule reads them. */
export type ValuesOf<F> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** A mistake in a game's definition: thrown while it is defined, before anybody plays. */
export function insist(condition: boolean, message: string): void {
  if (!condition) throw new TypeError(message);
}

/** A refusal to read values that do not fit named kinds. */
export interface Misfit {
  readonly field: string;
  readonly why: string;
}

/**
 * Checks values from outside against named kinds, strictly: each field must fit and none may be
 * unknown. Gives normalised values or the first misfit.
 */
export function parseFields<F extends Fields>(
  fields: F,
  input: unknown,
): { kind: "fits"; values: ValuesOf<F> } | { kind: "misfit"; misfit: Misfit } {
  const given = input === undefined || input === null ? {} : input;
  if (typeof given !== "object" || Array.isArray(given))
    return misfit("what is given", "must be an object");
  // Neither list of names is made anew: every input of every player comes through here.
  for (const name in given) {
    if (!Object.hasOwn(fields, name)) return misfit(name.slice(0, 32), "is not known");
  }
  const values: Record<string, unknown> = {};
  for (const name in fields) {
    const kind = fields[name] as Fields[string];
    const value = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined;
    const why = kind.problem(value);
    if (why !== undefined) return misfit(name, why);
    values[name] = kind.normalise(value);
  }
  return { kind: "fits", values: values as ValuesOf<F> };
}

function misfit(field: string, why: string): { kind: "misfit"; misfit: Misfit } {
  return { kind: "misfit", misfit: { field, why } };
}

/** Canonical text of named kinds, hashed into the shape of a game. */
export function shapeOfFields(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, kind]) => `${name}:${kind.visibility[0]}:${kind.shape}`)
    .join(";");
}
