// Once: what was told of before, so that nobody is told of it with every look. It remembers so many and no
// more, and tells nobody itself.

/** Beyond them one may be told of again. */
const TOLD_MAX = 1_000;

export class Once {
  readonly #told = new Set<string>();

  /** Whether this is the first time; from here on it is not. */
  isFirst(what: string): boolean {
    if (this.#told.has(what)) return false;
    if (this.#told.size >= TOLD_MAX) this.#told.clear();
    this.#told.add(what);
    return true;
  }
}
