// Memory maps: everything the in-process store holds, and the clock that says what of it has ended.
// It is changed by facts alone, whether they were decided a moment ago or read from a journal.

import type { Clock } from "../../shared/clock.ts";
import { decodeFact, encodeFact, type Fact, isIdentityFact, isRoomFact } from "./facts.ts";
import { MemoryIdentities } from "./memoryIdentities.ts";
import { MemoryRooms } from "./memoryRooms.ts";
import { MemorySessions } from "./memorySessions.ts";
import type { Seal } from "./seal.ts";

/** After so many facts whatever has ended is dropped: a little work for each of them. */
const FACTS_PER_SWEEP = 1_024;
/** And so long after the last time: what lives for weeks ends without any fact. */
const SWEEP_EVERY_MS = 3_600_000;

/** The maps, and the clock that says what in them has ended. */
export class MemoryMaps {
  readonly rooms = new MemoryRooms();
  readonly identities = new MemoryIdentities();
  readonly sessions = new MemorySessions();
  readonly #clock: Clock;
  readonly #seal: Seal;
  #factsToSweep = FACTS_PER_SWEEP;
  #sweptMs = 0;

  constructor(clock: Clock, seal: Seal) {
    this.#clock = clock;
    this.#seal = seal;
  }

  nowMs(): number {
    return Math.floor(this.#clock.wallMs());
  }

  apply(fact: Fact): void {
    if (isRoomFact(fact)) this.rooms.apply(fact);
    else if (isIdentityFact(fact)) this.identities.apply(fact);
    else this.sessions.apply(fact);
    this.#factsToSweep -= 1;
  }

  /**
   * Drops what has ended, once in a while; never while a journal is read: what is over by now may have
   * been given a longer life further on.
   */
  forgetEnded(nowMs: number): void {
    if (this.#factsToSweep <= 0 || nowMs - this.#sweptMs >= SWEEP_EVERY_MS) this.#sweep();
  }

  /** A fact as a record of the journal. */
  encode(fact: Fact): Uint8Array {
    return encodeFact(fact, this.#seal);
  }

  /** Takes a record of the journal; one that no key opens any more is left out. */
  restore(record: Uint8Array): void {
    const fact = decodeFact(record, this.#seal);
    if (fact !== undefined) this.apply(fact);
  }

  /** Everything as records, as it is now: facts are never changed, so encoding them can wait. */
  capture(): Iterable<Uint8Array> {
    this.#sweep();
    const facts: readonly Fact[] = [
      ...this.rooms.facts(),
      ...this.identities.facts(),
      ...this.sessions.facts(),
    ];
    const encode = (fact: Fact) => this.encode(fact);
    return {
      *[Symbol.iterator]() {
        for (const fact of facts) yield encode(fact);
      },
    };
  }

  #sweep(): void {
    const nowMs = this.nowMs();
    this.#factsToSweep = FACTS_PER_SWEEP;
    this.#sweptMs = nowMs;
    this.rooms.sweep(nowMs);
    this.identities.sweep(nowMs);
    this.sessions.sweep(nowMs);
  }
}
