// Attached rooms: what one connection has to do with rooms: which it asked for, which it is attached
// to, and up to where it was written each one's frames. It decides what fits; it writes nothing.

import { type Bookmark, lineTag } from "../../shared/frame.ts";
import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import { SEATS_PER_CONNECTION_MAX } from "../../shared/limits.ts";
import type { Instance } from "../../shared/protocol.ts";

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
  /** Stands for the room and the epoch of `shown` in binary messages. */
  tag: number | undefined;
  #tagBefore: number | undefined;

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

  /** A new host has a new epoch; inputs on their way still name the one before. */
  isNamedBy(tag: number): boolean {
    return tag === this.tag || tag === this.#tagBefore;
  }
}

export class AttachedRooms {
  readonly #attached = new Map<RoomId, AttachedRoom>();
  /** Rooms that were asked for and have not answered, with the shape of the game the page has. */
  readonly #asked = new Map<RoomId, string>();
  #searches = 0;

  /** Whether one more room would be one too many; searches for a room count. */
  get full(): boolean {
    const asked = [...this.#asked.keys()].filter((room) => !this.#attached.has(room)).length;
    return this.#attached.size + asked + this.#searches >= SEATS_PER_CONNECTION_MAX;
  }

  get attached(): Iterable<AttachedRoom> {
    return this.#attached.values();
  }

  /** Every room that must learn when the connection is gone. */
  get all(): ReadonlySet<RoomId> {
    return new Set([...this.#attached.keys(), ...this.#asked.keys()]);
  }

  get(room: RoomId): AttachedRoom | undefined {
    return this.#attached.get(room);
  }

  has(room: RoomId): boolean {
    return this.#attached.has(room) || this.#asked.has(room);
  }

  /** The attached room a binary message names. */
  named(tag: number): AttachedRoom | undefined {
    for (const attached of this.#attached.values()) if (attached.isNamedBy(tag)) return attached;
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
    this.#asked.set(room, shape);
  }

  shapeAsked(room: RoomId): string | undefined {
    return this.#asked.get(room);
  }

  /** A room that refused: what it was asked is settled. */
  settle(room: RoomId): void {
    this.#asked.delete(room);
  }

  /** From here on the room's frames are for this connection. Nothing of it was written yet. */
  attach(attached: AttachedRoom): void {
    this.#asked.delete(attached.room);
    this.#attached.set(attached.room, attached);
  }

  detach(room: RoomId): void {
    this.#asked.delete(room);
    this.#attached.delete(room);
  }

  clear(): void {
    this.#asked.clear();
    this.#attached.clear();
  }
}
