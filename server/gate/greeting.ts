// Greeting: how a socket's CONNECT becomes an admitted connection: its handshake is read, somebody
// vouches for it, it is welcomed, and its seats are taken up again in the same flight.

import { HEARTBEAT_QUIET_MS, HEARTBEAT_TICKING_MS } from "../../shared/limits.ts";
import { PROTOCOL_VERSION, type Welcome } from "../../shared/protocol.ts";
import type { ConnectionDriver } from "./connectionDriver.ts";
import { type Greeting, parseHandshake } from "./parse.ts";
import type { Admitted, GateParts, RequestSeen } from "./ports.ts";
import type { Requests } from "./requests.ts";

/** Somebody who may come in, until Socket.IO has connected them. */
export interface LetIn {
  readonly greeting: Greeting;
  readonly admitted: Admitted;
}

/**
 * Who sent a CONNECT. Undefined if nobody may come in; the connection has been told why and is
 * closing then. Never rejects.
 */
export async function greet(
  driver: ConnectionDriver,
  sent: { readonly auth: unknown; readonly request: RequestSeen },
  { admission }: GateParts,
): Promise<LetIn | undefined> {
  try {
    const read = parseHandshake(sent.auth);
    if (read.kind === "misfit") {
      driver.step({ kind: "end", reason: read.reason, why: "handshake" });
      return undefined;
    }
    const { greeting } = read;
    const outcome = await admission.admit(greeting, { ...sent.request, connection: driver.id });
    if (outcome.kind === "admitted")
      return driver.isGreeting ? { greeting, admitted: outcome } : undefined;
    driver.step({ kind: "end", reason: outcome.reason, retryInMs: outcome.retryInMs });
  } catch (cause) {
    driver.fault(cause);
  }
  return undefined;
}

/** Welcomes somebody, and hands the seats of the handshake to their rooms before anything else comes. */
export function welcome(
  driver: ConnectionDriver,
  { greeting, admitted }: LetIn,
  { parts, requests }: { readonly parts: GateParts; readonly requests: Requests },
): void {
  const { identity, session, revision, label, name, role, endsInMs } = admitted;
  const { page, frames, token } = greeting;
  const arrival = {
    connection: driver.id,
    node: parts.node,
    identity,
    session,
    name,
    page,
    frames,
  };
  driver.admit({ arrival, revision, byToken: token !== undefined }, endsInMs);
  const message: Welcome = {
    protocol: PROTOCOL_VERSION,
    session: { label, name, role, endsInMs },
    heartbeatMs: { ticking: HEARTBEAT_TICKING_MS, quiet: HEARTBEAT_QUIET_MS },
  };
  driver.say("welcome", message);
  for (const seat of greeting.seats) requests.resume(seat);
}
