// Pacing: what a crowd raises all at once is done in order, so much in each turn of the loop, so that
// ticks and answers get in between. It knows nothing of what it does.

import type { EventEmitter } from "node:events";

export class Pacing {
  readonly #perTurn: number;
  readonly #defer: (callback: () => void) => void;
  /** As long as there is any, a turn to come has been asked for. */
  #waiting: (() => void)[] = [];

  /** `defer` runs a callback in the loop's next turn. */
  constructor(perTurn: number, defer: (callback: () => void) => void) {
    this.#perTurn = perTurn;
    this.#defer = defer;
  }

  add(doing: () => void): void {
    if (this.#waiting.push(doing) === 1) this.#defer(() => this.#next());
  }

  /** Resolves when it is its turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.add(resolve));
  }

  #next(): void {
    const now = this.#waiting.splice(0, this.#perTurn);
    if (this.#waiting.length > 0) this.#defer(() => this.#next());
    for (const doing of now) doing();
  }
}

/**
 * From here on those who listen for the events hear of the first that comes when it is its turn; what
 * follows from that comes by itself, a few at a time.
 */
export function paceEvents(emitter: EventEmitter, names: readonly string[], pacing: Pacing): void {
  let hadTurn = false;
  for (const name of names) {
    const listeners = emitter.listeners(name);
    emitter.on(name, (...told: unknown[]) => {
      const tell = () => {
        hadTurn = true;
        for (const listener of listeners) Reflect.apply(listener, emitter, told);
      };
      if (hadTurn) tell();
      else pacing.add(tell);
    });
    // One by one and last: an emitter whose event lost all it had takes 0.7 kB more from then on.
    for (const listener of listeners) emitter.off(name, listener as () => void);
  }
}
