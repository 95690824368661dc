// Protocol: every event between client and server, and the version of that language. Types and
// constants only; WIRE.md beside it says the same in words.

import type { Json } from "./field.ts";
import type { Bookmark, JsonFrame, RefusedCommand } from "./frame.ts";
import type { Next } from "./reasons.ts";

/** Raised whenever a message changes so that an older end would misread it. */
export const PROTOCOL_VERSION = 1;

/** `[epoch, count]`: the number a room gives a seat's newest page. */
export type Instance = readonly [epoch: number, count: number];

/** `[epoch, count]`: how often a seat was taken up, under the host of that epoch. Ordered as written. */
export type Attachment = readonly [epoch: number, count: number];

/** A command under its number. One that was cancelled or expired keeps the number, as `void`. */
export type NumberedCommand =
  | { readonly seq: number; readonly name: string; readonly args: Json }
  | { readonly seq: number; readonly void: "cancelled" | "expired" };

// What leaves as JSON may be undefined where it is optional: then it is not there.

/** A seat to take up again, in the handshake or after it. */
export interface SeatResume {
  readonly room: string;
  readonly instance: Instance;
  /** Absent when the page holds no view, e.g. after a reload. */
  readonly bookmark?: Bookmark | undefined;
  /** Shape of the game the page was built with. */
  readonly shape: string;
  readonly ticket?: string | undefined;
  /** The whole unconfirmed tail. */
  readonly commands?: readonly NumberedCommand[];
}

/** What a client sends as Socket.IO's `auth`. */
export interface Handshake {
  readonly protocol: number;
  readonly page: string;
  readonly frames: "binary" | "json";
  /** A token, or a ticket in each seat. */
  readonly token?: string | undefined;
  readonly seats?: readonly SeatResume[] | undefined;
}

export interface JoinRequest {
  readonly game: string;
  readonly shape: string;
  readonly room?: string | undefined;
  readonly code?: string | undefined;
  /** Makes a new room, listed for everybody or only for those who have its code. */
  readonly create?: "listed" | "private" | undefined;
  readonly watch?: boolean | undefined;
  /** What the page holds of `room` from before: it is told of what was lost, and the answer is what has changed. */
  readonly bookmark?: Bookmark | undefined;
}

/** A seat was taken or taken up again. Comes before the first frame of its room. */
export interface Seated {
  readonly room: string;
  readonly game: string;
  /** Undefined for a watcher. */
  readonly seat?: number;
  readonly instance: Instance;
  /**
   * Rises each time the seat is taken up. Answers on two connections may cross: the seat is on the
   * one with the higher number, and the other says nothing of it. Undefined for a watcher.
   */
  readonly attachment?: Attachment;
  readonly ticket?: string;
  readonly code: string;
  /** Highest command number of this instance that the room knows. */
  readonly applied: number;
  /** What became of the commands that the page before this one left behind. */
  readonly previous?: PreviousInstance;
}

export interface PreviousInstance {
  readonly instance: Instance;
  readonly applied: number;
  readonly refused: readonly RefusedCommand[];
}

export interface RefusalMessage {
  readonly reason: string;
  readonly next: Next;
  readonly room?: string;
  readonly seq?: number;
  readonly retryInMs?: number;
  /** Names the log line, for whoever asks the operator. */
  readonly incident?: string;
  /** Which argument does not fit, and what would: for whoever writes a client. */
  readonly text?: string;
}

export interface ClosingMessage {
  readonly reason: string;
  readonly next: Next;
  readonly retryInMs?: number;
}

export type JoinReply = { readonly seated: Seated } | { readonly refusal: RefusalMessage };

export interface CommandsMessage {
  readonly room: string;
  readonly instance: Instance;
  readonly commands: readonly NumberedCommand[];
}

export interface InputMessage {
  readonly room: string;
  readonly instance: Instance;
  readonly n: number;
  readonly name: string;
  readonly values: Json;
}

export interface SyncMessage {
  readonly room: string;
  readonly instance: Instance;
  readonly bookmark?: Bookmark | undefined;
}

export interface LeaveMessage {
  readonly room: string;
  readonly instance: Instance;
}

export interface ClientEvents {
  join(request: JoinRequest, reply: (answer: JoinReply) => void): void;
  /** Takes up a seat again on a connection that is open already. */
  resume(seat: SeatResume): void;
  command(message: CommandsMessage): void;
  input(message: InputMessage): void;
  sync(message: SyncMessage): void;
  leave(message: LeaveMessage): void;
  /** A person is here: moves the session's end and ends an idle absence. */
  extend(): void;
}

export interface SessionSeen {
  readonly label: string;
  readonly name: string;
  readonly role: "guest" | "player" | "moderator" | "admin";
  /** Until its end that nothing moves. */
  readonly endsInMs: number;
  /** How long it lasts without any sign of life; each sign begins this anew. */
  readonly silentMs?: number;
}

export interface Welcome {
  readonly protocol: number;
  readonly session: SessionSeen;
  /** The longest silence this server lets happen in a ticking and in a quiet room. */
  readonly heartbeatMs: { readonly ticking: number; readonly quiet: number };
}

/** `[room, epoch, version]`: the last commit of a room that was shown to anybody. */
export type HeartbeatMessage = {
  readonly rooms: readonly (readonly [room: string, epoch: number, version: number])[];
};

/** What may be unusual about somebody's account or seats. */
export const ALERT_KINDS = [
  "new-device",
  "many-failures",
  "crowded-address",
  "ticket-reused",
  "role-changed",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Something unusual, as its owner is told of it the moment it is noticed. */
export interface AlertTold {
  readonly alert: AlertKind;
  /** "Firefox on Android"; empty if no device comes into it. */
  readonly device: string;
}

/** Something the person should know while the connection lives. */
export type NoticeMessage =
  | { readonly kind: "expiring"; readonly endsInMs: number }
  | { readonly kind: "extended"; readonly endsInMs: number }
  /** The seats are put away if nothing is done for so long; `extend` and whatever is played prevent it. */
  | { readonly kind: "idling"; readonly inMs: number }
  | ({ readonly kind: "alert" } & AlertTold)
  | { readonly kind: "paused"; readonly room: string }
  | { readonly kind: "resumed"; readonly room: string }
  | {
      readonly kind: "rolled-back";
      readonly room: string;
      readonly from: Bookmark;
      readonly to: Bookmark;
    }
  | { readonly kind: "drain"; readonly retryInMs: number };

export interface ServerEvents {
  welcome(message: Welcome): void;
  seated(message: Seated): void;
  /** For clients that asked for JSON frames; the others get binary messages. */
  frame(frame: JsonFrame): void;
  heartbeat(message: HeartbeatMessage): void;
  notice(message: NoticeMessage): void;
  refusal(message: RefusalMessage): void;
  closing(message: ClosingMessage): void;
}
