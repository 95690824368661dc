// Seating: how a seat is taken, held, away, taken up again and given up, and which page of its
// player counts. It changes seat records and answers in values; it never speaks to a connection.

import type { Json } from "../../shared/field.ts";
import type { IdentityId, PageId } from "../../shared/ids.ts";
import type { Instance, PreviousInstance } from "../../shared/protocol.ts";
import { refusedOf } from "./commands.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import type { Arrival, TicketClaim } from "./turn.ts";

/** The seat an identity has in this room, if any. */
export function seatOf(core: RoomCore, identity: IdentityId): SeatRecord | undefined {
  for (const seat of core.own.$seats) if (seat.identity === identity) return seat;
  return undefined;
}

/** Takes the lowest empty seat; undefined if there is none. */
export function takeSeat(core: RoomCore, arrival: Arrival): SeatRecord | undefined {
  for (let index = 0; index < core.game.seats.max; index++) {
    if (core.own.$seats.has(index)) continue;
    const { name, identity } = arrival;
    const seat = core.own.$seats.add({ name, identity }, index);
    giveInstance(core, seat, arrival);
    hold(seat, arrival);
    return seat;
  }
  return undefined;
}

export function instanceOf(seat: SeatRecord): Instance {
  return [seat.instanceEpoch, seat.instanceCount];
}

export function sameInstance(one: Instance, other: Instance): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

/** Gives a seat's newest page its instance; commands of the one before are fenced from here on. */
export function giveInstance(core: RoomCore, seat: SeatRecord, arrival: Arrival): void {
  core.own.$room.instances += 1;
  seat.instanceEpoch = core.history.epoch;
  seat.instanceCount = core.own.$room.instances;
  seat.page = arrival.page;
  seat.applied = 0;
  seat.refused = [];
}

/** The seat is held by this connection: frames go to it, and only its end puts the seat away. */
export function hold(seat: SeatRecord, arrival: Arrival): void {
  seat.attachment += 1;
  seat.session = arrival.session;
  seat.node = arrival.node;
  seat.presence = "held";
  seat.cause = "none";
  seat.untilMs = undefined;
}

/** The seat's player is away; the seat is kept until its grace has passed. */
export function putAway(core: RoomCore, seat: SeatRecord, cause: "disconnected" | "idle"): void {
  seat.presence = "away";
  seat.cause = cause;
  seat.untilMs = core.time.nowMs + core.game.seats.graceMs;
}

/** Keeps what became of an instance's commands, for the page that comes after it. */
export function keepPrevious(seat: SeatRecord): void {
  const previous: PreviousInstance = {
    instance: instanceOf(seat),
    applied: seat.applied,
    refused: refusedOf(seat),
  };
  seat.previous = previous as unknown as Json;
}

/** What became of the instance before this one, if it is the one that a page asks about. */
export function previousOf(seat: SeatRecord, asked: Instance): PreviousInstance | undefined {
  const previous = seat.previous as unknown as PreviousInstance | null;
  return previous !== null && sameInstance(previous.instance, asked) ? previous : undefined;
}

/**
 * Whether a page that comes back is the one the seat knows, comes after it, or was overtaken. A page
 * presents the instance it had, or, after a reload, the one its predecessor left behind. One that was
 * overtaken while it was away must not take the seat from a page that plays: two pages of a player
 * would take it from each other for ever. It may when nobody holds the seat.
 */
export function standingOf(
  seat: SeatRecord,
  page: PageId,
  presented: Instance,
): "same-page" | "next-page" | "fenced" {
  const current = sameInstance(presented, instanceOf(seat));
  const asked = current || previousOf(seat, presented) !== undefined;
  if (seat.page === page && asked) return "same-page";
  if (current || seat.page === page) return "next-page";
  return seat.presence === "away" && seat.cause === "disconnected" ? "next-page" : "fenced";
}

export type TicketOutcome = "proven" | "reused" | "invalid";

/**
 * Judges a ticket. The seat keeps the generation that was proven last; its ticket is the next one,
 * and using that proves it. An answer that was lost is asked for again with the ticket before, which
 * is no reuse; only a generation older than the proven one is. One from the future means that the
 * store forgot: it is honest, because its MAC is right.
 */
export function judgeTicket(seat: SeatRecord, claim: TicketClaim): TicketOutcome {
  if (claim.family !== seat.ticketFamily) {
    return claim.family < seat.ticketFamily ? "invalid" : "proven";
  }
  return claim.generation < seat.ticketGeneration ? "reused" : "proven";
}

/** Notes a proven ticket, or begins a family for a seat that was taken up with a token. */
export function proveTicket(seat: SeatRecord, claim: TicketClaim | undefined): void {
  if (claim === undefined) {
    seat.ticketFamily += 1;
    seat.ticketGeneration = 0;
    return;
  }
  seat.ticketFamily = claim.family;
  seat.ticketGeneration = claim.generation;
}

/** The ticket a seat gives out: the successor of the proven one, the same however often it is asked for. */
export function nextTicket(seat: SeatRecord): TicketClaim {
  return { seat: seat.id, family: seat.ticketFamily, generation: seat.ticketGeneration + 1 };
}
