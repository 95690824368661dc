// Replica: a page's copy of one room, kept in step by frames. It never guesses: what does not fit to
// what it holds is asked for again, by its bookmark.

import { MalformedBytes } from "../shared/bytes.ts";
import type { Changes } from "../shared/changes.ts";
import {
  type Acknowledgements,
  type Answer,
  type Bookmark,
  decodeFrame,
  HEARTBEAT_BYTE,
  lineTag,
  type SeenEvent,
  type Step,
} from "../shared/frame.ts";
import type { Game } from "../shared/game.ts";
import { decodeHeartbeat } from "../shared/heartbeat.ts";
import type { RoomId } from "../shared/ids.ts";
import { View } from "../shared/view.ts";

/**
 * What a binary message came to.
 * - `applied`: the replica holds another moment; events that were not told before, and what ended
 * - `in-step`: nothing is new
 * - `behind`: something was missed; only the answer to `sync` helps
 */
export type Reading =
  | {
      readonly kind: "applied";
      /** Whether it answered a `sync`, or a seat that was taken up. */
      readonly answer: boolean;
      readonly events: readonly SeenEvent[];
      readonly acknowledged: Acknowledgements | undefined;
    }
  | { readonly kind: "in-step" | "behind" };

const IN_STEP: Reading = { kind: "in-step" };
const BEHIND: Reading = { kind: "behind" };

export class Replica {
  readonly game: Game;
  readonly room: string;
  readonly view: View;
  #bookmark: Bookmark | undefined;
  /** Stands for the room under the bookmark's epoch. */
  #tag: number | undefined;
  #timeMs = 0;
  /** Version up to which events were told; undefined until the first view, which tells none. */
  #toldVersion: number | undefined;

  /** `seat`: whose view it is; undefined for a watcher. */
  constructor(game: Game, room: string, seat: number | undefined) {
    this.game = game;
    this.room = room;
    this.view = new View(game.shapes, seat);
  }

  /** The moment it holds; undefined before the first view, and after bytes that made no sense. */
  get bookmark(): Bookmark | undefined {
    return this.#bookmark;
  }

  get tag(): number | undefined {
    return this.#tag;
  }

  /** Room time of the moment it holds. */
  get timeMs(): number {
    return this.#timeMs;
  }

  /** Takes a binary message of the connection that carries the room. */
  read(bytes: Uint8Array): Reading {
    try {
      if (bytes[0] === HEARTBEAT_BYTE) return this.#heartbeat(bytes);
      const frame = decodeFrame(bytes, {
        byTag: (tag) => (tag === this.#tag ? this.game : undefined),
        byRoom: (room) => (room === this.room ? this.game : undefined),
      });
      if (frame === undefined) return BEHIND;
      return frame.kind === "step" ? this.#step(frame) : this.#answer(frame);
    } catch (cause) {
      if (!(cause instanceof MalformedBytes)) throw cause;
      // The view may be half changed: only a whole one can be trusted now.
      this.#bookmark = undefined;
      return BEHIND;
    }
  }

  /** The server's newest moments are gone: what happens from there on is new, though its version is not. */
  rolledBack(to: Bookmark): void {
    this.#toldVersion = Math.min(this.#toldVersion ?? to.version, to.version);
  }

  /** Names the room's newest shown commit. Without our tag the server has forgotten or moved us. */
  #heartbeat(bytes: Uint8Array): Reading {
    const shown = decodeHeartbeat(bytes).find(({ tag }) => tag === this.#tag);
    if (shown === undefined || this.#bookmark === undefined) return BEHIND;
    return shown.version > this.#bookmark.version ? BEHIND : IN_STEP;
  }

  #step({ base, version, timeMs, changes, events, own }: Step): Reading {
    const mine = this.#bookmark;
    if (mine === undefined || base > mine.version) return BEHIND;
    if (version < mine.version) return IN_STEP;
    this.view.apply(changes);
    if (own !== undefined) this.view.apply(own.changes);
    this.#hold({ ...mine, version }, timeMs);
    return {
      kind: "applied",
      answer: false,
      events: this.#untold([...events, ...(own?.events ?? [])], version),
      acknowledged: own?.acknowledged,
    };
  }

  #answer(answer: Answer): Reading {
    const { epoch, version, timeMs, changes, events, acknowledged } = answer;
    const mine = this.#bookmark;
    if (mine?.epoch === epoch && version < mine.version) return IN_STEP;
    if (!this.#take(answer, changes)) return BEHIND;
    this.#hold({ epoch, version }, timeMs);
    const untold = this.#untold(events, version);
    return { kind: "applied", answer: true, events: untold, acknowledged };
  }

  /**
   * Changes say what is, not what to do: those since an older version than ours, up to one not older
   * than ours, are as good. Between epochs only those since our very version are.
   */
  #take({ epoch, base }: Answer, changes: Changes): boolean {
    const mine = this.#bookmark;
    if (base === undefined) {
      this.view.replace(changes);
      return true;
    }
    const fits = mine?.epoch === epoch ? base <= mine.version : base === mine?.version;
    if (fits) this.view.apply(changes);
    return fits;
  }

  #hold(bookmark: Bookmark, timeMs: number): void {
    if (bookmark.epoch !== this.#bookmark?.epoch || this.#tag === undefined)
      this.#tag = lineTag(this.room as RoomId, bookmark.epoch);
    this.#bookmark = bookmark;
    this.#timeMs = timeMs;
  }

  #untold(events: readonly SeenEvent[], version: number): readonly SeenEvent[] {
    const told = this.#toldVersion ?? version;
    this.#toldVersion = version;
    return events.filter((event) => event.version > told);
  }
}
