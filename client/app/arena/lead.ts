// Lead: how far ahead of the room's time one's own ship sails, so that the server takes each order
// in the tick it was meant for. Learnt from the round trip and from which inputs frames have seen.

import { TICK_MS } from "../../../shared/games/arenaMotion.ts";
import { slewed } from "./roomClock.ts";

const LEAD_MS_MAX = 600;
/** Until a round trip is known. */
const ROUND_TRIP_MS = 80;
/**
 * Weight of the newest input, if it came too late or too early. At the edge between two ticks, where
 * half come late and none too early, the lead grows until they are out of it.
 */
const LATE_WEIGHT = 0.15;
const EARLY_WEIGHT = 0.05;
/** The furthest an input may be off and still be believed. */
const OFF_MS_MAX = 3 * TICK_MS;
const SENT_MAX = 64;

export class Lead {
  /** Room times of the ticks that inputs were meant for, by their numbers. */
  readonly #meant = new Map<number, number>();
  #seen = 0;
  #biasMs = 0;
  #shown: { readonly pageMs: number; readonly leadMs: number } | undefined;

  /** An input of that number was given at a room time that runs ahead by the lead. */
  sent(number: number, atMs: number): void {
    if (this.#meant.has(number)) return;
    this.#meant.set(number, (Math.floor(atMs / TICK_MS) + 1) * TICK_MS);
    const [oldest] = this.#meant.keys();
    if (this.#meant.size > SENT_MAX && oldest !== undefined) this.#meant.delete(oldest);
  }

  /** A frame of that room time had seen inputs up to a number. */
  seen(number: number, frameMs: number): void {
    if (number <= this.#seen) return;
    this.#seen = number;
    const meantMs = this.#meant.get(number);
    for (const each of [...this.#meant.keys()]) if (each <= number) this.#meant.delete(each);
    if (meantMs === undefined) return;
    const lateMs = Math.max(-OFF_MS_MAX, Math.min(OFF_MS_MAX, frameMs - meantMs));
    this.#biasMs += lateMs * (lateMs > 0 ? LATE_WEIGHT : EARLY_WEIGHT);
    this.#biasMs = Math.max(-LEAD_MS_MAX, Math.min(LEAD_MS_MAX, this.#biasMs));
  }

  /** Milliseconds of lead to draw with; changes slowly. */
  at(pageMs: number, roundTripMs: number | undefined): number {
    const wanted = (roundTripMs ?? ROUND_TRIP_MS) + this.#biasMs;
    const measured = Math.max(0, Math.min(LEAD_MS_MAX, wanted));
    const passed = this.#shown === undefined ? 0 : Math.max(0, pageMs - this.#shown.pageMs);
    const leadMs = slewed(this.#shown?.leadMs ?? measured, measured, passed);
    this.#shown = { pageMs, leadMs };
    return leadMs;
  }
}
