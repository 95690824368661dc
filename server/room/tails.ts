// Tails: commands as they come from a page, applied under the seat's instance and acknowledged with
// the commit. It never applies what another page of the seat has fenced.

import type { ConnectionId } from "../../shared/ids.ts";
import type { NumberedCommand } from "../../shared/protocol.ts";
import type { Absence } from "./absence.ts";
import { applyTail } from "./commands.ts";
import type { SeatRecord } from "./core.ts";
import type { RoomParts } from "./parts.ts";
import * as seating from "./seating.ts";
import type { RoomInput } from "./turn.ts";

export class TailRunner {
  readonly #parts: RoomParts;
  readonly #absence: Absence;

  constructor(parts: RoomParts, absence: Absence) {
    this.#parts = parts;
    this.#absence = absence;
  }

  /** Commands of a live connection. */
  take({ connection, instance, commands }: Extract<RoomInput, { kind: "commands" }>): void {
    const seat = this.#absence.heldBy(connection);
    if (seat === undefined) return this.#parts.out.refuse(connection, "not-seated");
    if (!seating.sameInstance(instance, seating.instanceOf(seat))) {
      return this.#parts.out.refuse(connection, "superseded");
    }
    this.expect(connection, this.apply(seat, commands));
    this.#absence.active(connection);
  }

  /**
   * Applies the new part of a tail and returns the number that should have come next, if there was a
   * gap. All of the tail is acknowledged, for the answer before may be lost.
   */
  apply(seat: SeatRecord, tail: readonly NumberedCommand[]): number | undefined {
    if (tail.length === 0) return undefined;
    const { out } = this.#parts;
    const outcome = applyTail(this.#parts, seat, tail);
    for (const failure of outcome.failures) out.noteFailure(seat.id, failure.cause);
    out.ended.set(seat.id, [...(out.ended.get(seat.id) ?? []), ...outcome.refused]);
    return outcome.expected;
  }

  /** Asks a page for its whole tail, from the number that must come next. */
  expect(to: ConnectionId, seq: number | undefined): void {
    if (seq === undefined) return;
    const request = undefined;
    this.#parts.out.tell({
      kind: "refusal",
      to,
      request,
      reason: "expect",
      seq,
      incident: undefined,
    });
  }
}
