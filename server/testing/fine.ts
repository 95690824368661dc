// Fine: whether the rules of a turn did what they were there for. It looks at what the room reports.

import type { Errand } from "../room/turn.ts";

/** Throws what a rule threw, with its name: the room only undid it and told the operator. */
export function insistFine(game: string, errands: readonly Errand[]): void {
  for (const errand of errands) {
    if (errand.kind !== "audit" || errand.event !== "rule-failed") continue;
    const { rule, cause } = errand;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${game}: ${rule} threw: ${why}`, { cause });
  }
}
