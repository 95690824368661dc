// Codec: changes as bytes and as JSON. One layout for the log, for steps and for answers to `sync`;
// it writes what it is given and never decides who may see it.

import { type ByteReader, type ByteWriter, MalformedBytes } from "./bytes.ts";
import type { Changes, CollectionChanges, RecordChange, RecordOperation } from "./changes.ts";
import { type Fields, type Json, parseFields } from "./field.ts";
import type { CollectionShape } from "./schema.ts";

const OPERATIONS: readonly RecordOperation[] = ["update", "create", "remove"];
/** In the place of an operation: updates of the ids that follow, all with the mask before. */
const RUN = 3;
/** One alone is no longer written by itself. */
const RUN_LEAST = 2;
const ID_MAX = 0xffff_ffff;

/**
 * Layout: for each collection `varuint((index + 1) · 2 + replace)`, `varuint(count)`, then each
 * record `varuint(gap · 8 + operation · 2 + sameMask)`, unless removed or of the mask before it
 * `varuint(mask)`, and the values of the mask's set bits in order. The gap is counted from the id
 * before it plus one. A 0 ends the list. What moves together has the same mask: it is sent once; and
 * where ids follow each other, `varuint((n − 1) · 8 + 6)` stands for the heads of the next n updates.
 */
export function writeChanges(writer: ByteWriter, changes: Changes): void {
  for (const { shape, replace, records } of changes) {
    writer.varuint((shape.index + 1) * 2 + (replace ? 1 : 0));
    writer.varuint(records.length);
    let expected = 0;
    let mask = 0;
    for (let at = 0; at < records.length; at++) {
      const run = runLength(records, at, { expected, mask });
      if (run >= RUN_LEAST) {
        writer.varuint((run - 1) * 8 + RUN * 2);
        for (const { values } of records.slice(at, at + run))
          writeMasked(writer, shape, { mask, values });
        expected += run;
        at += run - 1;
        continue;
      }
      const record = records[at] as RecordChange;
      const operation = OPERATIONS.indexOf(record.operation);
      const sent = record.operation === "create" ? maskUnlikeInitial(shape, record) : record.mask;
      const sameMask = sent === mask;
      writer.varuint((record.id - expected) * 8 + operation * 2 + (sameMask ? 1 : 0));
      expected = record.id + 1;
      if (record.operation === "remove") continue;
      if (!sameMask) writer.varuint(sent);
      mask = sent;
      writeMasked(writer, shape, { mask, values: record.values });
    }
  }
  writer.u8(0);
}

/** How many records from a place on are updates of the ids expected next, with the mask before. */
function runLength(
  records: readonly RecordChange[],
  from: number,
  { expected, mask }: { readonly expected: number; readonly mask: number },
): number {
  if (mask === 0) return 0;
  let run = 0;
  for (; from + run < records.length; run++) {
    const { id, operation, mask: own } = records[from + run] as RecordChange;
    if (operation !== "update" || id !== expected + run || own !== mask) break;
  }
  return run;
}

function writeMasked(
  writer: ByteWriter,
  shape: CollectionShape,
  { mask, values }: Pick<RecordChange, "mask" | "values">,
): void {
  for (let at = 0, rest = mask; rest !== 0; at++, rest >>>= 1) {
    if (rest & 1) shape.fields[at]?.kind.write(writer, values[at]);
  }
}

/** A new record starts from the initial values on every end that knows the layout: only others are sent. */
function maskUnlikeInitial(shape: CollectionShape, { mask, values }: RecordChange): number {
  let unlike = 0;
  for (let at = 0, rest = mask; rest !== 0; at++, rest >>>= 1) {
    const kind = shape.fields[at]?.kind;
    if (rest & 1 && kind !== undefined && !kind.same(values[at], kind.initial)) unlike |= 1 << at;
  }
  return unlike;
}

/** Reads what `writeChanges` wrote for the same layout. Throws MalformedBytes for anything else. */
export function readChanges(reader: ByteReader, shapes: readonly CollectionShape[]): Changes {
  const all: CollectionChanges[] = [];
  for (let header = reader.varuint(); header !== 0; header = reader.varuint()) {
    const shape = shapes[Math.floor(header / 2) - 1];
    if (shape === undefined) throw new MalformedBytes("no such collection");
    const count = reader.varuint();
    // A record takes at least a byte: a larger count is a lie, found before memory is spent on it.
    if (count > reader.left) throw new MalformedBytes(`${count} records in ${reader.left} bytes`);
    const records: RecordChange[] = [];
    const before = { expected: 0, mask: 0, left: count };
    while (before.left > 0) readRecords(reader, { shape, records }, before);
    all.push({ shape, replace: header % 2 === 1, records });
  }
  return all;
}

/** What the record before was, and how many are still to come. */
interface Before {
  expected: number;
  mask: number;
  left: number;
}

/** Where records are read to. */
interface Reading {
  readonly shape: CollectionShape;
  readonly records: RecordChange[];
}

/** Reads one record or a run of them; `before` becomes the last of them. */
function readRecords(reader: ByteReader, { shape, records }: Reading, before: Before): void {
  const header = reader.varuint();
  const run = Math.floor(header / 2) % 4 === RUN ? Math.floor(header / 8) + 1 : 0;
  if (run === 0) {
    records.push(readRecord(reader, { shape, header }, before));
    before.left--;
    return;
  }
  const { expected, mask } = before;
  // A mask without fields would make records out of no bytes.
  const fits = header % 2 === 0 && mask !== 0 && run <= before.left;
  if (!fits || expected + run - 1 > ID_MAX) throw new MalformedBytes("no such run of records");
  for (let id = expected; id < expected + run; id++) {
    records.push({ id, operation: "update", mask, values: readMasked(reader, shape, mask) });
  }
  before.expected += run;
  before.left -= run;
}

/** Reads a record after its header; `before` is what the one before it was, and becomes this one. */
function readRecord(
  reader: ByteReader,
  { shape, header }: Pick<Reading, "shape"> & { readonly header: number },
  before: Before,
): RecordChange {
  const operation = OPERATIONS[Math.floor(header / 2) % 4];
  const id = before.expected + Math.floor(header / 8);
  if (operation === undefined || id > ID_MAX) throw new MalformedBytes("no such record");
  before.expected = id + 1;
  if (operation === "remove") return { id, operation, mask: 0, values: [] };
  const mask = header % 2 === 1 ? before.mask : reader.varuint();
  if (mask >= 2 ** shape.fields.length) throw new MalformedBytes("no such field");
  before.mask = mask;
  return { id, operation, mask, values: readMasked(reader, shape, mask) };
}

function readMasked(reader: ByteReader, shape: CollectionShape, mask: number): unknown[] {
  const values: unknown[] = [];
  for (let at = 0, rest = mask; rest !== 0; at++, rest >>>= 1) {
    if (rest & 1) values[at] = shape.fields[at]?.kind.read(reader);
  }
  return values;
}

/**
 * Changes as JSON: by collection, then by record id, the changed fields by name. A removed record is
 * null; `"+"` marks a record that is new and has every field that may be seen, because who reads JSON
 * need not know the layout; `"*"` marks a collection whose other records are forgotten.
 */
export type JsonChanges = { readonly [collection: string]: { readonly [id: string]: Json } };

export function changesToJson(changes: Changes): JsonChanges {
  return Object.fromEntries(
    changes.map(({ shape, replace, records }) => [
      shape.name,
      Object.fromEntries([
        ...(replace ? [["*", true] as const] : []),
        ...records.map((record) => [String(record.id), recordToJson(shape, record)] as const),
      ]),
    ]),
  );
}

function recordToJson(shape: CollectionShape, record: RecordChange): Json {
  if (record.operation === "remove") return null;
  const fields: Record<string, Json> = record.operation === "create" ? { "+": true } : {};
  for (const [at, { name }] of shape.fields.entries()) {
    if (record.mask & (1 << at)) fields[name] = (record.values[at] ?? null) as Json;
  }
  return fields;
}

/** Writes named values in the order they are declared: events and inputs. */
export function writeFields(
  writer: ByteWriter,
  fields: Fields,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [name, kind] of Object.entries(fields)) kind.write(writer, values[name]);
}

/** Reads what `writeFields` wrote for the same fields. Throws MalformedBytes for anything else. */
export function readFields(reader: ByteReader, fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, kind]) => [name, kind.read(reader)]),
  );
}

/** Values of one's own making, checked against their fields. Throws a TypeError that names the field. */
export function checkFields(fields: Fields, given: unknown): Readonly<Record<string, unknown>> {
  const parsed = parseFields(fields, given);
  if (parsed.kind === "misfit") throw new TypeError(`${parsed.misfit.field} ${parsed.misfit.why}`);
  return parsed.values;
}
