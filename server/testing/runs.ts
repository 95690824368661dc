// Runs: which commands a game's rules carried out, by whom, as far as the log has kept them. It
// watches the rules from outside; what they do is theirs.

import { parseFields } from "../../shared/field.ts";
import type { Game } from "../../shared/game.ts";

/** A command that a rule carried out. */
export interface Run {
  readonly version: number;
  readonly identity: string;
  /** Name and arguments, as text. */
  readonly what: string;
}

/** Name and arguments as text, the same for what was sent and for what the rule was given. */
export function whatOf(game: Game, name: string, args: unknown): string {
  const parsed = parseFields(game.commands[name] ?? {}, args);
  return `${name} ${JSON.stringify(parsed.kind === "fits" ? parsed.values : args)}`;
}

/** The game with its command rules watched: `ran` is called for each that neither refused nor threw. */
export function watched(game: Game, ran: (seat: number, what: string) => void): Game {
  const commands = Object.entries(game.rules.commands).map(([name, rule]) => {
    const watchedRule = (room: unknown, seat: number, args: unknown): unknown => {
      const returned = rule(room, seat, args);
      if (isKept(returned)) ran(seat, whatOf(game, name, args));
      return returned;
    };
    return [name, watchedRule] as const;
  });
  return { ...game, rules: { ...game.rules, commands: Object.fromEntries(commands) } };
}

/** A refusal undoes what the rule did, and so does a promise, which no rule may return. */
function isKept(returned: unknown): boolean {
  if (typeof returned !== "object" || returned === null) return true;
  return !("refused" in returned) && !("then" in returned);
}
