// Typing: how a line can be completed, and lines typed before. Pure; it sends nothing.

import { OPENINGS } from "../../../shared/games/adventure/words.ts";

const SUGGESTIONS_MAX = 5;
const HISTORY_MAX = 100;

/** Words after which a thing or a person is named. */
const LEADING = /^(?:go|the|a|an|to|with|on|in|at|from|and|my)$/;

/**
 * Whole lines that a line may become, the likeliest first: its last word, or its last few, made into
 * a name that is known here, or its first into a verb. None for an empty line.
 */
export function completions(line: string, names: readonly string[]): readonly string[] {
  const begun = line.toLowerCase().replace(/\s+/g, " ").trimStart();
  if (begun.trim() === "") return [];
  const words = begun.split(" ");
  const found = new Set<string>();
  // The longest ending that begins a name is what is meant: "take salt h" means the salt herring.
  for (let at = 0; at < words.length; at++) {
    const ending = words.slice(at).join(" ");
    if (ending === "" || (words.length > 1 && LEADING.test(ending))) continue;
    const kept = words.slice(0, at).join(" ");
    const known = at === 0 ? [...OPENINGS, ...names] : names;
    for (const name of known) {
      if (!beginsAnyWord(name.toLowerCase(), ending) || name.toLowerCase() === ending) continue;
      found.add(kept === "" ? name : `${kept} ${name}`);
    }
  }
  return [...found].slice(0, SUGGESTIONS_MAX);
}

/** "herr" begins the second word of "salt herring". */
function beginsAnyWord(name: string, ending: string): boolean {
  return name.startsWith(ending) || name.includes(` ${ending}`);
}

/** Lines typed before, and which of them is shown. */
export interface History {
  readonly lines: readonly string[];
  /** Index into the lines; their count for the line being written. */
  readonly at: number;
}

export const NO_HISTORY: History = { lines: [], at: 0 };

/** Takes note of a line that was sent; the same again is noted once. */
export function noted({ lines }: History, line: string): History {
  const next = lines.at(-1) === line ? lines : [...lines, line].slice(-HISTORY_MAX);
  return { lines: next, at: next.length };
}

/** One line further back (−1) or forth (1); undefined if there is none. */
export function turned({ lines, at }: History, by: -1 | 1): History | undefined {
  const next = at + by;
  return next < 0 || next > lines.length ? undefined : { lines, at: next };
}

export function shownLine({ lines, at }: History): string {
  return lines[at] ?? "";
}
