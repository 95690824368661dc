// Listeners: whom a seat tells what, by name. One that throws hurts neither the others nor the line.

/** One that was asked for; the same function asked for twice is two. */
interface Listening {
  readonly listener: (told: never) => void;
}

export class Listeners {
  readonly #byName = new Map<string, Set<Listening>>();

  /** Listens until the returned function is called. */
  add(name: string, listener: Listening["listener"]): () => void {
    const all = this.#byName.get(name) ?? new Set();
    const listening = { listener };
    this.#byName.set(name, all.add(listening));
    return () => all.delete(listening);
  }

  /** Those who listen now are told no more, not even the rest of what is being told. */
  end(): void {
    for (const all of this.#byName.values()) all.clear();
  }

  /** Tells all that listen now; of those that one of them ends or begins, none. */
  tell(name: string, told?: unknown): void {
    const all = this.#byName.get(name);
    for (const listening of [...(all ?? [])]) {
      if (!all?.has(listening)) continue;
      try {
        listening.listener(told as never);
      } catch (error) {
        // Surfaces as the listener's own uncaught error, once we are done.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
