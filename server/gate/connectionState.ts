// Connection state: what a connection knows, what it is told and what it wants done. Types alone; how
// one becomes the next is the connection's own file.

import type { NoticeMessage } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Behind } from "./backlog.ts";

/** Which deadline can come by time alone stands in each phase; nothing else wakes the machine. */
export type ConnectionState =
  | { readonly phase: "greeting"; readonly untilMs: number }
  /** Its ticket is good, and while the store is away nobody knows whether its session still lives. */
  | { readonly phase: "held"; readonly untilMs: number }
  | LiveConnection
  /** Its part in everything is over; what is left is the socket. */
  | { readonly phase: "closing"; readonly untilMs: number }
  | { readonly phase: "ended" };

export interface LiveConnection {
  readonly phase: "live";
  readonly touchedMs: number;
  /** When the person last did something; undefined while idle. */
  readonly activeMs: number | undefined;
  /** Whether the person was told that the seats are put away soon, since something was done last. */
  readonly isIdleTold: boolean;
  /** When the session ends whatever happens. */
  readonly endsMs: number;
  /** When to warn of that; undefined once done. */
  readonly warnMs: number | undefined;
  readonly strikesMs: readonly number[];
  readonly behind: Behind;
}

/** What the driver knows of the line without the machine: written with every frame. */
export interface LineSeen {
  readonly writtenMs: number;
  /** Bytes handed over and not yet taken by the system, a moment after the last write. */
  readonly backlogBytes: number;
  /** The longest silence this connection may see. */
  readonly heartbeatMs: number;
  /** Somebody who does nothing for so long is idle, though the page is open. */
  readonly idleMs: number;
}

/** Why something is refused or over: the reason for the client, `why` for the log. */
export interface Ending {
  readonly reason: Reason;
  readonly why?: string;
  readonly retryInMs?: number | undefined;
}

export type ConnectionInput =
  /** Somebody was let in, into a session that ends by itself after `endsInMs`. */
  | { readonly kind: "admitted"; readonly endsInMs: number }
  /** The store gives no answer, and a ticket proves who is there: let in once it does. */
  | { readonly kind: "held" }
  /** A packet that was accepted, a pong, or a ping or pong of the WebSocket. */
  | { readonly kind: "alive" }
  /** The person did something, or says to be here (`extend`). */
  | { readonly kind: "active" }
  | { readonly kind: "extend" }
  /** A packet was refused that a correct client does not send. */
  | ({ readonly kind: "strike" } & Ending)
  /** The server ends the connection. */
  | ({ readonly kind: "end" } & Ending)
  /** After a write the system has left more than `BACKLOG_BYTES_SOFT` untaken. */
  | { readonly kind: "backlog" }
  | { readonly kind: "wake"; readonly line: LineSeen }
  /** Engine.IO gave the connection up. */
  | { readonly kind: "cut" }
  /** The socket is closed. */
  | { readonly kind: "closed" };

export type ConnectionEffect =
  | { readonly kind: "touch" }
  /** The person became idle, or is here again: rooms want to know. */
  | { readonly kind: "idle" | "active" }
  | { readonly kind: "notice"; readonly notice: NoticeMessage }
  | { readonly kind: "refusal"; readonly reason: Reason }
  | { readonly kind: "heartbeat" }
  /** The socket has caught up: rooms whose frames were held back are asked for the difference. */
  | { readonly kind: "caught-up" }
  /** Last words: to somebody not admitted, and to somebody who was. */
  | { readonly kind: "refuse"; readonly ending: Ending }
  | { readonly kind: "closing"; readonly ending: Ending }
  /** Its rooms learn that it is gone. */
  | { readonly kind: "depart" }
  | { readonly kind: "close" }
  /** The socket is torn down with whatever is still in it. */
  | { readonly kind: "terminate" };

export interface ConnectionStep {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}
