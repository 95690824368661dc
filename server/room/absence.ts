// Absence: how a seat goes away, comes back and is given up, by its connection, its player, its
// node or its grace. It changes seats and tells the game; it never takes one for anybody.

import type { ConnectionId, IdentityId, NodeId } from "../../shared/ids.ts";
import type { Instance } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Attachments } from "./attachments.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import type { Outcome } from "./outcome.ts";
import type { RoomParts } from "./parts.ts";
import type { Rules } from "./rules.ts";
import type { Saving } from "./saving.ts";
import * as seating from "./seating.ts";

export class Absence {
  readonly #core: RoomCore;
  readonly #rules: Rules;
  readonly #attachments: Attachments;
  readonly #out: Outcome;
  readonly #saving: Saving;

  constructor(parts: RoomParts, saving: Saving) {
    this.#core = parts.core;
    this.#rules = parts.rules;
    this.#attachments = parts.attachments;
    this.#out = parts.out;
    this.#saving = saving;
  }

  /** Its player gives the seat up, or somebody stops watching. */
  leave(connection: ConnectionId, instance: Instance): void {
    const attachment = this.#attachments.get(connection);
    if (attachment === undefined) return this.#out.refuse(connection, "not-seated");
    if (attachment.seat === undefined) {
      this.#attachments.delete(connection);
      return this.#out.tell({ kind: "moved", to: connection });
    }
    const seat = this.heldBy(connection);
    const own = seat !== undefined && seating.sameInstance(instance, seating.instanceOf(seat));
    if (!own) return this.#out.refuse(connection, "superseded");
    this.vacate(seat, "seat-lost");
  }

  /** The person did nothing for longer than the game allows. */
  idle(connection: ConnectionId): void {
    const seat = this.heldBy(connection);
    if (seat?.presence === "held") this.#putAway(seat, "idle");
  }

  /** The person is here again. */
  active(connection: ConnectionId): void {
    const seat = this.heldBy(connection);
    if (seat === undefined || seat.cause !== "idle") return;
    seat.presence = "held";
    seat.cause = "none";
    seat.untilMs = undefined;
    this.#out.note(seat.id, this.#rules.seat("back", seat.id));
  }

  /** A connection has ended; the seat is away only if it was held by this one. */
  gone(connection: ConnectionId): void {
    const seat = this.heldBy(connection);
    this.#attachments.delete(connection);
    if (seat !== undefined) this.lose(seat);
  }

  /**
   * Forgets the connections of dead nodes. What nobody is attached to is away from here on: also what
   * a host before this one left as held, whose connections this one has never seen.
   */
  nodes(alive: readonly NodeId[]): void {
    const attached = new Set<number | undefined>();
    for (const { arrival, seat } of [...this.#attachments.all]) {
      if (alive.includes(arrival.node)) attached.add(seat);
      else this.#attachments.delete(arrival.connection);
    }
    for (const seat of [...this.#core.own.$seats]) if (!attached.has(seat.id)) this.lose(seat);
  }

  /** Nobody is connected to the seat any more. Who was idle before keeps the grace that runs. */
  lose(seat: SeatRecord): void {
    if (seat.presence === "held") this.#putAway(seat, "disconnected");
    else if (seat.cause !== "disconnected") seat.cause = "disconnected";
  }

  /** The seat is kept for its grace from here on. */
  #putAway(seat: SeatRecord, cause: "disconnected" | "idle"): void {
    seating.putAway(this.#core, seat, cause);
    this.#out.note(seat.id, this.#rules.seat("away", seat.id));
  }

  /** The seat is empty from here on: its player left, or was away for longer than the grace. */
  vacate(seat: SeatRecord, reason: Reason): void {
    this.#saving.leaving(seat);
    this.#out.note(seat.id, this.#rules.seat("leave", seat.id));
    const { identity, id } = seat;
    this.#core.own.$seats.delete(id);
    this.#rules.inputs.forget(id);
    this.#out.acknowledged.delete(id);
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
