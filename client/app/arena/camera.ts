// Camera: which part of the sea an image shows, and where on it a place of the sea is.

import { type Point, SEA } from "../../../shared/games/arenaSea.ts";

export interface Camera {
  /** Size of the image in pixels of the page. */
  readonly width: number;
  readonly height: number;
  /** Pixels a unit of the sea. */
  readonly scale: number;
  /** Place of the sea in the image's upper left corner. */
  readonly left: number;
  readonly top: number;
}

/** Units of the sea that should fit into an image of middle size, each way. */
const SPAN = 900;
const SCALE_MIN = 0.5;
const SCALE_MAX = 1.25;
/** How much of the shore is shown beyond the sea's edge. */
const SHORE = 60;

export interface Screen {
  readonly width: number;
  readonly height: number;
}

export function cameraOn(centre: Point, { width, height }: Screen): Camera {
  const scale = Math.max(SCALE_MIN, Math.min(SCALE_MAX, Math.sqrt(width * height) / SPAN));
  return {
    width,
    height,
    scale,
    left: corner(centre.x, width / scale, SEA.width),
    top: corner(centre.y, height / scale, SEA.height),
  };
}

/** Keeps the image over the sea; where it shows all of it, in the middle. */
function corner(centre: number, shown: number, sea: number): number {
  const most = sea + SHORE - shown;
  if (most < -SHORE) return (sea - shown) / 2;
  return Math.max(-SHORE, Math.min(most, centre - shown / 2));
}

export function isShown(camera: Camera, { x, y }: Point, radius: number): boolean {
  const { left, top, width, height, scale } = camera;
  return (
    x + radius > left &&
    y + radius > top &&
    x - radius < left + width / scale &&
    y - radius < top + height / scale
  );
}

/** Where on the image a place is, in pixels. */
export function onScreen(camera: Camera, { x, y }: Point): Point {
  return { x: (x - camera.left) * camera.scale, y: (y - camera.top) * camera.scale };
}
