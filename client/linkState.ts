// Link state: what a link knows, what it is told and what it wants done. Types, and the state it
// begins with; how one becomes the next is the link's own file.

import {
  HEARTBEAT_QUIET_MS,
  HEARTBEAT_TICKING_MS,
  SILENCE_QUIET_MS,
  SILENCE_TICKING_MS,
} from "../shared/limits.ts";
import type { Attachment } from "../shared/protocol.ts";
import { type RandomState, seedRandom } from "../shared/random.ts";
import type { Next } from "../shared/reasons.ts";
import { beginSearch, type Search } from "./search.ts";

/** The connection that carries the seat, and whether it is still believed in. */
export interface Carried {
  readonly kind: "seated";
  readonly connection: number;
  readonly heardMs: number;
  /** When silence becomes doubt; Infinity while nobody may judge. */
  readonly judgeMs: number;
  readonly doubtedMs: number | undefined;
  /** When to move to another connection although this one is good: its server is about to stop. */
  readonly moveMs: number | undefined;
  /** Attempts beside it: made in doubt or to move, or on their way when it was seated. */
  readonly search: Search;
}

export type Phase =
  /** No line carries the seat. `lostMs`: since when; undefined before the first. */
  | { readonly kind: "seeking"; readonly lostMs: number | undefined; readonly search: Search }
  | Carried
  /** Another page has the seat; nothing is opened until the person asks for it. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "over"; readonly reason: string; readonly next: Next };

export interface LinkState {
  readonly phase: Phase;
  /** Whether the next connection asks for a seat or takes one up again. */
  readonly wish: "join" | "resume";
  /** Whether there has ever been a seat: then no new guest may be made for it. */
  readonly hadSeat: boolean;
  /** The newest the seat is known to have; undefined for a watcher and while nothing is known. */
  readonly attachment: Attachment | undefined;
  readonly ticket: string | undefined;
  readonly token: { readonly text: string; readonly goodUntilMs: number } | undefined;
  /** A token that is being fetched. */
  readonly fetch: { readonly fetch: number; readonly sinceMs: number } | undefined;
  /** Numbers given to connections and fetches so far. */
  readonly numbered: number;
  readonly hidden: boolean;
  /** Connections on which the server said that it holds us while its store is away. */
  readonly pausedBy: readonly number[];
  /** Whether the server said, since the seat was last carried, that it stops to be updated. */
  readonly isUpdating: boolean;
  /** Smoothed. */
  readonly roundTripMs: number | undefined;
  /** Silence that raises doubt, and the longest the server lets happen while all is well. */
  readonly silenceMs: number;
  readonly heartbeatMs: number;
  /** Set once the person wants to leave: when we stop waiting for the server to know. */
  readonly leaveByMs: number | undefined;
  /** Whether the server can be asked over HTTP whether it is there. */
  readonly canProbe: boolean;
  readonly random: RandomState;
}

/** What a server answered instead of what was asked, or said before it closed. */
export interface Refused {
  readonly reason: string;
  readonly next: Next;
  readonly retryInMs?: number | undefined;
}

export type LinkInput =
  /** The handshake leaves on a connection. */
  | { readonly kind: "opened"; readonly connection: number }
  /** Anything at all came on a connection. */
  | { readonly kind: "heard"; readonly connection: number }
  | { readonly kind: "welcome"; readonly connection: number }
  | {
      readonly kind: "seated";
      readonly connection: number;
      readonly ticket: string | undefined;
      readonly watching: boolean;
      readonly attachment?: Attachment | undefined;
    }
  /** A refusal of the connection, or of the seat on it; not one of a command. */
  | { readonly kind: "refused"; readonly connection: number; readonly refused: Refused }
  /** The server ends the connection and says why. */
  | { readonly kind: "closing"; readonly connection: number; readonly refused: Refused }
  | { readonly kind: "closed"; readonly connection: number }
  /** A probe was answered; one that was not is closed. */
  | { readonly kind: "reached"; readonly connection: number }
  | { readonly kind: "paused" | "resumed"; readonly connection: number }
  /** The server will stop: move to another connection after this long. */
  | { readonly kind: "drain"; readonly connection: number; readonly retryInMs: number }
  | {
      readonly kind: "token";
      readonly fetch: number;
      readonly token: string;
      readonly expiresInMs: number;
    }
  | { readonly kind: "token-refused"; readonly fetch: number; readonly refused: Refused }
  | { readonly kind: "token-failed"; readonly fetch: number }
  | { readonly kind: "round-trip"; readonly ms: number }
  /** What was sent on the line in use has no answer, however much is heard on it. */
  | { readonly kind: "unanswered" }
  /** The network is back, the page was thawed, or the person asks. */
  | { readonly kind: "woken" }
  /** The platform says that there is no network. */
  | { readonly kind: "offline" }
  | { readonly kind: "hidden" | "visible" }
  /** The server has rolled back below what was confirmed: everything begins with a new instance. */
  | { readonly kind: "rejoin" }
  | { readonly kind: "take-back" | "leave" | "close" }
  /** A deadline has come. */
  | { readonly kind: "wake" };

export type LinkEffect =
  /** Open a connection; the handshake is written when it leaves. */
  | {
      readonly kind: "open";
      readonly connection: number;
      readonly token: string | undefined;
      readonly ticket: string | undefined;
      readonly wish: "join" | "resume";
    }
  /** Ask whether the server is there, under the number of a connection. */
  | { readonly kind: "probe"; readonly connection: number }
  | { readonly kind: "drop"; readonly connection: number }
  /** A connection carries the seat from here on, as it was told on it; before anything is sent there. */
  | { readonly kind: "carry"; readonly connection: number }
  /** Ask for a seat on a connection. */
  | { readonly kind: "join"; readonly connection: number }
  /** Give the seat up on a connection. */
  | { readonly kind: "leave"; readonly connection: number }
  | { readonly kind: "fetch-token"; readonly fetch: number; readonly mayBecomeGuest: boolean }
  | { readonly kind: "abandon-token"; readonly fetch: number }
  /** The page is of another version than the server. */
  | { readonly kind: "reload" };

export interface Step {
  readonly state: LinkState;
  readonly effects: readonly LinkEffect[];
}

/** A link that opens its first connection at its first step. */
export function beginLink(
  start: {
    readonly ticking: boolean;
    readonly seat: boolean;
    readonly ticket: string | undefined;
    readonly canProbe: boolean;
  },
  seed: number,
  nowMs: number,
): LinkState {
  return {
    phase: { kind: "seeking", lostMs: undefined, search: beginSearch(nowMs) },
    wish: start.seat ? "resume" : "join",
    hadSeat: start.seat,
    attachment: undefined,
    ticket: start.ticket,
    token: undefined,
    fetch: undefined,
    numbered: 0,
    hidden: false,
    pausedBy: [],
    isUpdating: false,
    roundTripMs: undefined,
    silenceMs: start.ticking ? SILENCE_TICKING_MS : SILENCE_QUIET_MS,
    heartbeatMs: start.ticking ? HEARTBEAT_TICKING_MS : HEARTBEAT_QUIET_MS,
    leaveByMs: undefined,
    canProbe: start.canProbe,
    random: seedRandom(seed),
  };
}
