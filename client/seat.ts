// Seat: what `join` gives to a page or a bot: the view, the commands, the inputs and how the line
// stands. Types only; whoever holds one writes no reconnect code.

import type { ValuesOf } from "../shared/field.ts";
import type { Game } from "../shared/game.ts";
import type { AlertTold } from "../shared/protocol.ts";
import type { Next } from "../shared/reasons.ts";
import type { EventTold, Named } from "../shared/rules.ts";
import type { Records, ViewOf } from "../shared/schema.ts";
import type { CommandEnd } from "./outbox.ts";

export type { CommandEnd, EventTold };

/**
 * A command on its way: a promise of its end that never rejects. What waits when the seat is over but kept,
 * as after `close`, may still take effect for the page that comes next: here its end is never known.
 */
export interface SentCommand extends Promise<CommandEnd> {
  /** Keeps it from taking effect if the server has not applied it yet; its end tells which came first. */
  cancel(): void;
}

export type SeatStatus =
  /** Not seated yet. */
  | { readonly phase: "connecting" }
  | { readonly phase: "live" }
  /** Silent for longer than usual; another line is being tried beside it. */
  | { readonly phase: "shaky" }
  /** The server cannot reach its store: the game stands still and nothing is lost. */
  | { readonly phase: "paused" }
  /**
   * The line is gone. `keptMs`: how long the seat is kept at least, if known; `attempt` counts from 1;
   * `nextTryMs`: in how long the next one is made; `isUpdating`: the server said that it stops to be updated, so it is not the network.
   */
  | {
      readonly phase: "reconnecting";
      readonly attempt: number;
      readonly keptMs: number | undefined;
      readonly nextTryMs: number;
      readonly isUpdating: boolean;
    }
  /** Another page of this player has the seat; `takeBack()` gets it. */
  | { readonly phase: "elsewhere" }
  /** Final. `next` says what the person can do. */
  | { readonly phase: "over"; readonly reason: string; readonly next: Next; readonly text: string };

/** A taken seat as pages see it. */
export interface SeatView {
  readonly index: number;
  readonly name: string;
  readonly presence: "held" | "away";
  readonly cause: "none" | "disconnected" | "idle";
  /** How long an away seat is still kept, in ms by the page's own clock; undefined if it is held. */
  readonly keptMs: number | undefined;
}

export interface SeatEvents<E extends Named> {
  /** The view, the seats or an acknowledgement changed: draw again. */
  change: () => void;
  status: (status: SeatStatus) => void;
  /** Something happened once; never told twice, also across reconnects. */
  event: (event: EventTold<E>) => void;
  /**
   * The server lost its newest moments: the view goes back, and `undone` commands of this page that
   * had ended (as applied, most often) have no effect any more. Told once, with the first view after
   * it; commands that had not ended end as `rolled-back`.
   */
  rolledBack: (rollback: { readonly undone: number }) => void;
  /** The session ends soon; `extend()` keeps it. */
  expiring: (endsInMs: number) => void;
  /** The seat is put away soon, because nothing is done; `extend()` and whatever is played prevent it. */
  idling: (inMs: number) => void;
  /** Something unusual about the account or the seats of whoever sits here. */
  alert: (alert: AlertTold) => void;
}

export interface Seat<
  R extends Records = Records,
  C extends Named = Named,
  I extends Named = Named,
  E extends Named = Named,
> {
  readonly game: Game<R, C, I, E>;
  readonly room: string;
  /** What friends type to come in. */
  readonly code: string;
  /** This player's index; undefined for a watcher. */
  readonly index: number | undefined;
  readonly roomStatus: "waiting" | "running" | "ended";
  /** Why the game ended, as its rules said; empty if they said nothing, and before. */
  readonly ending: string;
  readonly seats: readonly SeatView[];
  /** This seat's view of the state, read-only, as of the newest frame. */
  readonly state: ViewOf<R>;
  /** Room time now, in ms: the newest frame's, carried on by the page's clock. */
  readonly nowMs: number;
  /** Room time now without what it stood still in absences, in ms: what timers go by. */
  readonly clockMs: number;
  /** Whether timers stand still now, because somebody is away. */
  readonly clockStands: boolean;
  /** Room time of the newest frame, in ms. */
  readonly frameMs: number;
  readonly status: SeatStatus;
  /** Smoothed round trip in ms; undefined while unknown. */
  readonly roundTripMs: number | undefined;
  readonly sessionEndsInMs: number | undefined;
  /** Commands that have not ended yet, oldest first. */
  readonly pending: readonly {
    readonly seq: number;
    readonly name: string;
    readonly ageMs: number;
  }[];
  /** Newest input number that a rule had seen at the newest frame; for prediction. */
  readonly inputSeen: number;
  readonly send: { readonly [Name in keyof C]: (args: ValuesOf<C[Name]>) => SentCommand };
  /** Sends the newest input of a name; returns its number. Equal values are sent again at most twice a second. */
  readonly input: { readonly [Name in keyof I]: (values: ValuesOf<I[Name]>) => number };
  /**
   * Calls `listener` from now on until the seat is over, each time; gives what ends that. What was told
   * before is not told again: read `state` and `status` once.
   */
  on<Name extends keyof SeatEvents<E>>(name: Name, listener: SeatEvents<E>[Name]): () => void;
  /** Tells the server that a person is here; at most one message leaves in 10 s, but while away each does. */
  extend(): void;
  /** Tries at once instead of waiting for the next attempt. */
  tryNow(): void;
  /** Takes the seat back from the page that took it up. */
  takeBack(): void;
  /**
   * Gives the seat up on purpose, once what was given before has ended, and closes the line. Resolves
   * when the server knows, or after 2 s.
   */
  leave(): Promise<void>;
  /** Closes the line and keeps the seat, as closing the page does. */
  close(): void;
}

/** The seat of a game by its declaration: `SeatOf<typeof nim>` is what `join({ game: nim })` gives. */
export type SeatOf<G> =
  G extends Game<infer R, infer C, infer I, infer E> ? Seat<R, C, I, E> : never;

/** Where a page keeps what must outlive a reload; `sessionStorage` fits. */
export interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface JoinOptions<R extends Records, C extends Named, I extends Named, E extends Named> {
  readonly game: Game<R, C, I, E>;
  /** Where the server is, with no path: it has the whole origin. The page's own if not given. */
  readonly url?: string;
  /** Name of a guest who has none yet. */
  readonly name?: string;
  /** A room by its id or by its code; without either, any listed room with a free seat, or a new one. */
  readonly room?: string;
  /** As somebody typed it: capitals, blanks and dashes are forgiven. */
  readonly code?: string;
  /** A new room instead, which strangers are led to or not. */
  readonly create?: "listed" | "private";
  /**
   * Looks on without a seat: `index` is undefined, and commands end as `not-seated`. Name the `room`, as
   * `Session.rooms` lists them, or its `code`: any other is looked for as for a player, so that it has a free
   * seat, and may be a new one in which nobody is yet.
   */
  readonly watch?: boolean;
  /** `sessionStorage` in a browser, memory elsewhere, if not given. */
  readonly storage?: PageStorage;
}
