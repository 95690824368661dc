// Interpolation: where another ship is drawn, between the places that frames told. It draws a little
// in the past, so that it seldom has to guess.

import { turnBetween } from "../../../shared/games/arenaMotion.ts";

export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly course: number;
}

interface Sample extends Pose {
  readonly atMs: number;
}

const SAMPLES_MAX = 24;
/** Without news a ship sails on this long, then stands. */
const GUESS_MS_MAX = 150;
/** A ship that moved further between two frames has not sailed there. */
const LEAP = 150;

/** The places of one ship, oldest first. */
export class Track {
  readonly #samples: Sample[] = [];

  /** A frame of that room time told this place. Times must not fall. */
  add(atMs: number, pose: Pose): void {
    const newest = this.#samples.at(-1);
    if (newest !== undefined && atMs <= newest.atMs) this.#samples.pop();
    this.#samples.push({ atMs, ...pose });
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
  }

  /** Where to draw it at a room time; undefined before the first place is told. */
  at(atMs: number): Pose | undefined {
    const after = this.#samples.findIndex((sample) => sample.atMs > atMs);
    if (after === 0) return this.#samples[0];
    const next = this.#samples[after];
    const before = this.#samples.at(after < 0 ? -1 : after - 1);
    if (before === undefined || next === undefined) return this.#guess(atMs);
    if (isLeap(before, next)) return before;
    return between(before, next, (atMs - before.atMs) / (next.atMs - before.atMs));
  }

  /** Carries the newest movement on for a moment. */
  #guess(atMs: number): Pose | undefined {
    const newest = this.#samples.at(-1);
    const before = this.#samples.at(-2);
    if (newest === undefined || before === undefined || isLeap(before, newest)) return newest;
    const span = newest.atMs - before.atMs;
    const ahead = Math.min(atMs - newest.atMs, GUESS_MS_MAX);
    // After a silence the last two places tell no speed.
    return span > 4 * GUESS_MS_MAX ? newest : between(before, newest, 1 + ahead / span);
  }
}

/** The pose a part of the way from one to another; beyond 1 it leads on. */
export function between(one: Pose, other: Pose, part: number): Pose {
  return {
    x: one.x + (other.x - one.x) * part,
    y: one.y + (other.y - one.y) * part,
    course: one.course + turnBetween(one.course, other.course) * Math.min(1, part),
  };
}

function isLeap(one: Pose, other: Pose): boolean {
  return Math.abs(one.x - other.x) > LEAP || Math.abs(one.y - other.y) > LEAP;
}
