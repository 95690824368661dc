// Fitting: whether a value can be held where it is put, and what is said where it cannot. It knows a
// layout and no record.

import { assert } from "./assert.ts";
import type { CollectionShape } from "./schema.ts";

/** The value as the field will hold it. Throws a TypeError that names the field if it does not fit. */
export function fitting(shape: CollectionShape, at: number, value: unknown): unknown {
  const field = shape.fields[at];
  assert(field !== undefined, "a field of the shape");
  const why = field.kind.problem(value);
  if (why === undefined) return field.kind.normalise(value);
  // A text may be a player's own, and that a list is a list says nothing of what is wrong with it.
  const isTold = typeof value !== "string" && typeof value !== "object";
  const found = isTold ? `, not ${String(value)}` : "";
  throw new TypeError(`${shape.name}.${field.name} ${why}${found}`);
}

/** What is said of a field that is not declared. */
export function noField({ name, fields }: CollectionShape, field: string): string {
  const declared = fields.map((each) => each.name).join(", ");
  return `${name} has no field ${field}; it has ${declared || "none"}`;
}
