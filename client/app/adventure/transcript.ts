// Transcript: the story as this page has read it: the leaves that its seat holds, and those it saw
// before. It remembers and orders; it draws nothing.

import { LEAVES, leafField } from "../../../shared/games/adventure/declared.ts";
import { type Line, readLine } from "../../../shared/games/adventure/line.ts";

/** What of a seat's view a transcript reads. */
export type Sight = {
  readonly leaves: number | undefined;
} & { readonly [Field in (typeof LEAVES)[number]]: readonly string[] | undefined };

export interface Leaf {
  readonly number: number;
  readonly lines: readonly Line[];
}

/** Leaves a page keeps: an evening of reading. */
const LEAVES_MAX = 600;

export class Transcript {
  readonly #leaves = new Map<number, Leaf>();
  /** What each leaf was read from. */
  readonly #written = new Map<number, readonly string[]>();
  #count = 0;

  /** Takes in what the seat holds now; gives all leaves, oldest first. */
  read(sight: Sight | undefined): readonly Leaf[] {
    const count = sight?.leaves ?? 0;
    // The story began anew: another seat's, or one that was taken up from long ago.
    if (count < this.#count) {
      this.#leaves.clear();
      this.#written.clear();
    }
    this.#count = count;
    for (let number = Math.max(0, count - LEAVES.length); number < count; number++) {
      const written = sight?.[leafField(number)] ?? [];
      // A leaf that was written again is another list.
      if (this.#written.get(number) === written) continue;
      this.#written.set(number, written);
      this.#leaves.set(number, { number, lines: written.map(readLine) });
    }
    for (const number of this.#leaves.keys()) {
      if (number >= count - LEAVES_MAX) continue;
      this.#leaves.delete(number);
      this.#written.delete(number);
    }
    return [...this.#leaves.values()].sort((one, other) => one.number - other.number);
  }
}
