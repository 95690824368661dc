// Admission: who is behind a handshake. Signatures first, by CPU alone; then the doors; then the
// store, which alone knows what still lives. Whatever fails or cannot be known lets nobody in.

import { type Cancel, type Clock, pause } from "../../shared/clock.ts";
import type { ConnectionId, IdentityId, NodeId, PageId, SessionId } from "../../shared/ids.ts";
import type { Handshake, SessionSeen } from "../../shared/protocol.ts";
import type { Random } from "../../shared/random.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Metrics } from "../metrics.ts";
import type { SessionStore } from "../store/sessionStore.ts";
import { StoreAway } from "../store/store.ts";
import { labelOf } from "./cookie.ts";
import { deviceOf } from "./device.ts";
import type { Doors } from "./doors.ts";
import type { KeyRing } from "./keys.ts";
import type { Links } from "./links.ts";
import { judgeSession } from "./opening.ts";
import { type Proof, readProof } from "./proof.ts";
import type { SessionRecord } from "./record.ts";
import type { SessionClocks } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { StoreTime } from "./storeTime.ts";
import type { Tickets } from "./ticket.ts";

/** Where a handshake came from. */
export interface Arriving {
  readonly connection: ConnectionId;
  readonly address: string;
  /** The Cookie header. */
  readonly cookie: string | undefined;
  readonly userAgent: string | undefined;
}

export interface Admitted extends SessionSeen {
  readonly kind: "admitted";
  readonly identity: IdentityId;
  readonly session: SessionId;
  readonly revision: number;
}

export interface Refused {
  readonly kind: "refused";
  readonly reason: Reason;
  readonly retryInMs?: number;
}

/** Every seat has a good ticket, and the store does not say whether their session still lives. */
export interface Held {
  readonly kind: "held";
  /** To be called once; resolves when the store has answered or the connection has left. */
  verdict(): Promise<Admitted | Refused>;
}

export interface AdmissionParts {
  readonly node: NodeId;
  readonly store: SessionStore;
  readonly clock: Pick<Clock, "after">;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly clocks: SessionClocks;
  readonly sessions: Sessions;
  readonly doors: Doors;
  readonly links: Links;
  readonly tokenKeys: KeyRing;
  readonly tickets: Tickets;
  readonly random: Random;
  readonly metrics: Metrics;
  /** What limits count an address by; undefined for who is exempt. */
  groupOf(address: string): string | undefined;
  /** The identity cookie in a Cookie header, if there is one. */
  cookieIn(header: string | undefined): string | undefined;
  /** Whether what the store has lost may still be written back by the node that has it in memory. */
  mayReturn?(): boolean;
}

/**
 * A store that has not answered by then is as good as away for somebody who waits: their page gives
 * up an attempt that stays silent for 600 ms, the way there and back included.
 */
const PATIENCE_MS = 250;
/** The store may be back within moments; a second later nearly everybody finds it. */
const AWAY_RETRY_MS = 500;
const AWAY_JITTER_MS = 1_000;
/** How often the store is asked for each of those who wait for it. */
const AGAIN_MS = 250;
const AGAIN_JITTER_MS = 500;

export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /**
   * Lets a connection in, says why not, or has it wait for a store that gives no answer. Whoever was
   * not refused keeps a place until `left`. Rejects only if something is broken.
   */
  async admit(handshake: Handshake, arriving: Arriving): Promise<Admitted | Held | Refused> {
    const outcome = await this.#judge(handshake, arriving);
    this.#count(outcome);
    return outcome;
  }

  async #judge(handshake: Handshake, arriving: Arriving): Promise<Admitted | Held | Refused> {
    const { doors, storeTime } = this.#parts;
    const proof = readProof(handshake, this.#parts, storeTime.nowMs());
    if (proof.kind === "refused") return proof;
    const answer = doors.enter(
      {
        connection: arriving.connection,
        session: proof.session,
        // Its form was checked where the handshake was read.
        page: handshake.page as PageId,
        addressGroup: this.#parts.groupOf(arriving.address),
        hasTicket: proof.hasTicket,
      },
      storeTime.nowMs(),
    );
    if (answer.kind === "refused") return answer;
    const asked = this.#ask(proof, arriving);
    if (proof.mayWait && (await this.#isLate(asked))) {
      return { kind: "held", verdict: () => this.#verdict(proof, arriving, asked) };
    }
    return this.#placed(arriving, async () => (await asked) ?? this.#away());
  }

  /** Whether the store gives no answer, or none yet. */
  async #isLate(asked: Promise<Admitted | Refused | undefined>): Promise<boolean> {
    let cancel: Cancel | undefined;
    const late = new Promise<undefined>((resolve) => {
      cancel = this.#parts.clock.after(PATIENCE_MS, () => resolve(undefined));
    });
    try {
      return (await Promise.race([asked, late])) === undefined;
    } finally {
      cancel?.();
    }
  }

  /** Asks until the store answers or nobody waits any more. */
  async #verdict(
    proof: Proof,
    arriving: Arriving,
    asked: Promise<Admitted | Refused | undefined>,
  ): Promise<Admitted | Refused> {
    const outcome = await this.#placed(arriving, async () => {
      let answer = await asked;
      while (answer === undefined) {
        await this.#pause();
        if (!this.#parts.doors.has(arriving.connection)) return refused("store-away");
        answer = await this.#ask(proof, arriving);
      }
      return answer;
    });
    this.#count(outcome);
    return outcome;
  }

  /** Whoever is not let in, whatever the cause, loses the place. */
  async #placed(
    { connection }: Arriving,
    decide: () => Promise<Admitted | Refused>,
  ): Promise<Admitted | Refused> {
    let outcome: Admitted | Refused | undefined;
    try {
      outcome = await decide();
      return outcome;
    } finally {
      if (outcome?.kind !== "admitted") this.left(connection);
    }
  }

  #count(outcome: Admitted | Held | Refused): void {
    const { admissions } = this.#parts.metrics;
    admissions.add(outcome.kind === "refused" ? outcome.reason : outcome.kind);
  }

  /** A connection is over, admitted or not. */
  left(connection: ConnectionId): void {
    const { doors, sessions, links, metrics } = this.#parts;
    const caller = doors.leave(connection);
    if (caller === undefined) return;
    if (doors.connectionsOf(caller.session).length === 0) sessions.leave(caller.session);
    if (links.remove({ session: caller.session, connection })) metrics.connections.add(-1);
  }

  /** What the store says of somebody; undefined if it gives no answer. */
  async #ask(proof: Proof, arriving: Arriving): Promise<Admitted | Refused | undefined> {
    try {
      return await this.#look(proof, arriving);
    } catch (cause) {
      if (!(cause instanceof StoreAway)) throw cause;
      return undefined;
    }
  }

  async #look(proof: Proof, arriving: Arriving): Promise<Admitted | Refused> {
    const { store, storeTime, sessions, doors } = this.#parts;
    const { revocationsHeard } = sessions;
    const found = await store.readSession(proof.session);
    // It may have been revoked meanwhile, after the store had looked.
    if (sessions.wasRevokedSince(proof.session, revocationsHeard))
      return await this.#look(proof, arriving);
    if (found === undefined) return await this.#missing(proof);
    const { record, lifeMs } = found;
    const nowMs = storeTime.nowMs();
    const judged = judgeSession(record, proof.revision, nowMs);
    if (judged !== "lives") return refused(judged);
    if (!this.#fits(proof, record, arriving)) return refused("token-invalid");
    // The socket may have closed while the store was asked.
    if (!doors.has(arriving.connection)) return refused("server-busy");
    sessions.enter(record, lifeMs);
    this.#link(record, arriving);
    const { id: session, identity, revision, label, name, role } = record;
    const endsInMs = Math.round(record.endsMs - nowMs);
    const silentMs = Math.min(endsInMs, this.#parts.clocks.lifeMs);
    const who = { session, identity, revision, label, name, role };
    return { kind: "admitted", ...who, endsInMs, silentMs };
  }

  /** A token belongs to its identity, and to the browser that got it if that shows its cookie. */
  #fits(proof: Proof, record: SessionRecord, { cookie: header }: Arriving): boolean {
    if (proof.identity === undefined) return true;
    const cookie = this.#parts.cookieIn(header);
    const isSameBrowser = cookie === undefined || labelOf(cookie) === record.label;
    return proof.identity === record.identity && isSameBrowser;
  }

  /** What was lost a moment ago is asked for again: a node with a connection of it writes it back. */
  async #missing(proof: Proof): Promise<Refused> {
    const reason = await this.#whyMissing(proof);
    const mayReturn = reason === "session-lost" && this.#parts.mayReturn?.() === true;
    return mayReturn ? this.#away() : refused(reason);
  }

  /** A touch never revives, so it only tells why there is nothing to touch. */
  async #whyMissing({ session, revision = 0 }: Proof): Promise<Reason> {
    const lifeMs = this.#parts.clocks.lifeMs;
    const [outcome] = await this.#parts.store.touch([{ session, revision, lifeMs }]);
    switch (outcome?.kind) {
      case "revoked":
        return "session-revoked";
      case "lost":
        return "session-lost";
      default:
        return "session-ended";
    }
  }

  #link({ id }: SessionRecord, { connection, userAgent }: Arriving): void {
    const { links, metrics, node } = this.#parts;
    metrics.connections.add(1);
    links.add(id, { connection, node, device: deviceOf(userAgent) });
  }

  #away(): Refused {
    const retryInMs = Math.round(AWAY_RETRY_MS + this.#parts.random() * AWAY_JITTER_MS);
    return { kind: "refused", reason: "store-away", retryInMs };
  }

  /** Those who wait ask for themselves, so they must not all ask at once. */
  #pause(): Promise<void> {
    const delayMs = AGAIN_MS + this.#parts.random() * AGAIN_JITTER_MS;
    return pause(this.#parts.clock, delayMs);
  }
}

function refused(reason: Reason): Refused {
  return { kind: "refused", reason };
}
