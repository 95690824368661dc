// Traces: what moments leave behind on the water: wakes, splinters, rings and glitter. Found by
// comparing pictures, gone within a second or two; nothing depends on them.

import type { Point } from "../../../shared/games/arenaSea.ts";
import { seededRandom } from "../../../shared/random.ts";
import { type Camera, isShown } from "./camera.ts";
import type { Brush } from "./drawSea.ts";
import { circle } from "./drawShips.ts";
import { shipColour } from "./palette.ts";
import type { Picture, PicturedShip } from "./picture.ts";

interface Trace extends Point {
  readonly kind: "ring" | "splinter" | "glitter";
  readonly bornMs: number;
  readonly lifeMs: number;
  readonly vx: number;
  readonly vy: number;
  readonly seat: number;
}

interface Wake {
  readonly points: { readonly x: number; readonly y: number; readonly atMs: number }[];
}

const TRACES_MAX = 220;
const WAKE_MS = 900;
const WAKE_EVERY_MS = 45;
/** A wake does not join two places a ship was put at. */
const WAKE_LEAP = 90;
const GATHER_REACH = 60;

export class Traces {
  #traces: Trace[] = [];
  #wakes = new Map<number, Wake>();
  #before: Picture | undefined;
  readonly #random = seededRandom(23);

  /** Notes what has happened since the picture before. */
  observe(picture: Picture): void {
    const before = this.#before;
    this.#before = picture;
    this.#traces = this.#traces.filter(({ bornMs, lifeMs }) => picture.pageMs < bornMs + lifeMs);
    this.#keepWakes(picture);
    // After a silence everything is different; that is not news of this moment.
    if (before === undefined || picture.pageMs - before.pageMs > 300) return;
    const ships = new Map(picture.ships.map((ship) => [ship.seat, ship]));
    for (const ship of before.ships) this.#compare(ship, ships.get(ship.seat), picture.pageMs);
    this.#compareShots(before, picture);
    const pearls = new Set(picture.pearls.map(({ id }) => id));
    for (const pearl of before.pearls) {
      const isTaken = picture.ships.some((ship) => distance(ship, pearl) < GATHER_REACH);
      if (!pearls.has(pearl.id) && isTaken) this.#burst("glitter", pearl, { count: 7, seat: 0 });
    }
  }

  drawWakes({ context, camera, palette }: Brush): void {
    const nowMs = this.#before?.pageMs ?? 0;
    context.strokeStyle = palette.foam;
    // Round ends would lie over each other and show as beads.
    context.lineCap = "butt";
    for (const { points } of this.#wakes.values()) {
      for (const [at, point] of points.entries()) {
        const next = points[at + 1];
        if (next === undefined || !isShown(camera, point, 40)) continue;
        const age = (nowMs - point.atMs) / WAKE_MS;
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

  draw({ context, camera, palette }: Brush): void {
    const nowMs = this.#before?.pageMs ?? 0;
    for (const trace of this.#traces) {
      const age = (nowMs - trace.bornMs) / trace.lifeMs;
      const seconds = (nowMs - trace.bornMs) / 1000;
      const at = { x: trace.x + trace.vx * seconds, y: trace.y + trace.vy * seconds };
      if (!isNearView(camera, at)) continue;
      context.globalAlpha = Math.max(0, 1 - age);
      if (trace.kind === "ring") {
        context.strokeStyle = palette.foam;
        context.lineWidth = 3;
        circle(context, { ...at, radius: 4 + age * 34 });
        context.stroke();
      } else {
        const isGlitter = trace.kind === "glitter";
        context.fillStyle = isGlitter ? palette.pearlEdge : shipColour(trace.seat, palette);
        circle(context, { ...at, radius: isGlitter ? 2.6 : 3.4 * (1 - age / 2) });
        context.fill();
      }
    }
    context.globalAlpha = 1;
  }

  #compare(before: PicturedShip, now: PicturedShip | undefined, pageMs: number): void {
    // Out of sight is not sunk: only a ship without hull leaves wreckage.
    const isSunk = now === undefined && before.hull <= 2 && !before.isHidden;
    if (isSunk) {
      this.#burst("splinter", before, { count: 22, seat: before.seat });
      for (let ring = 0; ring < 3; ring++) this.#ring(before, pageMs + ring * 130);
    } else if (now !== undefined && now.hull < before.hull) {
      this.#burst("splinter", now, { count: 9, seat: now.seat });
      this.#ring(now, pageMs);
    }
  }

  #compareShots(before: Picture, now: Picture): void {
    const flying = new Set(now.shots.map(({ id }) => id));
    for (const shot of before.shots) {
      if (shot.id !== undefined && !flying.has(shot.id)) this.#ring(shot, now.pageMs);
    }
  }

  #ring({ x, y }: Point, bornMs: number): void {
    this.#add({ kind: "ring", x, y, bornMs, lifeMs: 620, vx: 0, vy: 0, seat: 0 });
  }

  #burst(
    kind: "splinter" | "glitter",
    { x, y }: Point,
    { count, seat }: { readonly count: number; readonly seat: number },
  ): void {
    for (let at = 0; at < count; at++) {
      const angle = this.#random() * 2 * Math.PI;
      const speed = (kind === "glitter" ? 30 : 60) + this.#random() * 90;
      const lifeMs = 420 + this.#random() * 420;
      const vx = Math.cos(angle) * speed;
      const vy = Math.sin(angle) * speed;
      this.#add({ kind, x, y, bornMs: this.#before?.pageMs ?? 0, lifeMs, vx, vy, seat });
    }
  }

  #add(trace: Trace): void {
    this.#traces.push(trace);
    if (this.#traces.length > TRACES_MAX) this.#traces.shift();
  }

  #keepWakes({ ships, pageMs }: Picture): void {
    const wakes = new Map<number, Wake>();
    for (const ship of ships) {
      const { points } = this.#wakes.get(ship.seat) ?? { points: [] };
      const newest = points.at(-1);
      if (newest !== undefined && distance(newest, ship) > WAKE_LEAP) points.length = 0;
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

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function isNearView(camera: Camera, at: Point): boolean {
  return isShown(camera, at, 60);
}
