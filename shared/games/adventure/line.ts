// Line: one paragraph of a person's story, and of which sort it is. How it is written into a text
// and read back; it decides neither words nor looks.

const SORTS = {
  /** What happens or is seen. */
  text: " ",
  /** What the person typed. */
  typed: ">",
  /** The name of the place one has come to. */
  place: "#",
  /** What somebody says nearby. */
  voice: "“",
  /** What is meant for one pair of ears. */
  whisper: "~",
  /** What comes from afar. */
  shout: "!",
  /** A part of the story that was reached. */
  chapter: "*",
  /** What the game itself says: help, hints, lists. */
  note: "-",
} as const;

export type LineSort = keyof typeof SORTS;

export interface Line {
  readonly sort: LineSort;
  readonly text: string;
}

export const LINE_LENGTH_MAX = 2_000;

const sortsByMark = new Map<string, LineSort>(
  (Object.keys(SORTS) as LineSort[]).map((sort) => [SORTS[sort], sort]),
);

/** A line as it is kept; what is too long ends in an ellipsis, never in half a character. */
export function writeLine({ sort, text }: Line): string {
  const whole = `${SORTS[sort]}${text}`;
  if (whole.length <= LINE_LENGTH_MAX) return whole;
  return `${whole.slice(0, LINE_LENGTH_MAX - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

export function readLine(written: string): Line {
  const sort = sortsByMark.get(written.slice(0, 1)) ?? "text";
  return { sort, text: written.slice(1) };
}
