// Room clock: room time as the page draws it, smooth although frames arrive early and late. It is
// told when frames arrive and asked for the time; it has no clock of its own.

/** Weight of the newest arrival in the smoothed offset and jitter. */
const ARRIVAL_WEIGHT = 0.1;
/** What is shown approaches what is measured in about this time, */
const SLEW_MS = 250;
/** and never by more than this part of the time that passes: nobody sees a clock run 10 % fast. */
const SLEW_MAX = 0.1;
/** Further off than this it jumps: a pause, a new host, a page that slept. */
const JUMP_MS = 250;

/** A shown time on its way to a measured one after `passedMs`; unnoticed, or at once if far off. */
export function slewed(shownMs: number, measuredMs: number, passedMs: number): number {
  const error = measuredMs - shownMs;
  if (Math.abs(error) > JUMP_MS) return measuredMs;
  const most = passedMs * SLEW_MAX;
  const wanted = error * (1 - Math.exp(-passedMs / SLEW_MS));
  return shownMs + Math.max(-most, Math.min(most, wanted));
}

/** Others are drawn this much behind: a tick to draw between, and room for late frames. */
const DELAY_MS_MIN = 75;
const DELAY_MS_MAX = 350;
const DELAY_MARGIN_MS = 15;
const DELAY_PER_JITTER = 3;

export class RoomClock {
  /** Room time minus page time, smoothed. */
  #offsetMs: number | undefined;
  #jitterMs = 8;
  #shown: { readonly pageMs: number; readonly roomMs: number } | undefined;

  /** A frame of that room time has arrived. */
  arrived(frameMs: number, pageMs: number): void {
    const offset = frameMs - pageMs;
    const away = this.#offsetMs === undefined ? 0 : offset - this.#offsetMs;
    if (this.#offsetMs === undefined || Math.abs(away) > JUMP_MS) {
      this.#offsetMs = offset;
      return;
    }
    this.#offsetMs += away * ARRIVAL_WEIGHT;
    this.#jitterMs += (Math.abs(away) - this.#jitterMs) * ARRIVAL_WEIGHT;
  }

  /** Mean distance of arrivals from their usual moment, in ms. */
  get jitterMs(): number {
    return this.#jitterMs;
  }

  /** How far behind the newest frame others are drawn, for ticks of `tickMs`. */
  delayMs(tickMs: number): number {
    const wanted = tickMs + DELAY_MARGIN_MS + DELAY_PER_JITTER * this.#jitterMs;
    return Math.max(DELAY_MS_MIN, Math.min(DELAY_MS_MAX, wanted));
  }

  /** Room time to draw at this page time; does not run backwards except in a jump. */
  at(pageMs: number): number {
    const measured = pageMs + (this.#offsetMs ?? 0);
    if (this.#shown === undefined) return this.#show(pageMs, measured);
    const passed = Math.max(0, pageMs - this.#shown.pageMs);
    return this.#show(pageMs, slewed(this.#shown.roomMs + passed, measured, passed));
  }

  #show(pageMs: number, roomMs: number): number {
    this.#shown = { pageMs, roomMs };
    return roomMs;
  }
}
