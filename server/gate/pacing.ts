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

type Relay = (this: EventEmitter, ...told: unknown[]) => void;

/** Events whose listeners are told in order. Whatever emits them shares it: there are thousands of sockets. */
export class PacedEvents {
  readonly #pacing: Pacing;
  /** Who hears an event itself, and under what those who listened for it are told of it. */
  readonly #relays: readonly { name: string; relay: Relay; later: symbol }[];
  readonly #hadTurn = new WeakSet<EventEmitter>();

  constructor(names: readonly string[], pacing: Pacing) {
    this.#pacing = pacing;
    this.#relays = names.map((name) => this.#relay(name));
  }

  /**
   * From here on those who listen to the emitter hear of the first of these events when it is its turn;
   * what follows from that comes by itself, a few at a time.
   */
  pace(emitter: EventEmitter): void {
    for (const { name, relay, later } of this.#relays) {
      const listeners = emitter.listeners(name) as Relay[];
      for (const listener of listeners) emitter.on(later, listener);
      emitter.on(name, relay);
      // One by one and last: an emitter whose event lost all it had takes 0.7 kB more from then on.
      for (const listener of listeners) emitter.off(name, listener);
    }
  }

  #relay(name: string) {
    const later = Symbol(name);
    const pacing = this.#pacing;
    const hadTurn = this.#hadTurn;
    function relay(this: EventEmitter, ...told: unknown[]): void {
      const tell = () => {
        hadTurn.add(this);
        this.emit(later, ...told);
      };
      if (hadTurn.has(this)) tell();
      else pacing.add(tell);
    }
    return { name, relay, later };
  }
}
