// Page: what one loaded page of a virtual player holds, and what it makes of everything it is told.
// It does what the client library does; it sends nothing and ends with the page.

import { type CommandEnd, refusedEnd, type Word } from "../../client/outbox.ts";
import { SEAT_ENDS } from "../../client/verdict.ts";
import { assert } from "../../shared/assert.ts";
import type { Acknowledgements, JsonFrame } from "../../shared/frame.ts";
import type { Game } from "../../shared/game.ts";
import type { PageId, RoomId } from "../../shared/ids.ts";
import type { View } from "../../shared/view.ts";
import type { Tell, TicketClaim } from "../room/turn.ts";
import type { Outgoing } from "./outgoing.ts";
import { Replica } from "./replica.ts";

/** How a page stands to the room, as far as it knows. */
export type Standing =
  /** No line, or none that carries the seat: `resume` or `join` again. */
  | "apart"
  /** Asked, and not answered yet. */
  | "asking"
  | "seated"
  | "watching"
  /** Another page of the player has the seat. */
  | "elsewhere"
  /** Refused, or the seat is gone: see `reason`. */
  | "over";

/** A refusal as the page was told it. */
export interface RefusalSeen {
  readonly reason: string;
  readonly seq: number | undefined;
  readonly detail: string | undefined;
}

/** What a page must say because of what it was told. */
export type Reply = "sync" | "join";

/** Reasons after which the seat may be taken up again by itself. */
const APART: ReadonlySet<string> = new Set([
  "not-seated",
  "seat-held",
  "room-moved",
  "room-stopped",
  "room-unknown",
  "ticket-reused",
  "ticket-invalid",
]);

export class Page {
  readonly name: PageId;
  readonly outgoing: Outgoing;
  /** The newest ticket; outlives the page like the outbox. */
  ticket: TicketClaim | undefined;
  standing: Standing = "apart";
  /** Why it stands so, if the room said why. */
  reason: string | undefined;
  replica: Replica | undefined;
  /** Number of the newest input. */
  inputs = 0;
  /** What it was told of its commands and inputs last. */
  acknowledged: Acknowledgements | undefined;
  readonly refusals: RefusalSeen[] = [];
  /** Every frame that came, as it came. */
  readonly received: (Uint8Array | JsonFrame)[] = [];
  /** Frames that stood on a version this page did not hold. */
  gaps = 0;
  /** How often the room was found to have lost what was confirmed. */
  rollbacks = 0;
  readonly #game: Game;
  readonly #room: RoomId;

  constructor(
    name: PageId,
    of: { readonly game: Game; readonly room: RoomId },
    kept: { readonly outgoing: Outgoing; readonly ticket: TicketClaim | undefined },
  ) {
    this.name = name;
    this.#game = of.game;
    this.#room = of.room;
    this.outgoing = kept.outgoing;
    this.ticket = kept.ticket;
  }

  /** What it holds of the room. Throws before the first frame, and says why there is none. */
  seenBy(name: string): View {
    const { replica, standing, reason } = this;
    if (replica?.bookmark !== undefined) return replica.view;
    const why = reason === undefined ? "" : `, because of ${reason}`;
    throw new Error(`${name} has seen nothing yet: the page is ${standing}${why}`);
  }

  /** Whether it looks at the room and has no seat in it. */
  get looksOn(): boolean {
    return this.replica !== undefined && this.replica.view.seat === undefined;
  }

  /** How a command ends that is given while the page has no seat; undefined while one may be had. */
  get unseatedEnd(): CommandEnd | undefined {
    if (this.standing === "elsewhere") return { end: "superseded" };
    if (this.standing === "over") return refusedEnd(this.reason ?? "not-seated");
    return this.looksOn ? refusedEnd("not-seated") : undefined;
  }

  /** The ticket to present: its own unless told otherwise. */
  ticketFor(wanted: boolean | TicketClaim = true): TicketClaim | undefined {
    return typeof wanted === "object" ? wanted : wanted ? this.ticket : undefined;
  }

  /** The line is gone, and the page knows. */
  lost(): void {
    if (this.standing !== "elsewhere" && this.standing !== "over") this.standing = "apart";
  }

  take(tell: Tell): Reply | undefined {
    switch (tell.kind) {
      case "seated":
        return this.#seated(tell);
      case "step":
      case "frame":
        return this.#frame(tell.bytes);
      case "json":
        return this.#frame(JSON.parse(JSON.stringify(tell.frame)) as JsonFrame);
      case "refusal":
        return this.#refused(tell);
      case "detached":
        return this.#ended(tell.reason);
      case "moved":
        this.standing = "apart";
        return undefined;
      case "notice":
        return undefined;
    }
  }

  #seated({ seated, ticket }: Extract<Tell, { kind: "seated" }>): Reply | undefined {
    const { seat, instance } = seated;
    const { replica, outgoing } = this;
    if (replica === undefined || replica.view.seat !== seat) {
      this.replica = new Replica(this.#game, this.#room, seat);
    }
    this.reason = undefined;
    this.standing = seat === undefined ? "watching" : "seated";
    if (seat === undefined) return undefined;
    this.ticket = ticket;
    const before = outgoing.instance;
    const known = outgoing.seated(seated);
    if (before?.[0] !== instance[0] || before[1] !== instance[1]) this.inputs = 0;
    return this.#inStep(known);
  }

  #frame(frame: Uint8Array | JsonFrame): Reply | undefined {
    if (this.standing !== "seated" && this.standing !== "watching") return undefined;
    assert(this.replica !== undefined, "a frame comes after what it is a frame of");
    this.received.push(frame);
    const taken = this.replica.take(frame);
    if (taken.kind === "gap") {
      this.gaps += 1;
      return "sync";
    }
    return taken.acknowledged === undefined ? undefined : this.#acknowledged(taken.acknowledged);
  }

  #acknowledged(known: Acknowledgements): Reply | undefined {
    this.acknowledged = known;
    return this.#inStep(this.outgoing.acknowledge(known));
  }

  #refused({ reason, seq, detail }: Extract<Tell, { kind: "refusal" }>): Reply | undefined {
    this.refusals.push({ reason, seq, detail });
    if (reason === "expect" && seq !== undefined) return this.#inStep(this.outgoing.expected(seq));
    const aboutSeat = seq === undefined && (this.standing === "asking" || SEAT_ENDS.has(reason));
    return aboutSeat ? this.#ended(reason) : undefined;
  }

  #ended(reason: string): undefined {
    this.reason = reason;
    // The next attempt is made with a token, which the cookie gives.
    if (reason.startsWith("ticket-")) this.ticket = undefined;
    this.standing = APART.has(reason) ? "apart" : reason === "superseded" ? "elsewhere" : "over";
    return undefined;
  }

  /** A room that knows less than was confirmed was rolled back: only a new instance goes on from there. */
  #inStep({ kind }: Word): Reply | undefined {
    if (kind === "in-step") return undefined;
    if (this.standing !== "seated") return undefined;
    this.rollbacks += 1;
    this.standing = "asking";
    return "join";
  }
}
