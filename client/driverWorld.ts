// Driver world: what a driver needs of the world around it, and whom it tells. Types only; real pages
// and simulators each bring their own.

import type { Cancel, Clock } from "../shared/clock.ts";
import type { JoinRequest, NoticeMessage, Seated, Welcome } from "../shared/protocol.ts";
import type { LinkState } from "./linkState.ts";
import type { News } from "./play.ts";
import type { Socket, SocketOwner } from "./socket.ts";

/** What the driver needs of the world; a simulator hands in another one. */
export interface DriverWorld {
  readonly clock: Clock;
  /** Draws in [0, 1), for jitter. */
  readonly random: () => number;
  /** A new name for a loaded page. */
  readonly pageName: () => string;
  readonly open: (owner: SocketOwner) => Socket;
  /**
   * Asks whether the server is there, on no line of its own, and tells once; until cancelled. Absent
   * where opening connections in vain costs nothing.
   */
  readonly probe?: ((tell: (isThere: boolean) => void) => Cancel) | undefined;
  /** Rejects with RefusedError for a refusal, with anything else when the server cannot be reached. */
  readonly token: (
    mayBecomeGuest: boolean,
    signal: AbortSignal,
  ) => Promise<{ readonly token: string; readonly expiresInMs: number }>;
}

/** Whom the driver tells, after each decision. */
export interface DriverOwner {
  /** Which seat to ask for. */
  request(): JoinRequest;
  /** The room of the seat to be taken up again. */
  readonly room: string;
  seated(seated: Seated): void;
  news(news: News): void;
  notice(notice: NoticeMessage): void;
  welcome(welcome: Welcome): void;
  reload(): void;
  /** The link's state or the time that belongs to it changed. */
  stepped(state: LinkState): void;
}
