// Refusal: the message that something was not accepted, why, and what to do next. The connection lives.

import type { Game } from "../../shared/game.ts";
import type { RefusalMessage } from "../../shared/protocol.ts";
import { REASONS, type Reason } from "../../shared/reasons.ts";
import type { GateParts } from "./ports.ts";

/**
 * Why a page of another shape has no part in a room of that game: it is of an older build, or the room
 * still is and comes over when the last node of that build has gone.
 */
export function misfitOf(
  game: Game,
  { rooms }: Pick<GateParts, "rooms">,
): "room-stopped" | "wrong-version" {
  return rooms.isOlder?.(game) === true ? "room-stopped" : "wrong-version";
}

/** What a refusal is about. */
export type About = Omit<RefusalMessage, "reason" | "next">;

export function refusalOf(reason: Reason, about: About = {}): RefusalMessage {
  return { reason, next: REASONS[reason].next, ...about };
}
