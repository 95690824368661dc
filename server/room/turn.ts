// Turn: what goes into a room's machine and what comes out of it, and nothing it does: the machine,
// the host that drives it and the gate that carries it out agree here.

import type { Json } from "../../shared/field.ts";
import type { Bookmark, JsonFrame } from "../../shared/frame.ts";
import type { ConnectionId, IdentityId, NodeId, PageId, SessionId } from "../../shared/ids.ts";
import type { Instance, NoticeMessage, NumberedCommand, Seated } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";

/** Somebody on a connection, as far as a room needs to know. Proved by the gate before it is told here. */
export interface Arrival {
  readonly connection: ConnectionId;
  /** Node that holds the connection. */
  readonly node: NodeId;
  readonly identity: IdentityId;
  readonly session: SessionId;
  readonly name: string;
  readonly page: PageId;
  readonly frames: "binary" | "json";
}

/** What a resume ticket says, after its MAC was found right. */
export interface TicketClaim {
  readonly seat: number;
  readonly family: number;
  readonly generation: number;
}

export type RoomInput =
  /** Take a seat, or the seat this identity has already, or watch. `request` comes back in the outcome. */
  | {
      readonly kind: "join";
      readonly arrival: Arrival;
      readonly request: number;
      readonly watch: boolean;
      /** The game that the page plays; a room of another one is unknown to it. */
      readonly game?: string;
      readonly bookmark?: Bookmark | undefined;
    }
  /** Take up a seat again. Without a ticket the token has proved the identity. */
  | {
      readonly kind: "resume";
      readonly arrival: Arrival;
      readonly instance: Instance;
      readonly bookmark: Bookmark | undefined;
      readonly ticket: TicketClaim | undefined;
      readonly commands: readonly NumberedCommand[];
    }
  | {
      readonly kind: "commands";
      readonly connection: ConnectionId;
      readonly instance: Instance;
      readonly commands: readonly NumberedCommand[];
    }
  /** The newest input of its name; values are checked by the machine. */
  | {
      readonly kind: "input";
      readonly connection: ConnectionId;
      readonly n: number;
      readonly name: string;
      readonly values: unknown;
    }
  | {
      readonly kind: "sync";
      readonly connection: ConnectionId;
      readonly bookmark: Bookmark | undefined;
    }
  | { readonly kind: "leave"; readonly connection: ConnectionId; readonly instance: Instance }
  /** The person did nothing for longer than the game allows, or is here again. */
  | { readonly kind: "idle" | "active"; readonly connection: ConnectionId }
  /** The connection has ended. */
  | { readonly kind: "gone"; readonly connection: ConnectionId }
  /** Somebody is another identity from here on: the seat becomes that one's, unless it sits here already. */
  | {
      readonly kind: "pass";
      readonly from: IdentityId;
      readonly to: IdentityId;
      readonly name: string;
    }
  /** Somebody gives up the seat, without being asked; `keepOut`: for good. */
  | { readonly kind: "put-out"; readonly identity: IdentityId; readonly keepOut: boolean }
  /** Nobody has come for so long that the room goes; if nobody is there, it ends. */
  | { readonly kind: "forsaken" }
  /** A save that left the room is kept, or given back. `item` is its record. */
  | ({ readonly kind: "save-kept"; readonly item: number } & SavePlace)
  /** The save that a seat asked for; null if its player has none. */
  | {
      readonly kind: "save-found";
      readonly seat: number;
      readonly claim: string;
      readonly found: { readonly save: Json } | null;
    }
  /** Nodes that are alive; seats held by connections of others are put away. */
  | { readonly kind: "nodes"; readonly alive: readonly NodeId[] }
  /** A node is gone, or was lost touch with; seats that its connections hold are put away. */
  | { readonly kind: "node-lost"; readonly node: NodeId };

/** What somebody got to catch up with: they had everything, what changed since, or the whole view. */
export type AnswerKind = "current" | "changes" | "full";

/** The commit in which a save left its room. */
export interface SavePlace {
  readonly epoch: number;
  readonly version: number;
}

/** Whether a room that is nowhere in memory is loaded for it: others cannot be known to that room. */
export function isArriving({ kind }: RoomInput): boolean {
  return kind === "join" || kind === "resume" || kind === "pass" || kind === "put-out";
}

/** What a turn wants said. Nothing of it may leave before the turn's entry is in the log. */
export type Tell =
  /** The same step for all of them: bytes that all share. */
  | {
      readonly kind: "step";
      readonly to: readonly ConnectionId[];
      readonly bytes: Uint8Array;
      readonly shown: Bookmark;
    }
  /** One client's frame: its own step, or the answer to a sync, with what kind of answer it is. */
  | {
      readonly kind: "frame";
      readonly to: ConnectionId;
      readonly bytes: Uint8Array;
      readonly shown: Bookmark;
      readonly answer?: AnswerKind;
    }
  | {
      readonly kind: "json";
      readonly to: ConnectionId;
      readonly frame: JsonFrame;
      readonly shown: Bookmark;
      readonly answer?: AnswerKind;
    }
  /** A seat was taken (`request` of the join) or taken up again. The gate makes the ticket's text. */
  | {
      readonly kind: "seated";
      readonly to: ConnectionId;
      readonly request: number | undefined;
      readonly seated: Omit<Seated, "ticket">;
      readonly ticket: TicketClaim | undefined;
      readonly session: SessionId;
    }
  | {
      readonly kind: "refusal";
      readonly to: ConnectionId;
      readonly request: number | undefined;
      readonly reason: Reason;
      readonly seq: number | undefined;
      /** Of arguments that do not fit, what does not; else the incident's name. */
      readonly detail: string | undefined;
    }
  /** Something the person should know while the connection lives. */
  | { readonly kind: "notice"; readonly to: ConnectionId; readonly notice: NoticeMessage }
  /** The same page holds the seat on a newer connection: this one is unlinked without a word. */
  | { readonly kind: "moved"; readonly to: ConnectionId }
  /** The connection no longer has a part in this room: another took its place, it left, or the room ended it. */
  | { readonly kind: "detached"; readonly to: ConnectionId; readonly reason: Reason };

/** What a turn wants done besides: after its entry is in the log, at least once. */
export type Errand =
  | { readonly kind: "link-seat" | "unlink-seat"; readonly identity: IdentityId }
  /**
   * Keep what a seat left, as how the story went on that it was given by `claim`, if it was given one;
   * null if nothing is left of that. Answered with `save-kept`.
   */
  | ({
      readonly kind: "keep-save";
      readonly identity: IdentityId;
      readonly item: number;
      readonly claim: string;
      readonly save: Json;
    } & SavePlace)
  /**
   * Give the save that a seat had, or asked for, to another one again; if there is none, keep `save`
   * unless it is null. Answered with `save-kept`.
   */
  | ({
      readonly kind: "return-save";
      readonly identity: IdentityId;
      readonly item: number;
      readonly claim: string;
      readonly save: Json;
    } & SavePlace)
  /** Take the newest save of an identity for a seat; answered with `save-found`. */
  | {
      readonly kind: "take-save";
      readonly identity: IdentityId;
      readonly seat: number;
      readonly claim: string;
    }
  /** Seats or status changed: the lobby's line is out of date. */
  | { readonly kind: "list" }
  /** Something the operator should know, with no secret in it. */
  | {
      readonly kind: "audit";
      readonly event: "ticket-reused" | "rule-failed" | "commands-suspended";
      readonly seat: number;
      readonly incident: string;
      /** Which rule threw, as it is declared; undefined if none did. */
      readonly rule: string | undefined;
      readonly cause: unknown;
    };

export interface Turn {
  /** To be appended to the log at `version` before anything is told; undefined if nothing changed. */
  readonly entry: { readonly version: number; readonly bytes: Uint8Array } | undefined;
  readonly tells: readonly Tell[];
  readonly errands: readonly Errand[];
}
