// Admission: who is behind a handshake. Signatures first, by CPU alone; then the doors; then the
// store, which alone knows what still lives. Whatever fails or cannot be known keeps somebody out.

import type { ConnectionId, IdentityId, NodeId, PageId, SessionId } from "../../shared/ids.ts";
import type { Handshake, SessionSeen } from "../../shared/protocol.ts";
import type { Random } from "../../shared/random.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { type SessionStore, StoreAway } from "../store/store.ts";
import { labelOf } from "./cookie.ts";
import { deviceOf } from "./device.ts";
import type { Doors } from "./doors.ts";
import type { KeyRing } from "./keys.ts";
import { judgeSession } from "./opening.ts";
import type { SessionRecord } from "./record.ts";
import type { SessionClocks } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { StoreTime } from "./storeTime.ts";
import type { Ticket, Tickets } from "./ticket.ts";
import { readToken } from "./token.ts";

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

export interface AdmissionParts {
  readonly node: NodeId;
  readonly store: SessionStore;
  readonly storeTime: Pick<StoreTime, "nowMs">;
  readonly clocks: SessionClocks;
  readonly sessions: Sessions;
  readonly doors: Doors;
  readonly tokenKeys: KeyRing;
  readonly tickets: Tickets;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What limits count an address by; undefined for who is exempt. */
  groupOf(address: string): string | undefined;
  /** The identity cookie in a Cookie header, if there is one. */
  cookieIn(header: string | undefined): string | undefined;
}

/** Somebody whose signature is right. What it says may have ended since. */
interface Proof {
  readonly session: SessionId;
  /** Known from a token only. */
  readonly identity: IdentityId | undefined;
  readonly revision: number | undefined;
  readonly hasTicket: boolean;
}

/** The store may be back within moments; a second later nearly everybody finds it. */
const AWAY_RETRY_MS = 500;
const AWAY_JITTER_MS = 1_000;

export class Admission {
  readonly #parts: AdmissionParts;
  readonly #linked = new Set<ConnectionId>();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /**
   * Lets a connection in or says why not. Whoever was let in keeps a place until `left`. Rejects only
   * if something is broken; a store that gives no answer is a refusal.
   */
  async admit(handshake: Handshake, arriving: Arriving): Promise<Admitted | Refused> {
    const outcome = await this.#judge(handshake, arriving);
    const { admissions } = this.#parts.metrics;
    admissions.add(outcome.kind === "admitted" ? outcome.kind : outcome.reason);
    return outcome;
  }

  async #judge(handshake: Handshake, arriving: Arriving): Promise<Admitted | Refused> {
    const { doors, storeTime } = this.#parts;
    const proof = this.#proofOf(handshake);
    if ("kind" in proof) return proof;
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
    let outcome: Admitted | Refused | undefined;
    try {
      outcome = await this.#look(proof, arriving);
      return outcome;
    } catch (cause) {
      if (!(cause instanceof StoreAway)) throw cause;
      return { kind: "refused", reason: "store-away", retryInMs: this.#awayMs() };
    } finally {
      if (outcome?.kind !== "admitted") this.left(arriving.connection);
    }
  }

  /** A connection is over, admitted or not. */
  left(connection: ConnectionId): void {
    const { doors, sessions, store, storeTime, metrics } = this.#parts;
    const caller = doors.leave(connection, storeTime.nowMs());
    if (caller === undefined) return;
    if (doors.connectionsOf(caller.session).length === 0) sessions.leave(caller.session);
    if (!this.#linked.delete(connection)) return;
    metrics.connections.add(-1);
    // A link that stays behind ends with its session; nobody is let in because of it.
    store.unlinkConnection(caller.session, connection).catch(this.#unlinked);
  }

  /** A token, if there is one, decides alone: whoever is let in by it may do more than a ticket lets. */
  #proofOf({ token, seats = [] }: Handshake): Proof | Refused {
    const tickets = seats.map(({ room, ticket }) => this.#ticketFor(room, ticket));
    if (token === undefined) return proofOfTickets(tickets);
    const read = readToken(this.#parts.tokenKeys, token, this.#parts.storeTime.nowMs());
    if (read.kind === "refused") return refused(read.reason);
    const hasTicket = tickets.some((ticket) => ticket?.session === read.claims.session);
    return { ...read.claims, hasTicket };
  }

  #ticketFor(room: string, text: string | undefined): Ticket | undefined {
    const ticket = text === undefined ? undefined : this.#parts.tickets.read(text);
    return ticket?.room === room ? ticket : undefined;
  }

  async #look(proof: Proof, arriving: Arriving): Promise<Admitted | Refused> {
    const { store, storeTime, sessions, doors } = this.#parts;
    const found = await store.readSession(proof.session);
    if (found === undefined) return refused(await this.#whyMissing(proof));
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
    return { kind: "admitted", session, identity, revision, label, name, role, endsInMs };
  }

  /** A token belongs to its identity, and to the browser that got it if that shows its cookie. */
  #fits(proof: Proof, record: SessionRecord, { cookie: header }: Arriving): boolean {
    if (proof.identity === undefined) return true;
    const cookie = this.#parts.cookieIn(header);
    const isSameBrowser = cookie === undefined || labelOf(cookie) === record.label;
    return proof.identity === record.identity && isSameBrowser;
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
    this.#linked.add(connection);
    this.#parts.metrics.connections.add(1);
    const link = { connection, node: this.#parts.node, device: deviceOf(userAgent) };
    this.#parts.store.linkConnection(id, link).catch(this.#unlinked);
  }

  /** Links are for people to read; while the store is away they go unwritten. */
  readonly #unlinked = (cause: unknown): void => {
    if (!(cause instanceof StoreAway)) this.#parts.log.fault("link-failed", { cause });
  };

  #awayMs(): number {
    return Math.round(AWAY_RETRY_MS + this.#parts.random() * AWAY_JITTER_MS);
  }
}

/** Every seat has a ticket, and all are of one session. */
function proofOfTickets(tickets: readonly (Ticket | undefined)[]): Proof | Refused {
  const [first] = tickets;
  if (tickets.length === 0) return refused("token-missing");
  if (first === undefined || tickets.some((ticket) => ticket?.session !== first.session)) {
    return refused("ticket-invalid");
  }
  return { session: first.session, identity: undefined, revision: undefined, hasTicket: true };
}

function refused(reason: Reason): Refused {
  return { kind: "refused", reason };
}
