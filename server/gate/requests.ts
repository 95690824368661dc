// Requests: what an admitted client asks for, handed to the room that it concerns. Who sits where and
// what may be done is for the room to say; here only the connection's own part is checked.

import { hashText } from "../../shared/hash.ts";
import type { RoomId } from "../../shared/ids.ts";
import { SEATS_PER_CONNECTION_MAX } from "../../shared/limits.ts";
import type { JoinRequest } from "../../shared/protocol.ts";
import type { TicketClaim } from "../room/turn.ts";
import { readInput, tagOfInput } from "./binaryInput.ts";
import { type Allowance, Bucket } from "./bucket.ts";
import type { ConnectionDriver, JoinAnswer } from "./connectionDriver.ts";
import { type ClientMessage, parseEvent, type SeatAsked } from "./parse.ts";
import type { GateParts } from "./ports.ts";
import { misfitOf } from "./refusal.ts";

type MessageNamed<Name extends ClientMessage["name"]> = Extract<ClientMessage, { name: Name }>;

/**
 * Views of rooms, for whoever comes in, comes again or asks: the answer may be a thousand times as long
 * as the question, and work for the room.
 */
const VIEWS: Allowance = { perSecond: 2, burst: 2 * SEATS_PER_CONNECTION_MAX };
const LATER = { retryInMs: 1_000 } as const;

const ACTIVE = { kind: "active" } as const;

export class Requests {
  readonly #driver: ConnectionDriver;
  readonly #parts: GateParts;
  #joinCount = 0;
  /** Made when it is needed: some connections never ask. */
  #views: Bucket | undefined;

  constructor(driver: ConnectionDriver, parts: GateParts) {
    this.#driver = driver;
    this.#parts = parts;
  }

  /** An event by its name and what came with it; `answer` where an acknowledgement is asked for. */
  event(name: string, given: readonly unknown[], answer?: JoinAnswer): void {
    // Who is held asks for nothing before it is known who they are; but no join goes unanswered.
    if (this.#driver.phase === "held") answer?.({ refusal: this.#driver.refusal("store-away") });
    if (!this.#driver.isLive) return;
    const read = parseEvent(name, given);
    if (read.kind === "misfit") {
      if (name === "join") answer?.({ refusal: this.#driver.refusal(read.reason) });
      return this.#driver.step({ kind: "strike", reason: read.reason, why: "event" });
    }
    this.#message(read.message, answer);
  }

  /** The only bytes a client may send. */
  input(bytes: Uint8Array, nowMs: number): void {
    if (!this.#driver.isLive) return;
    const tag = tagOfInput(bytes);
    if (tag === undefined) return this.#broken("bytes that are no input");
    const attached = this.#driver.rooms.named(tag);
    // On its way when the room was left, or sent for an epoch that ended: newest wins, so it is lost.
    if (attached === undefined) return;
    const input = readInput(bytes, attached.game);
    if (input === undefined) return this.#broken("an input that is not as declared");
    const { name, n, values } = input;
    // A held key sends the same again and again; only a change is a person's doing.
    if (!isSame(attached.newestInput(name), values)) {
      attached.noteInput(name, values);
      this.#driver.step(ACTIVE, nowMs);
    }
    this.#post(attached.room, { kind: "input", connection: this.#driver.id, n, name, values });
  }

  /** Takes up a seat again, in the handshake or on a connection that is open already. */
  resume(asked: SeatAsked): void {
    const { rooms, occupant } = this.#driver;
    if (occupant === undefined) return;
    const { room, instance, bookmark, shape, commands = [] } = asked;
    if (!rooms.has(room) && rooms.full) return this.#driver.refuse("rooms-too-many", { room });
    if (!this.#mayView()) return this.#driver.refuse("too-many-requests", { room, ...LATER });
    const game = this.#parts.rooms.gameOf(room);
    if (game !== undefined && game.shape !== shape) {
      return this.#driver.refuse(misfitOf(game, this.#parts), { room });
    }
    const ticket = this.#claimOf(asked);
    if (ticket === "invalid") return this.#driver.refuse("ticket-invalid", { room });
    rooms.ask(room, shape);
    const { arrival } = occupant;
    this.#post(room, { kind: "resume", arrival, instance, bookmark, ticket, commands });
  }

  /** With a token the ticket is not needed; without one, nothing else proves whose the seat is. */
  #claimOf({ room, ticket }: SeatAsked): TicketClaim | undefined | "invalid" {
    const { occupant } = this.#driver;
    const read = ticket === undefined ? undefined : this.#parts.tickets.read(ticket);
    if (read?.room === room && read.session === occupant?.arrival.session) return read.claim;
    return occupant?.byToken ? undefined : "invalid";
  }

  #message(message: ClientMessage, answer: JoinAnswer | undefined): void {
    switch (message.name) {
      case "join":
        return this.#join(message.body, answer);
      case "resume":
        return this.resume(message.body);
      case "command":
        return this.#commands(message);
      case "input":
        return this.#jsonInput(message);
      case "sync":
        return this.#sync(message);
      case "leave":
        return this.#leave(message);
      case "extend":
        return this.#driver.step({ kind: "extend" });
    }
  }

  #join(request: JoinRequest, answer: JoinAnswer | undefined): void {
    const { rooms, occupant } = this.#driver;
    if (answer === undefined) {
      return this.#driver.step({
        kind: "strike",
        reason: "join-invalid",
        why: "no acknowledgement",
      });
    }
    if (occupant === undefined) return;
    const tooMany = rooms.full || this.#driver.joins.length >= SEATS_PER_CONNECTION_MAX;
    if (tooMany) return answer({ refusal: this.#driver.refusal("rooms-too-many") });
    if (!this.#mayView())
      return answer({ refusal: this.#driver.refusal("too-many-requests", LATER) });
    this.#driver.step(ACTIVE);
    rooms.beginSearch();
    this.#parts.rooms.find(request, occupant.arrival, this.#driver.address).then(
      (found) => this.#driver.attempt(() => this.#found(request, found, answer)),
      (cause: unknown) => {
        rooms.endSearch();
        this.#driver.fault(cause);
      },
    );
  }

  #found(
    request: JoinRequest,
    found: Awaited<ReturnType<GateParts["rooms"]["find"]>>,
    answer: JoinAnswer,
  ): void {
    const { rooms, occupant, isLive } = this.#driver;
    rooms.endSearch();
    if (!isLive || occupant === undefined) return;
    if (found.kind === "refused") {
      const { reason, retryInMs } = found;
      const retry = retryInMs === undefined ? {} : { retryInMs };
      return answer({ refusal: this.#driver.refusal(reason, retry) });
    }
    const number = ++this.#joinCount;
    this.#driver.joins = [...this.#driver.joins, { request: number, answer }];
    rooms.ask(found.room, request.shape);
    const { arrival } = occupant;
    const watch = request.watch ?? false;
    const { game, bookmark } = request;
    this.#post(found.room, { kind: "join", arrival, request: number, watch, game, bookmark });
  }

  #commands({ body: { room, instance, commands } }: MessageNamed<"command">): void {
    if (!this.#driver.rooms.has(room)) return this.#driver.refuse("not-seated", { room });
    this.#driver.step(ACTIVE);
    this.#post(room, { kind: "commands", connection: this.#driver.id, instance, commands });
  }

  #jsonInput({ body: { room, instance, n, name, values } }: MessageNamed<"input">): void {
    const attached = this.#driver.rooms.get(room);
    if (attached === undefined) return this.#driver.refuse("not-seated", { room });
    const [epoch, count] = attached.instance;
    if (epoch !== instance[0] || count !== instance[1]) {
      return this.#driver.refuse("superseded", { room });
    }
    const hash = hashText(JSON.stringify(values));
    // Names that the game does not have are for the room to refuse, and not to be kept here.
    const known = Object.hasOwn(attached.game.inputs, name);
    if (known && attached.newestInput(name) !== hash) {
      attached.noteInput(name, hash);
      this.#driver.step(ACTIVE);
    }
    this.#post(room, { kind: "input", connection: this.#driver.id, n, name, values });
  }

  #sync({ body: { room, bookmark } }: MessageNamed<"sync">): void {
    if (!this.#driver.rooms.has(room)) return this.#driver.refuse("not-seated", { room });
    if (!this.#mayView()) return this.#driver.refuse("sync-too-often", { room, ...LATER });
    this.#driver.rooms.get(room)?.asks(bookmark);
    this.#post(room, { kind: "sync", connection: this.#driver.id, bookmark });
  }

  #mayView(): boolean {
    const nowMs = this.#parts.clock.now();
    this.#views ??= new Bucket(VIEWS, nowMs);
    return this.#views.takeIfAny(nowMs);
  }

  #leave({ body: { room, instance } }: MessageNamed<"leave">): void {
    if (!this.#driver.rooms.has(room)) return this.#driver.refuse("not-seated", { room });
    this.#driver.step(ACTIVE);
    this.#post(room, { kind: "leave", connection: this.#driver.id, instance });
  }

  #broken(why: string): void {
    this.#driver.step({ kind: "end", reason: "packet-invalid", why });
  }

  #post(room: RoomId, input: Parameters<GateParts["rooms"]["post"]>[1]): void {
    this.#parts.rooms.post(room, input);
  }
}

/** Values of one input by name; each is a number, a word or a truth value. */
function isSame(newest: unknown, values: Readonly<Record<string, unknown>>): boolean {
  if (typeof newest !== "object" || newest === null) return false;
  const known = newest as Readonly<Record<string, unknown>>;
  for (const name in values) if (!Object.is(known[name], values[name])) return false;
  return true;
}
