// Play: what a page has of one room: its replica, the outbox, the inputs, and what they want sent on
// the connection that carries the seat. It knows no connection's state and arms no timer.

import type { Acknowledgements, Bookmark, SeenEvent } from "../shared/frame.ts";
import type { Game } from "../shared/game.ts";
import type { Instance, Seated, SeatResume } from "../shared/protocol.ts";
import { Inputs } from "./inputs.ts";
import type { Outbox, Word } from "./outbox.ts";
import { Replica } from "./replica.ts";
import type { Socket } from "./socket.ts";

/** A `sync` without an answer is repeated after this; doubles each time. */
const ASK_AGAIN_MS = 1_000;
const ASK_AGAIN_MS_MAX = 8_000;

/** An echo that takes longer tells of a room that stood still, not of the line. */
const ROUND_TRIP_MS_MAX = 2_000;

/** What has no echo after so many seconds of ticks, or sent so often, does not arrive, whatever is heard. */
const VAIN_S = 7;
const VAIN_TIMES = 3;

/**
 * A sent command or input whose echo tells the round trip: from the player's hand to the room's word
 * on it. In a ticking room the wait for the tick is in it. Costs no message of its own.
 */
interface Probe {
  readonly sentMs: number;
  readonly isEchoed: (known: Acknowledgements) => boolean;
}

/** What a message of the room changed for the page. */
export interface News {
  /** Whether the view or an acknowledgement did. */
  readonly changed: boolean;
  readonly events: readonly SeenEvent[];
  /** From sending something to seeing it confirmed, if this message tells. */
  readonly roundTripMs: number | undefined;
  /** The room's word on this page's commands. */
  readonly word: Word;
}

export const NOTHING_NEW: News = {
  changed: false,
  events: [],
  roundTripMs: undefined,
  word: { kind: "in-step" },
};

export class Play {
  readonly game: Game;
  readonly outbox: Outbox;
  readonly inputs: Inputs;
  replica: Replica | undefined;
  seated: Seated | undefined;
  /** Newest input number that a rule had seen. */
  inputSeen = 0;
  /** Whether the seat is to be given up once all that waits has ended. */
  isLeaving = false;
  /** When the replica took its newest moment. */
  heldAtMs = 0;
  /** When to ask for the view again; Infinity while nothing is missing. */
  #askMs = Infinity;
  #askAgainMs = ASK_AGAIN_MS;
  #probe: Probe | undefined;
  /** From 1 on what was sent does not seem to arrive; -Infinity while nothing waits for an echo. */
  vain = -Infinity;

  constructor(game: Game, outbox: Outbox) {
    this.game = game;
    this.outbox = outbox;
    this.inputs = new Inputs(game);
  }

  /** The seat as a handshake names it; undefined while there is none to be taken up. */
  resume(room: string, ticket: string | undefined, nowMs: number): SeatResume | undefined {
    const { instance, tail } = this.outbox;
    if (instance === undefined) return undefined;
    this.outbox.sent(nowMs);
    const bookmark = this.replica?.bookmark;
    return { room, instance, shape: this.game.shape, bookmark, ticket, commands: tail };
  }

  /** A connection carries the seat from here on; the answer with the view follows on it. */
  carried(seated: Seated, nowMs: number): News {
    const { room, seat } = seated;
    const held = this.replica;
    if (held?.room !== room || held.view.seat !== seat)
      this.replica = new Replica(this.game, room, seat);
    this.seated = seated;
    this.#expect(undefined);
    this.#askAgainMs = ASK_AGAIN_MS;
    this.#askMs = nowMs + ASK_AGAIN_MS;
    this.inputs.renew();
    if (seat === undefined) return NOTHING_NEW;
    return { ...NOTHING_NEW, word: this.outbox.seated(seated, nowMs) };
  }

  /** A binary message of the connection that carries the seat. */
  read(bytes: Uint8Array, nowMs: number): News {
    const reading = this.replica?.read(bytes);
    // What was asked for is on its way, or will be asked for again: not with each frame until then.
    if (reading?.kind === "behind" && this.#askMs === Infinity) this.#askMs = nowMs;
    if (reading?.kind !== "applied") return NOTHING_NEW;
    this.heldAtMs = nowMs;
    this.vain += 1 / (VAIN_S * (this.game.tickHz ?? Infinity));
    if (reading.answer) {
      this.#askMs = Infinity;
      this.#askAgainMs = ASK_AGAIN_MS;
    }
    const { events, acknowledged } = reading;
    const changed = true;
    if (acknowledged === undefined) return { ...NOTHING_NEW, changed, events };
    this.inputSeen = acknowledged.input ?? 0;
    const word = this.outbox.acknowledge(acknowledged, nowMs);
    return { changed, events, word, roundTripMs: this.#echo(acknowledged, nowMs) };
  }

  #echo(acknowledged: Acknowledgements, nowMs: number): number | undefined {
    const probe = this.#probe;
    if (probe === undefined || !probe.isEchoed(acknowledged)) return undefined;
    this.#expect(undefined);
    const roundTripMs = nowMs - probe.sentMs;
    return roundTripMs > ROUND_TRIP_MS_MAX ? undefined : roundTripMs;
  }

  /** The server wants to be asked less often. */
  askLater(retryInMs: number | undefined, nowMs: number): void {
    this.#askMs = nowMs + (retryInMs ?? this.#askAgainMs);
  }

  rolledBack(to: Bookmark): void {
    this.replica?.rolledBack(to);
  }

  /** What inputs name the room by; undefined while there is nothing to be steered, as without a seat. */
  get #helm(): number | undefined {
    return this.seated?.seat === undefined ? undefined : this.replica?.tag;
  }

  /** When something is due to be sent or to end by age. */
  deadlineMs(connected: boolean): number {
    const { outbox, inputs } = this;
    const ownMs = outbox.deadlineMs(connected);
    if (!connected) return ownMs;
    const inputMs = this.#helm === undefined ? Infinity : inputs.deadlineMs;
    return Math.min(ownMs, inputMs, this.#askMs);
  }

  #expect(probe: Probe | undefined): void {
    this.#probe = probe;
    this.vain = probe === undefined ? -Infinity : 0;
  }

  /** Ends by age what is too old and, if there is a connection, sends what is due. */
  due(line: Socket | undefined, nowMs: number): void {
    const sendTail = this.outbox.due(nowMs);
    const { seated } = this;
    if (line === undefined || seated === undefined) return;
    const { room, instance } = seated;
    if (this.#askMs <= nowMs) this.#ask(line, { room, instance }, nowMs);
    if (sendTail) this.#sendTail(line, { room, instance }, nowMs);
    if (this.isLeaving && this.outbox.tail.length === 0) this.leave(line);
    const helm = this.#helm;
    if (helm === undefined) return;
    for (const { n, bytes } of this.inputs.take(helm, nowMs)) {
      line.write(bytes);
      if (this.#probe === undefined)
        this.#expect({ sentMs: nowMs, isEchoed: ({ input }) => (input ?? 0) >= n });
    }
  }

  /** Gives the seat up. */
  leave(line: Socket): void {
    if (this.seated === undefined) return;
    const { room, instance } = this.seated;
    this.isLeaving = false;
    line.send("leave", { room, instance });
  }

  #ask(line: Socket, seat: { room: string; instance: Instance }, nowMs: number): void {
    const bookmark = this.replica?.bookmark;
    line.send("sync", { ...seat, bookmark });
    this.#askMs = nowMs + this.#askAgainMs;
    this.#askAgainMs = Math.min(ASK_AGAIN_MS_MAX, this.#askAgainMs * 2);
  }

  #sendTail(line: Socket, seat: { room: string; instance: Instance }, nowMs: number): void {
    const { tail } = this.outbox;
    const newest = tail.at(-1)?.seq ?? 0;
    if (this.outbox.sent(nowMs)) this.vain += 1 / VAIN_TIMES;
    line.send("command", { ...seat, commands: tail });
    if (this.#probe === undefined)
      this.#expect({ sentMs: nowMs, isEchoed: ({ applied }) => applied >= newest });
  }
}
