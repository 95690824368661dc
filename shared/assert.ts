// Assertions for programmer errors. Never used for input from outside: that gets a refusal instead.

/** Throws when a condition the code itself guarantees does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** Marks the end of an exhaustive switch; does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
