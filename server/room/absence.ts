// Absence: how a seat goes away, comes back and is given up, by its connection, its player, its
// node or its grace. It changes seats and tells the game; it never takes one for anybody.

import type { ConnectionId, IdentityId, NodeId } from "../../shared/ids.ts";
import { sameInstance } from "../../shared/instance.ts";
import type { Instance } from "../../shared/protocol.ts";
import type { Attachments } from "./attachments.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import { keepOutOf } from "./keptOut.ts";
import type { Outcome } from "./outcome.ts";
import type { RoomParts } from "./parts.ts";
import type { Rules } from "./rules.ts";
import type { Saving } from "./saving.ts";
import * as seating from "./seating.ts";
import type { RoomInput } from "./turn.ts";

type PutOut = Extract<RoomInput, { kind: "put-out" }>;

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
    const own = seat !== undefined && sameInstance(instance, seating.instanceOf(seat));
    if (!own) return this.#out.refuse(connection, "superseded");
    this.vacate(seat, "left");
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
    this.back(seat);
  }

  /** The seat's player is there again; whoever was told of the absence is told of its end. */
  back(seat: SeatRecord): void {
    const { presence, absentSinceMs } = seat;
    seating.present(seat);
    if (presence === "held") return;
    const awayMs = this.#core.time.nowMs - (absentSinceMs ?? this.#core.time.nowMs);
    this.#out.note(seat.id, this.#rules.back(seat.id, awayMs));
  }

  /** A moderator has somebody leave: the seat is given up, and whatever else of theirs looks on ends. */
  putOut({ identity, keepOut }: PutOut): void {
    if (keepOut) keepOutOf(this.#core, identity);
    const seat = seating.seatOf(this.#core, identity);
    if (seat !== undefined) this.vacate(seat, "left", "put-out");
    else this.#out.seatless(identity);
    for (const { arrival } of [...this.#attachments.all]) {
      if (arrival.identity !== identity) continue;
      this.#attachments.delete(arrival.connection);
      this.#out.tell({ kind: "detached", to: arrival.connection, reason: "put-out" });
    }
  }

  /** A connection has ended; the seat is away only if it was held by this one. */
  gone(connection: ConnectionId): void {
    const seat = this.heldBy(connection);
    this.#attachments.delete(connection);
    if (seat !== undefined) this.lose(seat);
  }

  /** A node is gone with every connection it had; those of nodes nobody has heard of yet are none of it. */
  nodeLost(node: NodeId): void {
    for (const { arrival } of [...this.#attachments.all]) {
      if (arrival.node === node) this.gone(arrival.connection);
    }
  }

  /**
   * Forgets the connections of all nodes but these. What nobody is attached to is away from here on: also what
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
    if (seat.presence === "away") {
      seat.cause = "disconnected";
      return;
    }
    if (seat.tellAtMs !== undefined) return;
    const { toldAfterMs = 0 } = this.#rules.absence(seat.id);
    if (toldAfterMs <= 0) return this.#putAway(seat, "disconnected");
    seat.absentSinceMs = this.#core.time.nowMs;
    seat.tellAtMs = this.#core.time.nowMs + toldAfterMs;
  }

  /** What time does to seats that nobody is at: it is told, something is done for them, it is over. */
  pass(): void {
    const { nowMs } = this.#core.time;
    for (const seat of [...this.#core.own.$seats]) {
      const { absentSinceMs, tellAtMs } = seat;
      if (absentSinceMs === undefined) continue;
      if (tellAtMs !== undefined && tellAtMs <= nowMs) this.#putAway(seat, "disconnected");
      if (seat.untilMs !== undefined && seat.untilMs <= nowMs) this.vacate(seat, "absent");
    }
  }

  /** Lets the game do something for the seats that are away, when it is time. */
  meanwhile(): void {
    if (this.#core.game.rules.lifecycle.meanwhile === undefined) return;
    const { nowMs } = this.#core.time;
    for (const seat of [...this.#core.own.$seats]) {
      if ((seat.meanwhileAtMs ?? Number.POSITIVE_INFINITY) > nowMs) continue;
      seat.meanwhileAtMs = undefined;
      if (this.#meanwhileEveryMs(seat) <= 0) continue;
      this.#out.note(seat.id, this.#rules.seat("meanwhile", seat.id));
    }
    // All of them, as the game is now: whatever was done for one may have made it another one's turn.
    for (const seat of this.#core.own.$seats) {
      const everyMs = this.#meanwhileEveryMs(seat);
      seat.meanwhileAtMs = everyMs > 0 ? (seat.meanwhileAtMs ?? nowMs + everyMs) : undefined;
    }
  }

  /** How often something is done for a seat, as the game is now; 0 for never. */
  #meanwhileEveryMs({ id, presence }: SeatRecord): number {
    const isRunning = this.#core.own.$room.status === "running";
    if (!isRunning || presence !== "away") return 0;
    return this.#rules.absence(id).meanwhileEveryMs ?? 0;
  }

  /** The seat is kept for its grace, which began when it was lost. */
  #putAway(seat: SeatRecord, cause: "disconnected" | "idle"): void {
    const core = this.#core;
    const { graceMs = core.game.seats.graceMs } = this.#rules.absence(seat.id);
    seat.presence = "away";
    seat.cause = cause;
    seat.absentSinceMs ??= core.time.nowMs;
    seat.tellAtMs = undefined;
    seat.untilMs = seat.absentSinceMs + graceMs;
    this.#out.note(seat.id, this.#rules.seat("away", seat.id));
  }

  /** The seat is empty from here on: its player left, or was away for longer than the grace. */
  vacate(
    seat: SeatRecord,
    why: "left" | "absent",
    reason: "seat-lost" | "put-out" = "seat-lost",
  ): void {
    this.#saving.leaving(seat);
    this.#out.note(seat.id, this.#rules.left(seat.id, why));
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
