// Memory maps: everything the in-process store holds, and the clock that says what of it has ended.
// It is changed by facts alone, whether they were decided a moment ago or read from a journal.

import type { Clock } from "../../shared/clock.ts";
import { encodeFact, type Fact, isIdentityFact, isRoomFact } from "./facts.ts";
import { MemoryIdentities } from "./memoryIdentities.ts";
import { MemoryRooms } from "./memoryRooms.ts";
import { MemorySessions } from "./memorySessions.ts";

/** After so many facts whatever has ended is dropped: a little work for each of them. */
const FACTS_PER_SWEEP = 1_024;

/** The maps, and the clock that says what in them has ended. */
export class MemoryMaps {
  readonly rooms = new MemoryRooms();
  readonly identities = new MemoryIdentities();
  readonly sessions = new MemorySessions();
  readonly #clock: Clock;
  #factsToSweep = FACTS_PER_SWEEP;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nowMs(): number {
    return Math.floor(this.#clock.wallMs());
  }

  apply(fact: Fact): void {
    if (isRoomFact(fact)) this.rooms.apply(fact);
    else if (isIdentityFact(fact)) this.identities.apply(fact);
    else this.sessions.apply(fact);
    this.#factsToSweep -= 1;
    if (this.#factsToSweep > 0) return;
    this.#factsToSweep = FACTS_PER_SWEEP;
    this.#sweep();
  }

  /** Everything as records, as it is now: facts are never changed, so encoding them can wait. */
  capture(): Iterable<Uint8Array> {
    this.#sweep();
    const facts: readonly Fact[] = [
      ...this.rooms.facts(),
      ...this.identities.facts(),
      ...this.sessions.facts(),
    ];
    return {
      *[Symbol.iterator]() {
        for (const fact of facts) yield encodeFact(fact);
      },
    };
  }

  #sweep(): void {
    const nowMs = this.nowMs();
    this.identities.sweep(nowMs);
    this.sessions.sweep(nowMs);
  }
}
