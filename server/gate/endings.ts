// Endings: what is written down of a connection that is over or was never let in. It ends nothing
// itself.

import type { ConnectionId, SessionId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import { coarseAddress } from "../http/address.ts";
import type { AuditEvent } from "../identity/audit.ts";
import type { Ending } from "./connectionState.ts";
import type { GateParts } from "./ports.ts";

/** Ends that say something about the sender, and what the audit calls them; the others are everyday. */
const SUSPICIOUS: ReadonlyMap<Reason, AuditEvent> = new Map<Reason, AuditEvent>([
  ["handshake-invalid", "input_validation_fail"],
  ["packet-invalid", "input_validation_fail"],
  ["packet-too-large", "input_validation_fail"],
  ["too-many-packets", "excess_rate_limit_exceeded"],
  ["reader-too-slow", "excess_rate_limit_exceeded"],
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
  { log, metrics, audit }: Pick<GateParts, "log" | "metrics" | "audit">,
): void {
  metrics.closings.add(reason);
  const fields = { ...ended, address: coarseAddress(ended.address), reason, cause: why };
  const event = SUSPICIOUS.get(reason);
  if (event === undefined) return log.note("connection-closed", fields);
  log.warn("connection-closed", fields);
  const { session, address } = ended;
  audit?.noteSparingly(event, { session, address, why: reason });
}
