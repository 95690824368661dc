// Any kind: every field kind there is, with any parameters it takes, and values that fit it.

import * as fc from "fast-check";
import type { Kind } from "../../shared/field.ts";
import { bool, json, list, oneOf, optional, text } from "../../shared/kinds.ts";
import {
  f32,
  f64,
  i32,
  id,
  int,
  quantised,
  seatIndex,
  u8,
  u16,
  u32,
} from "../../shared/numbers.ts";

export interface KindWithValues {
  readonly kind: Kind<unknown>;
  /** Values that fit, at their edges more often than by chance. */
  readonly values: fc.Arbitrary<unknown>;
  readonly [fc.toStringMethod]: () => string;
}

const withValues = <T>(kind: Kind<T>, values: fc.Arbitrary<unknown>): KindWithValues => ({
  kind: kind as Kind<unknown>,
  values,
  // A counterexample is told by its shape: a kind is functions for the most part.
  [fc.toStringMethod]: () => kind.shape,
});

const whole = (min: number, max: number) => {
  const edges = [min, max, 0, 1, -1, 127, 128].filter((edge) => edge >= min && edge <= max);
  return fc.oneof(
    fc.constantFrom(...edges),
    fc.maxSafeInteger().map((any) => within(any, min, max)),
  );
};

function within(any: number, min: number, max: number): number {
  const size = BigInt(max) - BigInt(min) + 1n;
  const offset = ((BigInt(any) % size) + size) % size;
  return Number(BigInt(min) + offset);
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Text of at most so many UTF-16 units, with what tends to get lost on the way. */
const texts = (lengthMax: number) =>
  fc
    .oneof(
      fc.string({ unit: "binary", maxLength: lengthMax }),
      fc.constantFrom("", "\0", "\uFEFF", "\uFEFFa", "é", "漢", "😀", "a\u0300", "\uFFFD"),
    )
    .filter((any) => any.length <= lengthMax);

/** Plain JSON of few levels, small enough for every limit above. */
const plainJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    fc.constantFrom<unknown>(null, true, false, 0, -0, 1e300, "", "\u2028", "\uD800"),
    finite,
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__", "toJSON", "0"), tie("value")),
  ),
})).value;

const scalar: fc.Arbitrary<KindWithValues> = fc.oneof(
  fc.constantFrom(
    withValues(bool, fc.boolean()),
    withValues(u8, whole(0, 0xff)),
    withValues(u16, whole(0, 0xffff)),
    withValues(u32, whole(0, 0xffff_ffff)),
    withValues(i32, whole(-0x8000_0000, 0x7fff_ffff)),
    withValues(seatIndex, whole(0, 254)),
    withValues(id, whole(0, 0xffff_ffff)),
    withValues(f32, finite),
    withValues(f64, finite),
  ),
  fc
    .tuple(whole(-(2 ** 52), 2 ** 52 - 1), whole(-(2 ** 52), 2 ** 52 - 1))
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const)
    .map(([min, max]) => withValues(int(min, max), whole(min, max))),
  fc
    .record({
      min: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      step: fc.constantFrom(0.001, 0.1, 0.25, 1 / 3, 1, 7),
      steps: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 1e9 })),
      more: fc.constantFrom(0, 0.3, 0.5),
    })
    .map(({ min, step, steps, more }) => [min, min + (steps + more) * step, step] as const)
    .map(([min, max, step]) =>
      withValues(
        quantised(min, max, step),
        fc.oneof(fc.constantFrom(min, max), fc.double({ min, max, noNaN: true })),
      ),
    ),
  fc
    .uniqueArray(fc.string({ unit: "binary", maxLength: 4 }), { minLength: 1, maxLength: 20 })
    .map((words) => words as [string, ...string[]])
    .map((words) => withValues(oneOf(...words), fc.constantFrom(...words))),
  fc.integer({ min: 1, max: 40 }).map((length) => withValues(text(length), texts(length))),
);

/** A kind of any sort. */
export const anyKind: fc.Arbitrary<KindWithValues> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  {
    weight: 1,
    arbitrary: scalar.map(({ kind, values }) =>
      withValues(optional(kind), fc.option(values, { nil: undefined })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(scalar, fc.integer({ min: 1, max: 9 }))
      .map(([{ kind, values }, count]) =>
        withValues(list(kind, count), fc.array(values, { maxLength: count })),
      ),
  },
  { weight: 1, arbitrary: fc.constant(withValues(json(65_536), plainJson)) },
);

/** A kind and one value that fits it. */
export const anyFit: fc.Arbitrary<{ kind: Kind<unknown>; value: unknown }> = anyKind.chain(
  ({ kind, values }) =>
    values.map((value) => ({
      kind,
      value,
      [fc.toStringMethod]: () => `${kind.shape}: ${fc.stringify(value)}`,
    })),
);
