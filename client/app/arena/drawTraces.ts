// Trace drawing: how one trace on the water looks at its age. It keeps none and makes none.

import type { Point } from "../../../shared/games/arenaSea.ts";
import type { Brush } from "./drawSea.ts";
import { circle } from "./drawShips.ts";
import { shipColour, shipColourDeep } from "./palette.ts";

export type TraceKind = "ring" | "flash" | "smoke" | "drop" | "splinter" | "glitter" | "plank";

export interface Trace extends Point {
  readonly kind: TraceKind;
  readonly bornMs: number;
  readonly lifeMs: number;
  /** Units a second. */
  readonly vx: number;
  readonly vy: number;
  readonly seat: number;
  /** Where a shot goes, and how a plank lies, in radians. */
  readonly course: number;
  readonly spin: number;
  /** It fades where it is: nothing of it moves or grows. */
  readonly still: boolean;
}

export function drawTrace(brush: Brush, trace: Trace, nowMs: number): void {
  const { context } = brush;
  const age = (nowMs - trace.bornMs) / trace.lifeMs;
  const grown = trace.still ? 0.5 : age;
  // Water slows it down: it comes nearly to rest within its life.
  const flown = ((nowMs - trace.bornMs) / 1000) * (1 - age / 2);
  const at = { x: trace.x + trace.vx * flown, y: trace.y + trace.vy * flown };
  context.globalAlpha = Math.max(0, 1 - age);
  SHAPES[trace.kind](brush, { ...trace, ...at }, grown);
}

type Shape = (brush: Brush, trace: Trace, grown: number) => void;

const SHAPES: Readonly<Record<TraceKind, Shape>> = {
  ring({ context, palette }, trace, grown) {
    context.strokeStyle = palette.foam;
    context.lineWidth = 3;
    circle(context, { x: trace.x, y: trace.y, radius: 4 + grown * 34 });
    context.stroke();
  },
  flash({ context, palette }, { x, y, course }, grown) {
    context.save();
    context.translate(x, y);
    context.rotate(course);
    context.fillStyle = palette.flash;
    context.beginPath();
    context.moveTo(-6, -5);
    context.quadraticCurveTo(14, -7 + grown * 4, 26 - grown * 10, 0);
    context.quadraticCurveTo(14, 7 - grown * 4, -6, 5);
    context.closePath();
    context.fill();
    context.restore();
  },
  smoke({ context, palette }, { x, y }, grown) {
    context.globalAlpha *= 0.5;
    context.fillStyle = palette.smoke;
    circle(context, { x, y, radius: 4 + grown * 9 });
    context.fill();
  },
  drop({ context, palette }, { x, y }) {
    context.fillStyle = palette.foam;
    circle(context, { x, y, radius: 2.2 });
    context.fill();
  },
  splinter({ context, palette }, { x, y, seat }, grown) {
    context.fillStyle = shipColour(seat, palette);
    circle(context, { x, y, radius: 3.4 * (1 - grown / 2) });
    context.fill();
  },
  glitter({ context, palette }, { x, y }) {
    context.fillStyle = palette.pearlEdge;
    circle(context, { x, y, radius: 2.6 });
    context.fill();
  },
  plank({ context, palette }, { x, y, seat, spin }) {
    context.save();
    context.translate(x, y);
    context.rotate(spin);
    context.fillStyle = shipColourDeep(seat, palette);
    context.fillRect(-8, -2, 10 + (spin % 1) * 8, 4);
    context.restore();
  },
};
