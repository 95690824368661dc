// Saves: what is kept of virtual players' progress outside any table, as a store would keep it. Tables
// that share one are rooms of the same server; it can be away, and then everything waits.

import type { Json } from "../../shared/field.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { RoomCore } from "../room/core.ts";
import { EMPTY_SHELF, isOffered, isShelfErrand, type Shelf, shelve } from "../room/shelf.ts";
import type { Errand, RoomInput } from "../room/turn.ts";

export class Saves {
  readonly #shelves = new Map<string, Shelf>();
  #waiting: (() => void)[] | undefined;
  #rooms = 0;

  /** Names a table's room: no two that share these saves may be taken for the same. */
  nameRoom(): RoomId {
    this.#rooms += 1;
    return `virtualroom${String(this.#rooms).padStart(3, "0")}` as RoomId;
  }

  /** Does what a room wants done about saves; other errands are none of it. */
  run(
    errands: readonly Errand[],
    { id, game }: Pick<RoomCore, "id" | "game">,
    answer: (input: RoomInput) => void,
  ): void {
    for (const errand of errands) {
      if (!isShelfErrand(errand)) continue;
      const work = () => {
        const key = `${errand.identity} ${game.name}`;
        const shelf = this.#shelves.get(key) ?? EMPTY_SHELF;
        // Of two stories the later one is newer, whenever that is.
        const { next, input } = shelve(shelf, { room: id, nowMs: 0 }, errand);
        this.#shelves.set(key, next);
        answer(input);
      };
      if (this.#waiting === undefined) work();
      else this.#waiting.push(work);
    }
  }

  /** Whatever is wanted from here on waits until `comeBack`. */
  goAway(): void {
    this.#waiting ??= [];
  }

  comeBack(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const work of waiting) work();
  }

  /** What a player's next seat in a room of the game would be given; undefined for nothing. */
  next(identity: string, game: string): Json | undefined {
    const shelf = this.#shelves.get(`${identity} ${game}`);
    return shelf === undefined || !isOffered(shelf) ? undefined : shelf.save;
  }

  /** What is kept of a player beside it, newest first. */
  aside(identity: string, game: string): readonly Json[] {
    const { aside } = this.#shelves.get(`${identity} ${game}`) ?? EMPTY_SHELF;
    return aside.map(({ save }) => save);
  }
}
