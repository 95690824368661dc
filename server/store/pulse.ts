// Pulse: whether Redis is there, told to whoever watches. It asks for a sign of life all the time,
// because a line that died in silence is found only by using it.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { Topology } from "./shards.ts";

/** How often Redis is asked. Its answers are due within `SILENCE_MS_MAX`, or the line is given up. */
const PULSE_MS = 1_000;

type Status = "away" | "back";

export interface PulseOptions {
  readonly clock: Clock;
  readonly topologies: readonly Topology[];
  /** What must succeed, beside an answer on each connection, before Redis counts as back. */
  readonly look: () => Promise<void>;
}

export class Pulse {
  readonly #options: PulseOptions;
  readonly #listeners = new Set<(status: Status) => void>();
  #status: Status = "back";
  #phase: "resting" | "asking" | "asking, ask again" | "ended" = "resting";
  #next: Cancel | undefined;

  /** Begins with a Redis that was just there. */
  constructor(options: PulseOptions) {
    this.#options = options;
    this.#rest();
  }

  watch(listener: (status: Status) => void): () => void {
    // A new function each time: the same listener may watch twice.
    const told = (status: Status) => listener(status);
    this.#listeners.add(told);
    return () => this.#listeners.delete(told);
  }

  /** To be called when a connection was lost or made. */
  changed(): void {
    if (this.#phase === "ended") return;
    if (!this.#isReady()) this.#tell("away");
    else if (this.#phase === "asking") this.#phase = "asking, ask again";
    else if (this.#phase === "resting") this.#ask();
  }

  end(): void {
    this.#phase = "ended";
    this.#next?.();
    this.#listeners.clear();
  }

  #rest(): void {
    this.#phase = "resting";
    this.#next = this.#options.clock.after(PULSE_MS, () => this.#ask());
  }

  #ask(): void {
    this.#next?.();
    this.#phase = "asking";
    this.#answers().then(
      () => this.#asked(this.#isReady() ? "back" : "away"),
      // Why is the business of whoever needs an answer; that there is none is all we tell.
      () => this.#asked("away"),
    );
  }

  #asked(status: Status): void {
    if (this.#phase === "ended") return;
    const again = this.#phase === "asking, ask again";
    this.#tell(status);
    if (again) this.#ask();
    else this.#rest();
  }

  async #answers(): Promise<void> {
    const { topologies, look } = this.#options;
    const connections = topologies.flatMap((topology) => topology.connections);
    await Promise.all([...connections.map((connection) => connection.call("PING")), look()]);
  }

  #isReady(): boolean {
    return this.#options.topologies.every(({ isReady }) => isReady);
  }

  #tell(status: Status): void {
    if (this.#status === status) return;
    this.#status = status;
    for (const listener of [...this.#listeners]) listener(status);
  }
}
