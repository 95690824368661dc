// Number kinds: whole, floating and quantised numbers of records, commands, inputs and events.
// None ever holds NaN, an infinity or −0, which JSON cannot carry.

import { type ByteReader, type ByteWriter, MalformedBytes } from "./bytes.ts";
import { insist, type Kind, makeKind } from "./field.ts";

interface WholeNumberParts {
  readonly shape: string;
  readonly min: number;
  readonly max: number;
  readonly byteCount?: number;
  write(writer: ByteWriter, value: number): void;
  read(reader: ByteReader): number;
}

function wholeNumber(parts: WholeNumberParts): Kind<number> {
  const { min, max } = parts;
  const problem = (value: unknown) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
      ? undefined
      : `must be a whole number from ${min} to ${max}`;
  return makeKind<number>({
    shape: parts.shape,
    initial: min <= 0 && max >= 0 ? 0 : min,
    ...(parts.byteCount === undefined ? {} : { byteCount: parts.byteCount }),
    problem,
    normalise: (value) => value + 0,
    write: parts.write,
    read(reader) {
      const value = parts.read(reader);
      if (problem(value) !== undefined) throw new MalformedBytes(`${value} is no ${parts.shape}`);
      return value;
    },
    same: Object.is,
  });
}

export const u8: Kind<number> = wholeNumber({
  shape: "u8",
  min: 0,
  max: 0xff,
  byteCount: 1,
  write: (writer, value) => writer.u8(value),
  read: (reader) => reader.u8(),
});

export const u16: Kind<number> = wholeNumber({
  shape: "u16",
  min: 0,
  max: 0xffff,
  byteCount: 2,
  write: (writer, value) => writer.u16(value),
  read: (reader) => reader.u16(),
});

export const u32: Kind<number> = wholeNumber({
  shape: "u32",
  min: 0,
  max: 0xffff_ffff,
  byteCount: 4,
  write: (writer, value) => writer.u32(value),
  read: (reader) => reader.u32(),
});

export const i32: Kind<number> = wholeNumber({
  shape: "i32",
  min: -0x8000_0000,
  max: 0x7fff_ffff,
  byteCount: 4,
  write: (writer, value) => writer.u32(value >>> 0),
  read: (reader) => reader.u32() | 0,
});

/** A whole number from `min` to `max`, at most 2^53 − 1 apart; takes as few bytes as its value needs. */
export function int(min: number, max: number): Kind<number> {
  insist(
    [min, max, max - min].every(Number.isSafeInteger) && min <= max,
    "int needs min ≤ max, both whole and at most 2^53 − 1 apart",
  );
  return wholeNumber({
    shape: `int(${min},${max})`,
    min,
    max,
    ...(max - min <= 0x7f ? { byteCount: 1 } : {}),
    write: (writer, value) => writer.varuint(value - min),
    read: (reader) => reader.varuint() + min,
  });
}

/** A seat's number in its room, from 0 to 254. */
export const seatIndex: Kind<number> = wholeNumber({
  shape: "seat",
  min: 0,
  max: 254,
  byteCount: 1,
  write: (writer, value) => writer.u8(value),
  read: (reader) => reader.u8(),
});

/** The number of a record in a collection, as `add` gave it out: 0 to 2^32 − 1. */
export const id: Kind<number> = wholeNumber({
  shape: "id",
  min: 0,
  max: 0xffff_ffff,
  write: (writer, value) => writer.varuint(value),
  read: (reader) => reader.varuint(),
});

function floating(shape: "f32" | "f64"): Kind<number> {
  return makeKind<number>({
    shape,
    initial: 0,
    byteCount: shape === "f32" ? 4 : 8,
    problem: (value) => (Number.isFinite(value) ? undefined : "must be a finite number"),
    // Adding 0 turns −0 into 0: JSON cannot carry −0, and both ends must hold the same value.
    normalise: (value) => (shape === "f32" ? clampF32(value) : value) + 0,
    write: (writer, value) => (shape === "f32" ? writer.f32(value) : writer.f64(value)),
    read(reader) {
      const value = shape === "f32" ? reader.f32() : reader.f64();
      if (!Number.isFinite(value) || Object.is(value, -0)) {
        throw new MalformedBytes(`${value} is no ${shape} that anybody writes`);
      }
      return value;
    },
    same: Object.is,
  });
}

const F32_MAX = 3.4028234663852886e38;

function clampF32(value: number): number {
  return Math.fround(Math.max(-F32_MAX, Math.min(F32_MAX, value)));
}

export const f32: Kind<number> = floating("f32");
export const f64: Kind<number> = floating("f64");

/**
 * A number from `min` to `max`, held and sent as the nearest `min` + n · `step` that is not above
 * `max`. Takes one to four bytes, by the number of steps; a value out of the range is an error, not
 * clamped. `max` itself can be held if the range is a multiple of the step.
 */
export function quantised(min: number, max: number, step: number): Kind<number> {
  // 0.3 / 0.1 is a little less than 3: a range is a multiple of a step if it is but for rounding.
  const stepCount = Math.floor((max - min) / step + 1e-6);
  insist(
    step > 0 && max > min && stepCount >= 1 && stepCount <= 0xffff_ffff,
    "quantised needs min < max and a step > 0 that gives 1 to 2^32 − 1 steps",
  );
  insist(
    Math.max(Math.abs(min), Math.abs(max)) / step <= 2 ** 50,
    "quantised needs a step that doubles can tell apart near min and max",
  );
  const byteCount = stepCount <= 0xff ? 1 : stepCount <= 0xffff ? 2 : 4;
  const stepOf = (value: number) =>
    Math.max(0, Math.min(stepCount, Math.round((value - min) / step)));
  // Rounding must not lift the last step over `max`: what a field holds can be assigned to it.
  const heldAt = (at: number) => Math.min(max, min + at * step) + 0;
  return makeKind<number>({
    shape: `quantised(${min},${max},${step})`,
    initial: heldAt(stepOf(Math.max(min, Math.min(max, 0)))),
    byteCount,
    problem: (value) =>
      typeof value === "number" && value >= min && value <= max
        ? undefined
        : `must be a number from ${min} to ${max}`,
    normalise: (value) => heldAt(stepOf(value)),
    write(writer, value) {
      const at = stepOf(value);
      if (byteCount === 1) writer.u8(at);
      else if (byteCount === 2) writer.u16(at);
      else writer.u32(at);
    },
    read(reader) {
      const at = byteCount === 1 ? reader.u8() : byteCount === 2 ? reader.u16() : reader.u32();
      if (at > stepCount) throw new MalformedBytes(`step ${at} of ${stepCount}`);
      return heldAt(at);
    },
    same: Object.is,
  });
}
