// Prediction: where one's own ship is drawn. It sails by the rules' own motion the moment a player
// steers, and sails those moments again from each place that the server tells.

import {
  courseOf,
  type Orders,
  type Sailing,
  sail,
  TICK_MS,
  turnBetween,
} from "../../../shared/games/arenaMotion.ts";
import { DASH_MS } from "../../../shared/games/arenaRecords.ts";
import { between, type Pose } from "./interpolation.ts";

export interface Helm {
  readonly heading: number;
  readonly thrust: number;
}

/** What the server tells of one's own ship in a frame. */
export interface Told {
  /** Room time of the frame, a whole number of ticks. */
  readonly frameMs: number;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
}

/** What else moves the ship: its sail, and the dashes told and hoped for. */
export interface Rig {
  readonly sailLevel: number;
  /** Room times at which dashes end. */
  readonly dashesUntilMs: readonly number[];
}

interface Tick {
  /** Room time in ticks at which the server is expected to do the same. */
  readonly at: number;
  readonly helm: Helm | undefined;
  after: Sailing;
}

/** Ticks sailed without news from the server; then the ship waits for it. */
const AHEAD_TICKS_MAX = 30;
/** Places are told rounded: closer than this the prediction was right. */
const PLACE_TOLERANCE = 0.5;
const SPEED_TOLERANCE = 14;
/** A ship that seems faster was put somewhere else. */
const SPEED_MAX = 1_200;
const COURSE_TOLERANCE = courseOf(1.5);
/** A correction is drawn over about this time; a larger one than this is another place. */
const BLEND_MS = 110;
const BLEND_MAX = 150;

export class Prediction {
  #ticks: Tick[] = [];
  #told: Told | undefined;
  #rig: Rig = { sailLevel: 0, dashesUntilMs: [] };
  /** What is still to be blended out of a correction. */
  #rest = { x: 0, y: 0 };
  #drawnAtMs: number | undefined;

  setRig(rig: Rig): void {
    this.#rig = rig;
  }

  /** Sails whole ticks up to a room time, which runs ahead of the server by the way there. */
  advance(toMs: number, helm: Helm | undefined): void {
    this.#sailTo(Math.floor(toMs / TICK_MS), helm);
  }

  #sailTo(tick: number, helm: Helm | undefined): void {
    const newest = this.#ticks.at(-1);
    if (newest === undefined || this.#told === undefined) return;
    const end = Math.min(tick, Math.round(this.#told.frameMs / TICK_MS) + AHEAD_TICKS_MAX);
    if (end - newest.at > AHEAD_TICKS_MAX) return;
    let after = newest.after;
    for (let at = newest.at + 1; at <= end; at++) {
      after = this.#sailed(after, helm, at);
      this.#ticks.push({ at, helm, after });
    }
  }

  /** Takes what a frame tells and sails from there again, unless it was foreseen. */
  reconcile(told: Told): void {
    const previous = this.#told;
    this.#told = told;
    const at = Math.round(told.frameMs / TICK_MS);
    // On a short line news can be ahead of the page's own next tick.
    this.#sailTo(at, this.#ticks.at(-1)?.helm);
    while ((this.#ticks[0]?.at ?? at) < at) this.#ticks.shift();
    const foreseen = this.#ticks[0];
    if (foreseen === undefined || foreseen.at !== at) this.#restart(at, told);
    else if (!isForeseen(foreseen.after, told)) {
      this.#resail(corrected(foreseen.after, told, speedBetween(previous, told)));
    }
  }

  /** Where to draw the ship at a room time that `advance` has reached. */
  draw(toMs: number, pageMs: number, helm: Helm | undefined): Pose | undefined {
    const exact = this.#exact(toMs, helm);
    if (exact === undefined) return undefined;
    const kept = Math.exp(-Math.max(0, pageMs - (this.#drawnAtMs ?? pageMs)) / BLEND_MS);
    this.#drawnAtMs = pageMs;
    this.#rest = { x: this.#rest.x * kept, y: this.#rest.y * kept };
    return { x: exact.x + this.#rest.x, y: exact.y + this.#rest.y, course: exact.course };
  }

  /** Begins anew at a place that has nothing to do with what was foreseen. */
  #restart(at: number, told: Told): void {
    const after = { x: told.x, y: told.y, vx: 0, vy: 0, course: courseOf(told.heading) };
    this.#ticks = [{ at, helm: undefined, after }];
    this.#rest = { x: 0, y: 0 };
  }

  /** Sails the remembered ticks again from another start. */
  #resail(start: Sailing): void {
    const before = this.#ticks.at(-1)?.after ?? start;
    let after = start;
    for (const [index, tick] of this.#ticks.entries()) {
      if (index > 0) after = this.#sailed(after, tick.helm, tick.at);
      tick.after = after;
    }
    const x = this.#rest.x + before.x - after.x;
    const y = this.#rest.y + before.y - after.y;
    const isBlended = Math.abs(x) < BLEND_MAX && Math.abs(y) < BLEND_MAX;
    this.#rest = isBlended ? { x, y } : { x: 0, y: 0 };
  }

  #sailed(from: Sailing, helm: Helm | undefined, at: number): Sailing {
    return sail(from, this.#orders(helm, at), TICK_MS);
  }

  #orders(helm: Helm | undefined, at: number): Orders | undefined {
    if (helm === undefined) return undefined;
    const { sailLevel, dashesUntilMs } = this.#rig;
    const atMs = at * TICK_MS;
    const isDashing = dashesUntilMs.some((endMs) => atMs < endMs && atMs >= endMs - DASH_MS);
    return { ...helm, sailLevel, isDashing };
  }

  #exact(toMs: number, helm: Helm | undefined): Pose | undefined {
    const at = Math.floor(toMs / TICK_MS);
    const part = toMs / TICK_MS - at;
    const index = this.#ticks.findIndex((tick) => tick.at >= at);
    const tick = this.#ticks[index];
    const next = this.#ticks[index + 1];
    if (tick === undefined) return this.#ticks.at(-1)?.after;
    if (tick.at > at) return tick.after;
    if (next !== undefined) return between(tick.after, next.after, part);
    return sail(tick.after, this.#orders(helm, at + 1), part * TICK_MS);
  }
}

function isForeseen(foreseen: Sailing, told: Told): boolean {
  return (
    Math.abs(foreseen.x - told.x) < PLACE_TOLERANCE &&
    Math.abs(foreseen.y - told.y) < PLACE_TOLERANCE &&
    isCourseForeseen(foreseen, told)
  );
}

function isCourseForeseen(foreseen: Sailing, told: Told): boolean {
  return Math.abs(turnBetween(foreseen.course, courseOf(told.heading))) < COURSE_TOLERANCE;
}

interface Speed {
  readonly vx: number;
  readonly vy: number;
}

/** Speeds are not told; two places a moment apart give it, as exactly as they are rounded. */
function speedBetween(previous: Told | undefined, told: Told): Speed | undefined {
  const passedMs = told.frameMs - (previous?.frameMs ?? 0);
  if (previous === undefined || passedMs <= 0 || passedMs > 3 * TICK_MS) return undefined;
  const vx = ((told.x - previous.x) / passedMs) * 1000;
  const vy = ((told.y - previous.y) / passedMs) * 1000;
  return Math.hypot(vx, vy) > SPEED_MAX ? undefined : { vx, vy };
}

/** What is told where it differs from what was foreseen by more than rounding. */
function corrected(foreseen: Sailing, told: Told, speed: Speed | undefined): Sailing {
  const { vx, vy } = speed ?? foreseen;
  const isSameSpeed = Math.hypot(vx - foreseen.vx, vy - foreseen.vy) < SPEED_TOLERANCE;
  return {
    x: told.x,
    y: told.y,
    vx: isSameSpeed ? foreseen.vx : vx,
    vy: isSameSpeed ? foreseen.vy : vy,
    course: isCourseForeseen(foreseen, told) ? foreseen.course : courseOf(told.heading),
  };
}
