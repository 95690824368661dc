// Link: the machine of one pair of nodes: payloads one way and the other, each once and in order
// over messages that are lost, doubled and reordered, or an end that both learn of. No clock, no bus.

/** What travels. `seq` 0 carries no payload: it only acknowledges. */
export interface Packet {
  /** Numbers the sender's streams; a higher one means that it has given up those before. */
  readonly stream: number;
  readonly seq: number;
  /** The newest payload that the sender has heard of the receiver's stream `heard`; 0 for none. */
  readonly heard: number;
  readonly ack: number;
  /** Something after `ack` is missing. */
  readonly wants: boolean;
  readonly payload: Uint8Array;
}

export interface LinkTurn {
  /** To be sent, in order. */
  readonly packets: readonly Packet[];
  /** What came, in order, each once. */
  readonly payloads: readonly Uint8Array[];
  /** Whether something was lost for good, either way, before `payloads`: both ends begin anew. */
  readonly broken: boolean;
}

/** A payload that was not acknowledged is sent again after this long: a message takes a few ms. */
const RESEND_MS = 250;
/** An acknowledgement waits this long for something that takes it along. */
const ACK_MS = 60;
/** What is missing is asked for at most so often. */
const WANT_MS = 40;
/** Whoever acknowledges nothing for so long cannot be reached, whatever it says of itself. */
export const BREAK_MS = 10_000;
/**
 * A stream that nothing was heard of for so long gives way to a lower one that something is: whoever
 * really is the other end would have broken it off long ago.
 */
const SILENT_MS = 2 * BREAK_MS;
/** So far ahead of a missing one payloads are held: more than a link sends while one is asked for. */
const EARLY_MAX = 1_024;
/** What waits for acknowledgements at most: some seconds of a node's busiest rooms. */
const KEPT_BYTES_MAX = 32 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

interface Kept {
  readonly seq: number;
  readonly payload: Uint8Array;
  readonly keptMs: number;
}

export class Link {
  /** Draws the next stream's number; it must rise over all links of this node to that one. */
  readonly #nextStream: () => number;
  #stream: number;
  #seq = 0;
  #kept: Kept[] = [];
  #keptBytes = 0;
  #resendMs = Number.POSITIVE_INFINITY;
  #resendAfterMs = RESEND_MS;
  /** The other end's stream that acknowledged something last. */
  #ackedBy = 0;
  /** The stream that is heard, and its newest payload. */
  #heard = 0;
  #heardMs = Number.NEGATIVE_INFINITY;
  #ack = 0;
  /** What came before something that is missing: else a backlog that is turned round would never end. */
  readonly #early = new Map<number, Uint8Array>();
  #ackMs = Number.POSITIVE_INFINITY;
  #wantedMs = Number.NEGATIVE_INFINITY;

  constructor(nextStream: () => number) {
    this.#nextStream = nextStream;
    this.#stream = nextStream();
  }

  /** When `wake` is due. */
  get dueMs(): number {
    return Math.min(this.#ackMs, this.#resendMs, this.#breakMs);
  }

  get #breakMs(): number {
    const [oldest] = this.#kept;
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.keptMs + BREAK_MS;
  }

  /** Sends a payload. */
  send(payload: Uint8Array, nowMs: number): LinkTurn {
    if (this.#keptBytes > KEPT_BYTES_MAX) return this.#breakOff(nowMs, [payload]);
    return turnOf([this.#keep(payload, nowMs)]);
  }

  receive(packet: Packet, nowMs: number): LinkTurn {
    // Of a stream that its sender has given up: it came late.
    const isLate = packet.stream < this.#heard && nowMs - this.#heardMs < SILENT_MS;
    if (isLate) return turnOf([]);
    const replaced = this.#heard !== 0 && packet.stream !== this.#heard;
    if (packet.stream !== this.#heard) {
      this.#heard = packet.stream;
      this.#ack = 0;
      this.#early.clear();
    }
    this.#heardMs = nowMs;
    const ours = packet.heard === this.#stream;
    const forgotten = ours && this.#acknowledged(packet, nowMs);
    const sent = forgotten
      ? this.#breakOff(nowMs, []).packets
      : this.#resend(ours && packet.wants, nowMs);
    const { packets, payloads } = this.#take(packet, nowMs);
    return { packets: [...sent, ...packets], payloads, broken: replaced || forgotten };
  }

  /** Something that came cannot be read: everything under way is given up, and the other end learns of it. */
  breakOff(nowMs: number): LinkTurn {
    // Whoever has heard nothing yet takes another stream for the first.
    const first = this.#packet(0, NO_BYTES, false);
    const { packets, ...turn } = this.#breakOff(nowMs, []);
    return { ...turn, packets: [first, ...packets] };
  }

  wake(nowMs: number): LinkTurn {
    if (this.#breakMs <= nowMs) return this.#breakOff(nowMs, []);
    if (this.#resendMs <= nowMs) {
      this.#resendAfterMs = Math.min(this.#resendAfterMs * 2, 2_000);
      return turnOf(this.#resend(true, nowMs));
    }
    return turnOf(this.#ackMs <= nowMs ? [this.#packet(0, NO_BYTES, false)] : []);
  }

  #keep(payload: Uint8Array, nowMs: number): Packet {
    this.#seq += 1;
    this.#kept.push({ seq: this.#seq, payload, keptMs: nowMs });
    this.#keptBytes += payload.length;
    this.#resendMs = Math.min(this.#resendMs, nowMs + this.#resendAfterMs);
    return this.#packet(this.#seq, payload, false);
  }

  /**
   * Lets go of what arrived. True if a stream that the other end began since then has heard less: that
   * end has forgotten us. What only comes late is of a stream that had acknowledged it.
   */
  #acknowledged({ ack, stream }: Packet, nowMs: number): boolean {
    const first = this.#kept[0]?.seq ?? this.#seq + 1;
    if (ack < first - 1) return stream > this.#ackedBy;
    if (ack < first) return false;
    this.#ackedBy = stream;
    const arrived = this.#kept.filter(({ seq }) => seq <= ack);
    this.#kept = this.#kept.slice(arrived.length);
    for (const { payload } of arrived) this.#keptBytes -= payload.length;
    this.#resendAfterMs = RESEND_MS;
    this.#resendMs = this.#kept.length === 0 ? Number.POSITIVE_INFINITY : nowMs + RESEND_MS;
    return false;
  }

  #take({ seq, payload }: Packet, nowMs: number): LinkTurn {
    if (seq === 0) return turnOf([]);
    this.#ackMs = Math.min(this.#ackMs, nowMs + ACK_MS);
    if (seq === this.#ack + 1) {
      this.#ack = seq;
      return turnOf([], [payload, ...this.#takeEarly()]);
    }
    if (seq > this.#ack && seq <= this.#ack + EARLY_MAX) this.#early.set(seq, payload);
    if (seq <= this.#ack || nowMs - this.#wantedMs < WANT_MS) return turnOf([]);
    this.#wantedMs = nowMs;
    return turnOf([this.#packet(0, NO_BYTES, true)]);
  }

  /** What came early and follows now without a gap. */
  #takeEarly(): Uint8Array[] {
    const payloads: Uint8Array[] = [];
    for (;;) {
      const payload = this.#early.get(this.#ack + 1);
      if (payload === undefined) return payloads;
      this.#ack += 1;
      this.#early.delete(this.#ack);
      payloads.push(payload);
    }
  }

  #resend(wanted: boolean, nowMs: number): Packet[] {
    if (!wanted) return [];
    this.#resendMs =
      this.#kept.length === 0 ? Number.POSITIVE_INFINITY : nowMs + this.#resendAfterMs;
    return this.#kept.map(({ seq, payload }) => this.#packet(seq, payload, false));
  }

  /** Gives up everything under way and begins another stream; its first packet tells the other end. */
  #breakOff(nowMs: number, payloads: readonly Uint8Array[]): LinkTurn {
    this.#stream = this.#nextStream();
    this.#seq = 0;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#resendAfterMs = RESEND_MS;
    const first = this.#keep(NO_BYTES, nowMs);
    const rest = payloads.map((payload) => this.#keep(payload, nowMs));
    return { packets: [first, ...rest], payloads: [], broken: true };
  }

  /** Every packet takes the acknowledgement along. */
  #packet(seq: number, payload: Uint8Array, wants: boolean): Packet {
    this.#ackMs = Number.POSITIVE_INFINITY;
    return { stream: this.#stream, seq, heard: this.#heard, ack: this.#ack, wants, payload };
  }
}

function turnOf(packets: readonly Packet[], payloads: readonly Uint8Array[] = []): LinkTurn {
  return { packets, payloads, broken: false };
}
