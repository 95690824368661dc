// Chart: the whole sea in a corner of the image, with every ship one can see.

import { KELP, ROCKS, SEA } from "../../../shared/games/arenaSea.ts";
import type { Brush } from "./drawSea.ts";
import { circle } from "./drawShips.ts";
import { shipColour } from "./palette.ts";
import type { Picture } from "./picture.ts";

const WIDTH_MAX = 168;
const MARGIN = 14;

/** On a low image what covers the lower edge is as wide as high, and there is room beside it. */
const LIFTS_MIN = 2.4;

/**
 * Draws in pixels of the page, into the lower left corner: above the `liftPx` that are covered there,
 * or beside them.
 */
export function drawChart(brush: Brush, picture: Picture, liftPx: number): void {
  const { context, camera, palette } = brush;
  const scale = Math.min(WIDTH_MAX, camera.width * 0.24) / SEA.width;
  const height = SEA.height * scale;
  context.save();
  const isBeside = camera.height < LIFTS_MIN * liftPx;
  const [asideBy, upBy] = isBeside ? [liftPx, 0] : [0, liftPx];
  context.translate(MARGIN + asideBy, camera.height - height - MARGIN - upBy);
  context.fillStyle = palette.chart;
  context.beginPath();
  context.roundRect(-4, -4, SEA.width * scale + 8, height + 8, 8);
  context.fill();
  context.scale(scale, scale);
  context.fillStyle = palette.bed;
  for (const bed of KELP) {
    circle(context, bed);
    context.fill();
  }
  context.fillStyle = palette.rock;
  for (const rock of ROCKS) {
    circle(context, rock);
    context.fill();
  }
  for (const { x, y, seat, isOwn } of picture.ships) {
    context.fillStyle = shipColour(seat, palette);
    circle(context, { x, y, radius: (isOwn ? 4.5 : 3.2) / scale });
    context.fill();
    if (!isOwn) continue;
    context.strokeStyle = palette.label;
    context.lineWidth = 1.4 / scale;
    context.stroke();
  }
  context.restore();
}
