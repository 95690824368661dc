// Frame: what one client gets for a commit or as the answer to `sync`, in its binary and its JSON
// form. It carries changes, events and the seat's own acknowledgements; it never chooses them.

import { assert } from "./assert.ts";
import { ByteReader, type ByteWriter, MalformedBytes } from "./bytes.ts";
import type { Changes } from "./changes.ts";
import {
  changesToJson,
  type JsonChanges,
  readChanges,
  readFields,
  writeChanges,
  writeFields,
} from "./codec.ts";
import type { Json } from "./field.ts";
import type { Game } from "./game.ts";
import { hashText } from "./hash.ts";
import type { RoomId } from "./ids.ts";

/** A place in a room's history. A version alone names two moments once a rollback has happened. */
export interface Bookmark {
  readonly epoch: number;
  readonly version: number;
}

/** Something that happened once, at a version. */
export interface SeenEvent {
  readonly version: number;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** `[seq, reason]` of a command that was refused. */
export type RefusedCommand = readonly [seq: number, reason: string];

/** What became of the seat's own commands and inputs. */
export interface Acknowledgements {
  /** Highest command number of the seat's instance that took effect or was refused. */
  readonly applied: number;
  readonly refused: readonly RefusedCommand[];
  /** Newest input number that a rule has seen; undefined if none. */
  readonly input: number | undefined;
}

/** One commit for clients that hold the version before it. */
export interface Step {
  readonly kind: "step";
  /** Names room and epoch: see `lineTag`. */
  readonly tag: number;
  readonly base: number;
  readonly version: number;
  /** Room time of the commit. */
  readonly timeMs: number;
  readonly changes: Changes;
  readonly events: readonly SeenEvent[];
  readonly own: OwnPart | undefined;
}

/** The part of a step that only one seat gets. */
export interface OwnPart {
  readonly changes: Changes;
  readonly events: readonly SeenEvent[];
  readonly acknowledged: Acknowledgements | undefined;
}

/** The answer to `sync`: what a view has differently since a bookmark, or all of it. */
export interface Answer {
  readonly kind: "answer";
  readonly room: RoomId;
  readonly epoch: number;
  /** Version the changes start from; undefined when the view is whole and replaces the client's. */
  readonly base: number | undefined;
  readonly version: number;
  readonly timeMs: number;
  readonly changes: Changes;
  readonly events: readonly SeenEvent[];
  readonly acknowledged: Acknowledgements | undefined;
}

export type Frame = Step | Answer;

/** First byte of a binary message from the server. */
export const STEP_BYTE = 0x48;
export const ANSWER_BYTE = 0x49;
export const HEARTBEAT_BYTE = 0x4a;
/** First byte of the only binary message from a client. */
export const INPUT_BYTE = 0x69;

/**
 * Four bytes that stand for a room under one epoch, so that a step need not spell them out: a
 * connection compares them with those of its few rooms, and answers an unknown one with `sync`.
 */
export function lineTag(room: RoomId, epoch: number): number {
  return hashText(`${room} ${epoch}`);
}

/** The bytes of a step that all clients in step share. `timeMs` must be whole. */
export function encodeStep(writer: ByteWriter, game: Game, step: Omit<Step, "own" | "kind">): void {
  writer.u8(STEP_BYTE);
  writer.u32(step.tag);
  writer.varuint(step.version);
  writer.varuint(step.version - step.base);
  writer.varuint(step.timeMs);
  writeChanges(writer, step.changes);
  writeEvents(writer, game, step);
}

/** The bytes appended to a step for one seat. */
export function encodeOwnPart(
  writer: ByteWriter,
  game: Game,
  own: OwnPart & { readonly version: number },
): void {
  writeChanges(writer, own.changes);
  writeEvents(writer, game, own);
  writeAcknowledgements(writer, own.acknowledged);
}

export function encodeAnswer(writer: ByteWriter, game: Game, answer: Answer): void {
  writer.u8(ANSWER_BYTE);
  writer.text(answer.room);
  writer.varuint(answer.epoch);
  writer.varuint(answer.version);
  writer.varuint(answer.base === undefined ? 0 : answer.version - answer.base + 1);
  writer.varuint(answer.timeMs);
  writeChanges(writer, answer.changes);
  writeEvents(writer, game, answer);
  writeAcknowledgements(writer, answer.acknowledged);
}

/** How to read a frame: which game its room plays. Undefined for a room the client does not know. */
export interface FrameRooms {
  byTag(tag: number): Game | undefined;
  byRoom(room: string): Game | undefined;
}

/**
 * Reads a binary frame. Gives undefined for a room that is not known here. Throws MalformedBytes
 * for bytes that no server of this protocol sends.
 */
export function decodeFrame(bytes: Uint8Array, rooms: FrameRooms): Frame | undefined {
  const reader = new ByteReader(bytes);
  const first = reader.u8();
  if (first !== STEP_BYTE && first !== ANSWER_BYTE) {
    throw new MalformedBytes(`no frame begins with ${first}`);
  }
  const frame = first === STEP_BYTE ? decodeStep(reader, rooms) : decodeAnswer(reader, rooms);
  if (frame !== undefined && reader.left > 0) throw new MalformedBytes("bytes after a frame");
  return frame;
}

function decodeStep(reader: ByteReader, rooms: FrameRooms): Step | undefined {
  const tag = reader.u32();
  const game = rooms.byTag(tag);
  if (game === undefined) return undefined;
  const version = reader.varuint();
  const base = version - reader.varuint();
  if (base < 0) throw new MalformedBytes("a step from before all versions");
  const timeMs = reader.varuint();
  const changes = readChanges(reader, game.shapes);
  const events = readEvents(reader, game, version);
  const own = reader.left === 0 ? undefined : readOwnPart(reader, game, version);
  return { kind: "step", tag, base, version, timeMs, changes, events, own };
}

function readOwnPart(reader: ByteReader, game: Game, version: number): OwnPart {
  const changes = readChanges(reader, game.shapes);
  const events = readEvents(reader, game, version);
  return { changes, events, acknowledged: readAcknowledgements(reader) };
}

function decodeAnswer(reader: ByteReader, rooms: FrameRooms): Answer | undefined {
  const room = reader.text();
  const game = rooms.byRoom(room);
  if (game === undefined) return undefined;
  const epoch = reader.varuint();
  const version = reader.varuint();
  const reach = reader.varuint();
  if (reach > version + 1) throw new MalformedBytes("an answer from before all versions");
  const timeMs = reader.varuint();
  const changes = readChanges(reader, game.shapes);
  const events = readEvents(reader, game, version);
  return {
    kind: "answer",
    room: room as RoomId,
    epoch,
    base: reach === 0 ? undefined : version - reach + 1,
    version,
    timeMs,
    changes,
    events,
    acknowledged: readAcknowledgements(reader),
  };
}

/** Events as `varuint(index + 1)`, `varuint(version − its version)` and its values; a 0 ends them. */
function writeEvents(
  writer: ByteWriter,
  game: Game,
  from: { readonly version: number; readonly events: readonly SeenEvent[] },
): void {
  // Most frames have none, and a list of names for each of them is garbage.
  const names = from.events.length === 0 ? [] : Object.keys(game.events);
  for (const event of from.events) {
    const index = names.indexOf(event.name);
    assert(index >= 0, "an event of the game");
    writer.varuint(index + 1);
    writer.varuint(from.version - event.version);
    writeFields(writer, game.events[event.name] ?? {}, event.values);
  }
  writer.u8(0);
}

function readEvents(reader: ByteReader, game: Game, version: number): SeenEvent[] {
  const names = Object.keys(game.events);
  const events: SeenEvent[] = [];
  for (let index = reader.varuint(); index !== 0; index = reader.varuint()) {
    const name = names[index - 1];
    if (name === undefined) throw new MalformedBytes("no such event");
    const happened = version - reader.varuint();
    if (happened < 0) throw new MalformedBytes("an event before all versions");
    events.push({ version: happened, name, values: readFields(reader, game.events[name] ?? {}) });
  }
  return events;
}

/** `0`, or `applied + 1`, the count of refusals with each seq and reason, and the input number + 1. */
function writeAcknowledgements(writer: ByteWriter, known: Acknowledgements | undefined): void {
  if (known === undefined) return writer.u8(0);
  writer.varuint(known.applied + 1);
  writer.varuint(known.refused.length);
  for (const [seq, reason] of known.refused) {
    writer.varuint(seq);
    writer.text(reason);
  }
  writer.varuint(known.input === undefined ? 0 : known.input + 1);
}

function readAcknowledgements(reader: ByteReader): Acknowledgements | undefined {
  const applied = reader.varuint();
  if (applied === 0) return undefined;
  const count = reader.varuint();
  if (count > reader.left) throw new MalformedBytes(`${count} refusals`);
  const refused: RefusedCommand[] = [];
  for (let at = 0; at < count; at++) refused.push([reader.varuint(), reader.text()]);
  const input = reader.varuint();
  return { applied: applied - 1, refused, input: input === 0 ? undefined : input - 1 };
}

/** A frame for a client that does not read binary ones. Steps and answers look alike. */
export interface JsonFrame {
  readonly room: RoomId;
  readonly epoch: number;
  readonly version: number;
  /** Version the changes start from; absent when `full`. */
  readonly base?: number;
  /** The view is whole: forget the one before. */
  readonly full?: true;
  readonly timeMs: number;
  readonly changes: JsonChanges;
  readonly events: readonly (readonly [version: number, name: string, values: Json])[];
  readonly applied?: number;
  readonly refused?: readonly RefusedCommand[];
  readonly input?: number;
}

export function answerToJson(answer: Answer): JsonFrame {
  const known = answer.acknowledged;
  return {
    room: answer.room,
    epoch: answer.epoch,
    version: answer.version,
    ...(answer.base === undefined ? { full: true as const } : { base: answer.base }),
    timeMs: answer.timeMs,
    changes: changesToJson(answer.changes),
    events: answer.events.map(
      (event) => [event.version, event.name, event.values as Json] as const,
    ),
    ...(known === undefined ? {} : { applied: known.applied, refused: known.refused }),
    ...(known?.input === undefined ? {} : { input: known.input }),
  };
}
