// Taken: rooms of this node that another one has claimed meanwhile, and letting go of them. It looks at
// logs' tops; it writes nothing.

import { StoreAway } from "../store/store.ts";
import type { AppendingParts } from "./appending.ts";
import type { HostedRoom } from "./hosted.ts";

type TakenParts = Pick<AppendingParts, "store" | "log" | "hosted" | "hosts" | "lost">;

/** Rooms that are looked at together: those that play come between them. */
const LOOKED_AT_AT_ONCE = 20;

/**
 * Lets go of rooms that another node has claimed: one in which nothing happens would never be told by
 * its log. Who does not answer now is asked another time.
 */
export async function dropTaken(parts: TakenParts): Promise<void> {
  const rooms = [...parts.hosted()];
  for (let at = 0; at < rooms.length; at += LOOKED_AT_AT_ONCE) {
    const some = rooms.slice(at, at + LOOKED_AT_AT_ONCE);
    await Promise.all(some.map((hosted) => dropIfTaken(hosted, parts)));
  }
}

async function dropIfTaken(hosted: HostedRoom, parts: TakenParts): Promise<void> {
  try {
    const top = await parts.store.logTop(hosted.id);
    // What is on its way to the log finds out by itself.
    if (!parts.hosts(hosted) || hosted.phase.kind !== "idle") return;
    if (top !== undefined && top.epoch > hosted.epoch) parts.lost(hosted, "room-moved");
  } catch (cause) {
    if (!(cause instanceof StoreAway))
      parts.log.fault("room-log-unreadable", { room: hosted.id, cause });
  }
}
