// Absence: how a seat goes away, comes back and is given up, by its connection, its player, its
// node or its grace. It changes seats and tells the game; it never takes one for anybody.

import type { ConnectionId, IdentityId } from "../../shared/ids.ts";
import type { Instance } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Attachments } from "./attachments.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import type { Outcome } from "./outcome.ts";
import type { RoomParts } from "./parts.ts";
import type { Rules } from "./rules.ts";
import * as seating from "./seating.ts";

export class Absence {
  readonly #core: RoomCore;
  readonly #rules: Rules;
  readonly #attachments: Attachments;
  readonly #out: Outcome;

  constructor(parts: RoomParts) {
    this.#core = parts.core;
    this.#rules = parts.rules;
    this.#attachments = parts.attachments;
    this.#out = parts.out;
  }

  /** Its player gives the seat up, or somebody stops watching. */
  leave(connection: ConnectionId, instance: Instance): void {
    if (this.#attachments.get(connection) === undefined) return;
    const seat = this.heldBy(connection);
    if (seat !== undefined && seating.sameInstance(instance, seating.instanceOf(seat))) {
      return this.vacate(seat, "seat-lost");
    }
    this.#attachments.delete(connection);
    this.#out.tell({ kind: "moved", to: connection });
  }

  /** The person did nothing for longer than the game allows. */
  idle(connection: ConnectionId): void {
    const seat = this.heldBy(connection);
    if (seat?.presence === "held") this.putAway(seat, "idle");
  }

  /** The person is here again. */
  active(connection: ConnectionId): void {
    const seat = this.heldBy(connection);
    if (seat === undefined || seat.cause !== "idle") return;
    seat.presence = "held";
    seat.cause = "none";
    seat.untilMs = undefined;
    this.#out.note(seat.id, this.#rules.seat("back", seat.id));
    this.#out.errand({ kind: "list" });
  }

  /** A connection has ended; the seat is away only if it was held by this one. */
  gone(connection: ConnectionId): void {
    const seat = this.heldBy(connection);
    this.#attachments.delete(connection);
    if (seat === undefined || seat.cause === "disconnected") return;
    if (seat.presence === "held") this.putAway(seat, "disconnected");
    else seat.cause = "disconnected";
  }

  /** Puts away what connections of dead nodes held. */
  nodes(alive: readonly string[]): void {
    for (const seat of [...this.#core.own.$seats]) {
      if (seat.presence === "held" && !alive.includes(seat.node))
        this.putAway(seat, "disconnected");
    }
    for (const attachment of [...this.#attachments.all]) {
      if (!alive.includes(attachment.arrival.node))
        this.#attachments.delete(attachment.arrival.connection);
    }
  }

  /** The seat is kept for its grace from here on. */
  putAway(seat: SeatRecord, cause: "disconnected" | "idle"): void {
    seating.putAway(this.#core, seat, cause);
    this.#out.note(seat.id, this.#rules.seat("away", seat.id));
  }

  /** The seat is empty from here on: its player left, or was away for longer than the grace. */
  vacate(seat: SeatRecord, reason: Reason): void {
    this.#out.note(seat.id, this.#rules.seat("leave", seat.id));
    const { identity, id } = seat;
    this.#core.own.$seats.delete(id);
    this.#rules.forgetInputs(id);
    this.#out.ended.delete(id);
    for (const attachment of [...this.#attachments.all]) {
      if (attachment.seat !== id) continue;
      this.#attachments.delete(attachment.arrival.connection);
      this.#out.tell({ kind: "detached", to: attachment.arrival.connection, reason });
    }
    this.#out.errand({ kind: "unlink-seat", identity: identity as IdentityId });
    this.#out.errand({ kind: "list" });
  }

  /** The seat whose frames go to this connection; a connection that was overtaken holds none. */
  heldBy(connection: ConnectionId): SeatRecord | undefined {
    const attachment = this.#attachments.get(connection);
    if (attachment?.seat === undefined) return undefined;
    const seat = this.#core.own.$seats.get(attachment.seat);
    return seat?.attachment === attachment.number ? seat : undefined;
  }
}
