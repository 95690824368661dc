// Ships: draws whatever floats and flies: ships with their wakes and names, shots, mines and pearls.

import { isShown } from "./camera.ts";
import type { Brush } from "./drawSea.ts";
import { shipColour, shipColourDeep } from "./palette.ts";
import type {
  Picture,
  PicturedMine,
  PicturedPearl,
  PicturedShip,
  PicturedShot,
} from "./picture.ts";

const MARGIN = 60;

export function drawPearls(brush: Brush, pearls: readonly PicturedPearl[]): void {
  const { context, camera, palette, swayMs } = brush;
  for (const { id, x, y } of pearls) {
    if (!isShown(camera, { x, y }, MARGIN)) continue;
    const bob = Math.sin(swayMs / 700 + id);
    context.fillStyle = palette.pearlGlow;
    circle(context, { x, y: y + bob, radius: 13 + bob });
    context.fill();
    context.fillStyle = palette.pearl;
    context.strokeStyle = palette.pearlEdge;
    context.lineWidth = 1.5;
    circle(context, { x, y: y + bob, radius: 6.5 });
    context.fill();
    context.stroke();
    context.fillStyle = "#ffffff";
    circle(context, { x: x - 2, y: y + bob - 2, radius: 1.8 });
    context.fill();
  }
}

const SPINES = 9;

export function drawMines(brush: Brush, mines: readonly PicturedMine[]): void {
  const { context, camera, palette, swayMs } = brush;
  for (const { id, x, y, isOwn } of mines) {
    if (!isShown(camera, { x, y }, MARGIN)) continue;
    context.globalAlpha = isOwn ? 0.6 : 1;
    context.strokeStyle = palette.mine;
    context.fillStyle = palette.mine;
    context.lineWidth = 2.5;
    context.beginPath();
    for (let spine = 0; spine < SPINES; spine++) {
      const angle = (spine * 2 * Math.PI) / SPINES + swayMs / 3_000 + id;
      context.moveTo(x + Math.cos(angle) * 7, y + Math.sin(angle) * 7);
      context.lineTo(x + Math.cos(angle) * 14, y + Math.sin(angle) * 14);
    }
    context.stroke();
    circle(context, { x, y, radius: 8 });
    context.fill();
    context.globalAlpha = 1;
  }
}

const TAIL = 17;

export function drawShots(brush: Brush, shots: readonly PicturedShot[]): void {
  const { context, palette } = brush;
  context.lineCap = "round";
  for (const { x, y, course, seat } of shots) {
    const tail = { x: x - Math.cos(course) * TAIL, y: y - Math.sin(course) * TAIL };
    context.strokeStyle = shipColour(seat, palette);
    context.lineWidth = 3.5;
    context.beginPath();
    context.moveTo(tail.x, tail.y);
    context.lineTo(x, y);
    context.stroke();
    context.fillStyle = palette.shot;
    circle(context, { x, y, radius: 3.6 });
    context.fill();
  }
}

export function drawShips(brush: Brush, ships: Picture["ships"]): void {
  const seen = ships.filter((ship) => isShown(brush.camera, ship, MARGIN));
  for (const ship of seen) drawShip(brush, ship);
}

/** A ship as seen from above, its bow to the east of its own axes. */
export function drawShip({ context, palette, swayMs }: Brush, ship: PicturedShip): void {
  context.save();
  context.translate(ship.x, ship.y);
  if (ship.isSafe) drawShield({ context, swayMs, colour: palette.foam });
  context.rotate(ship.course);
  context.globalAlpha = ship.isHidden ? 0.72 : ship.isAway ? 0.45 : 1;
  context.fillStyle = palette.shadow;
  context.save();
  context.translate(-2, 4);
  traceHull(context, 1.06);
  context.fill();
  context.restore();
  if (ship.isOwn) {
    traceHull(context, 1.2);
    context.fillStyle = palette.sail;
    context.fill();
  }
  traceHull(context, 1);
  context.fillStyle = shipColour(ship.seat, palette);
  context.fill();
  context.strokeStyle = shipColourDeep(ship.seat, palette);
  context.lineWidth = 2;
  context.stroke();
  traceHull(context, 0.56);
  context.fillStyle = shipColourDeep(ship.seat, palette);
  context.fill();
  drawSails({ context, palette }, ship);
  context.restore();
}

function traceHull(context: CanvasRenderingContext2D, size: number): void {
  context.beginPath();
  context.moveTo(24 * size, 0);
  context.bezierCurveTo(12 * size, 12 * size, -8 * size, 13 * size, -19 * size, 8 * size);
  context.quadraticCurveTo(-22 * size, 0, -19 * size, -8 * size);
  context.bezierCurveTo(-8 * size, -13 * size, 12 * size, -12 * size, 24 * size, 0);
  context.closePath();
}

function drawSails(
  { context, palette }: Pick<Brush, "context" | "palette">,
  ship: PicturedShip,
): void {
  // Whoever is away has less sail set.
  const belly = ship.isAway ? 1 : ship.isDashing ? 15 : 9;
  context.fillStyle = palette.sail;
  context.strokeStyle = shipColourDeep(ship.seat, palette);
  context.lineWidth = 1.2;
  for (const [mast, width] of [
    [-7, 12],
    [5, 15],
  ] as const) {
    context.beginPath();
    context.moveTo(mast, -width);
    context.quadraticCurveTo(mast + belly * 1.6, 0, mast, width);
    context.quadraticCurveTo(mast + belly * 0.7, 0, mast, -width);
    context.fill();
    context.stroke();
  }
}

function drawShield(brush: {
  readonly context: CanvasRenderingContext2D;
  readonly swayMs: number;
  readonly colour: string;
}): void {
  const { context, swayMs, colour } = brush;
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.setLineDash([7, 6]);
  context.lineDashOffset = swayMs / 40;
  circle(context, { x: 0, y: 0, radius: 31 });
  context.stroke();
  context.setLineDash([]);
}

/** Names and hulls, drawn last and upright so that they can be read. */
export function drawLabels(brush: Brush, ships: Picture["ships"]): void {
  const { context, camera, palette } = brush;
  const size = 13 / camera.scale;
  context.font = `600 ${size}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineJoin = "round";
  for (const ship of ships) {
    if (!isShown(camera, ship, MARGIN)) continue;
    const { x, y, hull, hullMax, isOwn } = ship;
    if (!isOwn) {
      context.strokeStyle = palette.labelEdge;
      context.lineWidth = 3 / camera.scale;
      context.strokeText(ship.label, x, y + 42);
      context.fillStyle = palette.label;
      context.fillText(ship.label, x, y + 42);
    }
    for (let plank = 0; plank < hullMax; plank++) {
      context.fillStyle = plank < hull ? palette.good : palette.gone;
      context.fillRect(x + (plank - hullMax / 2) * 8 + 1, y + 33, 6, 3.5);
    }
  }
}

export function circle(
  context: CanvasRenderingContext2D,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
): void {
  context.beginPath();
  context.arc(x, y, Math.max(0, radius), 0, 2 * Math.PI);
}
