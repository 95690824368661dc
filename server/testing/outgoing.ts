// Outgoing: the commands of one page on their way: the client's own outbox, beside what the senders
// hold of them. It says what is to be sent; it sends nothing.

import { Outbox, type Word } from "../../client/outbox.ts";
import { assert } from "../../shared/assert.ts";
import type { Acknowledgements } from "../../shared/frame.ts";
import { sameInstance } from "../../shared/instance.ts";
import type { Instance, NumberedCommand, Seated } from "../../shared/protocol.ts";
import type { SentCommand } from "./sentCommand.ts";

/** Times of the page that asks. */
export interface PageTime {
  readonly nowMs: number;
  readonly wallMs: number;
}

export class Outgoing {
  readonly #time: PageTime;
  #outbox = new Outbox();
  /** By the outbox's keys. */
  #open = new Map<number, SentCommand>();
  /** The same in the order in which they wait; the outbox lets go of them from the front. */
  #waiting: readonly SentCommand[] = [];
  /** Given before this page had an instance of its own. */
  #held: SentCommand[] = [];
  /** Whether the numbers are those of another page, which may still be counting. */
  #borrowed = false;

  constructor(time: PageTime) {
    this.#time = time;
  }

  get instance(): Instance | undefined {
    return this.#outbox.instance;
  }

  get waitingCount(): number {
    return this.#outbox.tail.length + this.#held.length;
  }

  /**
   * Takes a command. A page that was loaded after another, or beside it, gives no numbers under the
   * instance it found: two pages would give the same one to different commands, of which one would be
   * taken for the other. What is given meanwhile waits for an instance of its own.
   */
  add(command: SentCommand): void {
    if (this.#borrowed) this.#held.push(command);
    else this.#number(command);
  }

  #number(command: SentCommand): void {
    const before = this.#settled();
    const key = this.#outbox.add(command.name, command.args, this.#time.nowMs);
    assert(key !== undefined, "the outbox is full");
    this.#waiting = [...before, command];
    this.#open.set(key, command);
  }

  cancel(command: SentCommand): void {
    for (const [key, open] of this.#open) {
      if (open === command) this.#outbox.cancel(key, this.#time.nowMs);
    }
  }

  /** The whole tail, which leaves now. */
  take(): readonly NumberedCommand[] {
    this.#outbox.sent(this.#time.nowMs);
    return this.#outbox.tail;
  }

  /** Whether the tail must leave now; ends by age what is too old. */
  get due(): boolean {
    return this.#outbox.due(this.#time.nowMs);
  }

  /** When something is due next; Infinity if nothing is. */
  deadlineMs(connected: boolean): number {
    return this.#outbox.deadlineMs(connected);
  }

  /**
   * A seat was taken or taken up again. A command keeps the number it was given, or it could take
   * effect under another one as well: what the room has not seen of another instance ends as superseded.
   */
  seated(seated: Pick<Seated, "instance" | "applied" | "previous">): Word {
    const mine = this.instance;
    const { previous } = seated;
    if (mine !== undefined && !sameInstance(mine, seated.instance)) {
      if (previous !== undefined && sameInstance(mine, previous.instance)) this.#learn(previous);
      this.#outbox.endAll({ end: "superseded" });
    }
    const known = this.#outbox.seated(seated, this.#time.nowMs);
    this.#borrowed = false;
    for (const command of this.#held.splice(0)) this.#number(command);
    return known;
  }

  #learn(previous: NonNullable<Seated["previous"]>): void {
    this.#outbox.acknowledge(previous, this.#time.nowMs);
  }

  acknowledge(known: Acknowledgements): Word {
    return this.#outbox.acknowledge(known, this.#time.nowMs);
  }

  expected(seq: number): Word {
    return this.#outbox.expected(seq, this.#time.nowMs);
  }

  /** Tells the senders what has ended. */
  tell(page: string): void {
    for (const { key, end } of this.#outbox.ended.splice(0)) {
      this.#open.get(key)?.tell(page, end);
      this.#open.delete(key);
    }
  }

  /** What the next page finds of this one, as it would after a reload. */
  copy(): Outgoing {
    const { nowMs, wallMs } = this.#time;
    const saved = this.#outbox.save(nowMs, wallMs);
    const restored = saved === undefined ? undefined : Outbox.restore(saved, nowMs, wallMs);
    const copy = new Outgoing(this.#time);
    if (restored === undefined) return copy;
    copy.#outbox = restored;
    copy.#borrowed = true;
    copy.#waiting = this.#settled();
    // A restored outbox counts its keys from 1.
    copy.#open = new Map(copy.#waiting.map((command, at) => [at + 1, command]));
    return copy;
  }

  #settled(): readonly SentCommand[] {
    return this.#waiting.slice(this.#waiting.length - this.#outbox.tail.length);
  }
}
