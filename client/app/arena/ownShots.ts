// Own shots: the flash of a shot the moment its trigger is pulled, until the server tells of the shot
// itself. It foresees by the rules' own numbers and forgets what did not come true.

import { muzzleOf } from "../../../shared/games/arenaFight.ts";
import { headingOf, TICK_MS } from "../../../shared/games/arenaMotion.ts";
import { RELOAD_MS } from "../../../shared/games/arenaRecords.ts";
import type { Pose } from "./interpolation.ts";

export interface Shot {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly bornMs: number;
}

/** What the guns are known to be. */
export interface Guns {
  readonly level: number;
  readonly charges: number;
}

/** A foreseen shot and a told one this close in time are the same. */
const SAME_MS = 130;
/** Longer than this a shot that is not told of was none. */
const BELIEVED_MS = 450;

export class OwnShots {
  #foreseen: Shot[] = [];
  #loadedMs = 0;

  /** The trigger is held at a room time that runs ahead; the shot leaves with the tick that follows. */
  pull(atMs: number, pose: Pose, guns: Guns): void {
    const bornMs = Math.ceil(atMs / TICK_MS) * TICK_MS;
    if (bornMs < this.#loadedMs || guns.charges <= this.#foreseen.length) return;
    const muzzle = muzzleOf(pose);
    if (muzzle === undefined) return;
    this.#loadedMs = bornMs + reloadMs(guns);
    this.#foreseen.push({ ...muzzle, heading: headingOf(pose.course), bornMs });
  }

  /** Foreseen shots that are still to be told of. Told ones set the guns' time right. */
  waiting(told: readonly Shot[], nowMs: number, guns: Guns): readonly Shot[] {
    for (const { bornMs } of told) {
      const loadedMs = bornMs + reloadMs(guns);
      // Another shot cannot have left since; one that is foreseen may.
      if (loadedMs > this.#loadedMs) this.#loadedMs = loadedMs;
    }
    this.#foreseen = this.#foreseen.filter(
      (shot) =>
        nowMs - shot.bornMs < BELIEVED_MS &&
        !told.some(({ bornMs }) => isSameShot(bornMs, shot.bornMs)),
    );
    return this.#foreseen;
  }
}

/** Whether one ship's shots of two room times are one, foreseen and told. */
export function isSameShot(oneMs: number, otherMs: number): boolean {
  return Math.abs(oneMs - otherMs) < SAME_MS;
}

function reloadMs({ level }: Guns): number {
  return RELOAD_MS[level] ?? RELOAD_MS[0];
}
