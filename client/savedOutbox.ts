// Saved outbox: the text that an outbox is kept as for the page that comes after a reload. It is read
// as something that anybody may have written.

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
  try {
    const saved: unknown = JSON.parse(text);
    return isSaved(saved) ? saved : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function isSaved(saved: unknown): saved is SavedOutbox {
  if (!isObject(saved) || saved.format !== SAVED_FORMAT) return false;
  const { instance, confirmed, wallMs, commands } = saved;
  const isInstance = Array.isArray(instance) && instance.length === 2 && instance.every(isNumber);
  if (!isInstance || !isNumber(confirmed) || !isNumber(wallMs)) return false;
  return Array.isArray(commands) && commands.every(isSavedCommand);
}

function isSavedCommand(saved: unknown): boolean {
  if (!isObject(saved) || typeof saved.name !== "string" || !isNumber(saved.ageMs)) return false;
  return isObject(saved.command) && isNumber(saved.command.seq);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

const isNumber = (value: unknown): value is number => typeof value === "number";
