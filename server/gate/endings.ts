// Endings: what is written down of a connection that is over or was never let in. It ends nothing
// itself.

import type { ConnectionId, SessionId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import { coarseAddress } from "../http/address.ts";
import type { Ending } from "./connectionState.ts";
import type { GateParts } from "./ports.ts";

/** Ends that say something about the sender; the others are everyday. */
const SUSPICIOUS: ReadonlySet<Reason> = new Set<Reason>([
  "handshake-invalid",
  "packet-invalid",
  "packet-too-large",
  "too-many-packets",
  "reader-too-slow",
]);

export interface Ended {
  readonly connection: ConnectionId;
  /** Undefined for somebody who was never let in. */
  readonly session: SessionId | undefined;
  readonly address: string;
}

export function noteEnding(
  ended: Ended,
  { reason, why }: Ending,
  { log, metrics }: Pick<GateParts, "log" | "metrics">,
): void {
  metrics.closings.add(reason);
  const fields = { ...ended, address: coarseAddress(ended.address), reason, cause: why };
  if (SUSPICIOUS.has(reason)) log.warn("connection-closed", fields);
  else log.note("connection-closed", fields);
}
