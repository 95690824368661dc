// Sent command: one command of a virtual player, from the moment it was given to its end, whatever
// page carries it. It holds what it is told; it travels nowhere.

import { type CommandEnd, refusedEnd } from "../../client/outbox.ts";
import { assert } from "../../shared/assert.ts";
import { type Json, parseFields } from "../../shared/field.ts";
import type { Named } from "../../shared/rules.ts";

/** Ends that are no word about what the room did. */
const UNKNOWN_ENDS: ReadonlySet<CommandEnd["end"]> = new Set(["superseded", "rolled-back"]);

export class SentCommand {
  readonly name: string;
  readonly args: Json;
  readonly #ends = new Map<string, CommandEnd>();

  constructor(name: string, args: Json) {
    this.name = name;
    this.args = args;
  }

  /** How it ended; undefined while it has not. A duplicated page may know less than the other. */
  get end(): CommandEnd | undefined {
    const ends = [...this.#ends.values()];
    return ends.find(({ end }) => !UNKNOWN_ENDS.has(end)) ?? ends[0];
  }

  /** A page was told its end: once, and never another end than any other page was told. */
  tell(page: string, end: CommandEnd): void {
    assert(!this.#ends.has(page), `${this.name} ended twice on one page`);
    const known = this.end;
    const agrees =
      known === undefined ||
      UNKNOWN_ENDS.has(end.end) ||
      UNKNOWN_ENDS.has(known.end) ||
      (known.end === end.end && reasonOf(known) === reasonOf(end));
    assert(agrees, `${this.name} ended as ${known?.end} and as ${end.end}`);
    this.#ends.set(page, end);
  }
}

/** The end of a command that no page sends, as its arguments do not fit; undefined if it is to be sent. */
export function endUnsent(declared: Named, { name, args }: SentCommand): CommandEnd | undefined {
  const fields = declared[name];
  const parsed = fields && parseFields(fields, args);
  if (parsed?.kind !== "misfit") return undefined;
  const { field, why } = parsed.misfit;
  return refusedEnd("args-invalid", `${field} ${why}`);
}

function reasonOf(end: CommandEnd): string | undefined {
  return end.end === "refused" ? end.reason : undefined;
}
