// Greeting: how a socket's CONNECT becomes an admitted connection: its handshake is read, somebody
// vouches for it, it is welcomed, and its seats are taken up again in the same flight. It never lets
// in anybody of whom the store has not said that their session lives.

import { HEARTBEAT_QUIET_MS, HEARTBEAT_TICKING_MS } from "../../shared/limits.ts";
import { PROTOCOL_VERSION, type Welcome } from "../../shared/protocol.ts";
import type { ConnectionDriver } from "./connectionDriver.ts";
import { type Greeting, parseHandshake } from "./parse.ts";
import type { Admitted, GateParts, Held, Refused, RequestSeen } from "./ports.ts";
import type { Requests } from "./requests.ts";

/** Somebody who may come in, or wait inside, until Socket.IO has connected them. */
export interface LetIn<As extends Admitted | Held = Admitted | Held> {
  readonly greeting: Greeting;
  readonly as: As;
}

interface Doorway {
  readonly parts: GateParts;
  readonly requests: Requests;
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
  // It may have broken off while it waited for its turn; a place kept for it would never be given back.
  if (driver.phase !== "greeting") return undefined;
  try {
    const read = parseHandshake(sent.auth);
    if (read.kind === "misfit") {
      driver.step({ kind: "end", reason: read.reason, why: "handshake" });
      return undefined;
    }
    const { greeting } = read;
    const outcome = await admission.admit(greeting, { ...sent.request, connection: driver.id });
    if (outcome.kind !== "refused")
      return driver.phase === "greeting" ? { greeting, as: outcome } : undefined;
    turnAway(driver, outcome);
  } catch (cause) {
    driver.fault(cause);
  }
  return undefined;
}

/** Socket.IO has connected somebody: they are welcomed, or wait until that can be decided. */
export function enter(driver: ConnectionDriver, { greeting, as }: LetIn, doorway: Doorway): void {
  if (as.kind === "admitted") welcome(driver, { greeting, as }, doorway);
  else hold(driver, { greeting, as }, doorway);
}

/**
 * While the store is away nobody can say that the session lives, and nothing of any room is told.
 * The page learns why it has to wait, hears that the line is alive, and keeps what it shows.
 */
function hold(driver: ConnectionDriver, { greeting, as }: LetIn<Held>, doorway: Doorway): void {
  driver.step({ kind: "held" });
  for (const { room } of greeting.seats) driver.say("notice", { kind: "paused", room });
  as.verdict().then(
    (verdict) => driver.attempt(() => letGo(driver, { greeting, verdict }, doorway)),
    (cause: unknown) => driver.fault(cause),
  );
}

function letGo(
  driver: ConnectionDriver,
  { greeting, verdict }: { readonly greeting: Greeting; readonly verdict: Admitted | Refused },
  doorway: Doorway,
): void {
  if (driver.phase !== "held") return;
  if (verdict.kind === "refused") return turnAway(driver, verdict);
  // Their pages were told that they stand still; whoever is seated is told that this is over.
  driver.pausedRooms = new Set(greeting.seats.map(({ room }) => room));
  welcome(driver, { greeting, as: verdict }, doorway);
}

function turnAway(driver: ConnectionDriver, { reason, retryInMs }: Refused): void {
  driver.step({ kind: "end", reason, retryInMs });
}

/** Welcomes somebody, and hands the seats of the handshake to their rooms before anything else comes. */
function welcome(
  driver: ConnectionDriver,
  { greeting, as }: LetIn<Admitted>,
  { parts, requests }: Doorway,
): void {
  const { identity, session, revision, label, name, role, endsInMs, silentMs } = as;
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
  if (!driver.isLive) return;
  const message: Welcome = {
    protocol: PROTOCOL_VERSION,
    session: { label, name, role, endsInMs, ...(silentMs === undefined ? {} : { silentMs }) },
    heartbeatMs: { ticking: HEARTBEAT_TICKING_MS, quiet: HEARTBEAT_QUIET_MS },
  };
  driver.say("welcome", message);
  for (const seat of greeting.seats) requests.resume(seat);
}
