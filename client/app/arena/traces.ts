// Traces: what moments leave behind on the water: wakes, smoke, splinters, rings, glitter and wreckage,
// gone within seconds. Nothing depends on them. Whoever wants no motion gets those that stand still.

import type { Point } from "../../../shared/games/arenaSea.ts";
import { seededRandom } from "../../../shared/random.ts";
import { isShown } from "./camera.ts";
import type { Brush } from "./drawSea.ts";
import { drawTrace, type Trace, type TraceKind } from "./drawTraces.ts";
import type { Moment } from "./moments.ts";
import type { Picture } from "./picture.ts";

interface Wake {
  readonly points: { readonly x: number; readonly y: number; readonly atMs: number }[];
}

const TRACES_MAX = 260;
const WAKE_MS = 900;
const WAKE_EVERY_MS = 45;
/** A wake does not join two places a ship was put at. */
const WAKE_LEAP = 90;

/** How long each lasts at least, and how much longer by chance. */
const LIVES: Readonly<Record<TraceKind, readonly [leastMs: number, moreMs: number]>> = {
  ring: [620, 0],
  flash: [110, 0],
  smoke: [520, 300],
  drop: [260, 160],
  splinter: [420, 420],
  glitter: [420, 420],
  plank: [2_600, 1_400],
};

export class Traces {
  #traces: Trace[] = [];
  #wakes = new Map<number, Wake>();
  #nowMs = 0;
  #isCalm = false;
  readonly #random = seededRandom(23);

  /** Lets traces of earlier moments fade, and adds those of newer ones. */
  observe(picture: Picture, moments: readonly Moment[], isCalm: boolean): void {
    this.#nowMs = picture.pageMs;
    this.#isCalm = isCalm;
    this.#traces = this.#traces.filter(({ bornMs, lifeMs }) => this.#nowMs < bornMs + lifeMs);
    this.#keepWakes(isCalm ? { ...picture, ships: [] } : picture);
    for (const moment of moments) this.#leave(moment);
  }

  drawWakes({ context, camera, palette }: Brush): void {
    context.strokeStyle = palette.foam;
    // Round ends would lie over each other and show as beads.
    context.lineCap = "butt";
    for (const { points } of this.#wakes.values()) {
      for (const [at, point] of points.entries()) {
        const next = points[at + 1];
        if (next === undefined || !isShown(camera, point, 40)) continue;
        const age = (this.#nowMs - point.atMs) / WAKE_MS;
        context.globalAlpha = 0.42 * Math.max(0, 1 - age);
        context.lineWidth = 5 + age * 15;
        context.beginPath();
        context.moveTo(point.x, point.y);
        context.lineTo(next.x, next.y);
        context.stroke();
      }
    }
    context.globalAlpha = 1;
  }

  /** What floats, under the ships. */
  drawWreckage(brush: Brush): void {
    this.#draw(brush, (kind) => kind === "plank");
  }

  /** What flies, over them. */
  draw(brush: Brush): void {
    this.#draw(brush, (kind) => kind !== "plank");
  }

  #draw(brush: Brush, isWanted: (kind: TraceKind) => boolean): void {
    for (const trace of this.#traces) {
      const isDue = trace.bornMs <= this.#nowMs && isWanted(trace.kind);
      if (isDue && isShown(brush.camera, trace, 120)) drawTrace(brush, trace, this.#nowMs);
    }
    brush.context.globalAlpha = 1;
  }

  #leave(moment: Moment): void {
    switch (moment.kind) {
      case "shot":
        // A flash is motion too, for whoever wants none.
        if (!this.#isCalm) this.#burst("flash", moment, { count: 1, speed: 0, turn: 0 });
        this.#burst("smoke", moment, { count: 4, speed: 60, turn: 0.7 });
        return;
      case "splash":
        this.#ring(moment);
        this.#burst("drop", moment, { count: 6, speed: 70 });
        return;
      case "hit":
        this.#ring(moment);
        this.#burst("splinter", moment, { count: 9, speed: 105 });
        return;
      case "wreck":
        for (const afterMs of [0, 130, 260]) this.#ring(moment, afterMs);
        this.#burst("splinter", moment, { count: 18, speed: 110 });
        this.#burst("smoke", moment, { count: 8, speed: 40 });
        this.#burst("plank", moment, { count: 7, speed: 22 });
        return;
      case "pearl":
        this.#burst("glitter", moment, { count: 7, speed: 75 });
        return;
      default:
        return;
    }
  }

  #ring(moment: Moment, afterMs = 0): void {
    this.#add("ring", moment, { x: 0, y: 0, afterMs });
  }

  /** Several of a kind, to all sides or, with a turn, about where a shot goes. */
  #burst(
    kind: TraceKind,
    moment: Moment,
    { count, speed, turn = Math.PI }: { count: number; speed: number; turn?: number },
  ): void {
    for (let at = 0; at < count; at++) {
      const angle = moment.course + (this.#random() * 2 - 1) * turn;
      const fast = speed * (0.5 + this.#random());
      this.#add(kind, moment, { x: Math.cos(angle) * fast, y: Math.sin(angle) * fast });
    }
  }

  #add(
    kind: TraceKind,
    { x, y, seat, course }: Moment,
    speed: Point & { readonly afterMs?: number },
  ): void {
    const bornMs = this.#nowMs + (speed.afterMs ?? 0);
    const [leastMs, moreMs] = LIVES[kind];
    const lifeMs = leastMs + moreMs * this.#random();
    const still = this.#isCalm;
    const spin = this.#random() * 2 * Math.PI;
    const [vx, vy] = still ? [0, 0] : [speed.x, speed.y];
    // All in one place would be one: what does not fly apart lies apart.
    const [dx, dy] = still ? [speed.x / 3, speed.y / 3] : [0, 0];
    const trace = { kind, x: x + dx, y: y + dy, bornMs, lifeMs, vx, vy, seat, course, spin, still };
    this.#traces.push(trace);
    if (this.#traces.length > TRACES_MAX) this.#traces.shift();
  }

  #keepWakes({ ships, pageMs }: Picture): void {
    const wakes = new Map<number, Wake>();
    for (const ship of ships) {
      const { points } = this.#wakes.get(ship.seat) ?? { points: [] };
      const newest = points.at(-1);
      const leapt = newest !== undefined && Math.hypot(newest.x - ship.x, newest.y - ship.y);
      if (leapt !== false && leapt > WAKE_LEAP) points.length = 0;
      if (newest === undefined || pageMs - newest.atMs >= WAKE_EVERY_MS) {
        const stern = {
          x: ship.x - Math.cos(ship.course) * 18,
          y: ship.y - Math.sin(ship.course) * 18,
        };
        points.push({ ...stern, atMs: pageMs });
      }
      while ((points[0]?.atMs ?? pageMs) < pageMs - WAKE_MS) points.shift();
      wakes.set(ship.seat, { points });
    }
    this.#wakes = wakes;
  }
}
