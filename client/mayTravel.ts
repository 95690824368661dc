// May travel: whether a command gets through the guard of any server, however well it fits its game.
// One that does not would end the line, and come again with each resume: it must never be sent.

import type { Json } from "../shared/field.ts";
import { structureFault } from "../shared/structure.ts";

/** What a command stands in where it lies deepest, in a handshake: the seats, one of them, its commands. */
const WRAPPED = { before: "[[[[", after: "]]]]" } as const;

/** A key that no server reads. In text the quote before the colon would be escaped. */
const STRANGE_KEY = '__proto__":';

export function mayTravel(name: string, args: Json): boolean {
  const command = JSON.stringify({ seq: 1, name, args });
  if (command.includes(STRANGE_KEY)) return false;
  return structureFault(WRAPPED.before + command + WRAPPED.after, 0) === undefined;
}
