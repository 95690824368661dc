// Trials: rooms whose newest host ended before it wrote anything are taken over one at a time, so that a room
// that ends its hosts ends them alone. They neither claim nor host, and judge nothing.

import type { RoomId } from "../../shared/ids.ts";

export class Trials {
  #room: RoomId | undefined;
  readonly #waiting: (() => void)[] = [];

  has(room: RoomId): boolean {
    return this.#room === room;
  }

  /** Resolves once no other room is on trial. */
  async begin(room: RoomId): Promise<void> {
    while (this.#room !== undefined) await new Promise<void>((next) => this.#waiting.push(next));
    this.#room = room;
  }

  /** The room has written something, or is not hosted here. Nothing happens if it is not on trial. */
  over(room: RoomId): void {
    if (this.#room !== room) return;
    this.#room = undefined;
    this.#waiting.shift()?.();
  }
}
