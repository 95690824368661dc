// Schema: what collections of records a game has, declared by its author and laid out for the codec.
// It describes; it never holds a value.

import {
  type Fields,
  insist,
  type Kind,
  shapeOfFields,
  type ValueOf,
  type Visibility,
} from "./field.ts";

/** A collection of any number of records, each with an id. */
export interface Many<F extends Fields = Fields> {
  readonly kind: "many";
  readonly fields: F;
  /** Name of the `seatIndex` field that says whose the private fields are. */
  readonly owner: string | undefined;
}

/** A collection that is always exactly one record. */
export interface One<F extends Fields = Fields> {
  readonly kind: "one";
  readonly fields: F;
}

export type Records = Readonly<Record<string, Many | One>>;

/** Declares a collection by id. With private fields, `seat` names the field that holds their seat. */
export function many<const F extends Fields>(
  fields: F,
  options: { readonly seat?: keyof F & string } = {},
): Many<F> {
  return { kind: "many", fields, owner: options.seat };
}

/** Declares a singleton. */
export function one<const F extends Fields>(fields: F): One<F> {
  return { kind: "one", fields };
}

/**
 * A record as rules see it: assign fields as usual. It is a window on the state and holds nothing of its
 * own, so `{ ...record }` is empty; `add(record)` takes its fields over.
 */
export type RecordOf<F extends Fields> = { -readonly [Name in keyof F]: ValueOf<F[Name]> } & {
  readonly id: number;
};

/** A collection as rules see it, iterated in the order of ids. */
export interface Collection<F extends Fields> extends Iterable<RecordOf<F>> {
  readonly size: number;
  get(id: number): RecordOf<F> | undefined;
  has(id: number): boolean;
  /**
   * Adds a record, or the fields of another record as a new one, with the next free id if none is given; a
   * field that is not given begins as 0 or the nearest to it, false, "", the first word, undefined, empty
   * or null. Throws if the id is taken or a field does not fit.
   */
  add(fields?: Partial<ValuesGiven<F>>, id?: number): RecordOf<F>;
  /** Deletes a record; false if there is none. */
  delete(id: number): boolean;
}

type ValuesGiven<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** The state as rules see it. */
export type StateOf<R extends Records> = {
  readonly [Name in keyof R]: R[Name] extends One<infer F>
    ? RecordOf<F>
    : R[Name] extends Many<infer F>
      ? Collection<F>
      : never;
};

/**
 * A record as a player sees it: private fields of others are undefined, and so are server fields, which
 * no type has. It is a window on the newest view, so `{ ...record }` is empty: read the fields by name.
 */
export type SeenRecord<F extends Fields> = {
  readonly [Name in keyof F as F[Name] extends Kind<infer _, "server">
    ? never
    : Name]: F[Name] extends Kind<infer T, "private"> ? T | undefined : ValueOf<F[Name]>;
} & { readonly id: number };

export interface SeenCollection<F extends Fields> extends Iterable<SeenRecord<F>> {
  readonly size: number;
  get(id: number): SeenRecord<F> | undefined;
  has(id: number): boolean;
}

/** The state as a player sees it. */
export type ViewOf<R extends Records> = {
  readonly [Name in keyof R]: R[Name] extends One<infer F>
    ? SeenRecord<F>
    : R[Name] extends Many<infer F>
      ? SeenCollection<F>
      : never;
};

export interface FieldShape {
  readonly name: string;
  readonly kind: Kind<unknown, Visibility>;
}

/** A collection laid out for the codec: public fields first, then private, then server. */
export interface CollectionShape {
  readonly index: number;
  readonly name: string;
  readonly single: boolean;
  readonly fields: readonly FieldShape[];
  readonly indexByName: ReadonlyMap<string, number>;
  /** Fields below this index are public. */
  readonly publicEnd: number;
  /** Fields from `publicEnd` and below this index are private. */
  readonly privateEnd: number;
  /** Index of the field that holds the seat the private fields belong to; −1 if there is none. */
  readonly ownerAt: number;
  /** Whether the game decides record by record who sees it. */
  readonly selective: boolean;
}

/** A change mask is one 31-bit number. */
const FIELDS_MAX = 31;
const NAME = /^[a-z][A-Za-z0-9]{0,31}$/;
/** What records have anyway; and `then`, which would turn whatever has it into a promise. */
const RESERVED = new Set(["id", "constructor", "toJSON", "then"]);

/** Whether a name can stand in frames, code and JSON without surprising anybody. */
export function isDeclarableName(name: string): boolean {
  return NAME.test(name) && !RESERVED.has(name);
}

/** Whether it is a kind; plain JavaScript, or types that nobody checked, may have put anything there. */
export function isKind(kind: Fields[string] | undefined): boolean {
  return typeof kind?.shape === "string";
}

/** Lays out collections in the order declared. Throws a TypeError that names the mistake. */
export function layOut(
  records: Records,
  selective: ReadonlySet<string>,
): readonly CollectionShape[] {
  return Object.entries(records).map(([name, declared], index) => {
    // Names that begin with a dollar sign are the room's own.
    insist(
      isDeclarableName(name.replace(/^\$/, "")),
      `collection "${name}": use letters and digits, small first letter`,
    );
    const entries = Object.entries(declared.fields);
    insist(entries.length <= FIELDS_MAX, `collection "${name}" has more than ${FIELDS_MAX} fields`);
    for (const [field, kind] of entries) {
      insist(isDeclarableName(field), `field "${name}.${field}": use letters and digits, not "id"`);
      insist(isKind(kind), `field "${name}.${field}" needs a kind, such as u8 or text(20)`);
    }
    const of = (visibility: Visibility) =>
      entries
        .filter(([, kind]) => kind.visibility === visibility)
        .map(([field, kind]) => ({ name: field, kind }));
    const fields = [...of("public"), ...of("private"), ...of("server")];
    const indexByName = new Map(fields.map((field, at) => [field.name, at]));
    const publicEnd = of("public").length;
    const ownerAt = ownerIndex(name, declared, indexByName);
    insist(ownerAt < publicEnd, `collection "${name}": the seat field must be public`);
    insist(
      ownerAt >= 0 || of("private").length === 0,
      `collection "${name}" has private fields: name their seat's field, many({…}, { seat: "…" })`,
    );
    return {
      index,
      name,
      single: declared.kind === "one",
      fields,
      indexByName,
      publicEnd,
      privateEnd: publicEnd + of("private").length,
      ownerAt,
      selective: selective.has(name),
    };
  });
}

function ownerIndex(
  name: string,
  declared: Many | One,
  indexByName: ReadonlyMap<string, number>,
): number {
  if (declared.kind === "one" || declared.owner === undefined) return -1;
  const at = indexByName.get(declared.owner);
  const shape = declared.fields[declared.owner]?.shape;
  insist(
    at !== undefined && (shape === "seat" || shape === "optional(seat)"),
    `collection "${name}": its seat must be a seatIndex field`,
  );
  return at ?? -1;
}

/** Canonical text of a layout, hashed into the shape of a game. */
export function shapeOfRecords(records: Records): string {
  return Object.entries(records)
    .map(
      ([name, declared]) =>
        `${name}=${declared.kind}(${shapeOfFields(declared.fields)})${declared.kind === "many" ? (declared.owner ?? "") : ""}`,
    )
    .join("|");
}
