// Virtual player: somebody at a page, over a line that can be cut, go silent and come back. Its steps
// are what people and networks do; it decides nothing that the client library would not.

import { assert } from "../../shared/assert.ts";
import type { Cancel } from "../../shared/clock.ts";
import { checkFields } from "../../shared/codec.ts";
import type { Json, ValuesOf } from "../../shared/field.ts";
import type { Bookmark } from "../../shared/frame.ts";
import type { Game } from "../../shared/game.ts";
import type { ConnectionId, IdentityId, SessionId } from "../../shared/ids.ts";
import type { Instance } from "../../shared/protocol.ts";
import type { EventTold, Named } from "../../shared/rules.ts";
import type { Records, ViewOf } from "../../shared/schema.ts";
import type { Arrival, Tell, TicketClaim } from "../room/turn.ts";
import { copyOf } from "./copies.ts";
import type { Line } from "./line.ts";
import { Outgoing } from "./outgoing.ts";
import { Page, type Reply, type Standing } from "./page.ts";
import { endUnsent, SentCommand } from "./sentCommand.ts";

export interface PlayerParts {
  readonly identity: IdentityId;
  readonly name: string;
  readonly frames: "binary" | "json";
}

/** What a page presents to take its seat up again. */
export interface Presented {
  /** False for a token instead; another one in place of the page's own. */
  readonly ticket?: boolean | TicketClaim;
  /** False for none. */
  readonly bookmark?: boolean;
}

export class VirtualPlayer<
  R extends Records = Records,
  C extends Named = Named,
  I extends Named = Named,
  E extends Named = Named,
> {
  readonly identity: IdentityId;
  readonly name: string;
  readonly frames: "binary" | "json";
  /** Every command given here, also on pages that were loaded anew since. */
  readonly sent: SentCommand[] = [];
  page: Page;
  readonly #game: Game<R, C, I, E>;
  readonly #line: Line;
  #connection: ConnectionId | undefined;
  #requests = 0;
  /** Whether it asked only to look, the last time it asked. */
  #watching = false;
  #timer: Cancel | undefined;

  constructor(parts: PlayerParts, game: Game<R, C, I, E>, line: Line) {
    this.identity = parts.identity;
    this.name = parts.name;
    this.frames = parts.frames;
    this.#game = game;
    this.#line = line;
    this.page = this.#load({ outgoing: new Outgoing(line), ticket: undefined });
  }

  /** The connection that the page uses; undefined while it has none. */
  get connection(): ConnectionId | undefined {
    return this.#connection;
  }

  get standing(): Standing {
    return this.page.standing;
  }

  /** Why the page stands so, if the room said why. */
  get reason(): string | undefined {
    return this.page.reason;
  }

  /** The seat's index; undefined for a watcher and while not seated. */
  get seat(): number | undefined {
    return this.page.replica?.view.seat;
  }

  get instance(): Instance | undefined {
    return this.page.outgoing.instance;
  }

  get bookmark(): Bookmark | undefined {
    return this.page.replica?.bookmark;
  }

  /**
   * The state as this page sees it now: a copy, which compares with plain objects and arrays of them.
   * Throws before the first frame.
   */
  get view(): ViewOf<R> {
    return copyOf(this.page.seenBy(this.name).face) as ViewOf<R>;
  }

  /** Events told to this page, oldest first. */
  get events(): readonly EventTold<E>[] {
    const told = this.page.replica?.events ?? [];
    return told.map(({ name, values }) => ({ name, values })) as unknown as readonly EventTold<E>[];
  }

  /** Takes a seat, or the one this player has already. */
  join(): this {
    return this.#ask(false);
  }

  /** Looks without a seat. */
  watch(): this {
    return this.#ask(true);
  }

  /**
   * Takes the seat up again on a new connection, with what the page holds: ticket, bookmark, and its
   * whole tail. The connection before it, if there still is one, is left to itself.
   */
  resume(presented: Presented = {}): this {
    const { instance, page, seat } = this;
    assert(instance !== undefined, `${this.name} has no seat to take up again`);
    this.#connection = this.#line.connect();
    page.standing = "asking";
    this.#line.post({
      kind: "resume",
      arrival: this.#arrival(),
      instance,
      // The view of somebody without a seat is no beginning of a seat's view.
      bookmark: presented.bookmark === false || seat === undefined ? undefined : this.bookmark,
      ticket: page.ticketFor(presented.ticket),
      commands: page.outgoing.take(),
    });
    return this;
  }

  /** Gives the seat up, or stops watching. */
  leave(): this {
    const connection = this.#connected();
    this.#line.post({ kind: "leave", connection, instance: this.instance ?? [0, 0] });
    return this;
  }

  /**
   * Sends a command; its `end` tells what became of it. In a ticking room that takes a tick. What does
   * not fit, or is not a seat's to say, ends at once and is never sent, as by a real page.
   */
  send<Name extends keyof C & string>(name: Name, args: ValuesOf<C[Name]>): SentCommand {
    const command = new SentCommand(name, args as Json);
    this.sent.push(command);
    const unsent = this.page.unseatedEnd ?? endUnsent(this.#game.commands, command);
    if (unsent === undefined) this.page.outgoing.add(command);
    else command.tell(this.page.name, unsent);
    this.#flush("at-once");
    return command;
  }

  /** Keeps a command from taking effect if it has not yet. */
  cancel(command: SentCommand): void {
    this.page.outgoing.cancel(command);
    this.#flush();
  }

  /** Sends the newest input, if from a seat; gives its number. Throws a TypeError that names a field that does not fit. */
  input<Name extends keyof I & string>(name: Name, given: ValuesOf<I[Name]>): number {
    const values = checkFields(this.#game.inputs[name] ?? {}, given);
    const n = ++this.page.inputs;
    if (this.page.looksOn) return n;
    this.#line.post({ kind: "input", connection: this.#connected(), n, name, values });
    return n;
  }

  /** Asks what has changed since a bookmark; since the page's own if none is given. */
  sync(bookmark = this.bookmark): this {
    this.#line.post({ kind: "sync", connection: this.#connected(), bookmark });
    return this;
  }

  /** The person does nothing any more, as the gate notices. */
  idle(): this {
    this.#line.post({ kind: "idle", connection: this.#connected() });
    return this;
  }

  /** The person is here again. */
  active(): this {
    this.#line.post({ kind: "active", connection: this.#connected() });
    return this;
  }

  /** The line ends and both sides know: the room at once, or with its next tick. */
  drop(): this {
    const connection = this.#connected();
    this.lost();
    this.#line.end(connection);
    return this;
  }

  /** The line goes silent and nobody knows: all is lost both ways until the server gives it up, after 18 s. */
  halfOpen(): this {
    this.#line.silence(this.#connected());
    return this;
  }

  /** The page is loaded anew: what is in memory is gone; the outbox and the ticket are not. */
  reload(): this {
    const connection = this.#connection;
    this.lost();
    const { outgoing, ticket } = this.page;
    this.page = this.#load({ outgoing: outgoing.copy(), ticket });
    if (connection !== undefined) this.#line.end(connection);
    return this;
  }

  /** Another page of the same player: a blank one, or a duplicate with what this one keeps. */
  secondPage(kept: "blank" | "duplicate" = "blank"): VirtualPlayer<R, C, I, E> {
    const { identity, name, frames } = this;
    const parts = { identity, name, frames };
    const twin = this.#line.add((line) => new VirtualPlayer(parts, this.#game, line));
    const { outgoing, ticket } = this.page;
    if (kept === "duplicate") twin.page = twin.#load({ outgoing: outgoing.copy(), ticket });
    return twin;
  }

  /** Asks again for whatever an answer may have been lost of. */
  catchUp(): void {
    const { standing, connection, instance } = this;
    if (connection === undefined || standing === "elsewhere" || standing === "over") return;
    if (standing === "seated" || standing === "watching") this.sync();
    else if (instance === undefined) this.#ask(this.#watching);
    else this.resume();
    this.#flush("at-once");
  }

  /** Every connection to the host has ended, and the page knows. */
  lost(): void {
    this.#timer?.();
    this.#connection = undefined;
    this.page.lost();
  }

  /** Takes what came on this page's connection, in order. */
  take(tells: readonly Tell[]): void {
    const replies = new Set<Reply>();
    for (const tell of tells) {
      const reply = this.page.take(tell);
      if (reply !== undefined) replies.add(reply);
    }
    if (replies.has("join")) this.join();
    else if (replies.has("sync")) this.sync();
    this.#flush();
  }

  #load(kept: { readonly outgoing: Outgoing; readonly ticket: TicketClaim | undefined }): Page {
    const game = this.#game as unknown as Game;
    return new Page(this.#line.newPage(), { game, room: this.#line.room }, kept);
  }

  #ask(watch: boolean): this {
    this.#connection ??= this.#line.connect();
    this.page.standing = "asking";
    this.#watching = watch;
    const request = ++this.#requests;
    this.#line.post({ kind: "join", arrival: this.#arrival(), request, watch });
    return this;
  }

  #arrival(): Arrival {
    const { identity, name, frames } = this;
    return {
      connection: this.#connected(),
      node: this.#line.node,
      identity,
      session: `session${identity}` as SessionId,
      name,
      page: this.page.name,
      frames,
    };
  }

  #connected(): ConnectionId {
    assert(this.#connection !== undefined, `${this.name} has no line: resume or join first`);
    return this.#connection;
  }

  /** Sends the tail if it is due, tells what has ended, and wakes again when there is more to do. */
  #flush(when: "if-due" | "at-once" = "if-due"): void {
    const { instance, standing } = this;
    const { outgoing, name } = this.page;
    const due = outgoing.due || (when === "at-once" && outgoing.waitingCount > 0);
    const connected = standing === "seated" && this.#connection !== undefined;
    if (due && connected && instance !== undefined) {
      const commands = outgoing.take();
      this.#line.post({ kind: "commands", connection: this.#connected(), instance, commands });
    }
    outgoing.tell(name);
    this.#timer?.();
    const atMs = outgoing.deadlineMs(connected);
    if (Number.isFinite(atMs)) this.#timer = this.#line.at(atMs, () => this.#flush());
  }
}
