// Tails: commands as they come from a page, applied under the seat's instance and acknowledged with
// the commit. It never applies what another page of the seat has fenced.

import type { ConnectionId } from "../../shared/ids.ts";
import { sameInstance } from "../../shared/instance.ts";
import { OUTBOX_COMMANDS_MAX } from "../../shared/limits.ts";
import type { NumberedCommand } from "../../shared/protocol.ts";
import type { Absence } from "./absence.ts";
import { applyTail } from "./commands.ts";
import type { SeatRecord } from "./core.ts";
import type { RoomParts } from "./parts.ts";
import * as seating from "./seating.ts";
import type { RoomInput } from "./turn.ts";

/**
 * From here on a seat's further tails wait for the next turn, which its page is told: no page of ours has more
 * under way, and one that has could make a turn so long that rooms which run beside it are interrupted.
 */
const NUMBERS_A_TURN = 2 * OUTBOX_COMMANDS_MAX;

/** What its page is to be told of a tail beside the acknowledgement. */
interface AppliedTail {
  /** The number that must come next, if there was a gap. */
  readonly expected: number | undefined;
  readonly failed: readonly Failed[];
}

/** A command that failed by a mistake: of the rules, or of whoever wrote the client. */
interface Failed {
  readonly reason: "rule-failed" | "args-invalid";
  readonly seq: number;
  readonly detail: string;
}

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
    if (!sameInstance(instance, seating.instanceOf(seat))) {
      return this.#parts.out.refuse(connection, "superseded");
    }
    this.#absence.active(connection);
    this.answer(connection, this.apply(seat, commands));
  }

  /** Applies the new part of a tail. All of it is acknowledged, for the answer before may be lost. */
  apply(seat: SeatRecord, tail: readonly NumberedCommand[]): AppliedTail {
    const { out } = this.#parts;
    const numbers = out.acknowledged.get(seat.id)?.size ?? 0;
    if (numbers >= NUMBERS_A_TURN) return { expected: seat.applied + 1, failed: [] };
    const { expected, failures, misfit } = applyTail(this.#parts, seat, tail);
    if (tail.length > 0) out.acknowledge(seat.id, tail);
    const failed = failures.map(({ seq, failure, suspends }): Failed => {
      const detail = out.audit("rule-failed", seat.id, failure);
      if (suspends) out.audit("commands-suspended", seat.id, failure);
      return { reason: "rule-failed", seq, detail };
    });
    if (misfit === undefined) return { expected, failed };
    const { seq, why: detail } = misfit;
    return { expected, failed: [...failed, { reason: "args-invalid", seq, detail }] };
  }

  /**
   * Names the incident of each rule that threw, for whoever asks the operator, says of the first arguments
   * that do not fit why, and asks for the whole tail from the number that must come next if there was a gap.
   */
  answer(to: ConnectionId, { expected, failed }: AppliedTail): void {
    const { out } = this.#parts;
    for (const { reason, seq, detail } of failed) out.refuse(to, reason, { seq, detail });
    if (expected !== undefined) out.refuse(to, "expect", { seq: expected });
  }
}
