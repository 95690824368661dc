// Saved outbox: the text that an outbox is kept as for the page that comes after a reload. It is read
// as something that anybody may have written.

import { fromJson } from "../shared/json.ts";
import type { Instance, NumberedCommand } from "../shared/protocol.ts";

/** Raised whenever what is saved changes: a page may be reloaded into a newer version of itself. */
export const SAVED_FORMAT = 1;

export interface SavedOutbox {
  readonly format: typeof SAVED_FORMAT;
  readonly instance: Instance;
  readonly confirmed: number;
  readonly wallMs: number;
  readonly commands: readonly {
    readonly command: NumberedCommand;
    readonly name: string;
    readonly ageMs: number;
  }[];
}

/** Undefined for text that this version of the library did not write. */
export function readSaved(text: string): SavedOutbox | undefined {
  const saved = fromJson(text) as Partial<SavedOutbox> | null | undefined;
  if (saved?.format !== SAVED_FORMAT) return undefined;
  const { instance, commands, confirmed, wallMs } = saved;
  if (!Array.isArray(instance) || instance.length !== 2 || !Array.isArray(commands))
    return undefined;
  const ofCommands = commands.flatMap((each) => [each?.ageMs, each?.command?.seq]);
  const numbers = [...instance, confirmed, wallMs, ...ofCommands];
  return numbers.every((each) => typeof each === "number") ? (saved as SavedOutbox) : undefined;
}
