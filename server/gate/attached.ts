// Attached rooms: what one connection has to do with rooms: which it asked for, which it is attached
// to, and up to where it was written each one's frames. It decides what fits; it writes nothing.

import { type Bookmark, lineTag } from "../../shared/frame.ts";
import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import { sameInstance } from "../../shared/instance.ts";
import { SEATS_PER_CONNECTION_MAX } from "../../shared/limits.ts";
import type { Instance } from "../../shared/protocol.ts";

const NONE: readonly never[] = [];

/** A room whose frames this connection gets. */
export class AttachedRoom {
  readonly room: RoomId;
  readonly game: Game;
  readonly instance: Instance;
  /** Newest frame written to the connection. */
  written: Bookmark | undefined;
  /** Newest frame there was for it, written or held back. */
  shown: Bookmark | undefined;
  /** Whether a frame was held back: until an answer closes the gap, no step fits. */
  missed = false;
  /** Whether this node takes the seat up with another host, without its page's asking. */
  isMoving = false;
  /** Stands for the room and the epoch of `shown` in binary messages. */
  tag: number | undefined;
  #tagBefore: number | undefined;
  /** Newest values of each input; made when there is one. */
  #inputs: Map<string, unknown> | undefined;

  constructor(room: RoomId, game: Game, instance: Instance) {
    this.room = room;
    this.game = game;
    this.instance = instance;
  }

  /**
   * Whether a frame up to `shown` is to be written now. `whole` frames stand on what was written, or
   * on nothing; others only on the frame before them.
   */
  accept(shown: Bookmark, whole: boolean, heldBack: boolean): boolean {
    if (this.shown?.epoch !== shown.epoch) {
      this.#tagBefore = this.tag;
      this.tag = lineTag(this.room, shown.epoch);
    }
    this.shown = shown;
    this.missed = heldBack || (this.missed && !whole);
    if (!this.missed) this.written = shown;
    return !this.missed;
  }

  /** The page says what it holds: all that was written after that came to nothing. */
  asks(holds: Bookmark | undefined): void {
    this.written = holds;
    this.missed = true;
  }

  /** What was noted as the newest values of an input. */
  newestInput(name: string): unknown {
    return this.#inputs?.get(name);
  }

  noteInput(name: string, newest: unknown): void {
    this.#inputs ??= new Map();
    this.#inputs.set(name, newest);
  }

  /** A new host has a new epoch; inputs on their way still name the one before. */
  isNamedBy(tag: number): boolean {
    return tag === this.tag || tag === this.#tagBefore;
  }
}

/** A room that was asked for and has not answered. */
interface AskedRoom {
  readonly room: RoomId;
  /** Shape of the game that the page was built with. */
  readonly shape: string;
}

/** Lists of a few, because there is one of these for each of thousands of sockets. */
export class AttachedRooms {
  #attached: readonly AttachedRoom[] = NONE;
  #asked: readonly AskedRoom[] = NONE;
  #searches = 0;

  /** Whether one more room would be one too many; searches for a room count. */
  get full(): boolean {
    return this.all.size + this.#searches >= SEATS_PER_CONNECTION_MAX;
  }

  get attached(): readonly AttachedRoom[] {
    return this.#attached;
  }

  /** Every room that must learn when the connection is gone. */
  get all(): ReadonlySet<RoomId> {
    return new Set([...this.#attached, ...this.#asked].map(({ room }) => room));
  }

  get(room: RoomId): AttachedRoom | undefined {
    for (const attached of this.#attached) if (attached.room === room) return attached;
    return undefined;
  }

  has(room: RoomId): boolean {
    return this.get(room) !== undefined || this.shapeAsked(room) !== undefined;
  }

  /** The attached room a binary message names. */
  named(tag: number): AttachedRoom | undefined {
    for (const attached of this.#attached) if (attached.isNamedBy(tag)) return attached;
    return undefined;
  }

  /** A search for a room begins; end it before asking the room it found. */
  beginSearch(): void {
    this.#searches++;
  }

  endSearch(): void {
    this.#searches--;
  }

  ask(room: RoomId, shape: string): void {
    this.settle(room);
    this.#asked = this.#asked.concat({ room, shape });
  }

  shapeAsked(room: RoomId): string | undefined {
    return this.#asked.find((asked) => asked.room === room)?.shape;
  }

  /** A room that refused: what it was asked is settled. */
  settle(room: RoomId): void {
    const others = this.#asked.filter((asked) => asked.room !== room);
    this.#asked = others.length === 0 ? NONE : others;
  }

  /**
   * From here on the room's frames are for this connection. If its seat is only taken up with another
   * host, its page holds what was written before.
   */
  attach(attached: AttachedRoom): void {
    const before = this.get(attached.room);
    if (before !== undefined && sameInstance(before.instance, attached.instance))
      attached.written = before.written;
    this.detach(attached.room);
    this.#attached = this.#attached.concat(attached);
  }

  detach(room: RoomId): void {
    this.settle(room);
    this.#attached = this.#attached.filter((attached) => attached.room !== room);
  }

  clear(): void {
    this.#asked = NONE;
    this.#attached = NONE;
  }
}
