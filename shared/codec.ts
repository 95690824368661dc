// Codec: changes as bytes and as JSON. One layout for the log, for steps and for answers to `sync`;
// it writes what it is given and never decides who may see it.

import { type ByteReader, type ByteWriter, MalformedBytes } from "./bytes.ts";
import type { Changes, CollectionChanges, RecordChange, RecordOperation } from "./changes.ts";
import { type Fields, type Json, parseFields } from "./field.ts";
import type { CollectionShape } from "./schema.ts";

const OPERATIONS: readonly RecordOperation[] = ["update", "create", "remove"];

/**
 * Layout: for each collection `varuint((index + 1) · 2 + replace)`, `varuint(count)`, then each
 * record `varuint(gap · 8 + operation · 2 + sameMask)`, unless removed or of the mask before it
 * `varuint(mask)`, and the values of the mask's set bits in order. The gap is counted from the id
 * before it plus one. A 0 ends the list. What moves together has the same mask: it is sent once.
 */
export function writeChanges(writer: ByteWriter, changes: Changes): void {
  for (const { shape, replace, records } of changes) {
    writer.varuint((shape.index + 1) * 2 + (replace ? 1 : 0));
    writer.varuint(records.length);
    let expected = 0;
    let mask = 0;
    for (const record of records) {
      const operation = OPERATIONS.indexOf(record.operation);
      const sent = record.operation === "create" ? maskUnlikeInitial(shape, record) : record.mask;
      const sameMask = sent === mask;
      writer.varuint((record.id - expected) * 8 + operation * 2 + (sameMask ? 1 : 0));
      expected = record.id + 1;
      if (record.operation === "remove") continue;
      if (!sameMask) writer.varuint(sent);
      mask = sent;
      for (let at = 0, rest = sent; rest !== 0; at++, rest >>>= 1) {
        if (rest & 1) shape.fields[at]?.kind.write(writer, record.values[at]);
      }
    }
  }
  writer.u8(0);
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
    const before = { expected: 0, mask: 0 };
    for (let at = 0; at < count; at++) records.push(readRecord(reader, shape, before));
    all.push({ shape, replace: header % 2 === 1, records });
  }
  return all;
}

/** Reads one record; `before` is what the one before it was, and becomes this one. */
function readRecord(
  reader: ByteReader,
  shape: CollectionShape,
  before: { expected: number; mask: number },
): RecordChange {
  const header = reader.varuint();
  const operation = OPERATIONS[Math.floor(header / 2) % 4];
  const id = before.expected + Math.floor(header / 8);
  if (operation === undefined || id > 0xffff_ffff) throw new MalformedBytes("no such record");
  before.expected = id + 1;
  if (operation === "remove") return { id, operation, mask: 0, values: [] };
  const mask = header % 2 === 1 ? before.mask : reader.varuint();
  if (mask >= 2 ** shape.fields.length) throw new MalformedBytes("no such field");
  before.mask = mask;
  const values: unknown[] = [];
  for (let at = 0, rest = mask; rest !== 0; at++, rest >>>= 1) {
    if (rest & 1) values[at] = shape.fields[at]?.kind.read(reader);
  }
  return { id, operation, mask, values };
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
