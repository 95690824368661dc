// Outbox: the commands of one page that no server has confirmed yet, in order and numbered, and how
// each of them ended. It sends nothing and knows no clock; it survives a reload as text.

import type { Json } from "../shared/field.ts";
import type { Acknowledgements } from "../shared/frame.ts";
import { sameInstance } from "../shared/instance.ts";
import { COMMAND_AGE_MS_MAX, OUTBOX_BYTES_MAX, OUTBOX_COMMANDS_MAX } from "../shared/limits.ts";
import type { Instance, NumberedCommand, Seated } from "../shared/protocol.ts";
import { textOf } from "../shared/reasons.ts";
import { readSaved, SAVED_FORMAT, type SavedOutbox } from "./savedOutbox.ts";

interface Waiting {
  /** Names the command for whoever sent it; unlike the number it never changes. */
  readonly key: number;
  readonly name: string;
  command: NumberedCommand;
  readonly bornMs: number;
  /** Whether a server may know it: then only the server can tell how it ended. */
  sent: boolean;
  /** Whether its end was told already: a void that has never left is only kept for its number. */
  told: boolean;
}

/** How a command ended; each ends exactly once, whatever happens to line, page or server. */
export type CommandEnd =
  | { readonly end: "applied" }
  | { readonly end: "refused"; readonly reason: string; readonly text: string }
  /** `cancelled` by the page, too old, lost with a rollback that was announced, or fenced by a newer page. */
  | { readonly end: "cancelled" | "expired" | "rolled-back" | "superseded" };

/**
 * What the room's word on commands means to a page: in step, or the room knows less than it had
 * confirmed. Then everything that waits has ended as rolled back, and a new instance is needed.
 */
export type Word =
  | { readonly kind: "in-step" }
  /** `undone` commands had ended, and the room knows of them no more. */
  | { readonly kind: "rolled-back"; readonly undone: number };

export interface Ended {
  readonly key: number;
  readonly end: CommandEnd;
}

/** A command that has not ended, as pages see it. */
export interface Pending {
  readonly seq: number;
  readonly name: string;
  readonly ageMs: number;
}

/** How long `applied` may stand still before the tail is sent again; doubles each time. */
const RESEND_MS = 1_000;
const RESEND_MS_MAX = 8_000;
const UTF8 = new TextEncoder();
const IN_STEP: Word = { kind: "in-step" };

/** Commands given one after the other leave together: a message carries the whole tail anyway. */
const SPACING_MS = 40;

export class Outbox {
  /** Ends to be told, oldest first; whoever tells them empties it. */
  ended: Ended[] = [];
  /** Grows whenever what `save` would write changes. */
  revision = 0;
  #instance: Instance | undefined;
  /** Whether the room was rolled back behind numbers of the instance: only the next page may present it. */
  #isSpent = false;
  /** Highest number that is known to have ended. */
  #confirmed = 0;
  #next = 1;
  #keys = 0;
  #waiting: Waiting[] = [];
  /** When the tail must leave, be it the first time or again. */
  #sendMs = Infinity;
  #sentMs = -Infinity;
  #resendMs = RESEND_MS;

  /** Undefined until the first seat, after a rollback and without the seat: numbers mean nothing then. */
  get instance(): Instance | undefined {
    return this.#isSpent ? undefined : this.#instance;
  }

  /** The whole unconfirmed tail, as it travels. */
  get tail(): readonly NumberedCommand[] {
    return this.#waiting.map(({ command }) => command);
  }

  pending(nowMs: number): readonly Pending[] {
    return this.#waiting
      .filter(({ told }) => !told)
      .map(({ command, name, bornMs }) => ({ seq: command.seq, name, ageMs: nowMs - bornMs }));
  }

  /** Takes a command and gives the key its end will carry; undefined if the outbox is full. */
  add(name: string, args: Json, nowMs: number): number | undefined {
    const command = { seq: this.#next, name, args };
    const bytes = UTF8.encode(JSON.stringify([...this.tail, command])).length;
    const full = this.#waiting.length >= OUTBOX_COMMANDS_MAX || bytes > OUTBOX_BYTES_MAX;
    if (full) return undefined;
    this.#next++;
    const key = ++this.#keys;
    this.#waiting.push({ key, name, command, bornMs: nowMs, sent: false, told: false });
    this.#sendBy(Math.max(nowMs, this.#sentMs + SPACING_MS));
    this.revision++;
    return key;
  }

  /** Keeps a command from taking effect if it has not yet. It keeps its number and travels as void. */
  cancel(key: number, nowMs: number): void {
    const waiting = this.#waiting.find((each) => each.key === key);
    if (waiting !== undefined) this.#void(waiting, "cancelled", nowMs);
  }

  #void(waiting: Waiting, why: "cancelled" | "expired", nowMs: number): void {
    if ("void" in waiting.command) return;
    waiting.command = { seq: waiting.command.seq, void: why };
    this.#sendBy(nowMs);
    this.revision++;
    if (waiting.sent) return;
    waiting.told = true;
    this.ended.push({ key: waiting.key, end: { end: why } });
  }

  /** The tail leaves now, as a message or in a handshake. True if all of it had left before. */
  sent(nowMs: number): boolean {
    const again = this.#waiting.every(({ sent }) => sent);
    if (again) this.#resendMs = Math.min(RESEND_MS_MAX, this.#resendMs * 2);
    for (const waiting of this.#waiting) waiting.sent = true;
    this.#sentMs = nowMs;
    this.#sendMs = this.#waiting.length === 0 ? Infinity : nowMs + this.#resendMs;
    return again;
  }

  /** When something is due next: the tail, if there is a line for it, or a command's end by age. */
  deadlineMs(connected: boolean): number {
    const oldest = this.#waiting.find(({ command }) => !("void" in command));
    const expiryMs = oldest === undefined ? Infinity : oldest.bornMs + COMMAND_AGE_MS_MAX;
    return Math.min(expiryMs, connected ? this.#sendMs : Infinity);
  }

  /** Ends by age what is too old. True if the tail must leave now. */
  due(nowMs: number): boolean {
    for (const waiting of this.#waiting) {
      if (waiting.bornMs + COMMAND_AGE_MS_MAX <= nowMs) this.#void(waiting, "expired", nowMs);
    }
    return this.#waiting.length > 0 && this.#sendMs <= nowMs;
  }

  /** The room's word on what has ended. */
  acknowledge(known: Pick<Acknowledgements, "applied" | "refused">, nowMs: number): Word {
    const { applied, refused } = known;
    if (applied < this.#confirmed) return this.#rollBack(applied);
    if (applied > this.#confirmed) this.#resendMs = RESEND_MS;
    const reasons = new Map(refused);
    for (const { key, command, told } of this.#waiting) {
      if (command.seq <= applied && !told)
        this.ended.push({ key, end: endOf(reasons.get(command.seq)) });
    }
    this.#waiting = this.#waiting.filter(({ command }) => command.seq > applied);
    if (applied > this.#confirmed) {
      this.#sendMs = this.#restMs(nowMs);
      this.revision++;
    }
    this.#confirmed = applied;
    this.#next = Math.max(this.#next, applied + 1);
    return IN_STEP;
  }

  /** When what is left must leave: at once if some of it never did. */
  #restMs(nowMs: number): number {
    if (this.#waiting.length === 0) return Infinity;
    return this.#waiting.every(({ sent }) => sent) ? nowMs + this.#resendMs : this.#sendMs;
  }

  /** The room misses the command of this number: the tail goes again, unless the room was rolled back. */
  expected(seq: number, nowMs: number): Word {
    if (seq <= this.#confirmed) return this.#rollBack(seq - 1);
    if (this.#waiting.length > 0) this.#sendBy(nowMs);
    return IN_STEP;
  }

  /** A seat was taken or taken up again: under which instance, and what the room knows of it. */
  seated(seated: Pick<Seated, "instance" | "applied" | "previous">, nowMs: number): Word {
    const { instance, applied, previous } = seated;
    const mine = this.instance;
    this.#resendMs = RESEND_MS;
    if (mine !== undefined && sameInstance(mine, instance)) {
      // Not every handshake that left had all of it, and the one that is answered may not.
      if (this.#waiting.length > 0) this.#sendBy(nowMs + RESEND_MS);
      return applied < this.#confirmed ? this.#rollBack(applied) : IN_STEP;
    }
    if (mine !== undefined && previous !== undefined && sameInstance(mine, previous.instance)) {
      const word = this.acknowledge(previous, nowMs);
      if (word.kind === "rolled-back") return word;
    } else if (mine !== undefined) this.superseded();
    this.#instance = instance;
    this.#isSpent = false;
    this.revision++;
    this.#confirmed = applied;
    this.#next = applied + 1;
    // What the room had not seen of the page before goes on under numbers of this one.
    for (const waiting of this.#waiting) {
      waiting.command = { ...waiting.command, seq: this.#next++ };
      waiting.sent = false;
    }
    this.#sendMs = this.#waiting.length === 0 ? Infinity : nowMs;
    return IN_STEP;
  }

  /** Everything that waits ends alike; without an end nobody is told, for it may still take effect. */
  endAll(end?: CommandEnd): void {
    for (const { key, told } of this.#waiting)
      if (end !== undefined && !told) this.ended.push({ key, end });
    this.#waiting = [];
    this.#sendMs = Infinity;
    this.revision++;
  }

  /** Another page has the seat. What is given from here on waits for this page's next instance. */
  superseded(): void {
    this.endAll({ end: "superseded" });
    this.#instance = undefined;
  }

  #rollBack(applied: number): Word {
    this.endAll({ end: "rolled-back" });
    const undone = this.#confirmed - applied;
    // What is given from here on has numbers that the room never saw: after a reload they still tell.
    this.#isSpent = true;
    this.#confirmed = applied;
    return { kind: "rolled-back", undone };
  }

  #sendBy(timeMs: number): void {
    this.#sendMs = Math.min(this.#sendMs, timeMs);
  }

  /** As text for the page that comes after a reload; undefined while there is nothing to keep. */
  save(nowMs: number, wallMs: number): string | undefined {
    if (this.#instance === undefined) return undefined;
    const saved: SavedOutbox = {
      format: SAVED_FORMAT,
      instance: this.#instance,
      confirmed: this.#confirmed,
      wallMs,
      commands: this.#waiting.map(({ command, name, bornMs }) => ({
        command,
        name,
        ageMs: nowMs - bornMs,
      })),
    };
    return JSON.stringify(saved);
  }

  /**
   * The outbox of the page before this one. All of it may have been sent. Undefined for text that
   * this version of the library did not write.
   */
  static restore(text: string, nowMs: number, wallMs: number): Outbox | undefined {
    const saved = readSaved(text);
    if (saved === undefined) return undefined;
    const outbox = new Outbox();
    const pausedMs = Math.max(0, wallMs - saved.wallMs);
    outbox.#instance = saved.instance;
    outbox.#confirmed = saved.confirmed;
    outbox.#waiting = saved.commands.map(({ command, name, ageMs }) => ({
      key: ++outbox.#keys,
      name,
      command,
      bornMs: nowMs - ageMs - pausedMs,
      sent: true,
      told: false,
    }));
    outbox.#next = (outbox.#waiting.at(-1)?.command.seq ?? saved.confirmed) + 1;
    return outbox;
  }
}

function endOf(refused: string | undefined): CommandEnd {
  if (refused === undefined) return { end: "applied" };
  if (refused === "cancelled" || refused === "expired") return { end: refused };
  return refusedEnd(refused);
}

export function refusedEnd(reason: string, text = textOf(reason)): CommandEnd {
  return { end: "refused", reason, text };
}
