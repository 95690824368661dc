// Sea: draws water, shore, rocks and kelp. All of it is the same each time: it sways, but no place of
// it is drawn by chance.

import { type Circle, KELP, ROCKS, SEA } from "../../../shared/games/arenaSea.ts";
import { seededRandom } from "../../../shared/random.ts";
import { type Camera, isShown } from "./camera.ts";
import type { Palette } from "./palette.ts";

/** What one image is drawn with. */
export interface Brush {
  readonly context: CanvasRenderingContext2D;
  readonly camera: Camera;
  readonly palette: Palette;
  /** Page time in ms; stands still for people who want no motion. */
  readonly swayMs: number;
}

const GLINT_TILE = 420;
const GLINTS = 26;

interface Glint {
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly phase: number;
}

const glints: readonly Glint[] = seeded(7, GLINTS, (random) => ({
  x: random() * GLINT_TILE,
  y: random() * GLINT_TILE,
  length: 8 + random() * 22,
  phase: random() * 2 * Math.PI,
}));

function seeded<T>(seed: number, count: number, make: (random: () => number) => T): readonly T[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => make(random));
}

export function drawWater({ context, camera, palette, swayMs }: Brush): void {
  const { left, top, width, height, scale } = camera;
  context.fillStyle = palette.shore;
  context.fillRect(left, top, width / scale, height / scale);
  const water = context.createRadialGradient(
    SEA.width / 2,
    SEA.height / 2,
    200,
    SEA.width / 2,
    SEA.height / 2,
    SEA.width * 0.62,
  );
  water.addColorStop(0, palette.water);
  water.addColorStop(1, palette.waterDeep);
  context.fillStyle = water;
  context.fillRect(0, 0, SEA.width, SEA.height);
  context.strokeStyle = palette.foam;
  context.lineWidth = 6;
  context.strokeRect(-3, -3, SEA.width + 6, SEA.height + 6);
  drawGlints({ context, camera, palette, swayMs });
}

function drawGlints({ context, camera, palette, swayMs }: Brush): void {
  const { left, top, width, height, scale } = camera;
  const right = Math.min(SEA.width, left + width / scale);
  const bottom = Math.min(SEA.height, top + height / scale);
  context.strokeStyle = palette.glint;
  context.lineWidth = 2;
  context.lineCap = "round";
  context.beginPath();
  for (
    let tileX = Math.floor(Math.max(0, left) / GLINT_TILE);
    tileX * GLINT_TILE < right;
    tileX++
  ) {
    for (
      let tileY = Math.floor(Math.max(0, top) / GLINT_TILE);
      tileY * GLINT_TILE < bottom;
      tileY++
    ) {
      for (const { x, y, length, phase } of glints) {
        const sway = Math.sin(swayMs / 1_900 + phase + tileX);
        const atX = tileX * GLINT_TILE + x + sway * 7;
        const atY = tileY * GLINT_TILE + y + Math.cos(swayMs / 2_600 + phase) * 4;
        if (atX + length > SEA.width || atY > SEA.height) continue;
        context.moveTo(atX, atY);
        context.quadraticCurveTo(atX + length / 2, atY - 4 - 2 * sway, atX + length, atY);
      }
    }
  }
  context.stroke();
}

const ROCK_CORNERS = 13;

const rockShapes = ROCKS.map((rock, at) => ({
  rock,
  corners: seeded(100 + at, ROCK_CORNERS, (random) => 0.86 + random() * 0.17),
}));

export function drawRocks({ context, camera, palette, swayMs }: Brush): void {
  for (const { rock, corners } of rockShapes) {
    if (!isShown(camera, rock, rock.radius * 1.3)) continue;
    traceRound(
      context,
      rock,
      corners.map((part) => part * 1.12),
    );
    context.strokeStyle = palette.foam;
    context.lineWidth = 3;
    context.setLineDash([18, 9]);
    context.lineDashOffset = Math.sin(swayMs / 1_400 + rock.x) * 8;
    context.stroke();
    context.setLineDash([]);
    traceRound(context, rock, corners);
    context.fillStyle = palette.rock;
    context.fill();
    const top = {
      x: rock.x - rock.radius * 0.1,
      y: rock.y - rock.radius * 0.13,
      radius: rock.radius * 0.68,
    };
    traceRound(context, top, corners);
    context.fillStyle = palette.rockTop;
    context.fill();
  }
}

/** A closed round shape through points at parts of the radius. */
function traceRound(
  context: CanvasRenderingContext2D,
  round: Circle,
  corners: readonly number[],
): void {
  const at = (corner: number) => {
    const part = corners[(corner + corners.length) % corners.length] ?? 1;
    const angle = (corner * 2 * Math.PI) / corners.length;
    const reach = round.radius * part;
    return { x: round.x + Math.cos(angle) * reach, y: round.y + Math.sin(angle) * reach };
  };
  context.beginPath();
  for (let corner = 0; corner <= corners.length; corner++) {
    const here = at(corner);
    const next = at(corner + 1);
    const middle = { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
    if (corner === 0) context.moveTo(middle.x, middle.y);
    else context.quadraticCurveTo(here.x, here.y, middle.x, middle.y);
  }
  context.closePath();
}

interface Plant {
  readonly x: number;
  readonly y: number;
  readonly reach: number;
  readonly turn: number;
  readonly tone: number;
}

const FROND_COUNT = 6;
/** Turn from one plant of a bed to the next: they fill it evenly, like seeds of a sunflower. */
const PLANT_TURN = 2.399_963;

const beds = KELP.map((bed, at) => {
  const count = Math.round((bed.radius * bed.radius) / 330);
  let plant = 0;
  return {
    bed,
    edge: seeded(500 + at, ROCK_CORNERS, (random) => 0.94 + random() * 0.16),
    plants: seeded(300 + at, count, (random): Plant => {
      plant += 1;
      const distance = Math.sqrt(plant / count) * (bed.radius - 12);
      const angle = plant * PLANT_TURN + at;
      return {
        x: bed.x + Math.cos(angle) * distance + (random() - 0.5) * 16,
        y: bed.y + Math.sin(angle) * distance + (random() - 0.5) * 16,
        reach: 17 + random() * 17,
        turn: random() * 2 * Math.PI,
        tone: Math.floor(random() * 4),
      };
    }),
  };
});

/** The shade of the beds, under the ships. */
export function drawBeds({ context, camera, palette }: Brush): void {
  context.fillStyle = palette.bed;
  for (const { bed, edge } of beds) {
    if (!isShown(camera, bed, bed.radius * 1.2)) continue;
    for (const part of [1.08, 0.9]) {
      traceRound(
        context,
        bed,
        edge.map((each) => each * part),
      );
      context.fill();
    }
  }
}

/** The fronds, over the ships. */
export function drawFronds({ context, camera, palette, swayMs }: Brush): void {
  context.lineCap = "round";
  for (const { bed, plants } of beds) {
    if (!isShown(camera, bed, bed.radius + 40)) continue;
    for (const [tone, colour] of palette.fronds.entries()) {
      context.beginPath();
      for (const plant of plants) if (plant.tone === tone) tracePlant(context, plant, swayMs);
      context.strokeStyle = colour;
      context.lineWidth = 5;
      context.stroke();
    }
  }
}

function tracePlant(context: CanvasRenderingContext2D, plant: Plant, swayMs: number): void {
  const { x, y, reach, turn } = plant;
  for (let frond = 0; frond < FROND_COUNT; frond++) {
    const sway = Math.sin(swayMs / 1_300 + turn * 3 + frond) * 0.16;
    const angle = turn + (frond * 2 * Math.PI) / FROND_COUNT + sway;
    const length = reach * (frond % 2 === 0 ? 1 : 0.72);
    context.moveTo(x, y);
    context.quadraticCurveTo(
      x + Math.cos(angle) * length * 0.6,
      y + Math.sin(angle) * length * 0.6,
      x + Math.cos(angle + 0.5) * length,
      y + Math.sin(angle + 0.5) * length,
    );
  }
}
