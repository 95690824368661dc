// Tally: what a crowd of bots was told: how commands ended and how soon, how often lines broke, and
// whether anybody lost a seat. It only counts.

import type { CommandEnd } from "../../../client/join.ts";

export class Tally {
  given = 0;
  ended = 0;
  /** Lines that broke for long enough to be shown. */
  drops = 0;
  rollbacks = 0;
  /** Seats that were another one after a drop. None ever should be. */
  seatsMoved = 0;
  readonly #ends = new Map<string, number>();
  readonly #overs = new Map<string, number>();
  #tookMs: number[] = [];

  commandEnded({ end }: CommandEnd, tookMs: number): void {
    this.ended++;
    this.#tookMs.push(tookMs);
    count(this.#ends, end);
  }

  /** A seat or the way to one ended, for that reason. */
  over(reason: string): void {
    count(this.#overs, reason);
  }

  overFor(reason: string): number {
    return this.#overs.get(reason) ?? 0;
  }

  /** One line on everything so far, and on how long commands took since the line before. */
  line(): string {
    const took = this.#tookMs.sort((one, other) => one - other);
    this.#tookMs = [];
    const at = (part: number) => Math.round(took[Math.floor(part * took.length)] ?? 0);
    const told = [
      `${this.given} commands given, ${this.given - this.ended} under way (${listed(this.#ends)})`,
      `confirmed after p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
      `${this.drops} drops, ${this.rollbacks} rollbacks, ${this.seatsMoved} seats moved`,
    ];
    if (this.#overs.size > 0) told.push(`over: ${listed(this.#overs)}`);
    return told.join(" · ");
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, times]) => `${times} ${name}`).join(", ");
}
