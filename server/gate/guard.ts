// Guard: judges everything a connection sends before Socket.IO sees it: what kind of packet it is,
// its structure, and how many came. It never reads what a message means and never closes anything.

import { INPUTS_PER_SECOND_MAX } from "../../shared/limits.ts";
import type { Reason } from "../../shared/reasons.ts";
import { INPUT_HEAD_BYTES } from "./binaryInput.ts";
import { type Allowance, Bucket } from "./bucket.ts";
import { PACKET, type Packet, readPacket } from "./packet.ts";

/** Events a second: a person's commands, with room for a whole outbox after a stall. */
const EVENTS: Allowance = { perSecond: 30, burst: 60 };
/** Inputs, and what a line that stalled for more than three seconds delivers at once. */
const INPUTS: Allowance = { perSecond: INPUTS_PER_SECOND_MAX, burst: 300 };
/** Pongs of Engine.IO, one in ten seconds, and the WebSocket's own pings and pongs. */
const CONTROLS: Allowance = { perSecond: 2, burst: 20 };

/** Each time so many packets came beyond an allowance is a strike. */
const STRIKE_EVERY = 30;

/** Inputs are a few numbers. */
const INPUT_BYTES_MAX = 256;

/**
 * - `packet`: for Socket.IO to dispatch
 * - `input`: binary, to be read at once
 * - `passed`: a control frame, a life sign and no more
 * - `dropped`: one too many; `strike` tells that it is time to say so
 * - `broken`: no client of the protocol sends this; the connection ends
 */
export type Verdict =
  | { readonly kind: "packet"; readonly packet: Packet }
  | { readonly kind: "input"; readonly bytes: Uint8Array }
  | { readonly kind: "passed" }
  | { readonly kind: "dropped"; readonly strike: boolean }
  | { readonly kind: "broken"; readonly reason: Reason; readonly why: string };

const PASSED: Verdict = { kind: "passed" };

export class Guard {
  readonly #events: Bucket;
  readonly #controls: Bucket;
  /** Made when it is needed: in many games nobody ever sends one. */
  #inputs: Bucket | undefined;
  #phase: "new" | "connecting" | "admitted" = "new";

  constructor(nowMs: number) {
    this.#events = new Bucket(EVENTS, nowMs);
    this.#controls = new Bucket(CONTROLS, nowMs);
  }

  /** From here on events may come. */
  admit(): void {
    this.#phase = "admitted";
  }

  /** A message of the connection: text for Socket.IO, bytes for an input. */
  message(message: unknown, nowMs: number): Verdict {
    if (typeof message === "string") return this.#text(message, nowMs);
    if (message instanceof Uint8Array) return this.#bytes(message, nowMs);
    return broken("neither text nor bytes");
  }

  /** A pong of Engine.IO, or a ping or pong of the WebSocket. */
  control(nowMs: number): Verdict {
    if (this.#controls.take(nowMs) === 0) return PASSED;
    return { kind: "broken", reason: "too-many-packets", why: "pings or pongs" };
  }

  #text(text: string, nowMs: number): Verdict {
    const isInput = text.startsWith('2["input"');
    const beyond = isInput ? this.#takeInput(nowMs) : this.#events.take(nowMs);
    if (beyond > 0) return dropped(beyond);
    const read = readPacket(text);
    if (read.kind === "malformed") return broken(read.why);
    const { packet } = read;
    if (packet.type === PACKET.connect) {
      if (this.#phase !== "new") return broken("a second CONNECT");
      this.#phase = "connecting";
    } else if (this.#phase !== "admitted") {
      return broken("a packet before it was admitted");
    }
    return { kind: "packet", packet };
  }

  #bytes(bytes: Uint8Array, nowMs: number): Verdict {
    if (this.#phase !== "admitted") return broken("bytes before it was admitted");
    if (bytes.length < INPUT_HEAD_BYTES || bytes.length > INPUT_BYTES_MAX) {
      return broken("bytes that are no input");
    }
    const beyond = this.#takeInput(nowMs);
    return beyond > 0 ? dropped(beyond) : { kind: "input", bytes };
  }

  #takeInput(nowMs: number): number {
    this.#inputs ??= new Bucket(INPUTS, nowMs);
    return this.#inputs.take(nowMs);
  }
}

function dropped(beyond: number): Verdict {
  return { kind: "dropped", strike: beyond % STRIKE_EVERY === 1 };
}

function broken(why: string): Verdict {
  return { kind: "broken", reason: "packet-invalid", why };
}
