// Entry: a commit as bytes for the log, and a whole room as bytes for a snapshot. Both carry a
// checksum; damage is found before anything of them is used.

import { ByteReader, ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import { type Changes, logChanges } from "../../shared/changes.ts";
import { readChanges, readFields, writeChanges, writeFields } from "../../shared/codec.ts";
import type { Game } from "../../shared/game.ts";
import { hashBytes } from "../../shared/hash.ts";
import { type State, type StoredCollection, StoredRecord } from "../../shared/record.ts";
import { shapeOfRecords } from "../../shared/schema.ts";
import type { EpochStart, KeptEvent } from "./history.ts";

const FORMAT = 1;
const ENTRY_KIND = 0x65;
const SNAPSHOT_KIND = 0x73;
const CHECKSUM_AT = 2;
const BODY_AT = 6;

/** What a commit adds to the log. */
export interface Commit {
  readonly timeMs: number;
  readonly changes: Changes;
  readonly events: readonly KeptEvent[];
}

/** The commit that the state has just closed, as bytes. */
export function encodeEntry(game: Game, state: State, commit: Omit<Commit, "changes">): Uint8Array {
  const writer = unsealed(ENTRY_KIND, 512);
  writer.varuint(commit.timeMs);
  writeChanges(writer, logChanges(state));
  writeKeptEvents(writer, game, commit.events);
  return seal(writer);
}

/** Throws MalformedBytes if the bytes are damaged or of another layout. */
export function decodeEntry(game: Game, version: number, bytes: Uint8Array): Commit {
  const reader = unseal(ENTRY_KIND, bytes);
  const timeMs = reader.varuint();
  const changes = readChanges(reader, game.shapes);
  const events = readKeptEvents(reader, game, version);
  insistEnd(reader);
  return { timeMs, changes, events };
}

/** A whole room, server fields and clocks included. */
export interface SnapshotOf {
  readonly version: number;
  readonly timeMs: number;
  readonly floor: number;
  readonly epochs: readonly EpochStart[];
  readonly events: readonly KeptEvent[];
}

/** What a snapshot says of the game it was made by, readable by every build. */
export interface SnapshotHead {
  readonly game: string;
  readonly gameVersion: number;
  readonly shape: string;
  /** Canonical text of the records' layout, so that a newer build can read an older room. */
  readonly layout: string;
}

export function encodeSnapshot(game: Game, state: State, room: SnapshotOf): Uint8Array {
  const writer = unsealed(SNAPSHOT_KIND, 4096);
  writer.text(game.name);
  writer.varuint(game.version);
  writer.text(game.shape);
  writer.text(shapeOfRecords(game.records));
  writer.varuint(room.version);
  writer.varuint(room.timeMs);
  writer.varuint(room.floor);
  writer.varuint(room.epochs.length);
  for (const start of room.epochs) {
    writer.varuint(start.epoch);
    writer.varuint(start.version);
  }
  writer.varuint(room.events.length);
  for (const event of room.events) writer.varuint(room.version - event.version);
  writeKeptEvents(writer, game, room.events);
  for (const collection of state.collections) writeCollection(writer, collection, room.version);
  return seal(writer);
}

function writeCollection(writer: ByteWriter, collection: StoredCollection, version: number): void {
  const { fields } = collection.shape;
  writer.varuint(collection.nextId);
  writer.varuint(collection.tombstones.size);
  for (const [id, deleted] of collection.tombstones) {
    writer.varuint(id);
    writer.varuint(version - deleted);
  }
  writer.varuint(collection.size);
  for (const record of collection.records) {
    writer.varuint(record.id);
    writer.varuint(version - record.created);
    for (const [at, { kind }] of fields.entries()) {
      writer.varuint(version - (record.clocks[at] ?? 0));
      kind.write(writer, record.values[at]);
    }
  }
}

/** Which game a snapshot is of. Throws MalformedBytes if it is damaged. */
export function readSnapshotHead(bytes: Uint8Array): SnapshotHead {
  return readHead(unseal(SNAPSHOT_KIND, bytes));
}

function readHead(reader: ByteReader): SnapshotHead {
  return {
    game: reader.text(),
    gameVersion: reader.varuint(),
    shape: reader.text(),
    layout: reader.text(),
  };
}

/** Fills an empty state. Throws MalformedBytes if the bytes are damaged or of another layout. */
export function decodeSnapshot(game: Game, state: State, bytes: Uint8Array): SnapshotOf {
  const reader = unseal(SNAPSHOT_KIND, bytes);
  const head = readHead(reader);
  if (head.shape !== game.shape) {
    throw new MalformedBytes(`a snapshot of ${head.game} ${head.gameVersion}, shape ${head.shape}`);
  }
  const version = reader.varuint();
  const timeMs = reader.varuint();
  const floor = reader.varuint();
  const epochs = readMany(reader, () => ({ epoch: reader.varuint(), version: reader.varuint() }));
  const ages = readMany(reader, () => reader.varuint());
  const events = readKeptEvents(reader, game, version).map((event, at) => ({
    ...event,
    version: version - (ages[at] ?? 0),
  }));
  for (const collection of state.collections) readCollection(reader, collection, version);
  insistEnd(reader);
  return { version, timeMs, floor, epochs, events };
}

function readCollection(reader: ByteReader, collection: StoredCollection, version: number): void {
  collection.clear();
  const nextId = reader.varuint();
  const tombstones = readMany(
    reader,
    () => [reader.varuint(), version - reader.varuint()] as const,
  );
  for (const [id, deleted] of tombstones) collection.tombstones.set(id, deleted);
  const records = readMany(reader, () => {
    const record = new StoredRecord(collection, reader.varuint(), version - reader.varuint());
    for (const [at, { kind }] of collection.shape.fields.entries()) {
      const clock = version - reader.varuint();
      record.clocks[at] = clock;
      record.changed = Math.max(record.changed, clock);
      record.values[at] = kind.read(reader);
    }
    return record;
  });
  for (const record of records) collection.insert(record);
  collection.nextId = nextId;
}

function readMany<T>(reader: ByteReader, read: () => T): T[] {
  const count = reader.varuint();
  if (count > reader.left) throw new MalformedBytes(`${count} items in ${reader.left} bytes`);
  const items: T[] = [];
  for (let at = 0; at < count; at++) items.push(read());
  return items;
}

/** Each event as `varuint(index + 1)`, its audience and its values; a 0 ends them. */
function writeKeptEvents(writer: ByteWriter, game: Game, events: readonly KeptEvent[]): void {
  const names = events.length === 0 ? [] : Object.keys(game.events);
  for (const event of events) {
    writer.varuint(names.indexOf(event.name) + 1);
    writer.u8(event.watchers ? 1 : 0);
    writer.varuint(event.seats === undefined ? 0 : event.seats.length + 1);
    for (const seat of event.seats ?? []) writer.u8(seat);
    writeFields(writer, game.events[event.name] ?? {}, event.values);
  }
  writer.u8(0);
}

function readKeptEvents(reader: ByteReader, game: Game, version: number): KeptEvent[] {
  const names = Object.keys(game.events);
  const events: KeptEvent[] = [];
  for (let index = reader.varuint(); index !== 0; index = reader.varuint()) {
    const name = names[index - 1];
    if (name === undefined) throw new MalformedBytes("no such event");
    const watchers = reader.u8() === 1;
    const seats = readSeats(reader);
    const values = readFields(reader, game.events[name] ?? {});
    events.push({ version, name, seats, watchers, values });
  }
  return events;
}

/** 0 for everybody, else the count of seats + 1 and each of them. */
function readSeats(reader: ByteReader): readonly number[] | undefined {
  const count = reader.varuint();
  if (count > reader.left + 1) throw new MalformedBytes(`${count} seats in ${reader.left} bytes`);
  return count === 0 ? undefined : Array.from({ length: count - 1 }, () => reader.u8());
}

function insistEnd(reader: ByteReader): void {
  if (reader.left > 0) throw new MalformedBytes(`${reader.left} bytes after the end`);
}

/** Kind, format and room for the checksum, before the bytes that they vouch for. */
function unsealed(kind: number, capacity: number): ByteWriter {
  const writer = new ByteWriter(capacity);
  writer.u8(kind);
  writer.u8(FORMAT);
  writer.u32(0);
  return writer;
}

function seal(writer: ByteWriter): Uint8Array {
  writer.putU32(CHECKSUM_AT, hashBytes(writer.from(BODY_AT)));
  return writer.finish();
}

function unseal(kind: number, bytes: Uint8Array): ByteReader {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== kind || reader.u8() !== FORMAT) throw new MalformedBytes("of another format");
  const checksum = reader.u32();
  const body = bytes.subarray(BODY_AT);
  if (hashBytes(body) !== checksum) throw new MalformedBytes("the checksum does not fit");
  return new ByteReader(body);
}
