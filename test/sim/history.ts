// History: everything that was logged, written, seen, sent and ended in one run, in one order. It is
// read when the run is over; nothing that runs ever looks at it.

import type { Bookmark } from "../../shared/frame.ts";
import type { Game } from "../../shared/game.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import type { Message } from "./network.ts";
import type { WholeView } from "./pageSocket.ts";

/** An entry of a room's log, noted when the store had it. */
export interface Logged extends Bookmark {
  readonly order: number;
  /** When the store had it. */
  readonly atMs: number;
  readonly room: RoomId;
  /**
   * `created`: its first snapshot; `kept`: a later one, which may hold a later time than any commit;
   * `reseed`: one that a host wrote back out of its memory.
   */
  readonly kind: "created" | "kept" | "reseed" | "claim" | "commit";
  readonly node: NodeId;
  readonly bytes: Uint8Array;
}

/** A message that a node handed to its system for a page. */
export interface Written {
  readonly order: number;
  readonly page: PageSeen;
  readonly message: Message;
}

/** What a page showed, once it had taken a frame. */
export interface Shown extends Bookmark {
  readonly order: number;
  readonly page: PageSeen;
  readonly room: RoomId;
  readonly seat: number | undefined;
  /** The whole view, as `textOfView` writes it; undefined if it was not looked at. */
  readonly text: string | undefined;
}

/** A loaded page. */
export interface PageSeen {
  readonly name: string;
  readonly person: string;
  /** Pages that were loaded anew one from the other share it, duplicated tabs do not. */
  readonly tab: string;
}

export interface Sent {
  readonly order: number;
  readonly page: PageSeen;
  readonly name: string;
  readonly mark: string;
  isCancelled: boolean;
  /** Whether its tab was duplicated before it ended: another page may have sent it. */
  isCopied: boolean;
  /** How it ended, and when; one that ends twice has two. */
  readonly ends: { readonly order: number; readonly end: string }[];
}

/** The store forgot what it had taken since a moment. */
export interface Loss {
  readonly order: number;
  /** Place of the first thing that is forgotten. */
  readonly since: number;
  /** Whether the room's log may have been concerned. */
  concerns(room: RoomId): boolean;
}

/** A page was told that the server lost its newest moments. */
export interface Rollback {
  readonly order: number;
  readonly page: PageSeen;
}

/** A person gave up a seat on purpose. */
export interface Left {
  readonly order: number;
  readonly person: string;
}

export interface Fault {
  readonly order: number;
  readonly event: string;
  readonly cause: unknown;
}

/** An event of the game, as a page was told it. */
export interface Told {
  readonly order: number;
  readonly page: PageSeen;
  readonly text: string;
}

/**
 * A page begins anew: another page has its seat, or it was sent a whole view. It may be sent one if it
 * had said of nothing that it holds, or of something older than anything the room remembers.
 */
export interface BegunAnew {
  readonly order: number;
  readonly page: PageSeen;
  readonly whole: WholeView | undefined;
}

type Note = string | (() => string);

export class History {
  readonly game: Game;
  readonly logged: Logged[] = [];
  readonly written: Written[] = [];
  readonly shown: Shown[] = [];
  readonly sent: Sent[] = [];
  readonly told: Told[] = [];
  readonly left: Left[] = [];
  /** When each page was gone, by its name. */
  readonly gone = new Map<string, number>();
  /** Commands without an end that a page left to the one that was loaded after it. */
  readonly handedOn: { readonly page: PageSeen; readonly sent: Sent }[] = [];
  /** Pages that came to an end by themselves: the seat was lost or given up, or nothing could be had. */
  readonly over: PageSeen[] = [];
  /** Pages that another page took the seat from. */
  readonly overtaken: PageSeen[] = [];
  /** When pages could not go on from what they held: events before it may have passed them by. */
  readonly begunAnew: BegunAnew[] = [];
  readonly losses: Loss[] = [];
  readonly rollbacks: Rollback[] = [];
  readonly faults: Fault[] = [];
  /** Every so many versions views are looked at closely: in all of them it costs more than all else. */
  readonly #lookEvery: number;
  readonly #trace: { readonly atMs: number; readonly who: string; readonly what: Note }[] = [];
  readonly #nowMs: () => number;
  #order = 0;

  constructor(game: Game, lookEvery: number, nowMs: () => number) {
    this.game = game;
    this.#lookEvery = lookEvery;
    this.#nowMs = nowMs;
  }

  looksAt(version: number): boolean {
    return version % this.#lookEvery === 0;
  }

  get trace(): readonly string[] {
    return this.#trace.map(({ atMs, who, what }) => {
      const text = typeof what === "string" ? what : what();
      return `${atMs.toFixed(1).padStart(9)} ${who} ${text}`;
    });
  }

  noteEntry(entry: Omit<Logged, "order" | "atMs">): void {
    this.logged.push({ ...entry, order: this.next(), atMs: this.#nowMs() });
  }

  noteLoss(loss: Omit<Loss, "order">): void {
    this.losses.push({ order: this.next(), ...loss });
  }

  noteGone({ name }: PageSeen): void {
    this.gone.set(name, this.#nowMs());
  }

  /** When the run ended, once it has. */
  get endMs(): number {
    return this.#nowMs();
  }

  /** The place in the one order of everything. */
  next(): number {
    return ++this.#order;
  }

  /** Adds a line to the trace; one that is dear to write is written only if somebody reads it. */
  note(who: string, what: Note): void {
    this.#trace.push({ atMs: this.#nowMs(), who, what });
  }
}
