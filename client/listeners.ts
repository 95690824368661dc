// Listeners: whom a seat tells what, by name. One that throws hurts neither the others nor the line.

type Listener = (told: never) => void;

export class Listeners {
  readonly #byName = new Map<string, Set<Listener>>();

  /** Listens until the returned function is called. */
  add(name: string, listener: Listener): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  tell(name: string, told?: unknown): void {
    for (const listener of this.#byName.get(name) ?? []) {
      try {
        listener(told as never);
      } catch (error) {
        // Surfaces as the listener's own uncaught error, once we are done.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
