// Running: what serves players once it is put together: opened to them last, and let go of in the
// reverse order. It makes none of its parts.

import { systemClock } from "../shared/clock.ts";
import { type Door, type DoorParts, openDoor } from "./door.ts";
import type { Gate } from "./gate/gate.ts";
import type { Log } from "./log.ts";
import { moveConnections } from "./node/drain.ts";
import type { Node } from "./node/node.ts";
import type { People } from "./session/people.ts";
import { outlast } from "./store/patience.ts";
import type { Store } from "./store/store.ts";

/** What stands behind the door, in the order it was made. */
export interface Behind {
  readonly people: People;
  readonly among: Node;
  readonly gate: Gate;
}

export interface Running extends Behind {
  readonly log: Log;
  readonly store: Store;
  readonly door: Door;
  readonly readiness: { serving: boolean };
}

/** Players come back spread over this time, so that the next process is not met by all at once. */
const DRAIN_SPREAD_MS = 500;

/** Takes rooms over, then players. Rejects, and lets go of what has begun, if one of both cannot be had. */
export async function openToPlayers(behind: Behind, parts: DoorParts): Promise<Door> {
  try {
    await outlast(() => behind.among.start(), parts);
    return await openDoor(parts);
  } catch (cause) {
    await letGo(behind);
    throw cause;
  }
}

/** New players find the door closed, those inside are told when to come back, then all is written. */
export async function stopRunning(running: Running): Promise<void> {
  const { log, gate, door, among, store } = running;
  running.readiness.serving = false;
  door.close();
  if (!door.allEnd && (await among.drain())) await moveConnections(gate, systemClock);
  await letGo(running, door);
  await store.close();
  log.note("stopped");
  log.flush();
}

/** Who comes with a request is answered by all that stands behind the door: it goes first. */
async function letGo({ gate, among, people }: Behind, door?: Door): Promise<void> {
  await gate.close("server-draining", DRAIN_SPREAD_MS);
  await door?.stop();
  await among.stop();
  await people.stop();
}
