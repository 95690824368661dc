// Form: what a value that was kept somewhere must be, down to its last field, to be taken for what its reader
// expects. It reads no text, changes nothing and says nothing of what a value means.

import type { Json } from "./field.ts";

/** Whether a value that came out of JSON has the form. */
export type Form<T> = (value: unknown) => value is T;

/** A form for each field; names that are not among them are left alone: newer builds write more. */
type Forms<T> = { readonly [Name in keyof T]-?: Form<T[Name]> };

/** The largest time in ms that ECMAScript has; no count of ours is larger. */
const NUMBER_MAX = 8.64e15;

export function isText<T extends string>(value: unknown): value is T {
  return typeof value === "string";
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= NUMBER_MAX;
}

export function isTruth(value: unknown): value is boolean {
  return typeof value === "boolean";
}

export function isJson(value: unknown): value is Json {
  return value !== undefined;
}

/** Of what older builds did not write, or not always. */
export function orMissing<T>(form: Form<T>): Form<T | undefined> {
  return (value): value is T | undefined => value === undefined || form(value);
}

export function orNull<T>(form: Form<T>): Form<T | null> {
  return (value): value is T | null => value === null || form(value);
}

/** For words that rights hang on; any others may be of a newer build, and are read as text. */
export function oneOf<T extends string>(...words: readonly T[]): Form<T> {
  return (value): value is T => words.some((word) => word === value);
}

export function listOf<T>(form: Form<T>): Form<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(form);
}

export function objectOf<T>(forms: Forms<T>): Form<T> {
  const fields = Object.entries<Form<unknown>>(forms);
  return (value): value is T => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    return fields.every(([name, form]) => form(Reflect.get(value, name)));
  };
}
