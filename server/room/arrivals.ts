// Arrivals: how somebody comes to a room: takes a seat, takes one up again, or watches. Every check
// comes before the first change, so that a refused arrival leaves no trace.

import type { Bookmark } from "../../shared/frame.ts";
import { sameInstance } from "../../shared/instance.ts";
import type { Instance, PreviousInstance, Seated } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Absence } from "./absence.ts";
import type { Attachments } from "./attachments.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import { removalOf } from "./keeping.ts";
import { isKeptOut } from "./keptOut.ts";
import type { Outcome } from "./outcome.ts";
import type { RoomParts } from "./parts.ts";
import type { Rules } from "./rules.ts";
import type { Saving } from "./saving.ts";
import * as seating from "./seating.ts";
import { nameApart } from "./seatName.ts";
import type { TailRunner } from "./tails.ts";
import type { Arrival, RoomInput } from "./turn.ts";

type Resume = Extract<RoomInput, { kind: "resume" }>;
type Pass = Extract<RoomInput, { kind: "pass" }>;
type Join = Extract<RoomInput, { kind: "join" }>;

/** What a page is told with its seat. */
interface SeatedWith {
  readonly request?: number;
  readonly previous?: PreviousInstance | undefined;
  /** What it holds of the room. */
  readonly bookmark?: Bookmark | undefined;
}

export class Arrivals {
  readonly #core: RoomCore;
  readonly #rules: Rules;
  readonly #attachments: Attachments;
  readonly #out: Outcome;
  readonly #absence: Absence;
  readonly #tails: TailRunner;
  readonly #saving: Saving;

  constructor(
    parts: RoomParts,
    absence: Absence,
    { tails, saving }: { readonly tails: TailRunner; readonly saving: Saving },
  ) {
    this.#core = parts.core;
    this.#rules = parts.rules;
    this.#attachments = parts.attachments;
    this.#out = parts.out;
    this.#absence = absence;
    this.#tails = tails;
    this.#saving = saving;
  }

  join(join: Join): void {
    const { arrival, request, watch, game, bookmark } = join;
    if (game !== undefined && game !== this.#core.game.name)
      return this.#out.refuse(arrival.connection, "room-unknown", { request });
    if (isKeptOut(this.#core, arrival.identity)) return this.#turnAway(arrival, "put-out", request);
    const seat = seating.seatOf(this.#core, arrival.identity);
    // Who asks to watch on the connection that holds the seat keeps it: nobody loses one by looking.
    const seatless = watch && this.#absence.heldBy(arrival.connection) === undefined;
    if (seatless) return this.#watch(join);
    if (seat !== undefined && this.#playsElsewhere(seat, arrival)) return this.#secondPage(join);
    if (seat !== undefined) return this.#joinAgain(seat, join);
    if (this.#core.own.$room.status === "ended")
      return this.#turnAway(arrival, removalOf(this.#core).why, request);
    const taken = seating.takeSeat(this.#core, arrival);
    if (taken === undefined) return this.#turnAway(arrival, "room-full", request);
    this.#rules.seatTaken(taken.id);
    this.#attach(arrival, taken, { request, bookmark });
    this.#out.errand({ kind: "link-seat", identity: arrival.identity });
    this.#out.errand({ kind: "list" });
    this.#out.note(taken.id, this.#rules.seat("join", taken.id));
    this.#saving.seated(taken);
  }

  /**
   * A person who was a guest signed in: the seat comes along. Whoever sits here as both keeps both
   * seats, and the guest's is given up like any other that nobody comes back to.
   */
  pass({ from, to, name }: Pass): void {
    const seat = seating.seatOf(this.#core, from);
    if (seat === undefined) return this.#out.seatless(from);
    if (seating.seatOf(this.#core, to) !== undefined) return;
    seat.identity = to;
    seat.name = nameApart(name, seating.namesBeside(this.#core, seat.id));
    // The tickets of before were the guest's.
    seating.beginTickets(this.#core, seat);
    this.#out.errand({ kind: "unlink-seat", identity: from });
    this.#out.errand({ kind: "link-seat", identity: to });
  }

  /** Whether a page other than this one has the seat's line, and the game leaves it that. */
  #playsElsewhere(seat: SeatRecord, { page }: Arrival): boolean {
    if (this.#core.game.seats.secondPage === "takes-over") return false;
    for (const other of this.#attachments.all) {
      if (other.seat === seat.id && other.arrival.page !== page) return true;
    }
    return false;
  }

  #secondPage(join: Join): void {
    const { arrival, request } = join;
    if (this.#core.game.seats.secondPage === "watches") return this.#watch(join);
    return this.#out.refuse(arrival.connection, "seat-held", { request });
  }

  /** Joining where one sits already takes the seat up; the same page asking twice keeps its instance. */
  #joinAgain(seat: SeatRecord, { arrival, request, bookmark }: Join): void {
    seating.beginTickets(this.#core, seat);
    if (seat.page !== arrival.page) this.#passOn(seat, arrival, undefined);
    this.#hold(seat, arrival);
    this.#attach(arrival, seat, { request, bookmark });
  }

  #watch({ arrival, request, bookmark }: Join): void {
    if (!this.#core.game.watchers)
      return this.#out.refuse(arrival.connection, "watching-refused", { request });
    this.#attachments.add(arrival, undefined, 0);
    this.#tellSeated(arrival, undefined, { request });
    this.#out.asked.set(arrival.connection, bookmark);
  }

  /** Every check comes before the first change: a refused resume leaves no trace. */
  resume(resume: Resume): void {
    const { arrival, instance, ticket } = resume;
    const seat = seating.seatOf(this.#core, arrival.identity);
    if (seat === undefined || (ticket !== undefined && ticket.seat !== seat.id)) {
      return this.#turnAway(arrival, this.#whySeatless(arrival));
    }
    const judged =
      ticket === undefined ? "proven" : seating.judgeTicket(seat, ticket, arrival.page);
    if (judged === "invalid") return this.#out.refuse(arrival.connection, "ticket-invalid");
    if (judged === "reused") return this.#ticketReused(seat, arrival);
    const standing = seating.standingOf(seat, arrival.page, instance);
    if (standing === "fenced") return this.#out.refuse(arrival.connection, "superseded");
    if (this.#playsElsewhere(seat, arrival))
      return this.#out.refuse(arrival.connection, "seat-held");
    if (ticket === undefined) seating.beginTickets(this.#core, seat);
    else seating.proveTicket(seat, ticket);
    this.#takeUp(seat, resume, standing);
  }

  #turnAway({ connection, identity }: Arrival, reason: Reason, request?: number): void {
    this.#out.seatless(identity);
    this.#out.refuse(connection, reason, request === undefined ? {} : { request });
  }

  #whySeatless({ identity }: Arrival): Reason {
    if (isKeptOut(this.#core, identity)) return "put-out";
    return this.#core.own.$room.status === "ended" ? removalOf(this.#core).why : "seat-lost";
  }

  #takeUp(seat: SeatRecord, resume: Resume, standing: "same-page" | "next-page"): void {
    const { arrival, instance, bookmark } = resume;
    const current = sameInstance(instance, seating.instanceOf(seat));
    const applied = current ? this.#tails.apply(seat, resume.commands) : undefined;
    if (standing === "next-page") this.#passOn(seat, arrival, instance);
    this.#hold(seat, arrival);
    this.#attach(arrival, seat, { previous: seating.previousOf(seat, instance), bookmark });
    if (applied !== undefined) {
      // A gap in the tail of a page that is gone cannot be filled any more: `previous` tells.
      const expected = standing === "same-page" ? applied.expected : undefined;
      this.#tails.answer(arrival.connection, { ...applied, expected });
    }
  }

  /** Another page has the seat from here on; what became of the older one's commands is kept for it. */
  #passOn(seat: SeatRecord, arrival: Arrival, presented: Instance | undefined): void {
    const { identity, page } = arrival;
    seating.passOn(this.#core, seat, { page, presented });
    this.#rules.inputs.forget(seat.id);
    this.#out.acknowledged.delete(seat.id);
    this.#out.errand({ kind: "link-seat", identity });
  }

  #hold(seat: SeatRecord, arrival: Arrival): void {
    const { identity, session } = arrival;
    if (seat.session !== session) this.#out.errand({ kind: "link-seat", identity });
    seating.hold(seat, arrival);
    this.#absence.back(seat);
  }

  /** Frames of the seat go to this connection alone from here on. */
  #attach(arrival: Arrival, seat: SeatRecord, how: SeatedWith): void {
    for (const other of [...this.#attachments.all]) {
      if (other.seat !== seat.id) continue;
      const to = other.arrival.connection;
      this.#attachments.delete(to);
      if (to === arrival.connection) continue;
      const samePage = other.arrival.page === arrival.page;
      this.#out.tell(
        samePage ? { kind: "moved", to } : { kind: "detached", to, reason: "superseded" },
      );
    }
    this.#attachments.add(arrival, seat.id, seat.attachment);
    this.#tellSeated(arrival, seat, how);
    this.#out.asked.set(arrival.connection, how.bookmark);
  }

  #tellSeated(arrival: Arrival, seat: SeatRecord | undefined, how: SeatedWith): void {
    const { id: room, game, own } = this.#core;
    this.#out.tell({
      kind: "seated",
      to: arrival.connection,
      request: how.request,
      session: arrival.session,
      ticket: seat === undefined ? undefined : seating.nextTicket(seat),
      seated: {
        room,
        game: game.name,
        ...this.#seatTold(seat),
        code: own.$room.code,
        applied: seat?.applied ?? 0,
        ...(how.previous === undefined ? {} : { previous: how.previous }),
      },
    });
  }

  #seatTold(seat: SeatRecord | undefined): Pick<Seated, "seat" | "instance" | "attachment"> {
    const { epoch } = this.#core.history;
    if (seat === undefined) return { instance: [epoch, 0] };
    const attachment = [epoch, seat.attachment] as const;
    return { seat: seat.id, instance: seating.instanceOf(seat), attachment };
  }

  /** An old ticket was used: somebody holds a copy. Nobody keeps the seat's line until a token proves who it is. */
  #ticketReused(seat: SeatRecord, arrival: Arrival): void {
    seating.beginTickets(this.#core, seat);
    for (const other of [...this.#attachments.all]) {
      if (other.seat !== seat.id) continue;
      this.#attachments.delete(other.arrival.connection);
      this.#out.tell({ kind: "detached", to: other.arrival.connection, reason: "ticket-reused" });
    }
    this.#absence.lose(seat);
    const incident = this.#out.audit("ticket-reused", seat.id);
    this.#out.refuse(arrival.connection, "ticket-reused", { detail: incident });
  }
}
