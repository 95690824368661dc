// Anterooms: what waits for rooms that cannot hear it yet: their host is being asked for, or they are
// on their way into memory. They keep the order; they know neither where a room is nor when it comes.

import type { ConnectionId, RoomId } from "../../shared/ids.ts";
import type { RoomInput } from "./turn.ts";

/** What may wait for one room. */
const INPUTS_MAX = 1_000;

export class Anterooms {
  readonly #waiting = new Map<RoomId, RoomInput[]>();

  /** Whether inputs for the room wait here. */
  has(room: RoomId): boolean {
    return this.#waiting.has(room);
  }

  /** From here on inputs wait, these behind those that do already, however many; until `close`. */
  open(room: RoomId, ...first: readonly RoomInput[]): void {
    const waiting = this.#waiting.get(room);
    if (waiting === undefined) this.#waiting.set(room, [...first]);
    else waiting.push(...first);
  }

  /** Puts an input behind those that wait; false if there are too many, or nothing waits for the room here. */
  put(room: RoomId, input: RoomInput): boolean {
    const waiting = this.#waiting.get(room);
    if (waiting === undefined || waiting.length >= INPUTS_MAX) return false;
    waiting.push(input);
    return true;
  }

  /** Takes out what a connection asks for a seat. */
  withdraw(room: RoomId, connection: ConnectionId): void {
    const isTheirs = (input: RoomInput) =>
      (input.kind === "join" || input.kind === "resume") && input.arrival.connection === connection;
    const waiting = this.#waiting.get(room)?.filter((input) => !isTheirs(input));
    if (waiting !== undefined) this.#waiting.set(room, waiting);
  }

  /** Nothing waits for the room any more; gives what did. */
  close(room: RoomId): readonly RoomInput[] {
    const waiting = this.#waiting.get(room) ?? [];
    this.#waiting.delete(room);
    return waiting;
  }
}
