// Refusal: the message that something was not accepted, why, and what to do next. The connection lives.

import type { RefusalMessage } from "../../shared/protocol.ts";
import { REASONS, type Reason } from "../../shared/reasons.ts";

/** What a refusal is about. */
export type About = Omit<RefusalMessage, "reason" | "next">;

export function refusalOf(reason: Reason, about: About = {}): RefusalMessage {
  return { reason, next: REASONS[reason].next, ...about };
}
