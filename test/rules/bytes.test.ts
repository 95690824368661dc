// Bytes: the writer, the reader that trusts nothing, and the hashes that tell bytes apart.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader, ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import { hashBytes, hashName, hashText } from "../../shared/hash.ts";
import { always, expectSame } from "./always.ts";

const WORDS = {
  u8: fc.integer({ min: 0, max: 0xff }),
  u16: fc.integer({ min: 0, max: 0xffff }),
  u32: fc.integer({ min: 0, max: 0xffff_ffff }),
  f32: fc.float({ noNaN: true }),
  f64: fc.double({ noNaN: true }),
  varuint: fc.oneof(
    fc.maxSafeNat(),
    fc.integer({ min: 0, max: 52 }).map((bits) => 2 ** bits),
    fc.integer({ min: 1, max: 53 }).map((bits) => 2 ** bits - 1),
  ),
  text: fc.string({ unit: "binary" }),
} as const;

type Word = keyof typeof WORDS;

const word = fc
  .constantFrom(...(Object.keys(WORDS) as Word[]))
  .chain((name) => fc.tuple(fc.constant(name), WORDS[name] as fc.Arbitrary<number | string>));

function write(writer: ByteWriter, [name, value]: readonly [Word, number | string]): void {
  if (name === "text") writer.text(String(value));
  else writer[name](Number(value));
}

/** Runs a read that must either succeed or find the bytes malformed. */
function orMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MalformedBytes) return undefined;
    throw cause;
  }
}

test("[F30] whatever is written is read back in order, from any capacity and any place in a buffer", () => {
  always(fc.tuple(fc.array(word), fc.nat(9), fc.nat(9)), ([words, capacity, offset]) => {
    const writer = new ByteWriter(capacity);
    writer.u8(1);
    writer.reset();
    for (const each of words) write(writer, each);
    const bytes = writer.finish();
    expect(bytes).toHaveLength(writer.length);
    const buffer = new Uint8Array(offset + bytes.length + 3).fill(0xaa);
    buffer.set(bytes, offset);
    const reader = new ByteReader(buffer.subarray(offset, offset + bytes.length));
    expectSame(
      words.map(([name]) => reader[name]()),
      words.map(([, value]) => value),
    );
    expect(reader.left).toBe(0);
  });
});

test("[F31] what was finished does not change when the writer goes on", () => {
  const writer = new ByteWriter(4);
  writer.u32(7);
  const first = writer.finish();
  writer.reset();
  writer.u32(9);
  expect([...first]).toEqual([7, 0, 0, 0]);
  writer.raw(first);
  expect([...writer.finish()]).toEqual([9, 0, 0, 0, 7, 0, 0, 0]);
  // What was read is one's own as well.
  const bytes = writer.finish();
  new ByteReader(bytes).raw(4).fill(1);
  expect([...bytes.subarray(0, 4)]).toEqual([9, 0, 0, 0]);
});

test("[F32] bytes that end too early are malformed, wherever they end", () => {
  always(word, ([name, value]) => {
    const writer = new ByteWriter();
    write(writer, [name, value]);
    const bytes = writer.finish();
    for (let length = 0; length < bytes.length; length++) {
      expect(() => new ByteReader(bytes.subarray(0, length))[name]()).toThrow(MalformedBytes);
    }
  });
  expect(() => new ByteReader(new Uint8Array(3)).raw(4)).toThrow(MalformedBytes);
});

test("[F33] a number has one spelling, of at most eight bytes and below 2^53", () => {
  const read = (...bytes: number[]) =>
    orMalformed(() => new ByteReader(Uint8Array.from(bytes)).varuint());
  expect(read(0)).toBe(0);
  expect(read(0x80, 0x01)).toBe(128);
  expect(read(0x80, 0x00)).toBeUndefined();
  expect(read(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f)).toBe(Number.MAX_SAFE_INTEGER);
  expect(read(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10)).toBeUndefined();
  expect(read(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)).toBeUndefined();
  always(fc.uint8Array({ minLength: 1, maxLength: 10 }), (bytes) => {
    const reader = new ByteReader(bytes);
    const value = orMalformed(() => reader.varuint());
    if (value === undefined) return;
    const writer = new ByteWriter();
    writer.varuint(value);
    expectSame([...writer.finish()], [...bytes.subarray(0, bytes.length - reader.left)]);
  });
});

test("[F34] a length that is a lie costs no memory", () => {
  const writer = new ByteWriter();
  writer.varuint(2 ** 50);
  writer.u8(1);
  expect(() => new ByteReader(writer.finish()).text()).toThrow("bytes wanted, 1 left");
  expect(() => new ByteReader(writer.finish()).raw(2 ** 50)).toThrow(MalformedBytes);
});

test("[F35] hashes are FNV-1a of 32 bits", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(hashBytes(bytes(""))).toBe(0x811c9dc5);
  expect(hashBytes(bytes("a"))).toBe(0xe40c292c);
  expect(hashBytes(bytes("foobar"))).toBe(0xbf9cf968);
  // Of text each UTF-16 unit counts, low byte first.
  always(fc.string({ unit: "binary" }), (text) => {
    const units = Uint8Array.from(
      [...Array(text.length).keys()].flatMap((at) => {
        const unit = text.charCodeAt(at);
        return [unit & 0xff, unit >> 8];
      }),
    );
    expect(hashText(text)).toBe(hashBytes(units));
    expect(hashName(text)).toMatch(/^[0-9a-f]{8}$/);
  });
});
