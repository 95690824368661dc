// Returned: what a rule's return value means to the room, whatever it is.

import { type Refusal, refuse } from "../../shared/game.ts";

/** Reads what a rule returned. Throws for a promise, whose effects would come after the commit. */
export function refusalOf(returned: unknown): Refusal | undefined {
  if (typeof returned !== "object" || returned === null) return undefined;
  if ("then" in returned) {
    // It may still reject, which nobody else will hear.
    (returned as PromiseLike<unknown>).then(undefined, () => undefined);
    throw new TypeError("rules are synchronous: this one returned a promise");
  }
  if (!("refused" in returned)) return undefined;
  const { refused } = returned as Partial<Refusal>;
  if (typeof refused !== "string") throw new TypeError("a refusal's reason is text");
  // Made by hand it may be any text, and it is kept and told.
  return refuse(refused);
}
