// Store time: what the store's clock says, as near as a node can know without asking each time. The
// wall clock of a node is never asked: it may be wrong by hours.

import { assert } from "../../shared/assert.ts";
import type { Cancel, Clock } from "../../shared/clock.ts";
import type { Log } from "../log.ts";
import { StoreAway } from "../store/store.ts";

/** Two quartz clocks part by about a millisecond in this time. */
const MEASURE_EVERY_MS = 30_000;
/** An answer that took longer says too little. */
const ROUND_TRIP_MS_MAX = 2_000;

export class StoreTime {
  readonly #clock: Clock;
  readonly #ask: () => Promise<number>;
  readonly #log: Log;
  #offsetMs: number | undefined;
  #cancel: Cancel | undefined;
  #isStopped = false;

  constructor(clock: Clock, log: Log, ask: () => Promise<number>) {
    this.#clock = clock;
    this.#log = log;
    this.#ask = ask;
  }

  /** Measures once, then again every 30 s until `stop`. Rejects with StoreAway if the store gives no answer now. */
  async start(): Promise<void> {
    while (this.#offsetMs === undefined) await this.#measure();
    this.#again();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** The store's time in ms since 1970. While the store is away it goes on by this node's own clock. */
  nowMs(): number {
    assert(this.#offsetMs !== undefined, "the store's time was measured");
    return this.#clock.now() + this.#offsetMs;
  }

  async #measure(): Promise<void> {
    const askedMs = this.#clock.now();
    const storeMs = await this.#ask();
    const answeredMs = this.#clock.now();
    if (answeredMs - askedMs > ROUND_TRIP_MS_MAX) return;
    // The store looked at its clock somewhere in between; half way is off by half the trip at most.
    this.#offsetMs = storeMs - (askedMs + answeredMs) / 2;
  }

  #again(): void {
    if (this.#isStopped) return;
    this.#cancel = this.#clock.after(MEASURE_EVERY_MS, () => {
      this.#measure().then(
        () => this.#again(),
        (cause: unknown) => {
          // While the store is away the last offset is as good as ever.
          if (!(cause instanceof StoreAway)) this.#log.fault("store-time-failed", { cause });
          this.#again();
        },
      );
    });
  }
}
