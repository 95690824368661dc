// Room: the machine of one running game. `turn(inputs, now)` gives what must be logged and what may
// be told after that. It has no clock, no promise, no log and no socket.

import { unreachable } from "../../shared/assert.ts";
import type { ConnectionId } from "../../shared/ids.ts";
import { Absence } from "./absence.ts";
import { Arrivals } from "./arrivals.ts";
import { Attachments } from "./attachments.ts";
import type { RoomCore } from "./core.ts";
import { Deadlines } from "./deadlines.ts";
import { encodeEntry, encodeSnapshot } from "./entry.ts";
import { FORSAKEN } from "./keeping.ts";
import { Outcome } from "./outcome.ts";
import type { RoomParts } from "./parts.ts";
import { Rules } from "./rules.ts";
import { Saving } from "./saving.ts";
import { Standstill } from "./standstill.ts";
import { TailRunner } from "./tails.ts";
import type { RoomInput, Turn } from "./turn.ts";

/** Stands in an audit for a failure that is no seat's. */
const NO_SEAT = -1;

export class RoomMachine {
  readonly core: RoomCore;
  readonly #parts: RoomParts;
  readonly #deadlines: Deadlines;
  readonly #standstill: Standstill;
  readonly #saving: Saving;
  readonly #absence: Absence;
  readonly #tails: TailRunner;
  readonly #arrivals: Arrivals;

  /** Begins hosting a room that was made or loaded, under the epoch of its newest claim. */
  constructor(core: RoomCore) {
    this.core = core;
    const rules = new Rules(core);
    const attachments = new Attachments(core, rules);
    this.#parts = { core, rules, attachments, out: new Outcome(core) };
    this.#standstill = new Standstill(core, rules);
    this.#deadlines = new Deadlines(core, rules);
    this.#saving = new Saving(this.#parts);
    this.#absence = new Absence(this.#parts, this.#saving);
    this.#tails = new TailRunner(this.#parts, this.#absence);
    this.#arrivals = new Arrivals(this.#parts, this.#absence, {
      tails: this.#tails,
      saving: this.#saving,
    });
  }

  /** How many connections look at the room. */
  get attachedCount(): number {
    return this.#parts.attachments.size;
  }

  /** After a turn that came to no end: the rule it came to none in, as it is declared. */
  get failedRule(): string | undefined {
    return this.#parts.rules.running;
  }

  /** Whether somebody new finds a free seat here. */
  get takesPlayers(): boolean {
    const { own, game } = this.core;
    return own.$room.status !== "ended" && own.$seats.size < game.seats.max;
  }

  get connections(): readonly ConnectionId[] {
    return [...this.#parts.attachments.all].map(({ arrival }) => arrival.connection);
  }

  /** Whether a connection of this host's time holds the seat. */
  isAttached(seat: number): boolean {
    return [...this.#parts.attachments.all].some((attachment) => attachment.seat === seat);
  }

  /** The host's time at which a turn is due although nothing came in; undefined if none will be. */
  deadlineMs(nowMs: number): number | undefined {
    return this.#deadlines.nextMs(nowMs);
  }

  /**
   * Takes what came in and runs what is due. If the result has an entry, it must be in the log before
   * anything of the rest leaves, and before the next turn. Throws RoomFailure if the room cannot go
   * on; its memory is then worthless.
   */
  turn(inputs: readonly RoomInput[], nowMs: number): Turn {
    const { rules, out, attachments } = this.#parts;
    rules.events = [];
    this.core.state.open(this.core.version + 1);
    this.#deadlines.advance(nowMs);
    this.#standstill.settle();
    for (const input of inputs) this.#take(input);
    this.#absence.pass();
    this.#startIfReady();
    this.#standstill.settle();
    this.#deadlines.runDue();
    this.#absence.meanwhile();
    this.#standstill.settle();
    this.#endIfAbandoned();
    rules.keepRandom();
    const committed = this.#close(nowMs);
    // Encoded before tombstones are dropped that the entry may name.
    const entry = committed ? this.#entry() : undefined;
    const { asked, acknowledged, tells, errands } = out;
    const { events } = rules;
    const frames = attachments.frames({ committed, asked, acknowledged, events });
    for (const failure of rules.takeBlind()) out.audit("rule-failed", NO_SEAT, failure);
    if (committed) this.#forget();
    this.#deadlines.rest(nowMs);
    // Not when the next turn begins: with thousands of quiet rooms it would all be kept till then.
    out.reset();
    return { entry, tells: [...tells, ...frames], errands };
  }

  /** The whole room as of its newest commit. */
  snapshot(): { readonly version: number; readonly bytes: Uint8Array } {
    const { game, state, version, time, history } = this.core;
    const { floor, epochs, events } = history;
    const room = { version, timeMs: time.nowMs, floor, epochs, events };
    return { version, bytes: encodeSnapshot(game, state, room) };
  }

  #take(input: RoomInput): void {
    const { out, attachments } = this.#parts;
    switch (input.kind) {
      case "join":
        return this.#arrivals.join(input);
      case "resume":
        return this.#arrivals.resume(input);
      case "commands":
        return this.#tails.take(input);
      case "input":
        return this.#input(input);
      case "sync":
        if (attachments.get(input.connection) === undefined) {
          return out.refuse(input.connection, "not-seated");
        }
        out.asked.set(input.connection, input.bookmark);
        return;
      case "leave":
        return this.#absence.leave(input.connection, input.instance);
      case "idle":
        return this.#absence.idle(input.connection);
      case "active":
        return this.#absence.active(input.connection);
      case "pass":
        return this.#arrivals.pass(input);
      case "put-out":
        return this.#absence.putOut(input);
      case "forsaken":
        return this.#forsake();
      case "gone":
        return this.#absence.gone(input.connection);
      case "nodes":
        return this.#absence.nodes(input.alive);
      case "node-lost":
        return this.#absence.nodeLost(input.node);
      case "save-kept":
        return this.#saving.kept(input);
      case "save-found":
        return this.#saving.found(input);
      default:
        unreachable(input);
    }
  }

  #input(input: Extract<RoomInput, { kind: "input" }>): void {
    const seat = this.#absence.heldBy(input.connection);
    if (seat === undefined) return this.#parts.out.refuse(input.connection, "not-seated");
    const outcome = this.#parts.rules.inputs.take(seat.id, input.n, input);
    if (outcome === "misfit") this.#parts.out.refuse(input.connection, "input-invalid");
    if (outcome === "taken" && seat.cause === "idle") this.#absence.active(input.connection);
  }

  #startIfReady(): void {
    const { $room, $seats } = this.core.own;
    if ($room.status !== "waiting" || $seats.size < this.core.game.seats.min) return;
    $room.status = "running";
    this.#deadlines.started();
    this.#parts.rules.start();
    this.#parts.out.errand({ kind: "list" });
  }

  /** Every seat is given up as if its grace were over: what is to be saved of it leaves the room. */
  #forsake(): void {
    const { $room, $seats } = this.core.own;
    if (this.attachedCount > 0) return;
    for (const seat of [...$seats]) this.#absence.vacate(seat, "absent");
    $room.status = "ended";
    $room.ending = FORSAKEN;
  }

  /** A room whose last seat was given up is over: nobody can come back to it. */
  #endIfAbandoned(): void {
    const { $room, $seats, $timers } = this.core.own;
    if ($room.status !== "ended" && $seats.size === 0 && $room.instances > 0) {
      $room.status = "ended";
      $room.ending = "abandoned";
    }
    if ($room.status !== "ended") return;
    for (const timer of [...$timers]) $timers.delete(timer.id);
    if (!this.#deadlines.ended()) return;
    this.#saving.gameOver();
    this.#parts.out.errand({ kind: "list" });
  }

  /** Closes the commit; true if there is something to log. */
  #close(nowMs: number): boolean {
    const { state, history } = this.core;
    const { events } = this.#parts.rules;
    const committed = state.changed || events.length > 0 || this.#deadlines.timeIsDue(nowMs);
    state.close();
    if (!committed) return false;
    this.core.version += 1;
    history.events.push(...events);
    this.#deadlines.logged(nowMs);
    return true;
  }

  #entry(): { readonly version: number; readonly bytes: Uint8Array } {
    const { game, state, version, time } = this.core;
    const commit = { timeMs: time.nowMs, events: this.#parts.rules.events };
    return { version, bytes: encodeEntry(game, state, commit) };
  }

  /** Drops what only bookmarks beyond the horizon would need. */
  #forget(): void {
    const { state, history, version, time } = this.core;
    const tombstoneCount = state.collections.reduce(
      (sum, { tombstones }) => sum + tombstones.size,
      0,
    );
    const floor = history.pass(version, time.nowMs, tombstoneCount);
    for (const { tombstones } of state.collections) {
      for (const [id, deleted] of tombstones) {
        if (deleted > floor) break;
        tombstones.delete(id);
      }
    }
  }
}
