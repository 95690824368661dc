// The sea of the arena: its size, its rocks and its kelp beds. It never changes while people play,
// so it is no part of a room's state and is never sent.

/** Units; a ship is about 40 long. Whole squares of 64, so that a place fits into four bytes. */
export const SEA = { width: 2560, height: 1664 } as const;

export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Ships and shots do not pass. */
export const ROCKS: readonly Circle[] = [
  { x: 1280, y: 832, radius: 92 },
  { x: 1372, y: 914, radius: 54 },
  { x: 590, y: 420, radius: 66 },
  { x: 1990, y: 1240, radius: 70 },
  { x: 1930, y: 390, radius: 58 },
  { x: 470, y: 1290, radius: 62 },
  { x: 860, y: 1060, radius: 40 },
  { x: 1700, y: 640, radius: 42 },
  { x: 1210, y: 190, radius: 48 },
  { x: 1350, y: 1490, radius: 50 },
];

/** Ships in here are hidden from those who are not close, and sail slower. */
export const KELP: readonly Circle[] = [
  { x: 300, y: 800, radius: 150 },
  { x: 395, y: 905, radius: 110 },
  { x: 2260, y: 850, radius: 155 },
  { x: 2170, y: 745, radius: 110 },
  { x: 960, y: 600, radius: 120 },
  { x: 1600, y: 1090, radius: 125 },
  { x: 850, y: 250, radius: 115 },
  { x: 1700, y: 1420, radius: 120 },
  { x: 1560, y: 300, radius: 105 },
  { x: 980, y: 1390, radius: 110 },
];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function isNear(one: Point, other: Point, distance: number): boolean {
  const dx = one.x - other.x;
  const dy = one.y - other.y;
  return dx * dx + dy * dy < distance * distance;
}

export function isInside(circles: readonly Circle[], point: Point): boolean {
  for (const circle of circles) if (isNear(circle, point, circle.radius)) return true;
  return false;
}

export function squaredBetween(one: Point, other: Point): number {
  return (one.x - other.x) ** 2 + (one.y - other.y) ** 2;
}

/** Distance of a point from a straight way. */
export function distanceToWay(point: Point, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length;
  const at = Math.max(0, Math.min(1, along));
  return Math.sqrt(squaredBetween(point, { x: from.x + dx * at, y: from.y + dy * at }));
}
