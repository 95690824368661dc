// Picture: everything one image of the arena shows, as plain values. What is drawn, not how.

import type { Point } from "../../../shared/games/arenaSea.ts";
import type { Pose } from "./interpolation.ts";

export interface PicturedShip extends Pose {
  /** The seat; also picks its colours. */
  readonly seat: number;
  readonly label: string;
  readonly isOwn: boolean;
  readonly hull: number;
  readonly hullMax: number;
  readonly isHidden: boolean;
  readonly isAway: boolean;
  readonly isSafe: boolean;
  readonly isDashing: boolean;
}

export interface PicturedShot extends Pose {
  /** Undefined for a shot that the server has not told of yet. */
  readonly id: number | undefined;
  readonly seat: number;
  /** Room time at which it left. */
  readonly bornMs: number;
}

export interface PicturedMine extends Point {
  readonly id: number;
  readonly isOwn: boolean;
}

export interface PicturedPearl extends Point {
  readonly id: number;
}

export interface Picture {
  /** Page time in ms, for whatever sways and glitters. */
  readonly pageMs: number;
  /** What the image is centred on. */
  readonly centre: Point;
  readonly ships: readonly PicturedShip[];
  /** Seats of ships that lie at the bottom now. */
  readonly sunk: readonly number[];
  readonly shots: readonly PicturedShot[];
  readonly mines: readonly PicturedMine[];
  readonly pearls: readonly PicturedPearl[];
  /** The round is over, and the next has not begun. */
  readonly isFinished: boolean;
}
