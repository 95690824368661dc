// Ports: what the gate asks of the rest of the server. Types only; whoever assembles the server hands
// in what does it, and a test hands in what it likes.

import type { Clock } from "../../shared/clock.ts";
import type { Game } from "../../shared/game.ts";
import type { ConnectionId, IdentityId, NodeId, RoomId, SessionId } from "../../shared/ids.ts";
import type { Handshake, JoinRequest, SessionSeen } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Audit } from "../identity/audit.ts";
import type { Log } from "../log.ts";
import type { GateMetrics } from "../metrics.ts";
import type { Arrival, RoomInput, TicketClaim } from "../room/turn.ts";

/** What the request that opened a socket said about its sender; kept instead of the request itself. */
export interface RequestSeen {
  /** Address of whoever sent it, also behind a trusted proxy. */
  readonly address: string;
  readonly origin: string | undefined;
  readonly cookie: string | undefined;
  readonly userAgent: string | undefined;
}

/** A request and the connection that it became. */
export interface Arriving extends RequestSeen {
  readonly connection: ConnectionId;
}

export interface Refused {
  readonly kind: "refused";
  readonly reason: Reason;
  readonly retryInMs?: number;
}

export interface Admitted extends SessionSeen {
  readonly kind: "admitted";
  readonly identity: IdentityId;
  readonly session: SessionId;
  /** Revision of the session that the credential was made for; every touch repeats it. */
  readonly revision: number;
}

/** A ticket proves who comes, and the store does not say whether that session still lives. */
export interface Held {
  readonly kind: "held";
  /**
   * To be called once. Resolves when the store has answered, or the connection has left; rejects
   * only when something is broken.
   */
  verdict(): Promise<Admitted | Refused>;
}

export interface Admission {
  /**
   * Who is behind a handshake: its token, or a ticket in each seat. Signatures are checked before
   * any store is asked. Expected refusals are answers; it rejects only when something is broken.
   */
  admit(handshake: Handshake, arriving: Arriving): Promise<Admitted | Held | Refused>;
  /** A connection is over, whether it was admitted or not; comes once for each. */
  left(connection: ConnectionId): void;
}

export interface Ticket {
  readonly room: RoomId;
  readonly session: SessionId;
  readonly claim: TicketClaim;
}

/** Resume tickets as text; both ways take CPU only. */
export interface Tickets {
  /** Undefined unless its MAC is right and it has not run out. */
  read(text: string): Ticket | undefined;
  write(ticket: Ticket): string;
}

export interface Rooms {
  /** The room somebody asks to join from an address: by id, by code, any listed one, or a new one. */
  find(
    request: JoinRequest,
    arrival: Arrival,
    address: string,
  ): Promise<{ readonly kind: "room"; readonly room: RoomId } | Refused>;
  /** Hands a room what concerns it, in order. A room that cannot be had answers with a refusal. */
  post(room: RoomId, input: RoomInput): void;
  /** The game a room plays; undefined while this node knows nothing of the room. */
  gameOf(room: RoomId): Game | undefined;
  /** Whether this node has a newer build of that game; if it cannot be asked, there is only one. */
  isOlder?(game: Game): boolean;
}

export interface Touches {
  /**
   * Notes a life sign of a session, to be written soon together with others. Gives why the session is
   * over, if that is known here.
   */
  touch(session: SessionId, revision: number): Reason | undefined;
}

/** What the gate says to the operator. */
export type GateLog = Pick<Log, "note" | "warn" | "fault">;

/** What every connection of a gate is driven with. */
export interface GateParts {
  readonly node: NodeId;
  readonly clock: Clock;
  readonly log: GateLog;
  readonly metrics: GateMetrics;
  readonly admission: Admission;
  readonly rooms: Rooms;
  readonly tickets: Tickets;
  readonly touches: Touches;
  /** Without it only the log hears of what no client sends. */
  readonly audit?: Pick<Audit, "noteSparingly">;
}
