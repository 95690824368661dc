// World: virtual time for many processes in one: one heap of events, played in order from a seed. It
// knows nothing of games or nodes; whatever happens in it happens again with the same seed.

import { assert } from "../../shared/assert.ts";
import type { Cancel, Clock } from "../../shared/clock.ts";
import { hashText } from "../../shared/hash.ts";
import { type Random, seededRandom } from "../../shared/random.ts";

interface Event {
  readonly atMs: number;
  /** Breaks ties: what was planned first happens first. */
  readonly order: number;
  readonly life: Life;
  readonly happen: () => unknown;
  cancelled: boolean;
}

/** Some moment; a process's wall clock may be wrong by hours, and no rule may depend on it. */
const WALL_START_MS = 1_800_000_000_000;

/** Events at one and the same moment; more is something that plans itself for "now" without end. */
const EVENTS_AT_ONCE_MAX = 10_000;

export class World {
  readonly seed: number;
  readonly random: Random;
  /** What nobody can kill: the network, the store, the hand of fate. */
  readonly nature: Life;
  nowMs = 0;
  eventCount = 0;
  readonly #heap: Event[] = [];
  #order = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.random = seededRandom(seed);
    this.nature = new Life(this, "nature");
  }

  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.random() * from.length)];
    assert(picked !== undefined, "something to pick from");
    return picked;
  }

  /** Plans something that happens to a process, unless it is dead by then; if it is frozen, later. */
  plan(delayMs: number, life: Life, happen: () => unknown): Cancel {
    const atMs = this.nowMs + Math.max(0, delayMs);
    const event: Event = { atMs, order: this.#order++, life, happen, cancelled: false };
    this.#push(event);
    return () => {
      event.cancelled = true;
    };
  }

  /** Plays events until a moment, or until nothing is left. Promises settle between any two of them. */
  async play(untilMs: number): Promise<void> {
    let atOnce = 0;
    for (let event = this.#heap[0]; event !== undefined; event = this.#heap[0]) {
      if (event.atMs > untilMs) break;
      this.#pop();
      if (event.cancelled || event.life.isDead) continue;
      const { life, happen } = event;
      if (life.defer(() => !event.cancelled && happen())) continue;
      atOnce = event.atMs > this.nowMs ? 0 : atOnce + 1;
      assert(atOnce < EVENTS_AT_ONCE_MAX, "something plans itself for now, without end");
      this.nowMs = Math.max(this.nowMs, event.atMs);
      this.eventCount += 1;
      happen();
      await settled();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const one = heap[left];
      const other = heap[left + 1];
      if (one === undefined) break;
      const child = other !== undefined && isBefore(other, one) ? other : one;
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = child === one ? left : left + 1;
    }
    heap[at] = last;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs === other.atMs ? one.order < other.order : one.atMs < other.atMs;
}

/** Every promise that can settle by now has, with whatever that led to. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** One process: a node or a page. Dead, nothing happens to it any more; frozen, everything waits. */
export class Life {
  readonly name: string;
  readonly clock: Clock;
  readonly #world: World;
  #phase: "alive" | "frozen" | "dead" = "alive";
  #waiting: (() => unknown)[] = [];

  constructor(world: World, name: string, wallSkewMs = 0) {
    this.#world = world;
    this.name = name;
    // Each process counts from a start of its own.
    const startMs = hashText(name) % 1_000_000;
    this.clock = {
      now: () => world.nowMs + startMs,
      wallMs: () => WALL_START_MS + world.nowMs + wallSkewMs,
      after: (delayMs, callback) => world.plan(delayMs, this, callback),
    };
  }

  get isAlive(): boolean {
    return this.#phase === "alive";
  }

  get isDead(): boolean {
    return this.#phase === "dead";
  }

  /** From here on nothing happens to it, and nothing it still does has any effect. */
  kill(): void {
    this.#phase = "dead";
    this.#waiting = [];
  }

  freeze(): void {
    if (this.#phase === "alive") this.#phase = "frozen";
  }

  /** What was due meanwhile happens now, late and in order. */
  thaw(): void {
    if (this.#phase !== "frozen") return;
    this.#phase = "alive";
    for (const happen of this.#waiting.splice(0)) this.#world.plan(0, this, happen);
  }

  /** Whether what would happen now has to wait. */
  defer(happen: () => unknown): boolean {
    if (this.#phase !== "frozen") return false;
    this.#waiting.push(happen);
    return true;
  }
}
