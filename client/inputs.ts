// Inputs: the newest value of each input a page gives, numbered, and when it is worth sending. Newest
// wins: what was overtaken before it left is never sent.

import { ByteWriter } from "../shared/bytes.ts";
import { checkFields, writeFields } from "../shared/codec.ts";
import { INPUT_BYTE } from "../shared/frame.ts";
import type { Game } from "../shared/game.ts";
import { INPUTS_PER_SECOND_MAX } from "../shared/limits.ts";

/** Beyond this the server drops what comes and, after a while, the line: a little is left for late ones. */
const MESSAGE_MS_MIN = 1000 / (INPUTS_PER_SECOND_MAX - 10);
/** Input of a game without ticks is still not worth more than this many messages a second. */
const PER_SECOND = 30;
/** The same values again repair what got lost, and tell that somebody is here. */
const REPEAT_MS = 500;

interface Newest {
  readonly n: number;
  /** The values as bytes: what is compared and sent. */
  readonly bytes: Uint8Array;
  readonly sentMs: number;
  readonly waits: boolean;
}

interface Message {
  readonly n: number;
  readonly bytes: Uint8Array;
}

export class Inputs {
  readonly #game: Game;
  readonly #names: readonly string[];
  readonly #spacingMs: number;
  readonly #newest = new Map<string, Newest>();
  readonly #writer = new ByteWriter(64);
  #n = 0;
  /** When the next messages may leave. */
  #slotMs = -Infinity;

  constructor(game: Game) {
    this.#game = game;
    this.#names = Object.keys(game.inputs);
    this.#spacingMs = 1000 / (game.tickHz ?? PER_SECOND);
  }

  /** Takes the newest values of an input and returns their number. Throws a TypeError that names a field that does not fit. */
  offer(name: string, given: unknown, nowMs: number): number {
    const fields = this.#game.inputs[name] ?? {};
    const values = checkFields(fields, given);
    this.#writer.reset();
    writeFields(this.#writer, fields, values);
    const bytes = this.#writer.finish();
    const known = this.#newest.get(name);
    if (known?.bytes.every((byte, at) => byte === bytes[at])) {
      if (known.waits || nowMs - known.sentMs < REPEAT_MS) return known.n;
    }
    const n = ++this.#n;
    this.#newest.set(name, { n, bytes, sentMs: known?.sentMs ?? -Infinity, waits: true });
    return n;
  }

  /** Another page of the seat counts from 1, and a room that was taken up anew knows no input: all leave again. */
  renew(): void {
    for (const [name, known] of this.#newest) {
      this.#newest.set(name, { ...known, n: ++this.#n, waits: true });
    }
  }

  /** When something may leave; Infinity if nothing waits. A tick sees one of each name, more is waste. */
  get deadlineMs(): number {
    const waits = [...this.#newest.values()].some((each) => each.waits);
    return waits ? this.#slotMs : Infinity;
  }

  /** What leaves now, as messages for the line of that tag. */
  take(tag: number, nowMs: number): readonly Message[] {
    if (this.deadlineMs > nowMs) return [];
    const messages: Message[] = [];
    for (const [name, known] of this.#newest) {
      if (!known.waits) continue;
      this.#newest.set(name, { ...known, sentMs: nowMs, waits: false });
      messages.push({ n: known.n, bytes: this.#message(tag, name, known) });
    }
    // A room takes no input that is older than one it has, be it of another name.
    messages.sort((one, other) => one.n - other.n);
    this.#slotMs = nowMs + Math.max(this.#spacingMs, messages.length * MESSAGE_MS_MIN);
    return messages;
  }

  /** `0x69`, tag, index of the input, number, values: all of fixed length. */
  #message(tag: number, name: string, { n, bytes }: Newest): Uint8Array {
    this.#writer.reset();
    this.#writer.u8(INPUT_BYTE);
    this.#writer.u32(tag);
    this.#writer.u8(this.#names.indexOf(name));
    this.#writer.u32(n);
    this.#writer.raw(bytes);
    return this.#writer.finish();
  }
}
