// Line watch: follows a seat's line for the page that shows it: since when there is trouble, and what
// became of the moves made meanwhile. It asks for the time only through the clock it is given.

import type { Clock } from "../../../shared/clock.ts";
import type { CommandEnd, Seat } from "../../seat.ts";
import { texts } from "../texts.ts";
import { BANNER_MS } from "./faces.ts";
import { counted, homecomingText, NOTHING, type Tally } from "./homecoming.ts";

/** The part of a seat that is watched. */
export type Watched = Pick<Seat, "status" | "pending" | "index">;

/** How long a homecoming waits for the moves that are still under way. */
const UNDER_WAY_MS = 1_500;

export class LineWatch {
  readonly #seat: Watched;
  readonly #clock: Pick<Clock, "now">;
  #troubledSinceMs: number | undefined;
  #backSinceMs: number | undefined;
  /** How long it was away before. */
  #awayMs = 0;
  #tally: Tally = NOTHING;

  constructor(seat: Watched, clock: Pick<Clock, "now">) {
    this.#seat = seat;
    this.#clock = clock;
  }

  /** How long the line has not been live, in ms; 0 while it is. */
  get troubledMs(): number {
    return this.#troubledSinceMs === undefined ? 0 : this.#clock.now() - this.#troubledSinceMs;
  }

  /** A command of this page has ended. */
  ended(end: CommandEnd): void {
    if (this.#troubledSinceMs !== undefined || this.#backSinceMs !== undefined) {
      this.#tally = counted(this.#tally, end);
    }
  }

  /** Looks at the line; gives the sentence to say when it is back after a trouble worth telling. */
  look(): string | undefined {
    const nowMs = this.#clock.now();
    const isLive = this.#seat.status.phase === "live";
    if (!isLive) {
      this.#troubledSinceMs ??= nowMs;
      this.#backSinceMs = undefined;
      return undefined;
    }
    if (this.#troubledSinceMs !== undefined) this.#arrive(nowMs);
    return this.#backSinceMs === undefined ? undefined : this.#tell(nowMs, this.#backSinceMs);
  }

  #arrive(nowMs: number): void {
    const awayMs = this.troubledMs;
    const isWorthTelling = awayMs >= BANNER_MS;
    this.#troubledSinceMs = undefined;
    if (isWorthTelling) {
      this.#backSinceMs = nowMs;
      this.#awayMs = awayMs;
    } else if (this.#backSinceMs === undefined) this.#tally = NOTHING;
  }

  #tell(nowMs: number, backSinceMs: number): string | undefined {
    const underWay = this.#seat.pending.length;
    if (underWay > 0 && nowMs - backSinceMs < UNDER_WAY_MS) return undefined;
    const back = texts.toasts.back(this.#awayMs, this.#seat.index !== undefined);
    const text = homecomingText(back, this.#tally, underWay);
    this.#backSinceMs = undefined;
    this.#tally = NOTHING;
    return text;
  }
}
