// Kinds: what a field may hold, how it is held, and that it comes back from bytes and JSON as it was.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader, ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import { type Kind, parseFields } from "../../shared/field.ts";
import { bool, json, list, oneOf, optional, text } from "../../shared/kinds.ts";
import { f32, f64, id, int, quantised, seatIndex, u8 } from "../../shared/numbers.ts";
import { always, expectSame } from "./always.ts";
import { anyFit, anyKind } from "./anyKind.ts";

function written(kind: Kind<unknown>, value: unknown): Uint8Array {
  const writer = new ByteWriter(1);
  kind.write(writer, value);
  return writer.finish();
}

/** What a kind reads from bytes; undefined if they are malformed. Anything else it throws fails the test. */
function readFrom(
  kind: Kind<unknown>,
  bytes: Uint8Array,
): { value: unknown; left: number } | undefined {
  const reader = new ByteReader(bytes);
  try {
    return { value: kind.read(reader), left: reader.left };
  } catch (cause) {
    if (cause instanceof MalformedBytes) return undefined;
    throw cause;
  }
}

test("[K1] what a field holds fits it, and assigning it again changes nothing", () => {
  always(
    anyFit,
    ({ kind, value }) => {
      expect(kind.problem(value)).toBeUndefined();
      const held = kind.normalise(value);
      expect(kind.problem(held)).toBeUndefined();
      expectSame(kind.normalise(held), held);
      expect(kind.same(held, kind.normalise(held))).toBe(true);
      expect(kind.problem(kind.initial)).toBeUndefined();
      expectSame(kind.normalise(kind.initial), kind.initial);
    },
    1_000,
  );
});

test("[K2] a value comes back from its bytes as it was held, of the length its kind declares", () => {
  always(
    anyFit,
    ({ kind, value }) => {
      const held = kind.normalise(value);
      const bytes = written(kind, held);
      expectSame(readFrom(kind, bytes), { value: held, left: 0 });
      if (kind.byteCount !== undefined) expect(bytes).toHaveLength(kind.byteCount);
    },
    1_000,
  );
});

test("[K3] whatever is offered to a field fits or is refused in words; nothing is thrown", () => {
  always(
    fc.tuple(
      anyKind,
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true }),
    ),
    ([{ kind }, value]) => {
      const why = kind.problem(value);
      if (why !== undefined) {
        expect(why).toMatch(/^must \S/);
        return;
      }
      const held = kind.normalise(value);
      expectSame(readFrom(kind, written(kind, held))?.value, held);
    },
    1_000,
  );
});

test("[K4] bytes are read as a value that is written as the same bytes, or they are malformed", () => {
  always(
    fc.tuple(anyKind, fc.uint8Array({ maxLength: 40 })),
    ([{ kind }, bytes]) => {
      const read = readFrom(kind, bytes);
      if (read === undefined) return;
      expect(kind.problem(read.value)).toBeUndefined();
      expectSame(kind.normalise(read.value), read.value);
      expectSame(written(kind, read.value), bytes.slice(0, bytes.length - read.left));
    },
    2_000,
  );
});

test("[K5] a value that is held comes back from JSON as it was", () => {
  always(
    anyFit,
    ({ kind, value }) => {
      const held = kind.normalise(value);
      const back: unknown = JSON.parse(JSON.stringify(held ?? null));
      expect(kind.problem(back)).toBeUndefined();
      expectSame(kind.normalise(back), held);
    },
    1_000,
  );
});

test("[K6] a secret within a kind that everybody sees is refused, and the way to hide it is named", () => {
  const secrets = [u8.private, u8.server] as unknown as readonly (typeof u8)[];
  for (const secret of secrets) {
    const { visibility } = secret;
    expect(() => optional(secret)).toThrow(`optional(…).${visibility}`);
    expect(() => list(secret, 3)).toThrow(`list(…).${visibility}`);
  }
});

test("[K6] a kind that makes no sense is refused where it is declared", () => {
  const senseless: readonly (() => unknown)[] = [
    () => oneOf(...([] as unknown as [string])),
    () => oneOf("a", "b", "a"),
    () => oneOf(...(Array.from({ length: 257 }, (_, at) => `${at}`) as [string])),
    ...[0, 65_537, 1.5, Number.NaN].map((length) => () => text(length)),
    ...[0, 4_097, 1.5, Number.NaN].map((count) => () => list(u8, count)),
    ...[3, 65_537, 4.5, Number.NaN].map((length) => () => json(length)),
    () => int(2, 1),
    () => int(0.5, 1),
    () => int(0, 2 ** 53),
    () => int(-1, 2 ** 53 - 1),
    () => int(-(2 ** 52), 2 ** 52),
    () => int(Number.NaN, 1),
    () => quantised(1, 1, 0.1),
    () => quantised(0, 1, 0),
    () => quantised(0, 1, -1),
    () => quantised(0, 1, 2),
    () => quantised(0, 2 ** 33, 1),
    () => quantised(0, Number.POSITIVE_INFINITY, 1),
    () => quantised(Number.NaN, 1, 1),
    // Doubles this far out are further apart than the step.
    () => quantised(1e17, 1e17 + 64, 0.5),
  ];
  for (const declare of senseless) expect(declare, String(declare)).toThrow(TypeError);
  expect(() =>
    oneOf(...(Array.from({ length: 256 }, (_, at) => `${at}`) as [string])),
  ).not.toThrow();
  expect(() => int(-(2 ** 52), 2 ** 52 - 1)).not.toThrow();
});

test("[K7] a kind marked private or server is the same kind under another visibility", () => {
  always(
    anyFit,
    ({ kind, value }) => {
      for (const marked of [kind.private, kind.server, kind.private.server]) {
        expect(marked.shape).toBe(kind.shape);
        expectSame(
          written(marked as unknown as Kind<unknown>, marked.normalise(value)),
          written(kind, kind.normalise(value)),
        );
      }
    },
    200,
  );
  expect(
    [u8, u8.private, u8.server, u8.server.private].map(({ visibility }) => visibility),
  ).toEqual(["public", "private", "server", "private"]);
});

test("[K8] a quantised number is held as the nearest step, at most half a step away", () => {
  const params = fc.record({
    min: fc.integer({ min: -1_000, max: 1_000 }),
    steps: fc.integer({ min: 1, max: 100_000 }),
    step: fc.constantFrom(0.01, 0.1, 0.5, 1, 3),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  always(
    params,
    ({ min, steps, step, at }) => {
      const max = min + steps * step;
      const kind = quantised(min, max, step);
      const value = Math.min(max, min + at * (max - min));
      const held = kind.normalise(value);
      expect(Math.abs(held - value)).toBeLessThanOrEqual(step / 2 + 1e-9);
      expect(held).toBeGreaterThanOrEqual(min);
      expect(held).toBeLessThanOrEqual(max);
      expect(kind.normalise(max)).toBeCloseTo(max, 9);
      expect(kind.byteCount).toBe(steps <= 255 ? 1 : steps <= 65_535 ? 2 : 4);
    },
    1_000,
  );
  // The step that does not fit any more is left out rather than reached beyond the range.
  const uneven = quantised(0, 1, 0.4);
  expect(uneven.normalise(1)).toBe(0.8);
  expect(uneven.problem(1.01)).toMatch(/from 0 to 1/);
  // Three tenths are a little more than 0.3.
  expect(quantised(0, 0.3, 0.1).normalise(0.3)).toBe(0.3);
  expect(quantised(-10, 10, 0.5).initial).toBe(0);
  expect(quantised(2, 10, 0.5).initial).toBe(2);
});

test("[K9] numbers never hold −0, NaN or an infinity", () => {
  for (const kind of [f32, f64, int(-5, 5), quantised(-1, 1, 0.5), quantised(-1, -0, 0.5)]) {
    expect(Object.is(kind.normalise(-0), 0), kind.shape).toBe(true);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(kind.problem(value), `${kind.shape} ${value}`).toMatch(/^must /);
    }
  }
  for (const bytes of [
    [0, 0, 0, 0x80],
    [0, 0, 0x80, 0x7f],
    [0, 0, 0xc0, 0x7f],
  ]) {
    expect(readFrom(f32 as Kind<unknown>, Uint8Array.from(bytes))).toBeUndefined();
  }
  expect(f32.normalise(1e300)).toBe(3.4028234663852886e38);
  expect(f32.normalise(0.1)).toBe(Math.fround(0.1));
});

test("[K10] lists and JSON are frozen through and through: they are replaced as a whole", () => {
  const given = { a: [{ b: 1 }] };
  const held = json(100).normalise(given) as typeof given;
  expect(() => held.a.push({ b: 2 })).toThrow(TypeError);
  expect(() => Object.assign(held.a[0] ?? {}, { b: 2 })).toThrow(TypeError);
  given.a.push({ b: 3 });
  expect(held).toEqual({ a: [{ b: 1 }] });
  const items = list(u8, 3).normalise([1, 2]) as number[];
  expect(() => items.push(3)).toThrow(TypeError);
  // A list with holes is one with items that are missing.
  const holes = list(optional(u8), 3).normalise(Array<number>(2));
  expect(Object.keys(holes)).toEqual(["0", "1"]);
  expect(list(u8, 3).problem(Array<number>(2))).toMatch(/items that each/);
  const kind = json(100) as Kind<unknown>;
  const read = readFrom(kind, written(kind, held)) as { value: typeof given };
  expect(Object.isFrozen(read.value.a[0])).toBe(true);
});

test("[K11] text is well-formed, as long as declared, and not changed on its way", () => {
  const kind = text(4);
  expect(kind.problem("\uD83D")).toMatch(/well-formed/);
  expect(kind.problem("\uDE00\uD83D")).toMatch(/well-formed/);
  expect(kind.problem("😀😀")).toBeUndefined();
  expect(kind.problem("😀😀a")).toMatch(/at most 4/);
  for (const any of ["\uFEFFab", "\uFEFF", "\0a", "漢字"]) {
    expect(readFrom(kind as Kind<unknown>, written(kind as Kind<unknown>, any))?.value).toBe(any);
  }
  // Bytes that are no UTF-8, or longer than declared.
  for (const bytes of [
    [1, 0xff],
    [2, 0xc0, 0x80],
    [3, 0xed, 0xa0, 0x80],
    [5, 97, 97, 97, 97, 97],
  ]) {
    expect(readFrom(kind as Kind<unknown>, Uint8Array.from(bytes))).toBeUndefined();
  }
});

test("[K12] JSON is plain, not too long and not too deep, however it arrives", () => {
  const kind = json(1_000) as Kind<unknown>;
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
  expect(kind.problem(nested(16))).toBeUndefined();
  expect(kind.problem(nested(17))).toMatch(/16 levels/);
  expect(kind.problem("x".repeat(999))).toMatch(/at most 1000/);
  for (const odd of [new Date(0), new Map(), { at: undefined }, [Number.NaN], () => 1, 1n]) {
    expect(kind.problem(odd)).toMatch(/plain JSON/);
  }
  const cycle: unknown[] = [];
  cycle.push(cycle);
  expect(kind.problem(cycle)).toMatch(/16 levels/);

  const asBytes = (written: string) => {
    const writer = new ByteWriter();
    writer.text(written);
    return writer.finish();
  };
  const long = json(65_536) as Kind<unknown>;
  expect(readFrom(long, asBytes("[".repeat(30_000) + "]".repeat(30_000)))).toBeUndefined();
  for (const spelling of ["[1 ]", '{"a":1,"a":1}', "1e999", "01", '"\\u0061"', ""]) {
    expect(readFrom(long, asBytes(spelling)), spelling).toBeUndefined();
  }
  expectSame(readFrom(long, asBytes('{"__proto__":1}'))?.value, JSON.parse('{"__proto__":1}'));
});

test("[K13] kinds with the same canonical text read and write the same bytes", () => {
  const looksAlike = [
    [oneOf("a,b"), oneOf("a", "b")],
    [oneOf('a","b'), oneOf("a", "b")],
    [int(1, 2), int(1, 3)],
    [text(1), text(2)],
    [optional(u8), list(u8, 1)],
    [seatIndex, u8],
    [id, int(0, 0xffff_ffff)],
    [list(optional(u8), 2), optional(list(u8, 2) as Kind<unknown>)],
  ] as const;
  for (const [one, other] of looksAlike) expect(one.shape).not.toBe(other.shape);
  always(
    fc.tuple(anyFit, anyKind),
    ([{ kind, value }, { kind: other }]) => {
      if (kind.shape !== other.shape) return;
      const held = kind.normalise(value);
      expect(other.problem(held)).toBeUndefined();
      expectSame(written(other, held), written(kind, held));
    },
    500,
  );
});

test("[K14] named values from outside fit field by field, or the first misfit is named", () => {
  const fields = { count: int(1, 3), note: optional(text(5)), sure: bool };
  expect(parseFields(fields, { count: 2, sure: true })).toEqual({
    kind: "fits",
    values: { count: 2, note: undefined, sure: true },
  });
  const misfits: readonly (readonly [unknown, string])[] = [
    [{ count: 4, sure: true }, "count"],
    [{ count: 1 }, "sure"],
    [{ count: 1, sure: true, more: 1 }, "more"],
    [JSON.parse('{"count":1,"sure":true,"__proto__":{}}'), "__proto__"],
    [{ count: 1, sure: true, ["x".repeat(99)]: 1 }, "x".repeat(32)],
    [Object.create({ count: 1, sure: true }), "count"],
    [[1, true], "what is given"],
    ["count", "what is given"],
    [7, "what is given"],
    [null, "count"],
    [undefined, "count"],
  ];
  for (const [input, field] of misfits) {
    expect(parseFields(fields, input)).toMatchObject({ kind: "misfit", misfit: { field } });
  }
  expect(parseFields({}, undefined)).toEqual({ kind: "fits", values: {} });
  always(fc.anything(), (input) => {
    expect(["fits", "misfit"]).toContain(parseFields(fields, input).kind);
  });
});
