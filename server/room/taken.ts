// Taken: rooms of this node that another one has claimed meanwhile, and letting go of them. It looks at
// logs' tops; it writes nothing.

import { StoreAway } from "../store/store.ts";
import type { Host, HostParts } from "./host.ts";
import type { HostedRoom } from "./hosted.ts";

interface TakenParts extends Pick<HostParts, "store" | "log"> {
  readonly host: Pick<Host, "rooms" | "get" | "drop">;
}

/** Rooms that are looked at together: those that play come between them. */
const LOOKED_AT_AT_ONCE = 20;

/**
 * Lets go of rooms that another node has claimed: one in which nothing happens would never be told by
 * its log. Who does not answer now is asked another time.
 */
export async function dropTaken(parts: TakenParts): Promise<void> {
  const rooms = [...parts.host.rooms];
  for (let at = 0; at < rooms.length; at += LOOKED_AT_AT_ONCE) {
    const some = rooms.slice(at, at + LOOKED_AT_AT_ONCE);
    await Promise.all(some.map((hosted) => dropIfTaken(hosted, parts)));
  }
}

async function dropIfTaken(hosted: HostedRoom, { store, log, host }: TakenParts): Promise<void> {
  const { id: room } = hosted;
  try {
    const top = await store.logTop(room);
    // What is on its way to the log finds out by itself.
    if (host.get(room) !== hosted || hosted.phase.kind !== "idle") return;
    if (top !== undefined && top.epoch > hosted.epoch) host.drop(room, "room-moved");
  } catch (cause) {
    if (!(cause instanceof StoreAway)) log.fault("room-log-unreadable", { room, cause });
  }
}
