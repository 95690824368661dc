// Keeping: how long a room is kept that nobody comes to, and what is said of it when it is no more. It
// knows one room and its time; it removes nothing.

import type { RoomCore } from "./core.ts";

const DAY_MS = 86_400_000;
/** A room that nobody comes to is kept for so long, or for the grace of its longest seat. */
const PARKED_KEPT_MS = 30 * DAY_MS;
/** As long as a guest can come back who was there when the room was parked. */
export const REMOVED_TOLD_MS = 60 * DAY_MS;
/** Nobody who looks for a game that is over looks longer. */
const ENDED_TOLD_MS = DAY_MS;

/** How a room ends that nobody came back to. */
export const FORSAKEN = "forsaken";

/** How long a room may be parked, in ms: no seat is given up before its grace would be over. */
export function keptMsOf({ own, time }: RoomCore): number {
  const graces = [...own.$seats].map(({ untilMs = 0 }) => untilMs - time.nowMs);
  return Math.max(PARKED_KEPT_MS, ...graces);
}

/** What whoever comes back to a room that is over learns, also when it is there no more, and for how long. */
export function removalOf({ own }: RoomCore): {
  readonly why: "room-ended" | "room-removed";
  readonly lifeMs: number;
} {
  return own.$room.ending === FORSAKEN
    ? { why: "room-removed", lifeMs: REMOVED_TOLD_MS }
    : { why: "room-ended", lifeMs: ENDED_TOLD_MS };
}
