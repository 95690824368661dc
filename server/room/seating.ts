// Seating: how a seat is taken, held, away, taken up again and given up, and which page of its
// player counts. It changes seat records and answers in values; it never speaks to a connection.

import type { Json } from "../../shared/field.ts";
import type { IdentityId, PageId } from "../../shared/ids.ts";
import { sameInstance } from "../../shared/instance.ts";
import type { Instance, PreviousInstance } from "../../shared/protocol.ts";
import { refusedOf } from "./commands.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import { nameApart } from "./seatName.ts";
import type { Arrival, TicketClaim } from "./turn.ts";

/** The seat an identity has in this room, if any. */
export function seatOf(core: RoomCore, identity: IdentityId): SeatRecord | undefined {
  for (const seat of core.own.$seats) if (seat.identity === identity) return seat;
  return undefined;
}

/** What the other seats are called. */
export function namesBeside(core: RoomCore, seat: number): readonly string[] {
  return [...core.own.$seats].filter(({ id }) => id !== seat).map(({ name }) => name);
}

/** Takes the lowest empty seat; undefined if there is none. */
export function takeSeat(core: RoomCore, arrival: Arrival): SeatRecord | undefined {
  for (let index = 0; index < core.game.seats.max; index++) {
    if (core.own.$seats.has(index)) continue;
    const name = nameApart(arrival.name, namesBeside(core, index));
    const seat = core.own.$seats.add({ name, identity: arrival.identity }, index);
    giveInstance(core, seat, arrival.page);
    beginTickets(core, seat);
    hold(seat, arrival);
    return seat;
  }
  return undefined;
}

/** The seat is held by this connection: frames go to it, and only its end puts the seat away. */
export function hold(seat: SeatRecord, arrival: Arrival): void {
  seat.attachment += 1;
  seat.session = arrival.session;
  seat.node = arrival.node;
}

/** The seat's player is there. */
export function present(seat: SeatRecord): void {
  seat.presence = "held";
  seat.cause = "none";
  seat.untilMs = undefined;
  seat.absentSinceMs = undefined;
  seat.tellAtMs = undefined;
  seat.meanwhileAtMs = undefined;
}

export function instanceOf(seat: SeatRecord): Instance {
  return [seat.instanceEpoch, seat.instanceCount];
}

/**
 * Another page has the seat from here on: commands of the one before are fenced, their ends kept.
 * `presented` is the instance that the new page brought, if it brought one.
 */
export function passOn(
  core: RoomCore,
  seat: SeatRecord,
  next: { readonly page: PageId; readonly presented: Instance | undefined },
): void {
  const former: FormerPage = {
    page: seat.page,
    instance: instanceOf(seat),
    applied: seat.applied,
    refused: refusedOf(seat),
    presented: formerOf(seat).presented,
  };
  // An instance that nobody used may be one whose page never learned of it: what it took the place
  // of is still asked for. Or it was given to a page that came late, after the one loaded after it.
  const known = formerOf(seat).pages.filter(({ applied }, at) => applied > 0 || at === 0);
  const pages =
    lostPages(seat, next.presented) ??
    withoutCopies([former, ...known], next.presented).slice(0, FORMER_PAGES_KEPT);
  seat.previous = { pages, presented: next.presented ?? null } as unknown as Json;
  giveInstance(core, seat, next.page);
}

function giveInstance(core: RoomCore, seat: SeatRecord, page: PageId): void {
  core.own.$room.instances += 1;
  seat.instanceEpoch = core.history.epoch;
  seat.instanceCount = core.own.$room.instances;
  seat.page = page;
  seat.applied = 0;
  seat.refused = [];
}

/** A page that had the seat, and what became of its commands. */
interface FormerPage extends PreviousInstance {
  readonly page: string;
  /** The instance that it brought when it took the seat up. */
  readonly presented: Instance | null;
}

/** The two before, and the last one that was used. */
const FORMER_PAGES_KEPT = 3;

interface Former {
  readonly pages: readonly FormerPage[];
  /** The instance that the seat's page brought when it took the seat up. */
  readonly presented: Instance | null;
}

const NOBODY: Former = { pages: [], presented: null };

function formerOf(seat: SeatRecord): Former {
  return (seat.previous as unknown as Former | null) ?? NOBODY;
}

function formerPageOf(seat: SeatRecord, asked: Instance): FormerPage | undefined {
  return formerOf(seat).pages.find(({ instance }) => sameInstance(instance, asked));
}

/**
 * Of a seat whose room was set back behind the instance that a page brings: nothing of that instance has
 * taken effect, and all that waits goes on in it. What it took over, and from whom, is lost as well, so
 * nobody else may hold the same any more. Undefined for an instance that the seat has come to.
 */
function lostPages(
  { instanceEpoch, instanceCount }: SeatRecord,
  presented: Instance | undefined,
): readonly FormerPage[] | undefined {
  if (presented === undefined) return undefined;
  const [epoch, count] = presented;
  const isAhead = epoch > instanceEpoch || (epoch === instanceEpoch && count > instanceCount);
  if (!isAhead) return undefined;
  return [{ page: "", instance: presented, applied: 0, refused: [], presented: null }];
}

/**
 * What waited under an instance goes on under one other, and no more: tabs that were duplicated while
 * they waited hold the same commands, and each would have them applied under an instance of its own.
 * A page that used its instance has taken over what it brought; of those that did not, whoever asks
 * last goes on. What becomes of the other copies is unknown from here on.
 */
function withoutCopies(
  pages: readonly FormerPage[],
  presented: Instance | undefined,
): readonly FormerPage[] {
  const [newest] = pages;
  const left = newest !== undefined && newest.applied > 0 ? withoutKin(pages, newest) : pages;
  const asked = left.find((each) => mayBeSame(each.instance, presented));
  return asked === undefined ? left : withoutKin(left, asked);
}

/**
 * Pages but those that may hold commands which one of them holds: it brought them, or so did both. Who
 * brought what it had itself stays: whoever asks for that may have come late, and be gone unused.
 */
function withoutKin(pages: readonly FormerPage[], one: FormerPage): readonly FormerPage[] {
  return pages.filter(
    (each) =>
      each === one ||
      !(
        mayBeSame(each.instance, one.presented) ||
        (each.presented !== null && mayBeSame(each.presented, one.presented))
      ),
  );
}

/** Older rooms do not say what their pages brought. */
function mayBeSame(one: Instance, other: Instance | null | undefined): boolean {
  return other !== null && other !== undefined && sameInstance(one, other);
}

/** What became of an instance before this one, if it is still known. */
export function previousOf(seat: SeatRecord, asked: Instance): PreviousInstance | undefined {
  const former = formerPageOf(seat, asked);
  if (former === undefined) return undefined;
  const { instance, applied, refused } = former;
  return { instance, applied, refused };
}

/**
 * Whether a page that comes back is the one the seat knows, comes after it, or was overtaken. A page
 * presents the instance it had, or, after a reload, the one its predecessor left behind; asking again
 * after a lost answer it still presents that. One that was overtaken while it was away must not take
 * the seat from a page that plays: two pages of a player would take it from each other for ever. It
 * may when nobody holds the seat.
 */
export function standingOf(
  seat: SeatRecord,
  page: PageId,
  presented: Instance,
): "same-page" | "next-page" | "fenced" {
  const current = sameInstance(presented, instanceOf(seat));
  const former = formerPageOf(seat, presented);
  const { presented: brought } = formerOf(seat);
  const again = former !== undefined || (brought !== null && sameInstance(presented, brought));
  if (seat.page === page) return current || again ? "same-page" : "next-page";
  if (current) return "next-page";
  // Loaded after the page that was overtaken: the one in between never learned its instance.
  if (former !== undefined && former.page !== page) return "next-page";
  const isLost = seat.cause === "disconnected" || seat.tellAtMs !== undefined;
  return isLost ? "next-page" : "fenced";
}

export type TicketOutcome = "proven" | "reused" | "invalid";

/**
 * Judges a ticket. The seat keeps the generation that was proven last; its ticket is the next one,
 * and using that proves it. An answer that was lost is asked for again with the ticket before, which
 * is no reuse; only a generation older than the proven one is, unless it comes from the very page
 * that proved the newer one: an attempt of its own that was long on its way. One from the future
 * means that the store forgot: it is honest, because its MAC is right.
 */
export function judgeTicket(seat: SeatRecord, claim: TicketClaim, page: PageId): TicketOutcome {
  if (claim.family !== seat.ticketFamily) {
    return claim.family < seat.ticketFamily ? "invalid" : "proven";
  }
  if (claim.generation >= seat.ticketGeneration) return "proven";
  return page === seat.page ? "invalid" : "reused";
}

/** Notes a proven ticket. */
export function proveTicket(seat: SeatRecord, claim: TicketClaim): void {
  seat.ticketFamily = claim.family;
  seat.ticketGeneration = claim.generation;
}

/** Begins a family that no seat of the room had before: every older ticket is worth nothing. */
export function beginTickets(core: RoomCore, seat: SeatRecord): void {
  core.own.$room.instances += 1;
  seat.ticketFamily = core.own.$room.instances;
  seat.ticketGeneration = 0;
}

/** The ticket a seat gives out: the successor of the proven one, the same however often it is asked for. */
export function nextTicket(seat: SeatRecord): TicketClaim {
  return { seat: seat.id, family: seat.ticketFamily, generation: seat.ticketGeneration + 1 };
}
