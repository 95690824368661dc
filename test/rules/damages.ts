// Damages: every way in which one part of a value may be of another type than it should be, for tests of
// whatever reads what was kept somewhere. It knows nothing of what the parts mean.

const OTHERS = [null, 7, "text", true, {}, [null]] as const;

/** Copies of a value, each with one part damaged, itself among the parts; those of these names are any JSON. */
export function* damagesOf(value: unknown, anything: readonly string[] = []): Generator<unknown> {
  yield* OTHERS.filter((other) => typeOf(other) !== typeOf(value));
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries())
      for (const damage of damagesOf(item, anything)) yield value.with(at, damage);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, part] of Object.entries(value)) {
      if (anything.includes(name)) continue;
      for (const damage of damagesOf(part, anything)) yield { ...value, [name]: damage };
    }
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}
