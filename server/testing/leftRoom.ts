// Left room: a room at a table whose host is gone, and how the next host, of the same build or a newer
// one, makes it from what was logged. It hosts nothing.

import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { RoomCore } from "../room/core.ts";
import { loadRoom, newRoom } from "../room/loading.ts";
import type { MemoryLog } from "./memoryLog.ts";
import type { Saves } from "./saves.ts";
import type { VirtualClock } from "./virtualClock.ts";

export interface LeftRoom {
  readonly id: RoomId;
  readonly clock: VirtualClock;
  readonly log: MemoryLog;
  readonly saves: Saves;
  /** Hosts it has had. */
  readonly hosts: number;
}

interface FirstParts {
  readonly id: RoomId;
  readonly game: Game;
  readonly seed: number;
  readonly left: LeftRoom | undefined;
}

/** What a table begins with: a new room, or one that an older build's table has left. */
export function firstCore({ id, game, seed, left }: FirstParts): RoomCore {
  if (left !== undefined) return takenOver(id, game, left.log);
  return newRoom({ id, game, code: "kelp", open: "listed", seed });
}

/** The room as that build of its game has it. Throws what its migration throws, or why there is none. */
export function takenOver(id: RoomId, game: Game, log: MemoryLog): RoomCore {
  const loaded = loadRoom(id, new Map([[game.name, game]]), log.stored);
  if (loaded.kind === "loaded") return loaded.core;
  if (loaded.kind === "damaged") throw new Error(`the room does not load: ${loaded.why}`);
  if (loaded.cause !== undefined) throw loaded.cause;
  const older = `${loaded.game} version ${loaded.gameVersion}`;
  const needs = "needs a migration from that version, as it was declared then";
  throw new TypeError(`the room is of ${older}: ${game.name} version ${game.version} ${needs}`);
}
