// Moves: what anybody might do in a game that is known by its declaration alone: a command or an input
// with values that fit its kinds. Whether a move makes sense is for the rules to say.

import type { Fields, Kind, Visibility } from "../../../shared/field.ts";
import type { Random } from "../../../shared/random.ts";

/** What people say and type, for kinds that take a text. */
const TEXTS = ["hello", "look", "north", "south", "east", "west", "wait", "take rope", "say here"];

/** So many values are drawn for a field before it counts as one that cannot be guessed. */
const DRAWS_MAX = 40;

type AnyKind = Kind<unknown, Visibility>;

/** Values for named kinds; undefined if one of them was not found. */
export function drawValues(
  fields: Fields,
  random: Random,
): Readonly<Record<string, unknown>> | undefined {
  const values: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(fields)) {
    const drawn = drawValue(kind, random);
    if (drawn === undefined) return undefined;
    values[name] = drawn.value;
  }
  return values;
}

function drawValue(kind: AnyKind, random: Random): { readonly value: unknown } | undefined {
  const choices = choicesOf(kind);
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const value = choices === undefined ? anyValue(random) : drawOne(choices, random);
    if (kind.problem(value) === undefined) return { value };
  }
  return undefined;
}

/** The values of a `oneOf`, which its shape spells out. */
function choicesOf({ shape }: AnyKind): readonly unknown[] | undefined {
  const listed = /^oneOf\((\[.*\])\)$/.exec(shape)?.[1];
  return listed === undefined ? undefined : (JSON.parse(listed) as readonly unknown[]);
}

/** Small numbers most of all: ids, seats, counts and angles are. */
function anyValue(random: Random): unknown {
  const draws = [
    () => Math.floor(random() * 4),
    () => Math.floor(random() * 24),
    () => Math.floor(random() * 256),
    () => random() * 2 - 1,
    () => random() * 2 * Math.PI,
    () => random() < 0.5,
    () => drawOne(TEXTS, random),
    () => undefined,
  ];
  return drawOne(draws, random)();
}

export function drawOne<T>(all: readonly T[], random: Random): T {
  const chosen = all[Math.floor(random() * all.length)];
  if (chosen === undefined && all.length === 0) throw new Error("nothing to choose from");
  return chosen as T;
}
