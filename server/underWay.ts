// Under way: work that nobody waits for, so that a stop can. It begins nothing, and what work fails with
// is for whoever began it.

export class UnderWay {
  readonly #works = new Set<Promise<unknown>>();

  /** Gives the same work back. */
  add<T>(work: Promise<T>): Promise<T> {
    const over = () => void this.#works.delete(work);
    this.#works.add(work);
    work.then(over, over);
    return work;
  }

  /** Resolves when nothing is under way, of what is begun meanwhile neither. */
  async over(): Promise<void> {
    while (this.#works.size > 0) await Promise.allSettled(this.#works);
  }
}
