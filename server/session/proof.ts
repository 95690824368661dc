// Proof: who a handshake says to be, as far as signatures tell. It asks no store and never says that
// a session lives.

import type { IdentityId, SessionId } from "../../shared/ids.ts";
import type { Handshake } from "../../shared/protocol.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { KeyRing } from "./keys.ts";
import type { Ticket, Tickets } from "./ticket.ts";
import { readToken } from "./token.ts";

/** Somebody whose signature is right. What it says may have ended since. */
export interface Proof {
  readonly kind: "proved";
  readonly session: SessionId;
  /** Known from a token only. */
  readonly identity: IdentityId | undefined;
  readonly revision: number | undefined;
  readonly hasTicket: boolean;
  /** Whether a ticket proves every seat: then it may be waited for that the store comes back. */
  readonly mayWait: boolean;
}

export interface ProofParts {
  readonly tokenKeys: KeyRing;
  readonly tickets: Tickets;
}

interface Refused {
  readonly kind: "refused";
  readonly reason: Reason;
}

/** A token, if there is one, decides alone: whoever is let in by it may do more than a ticket lets. */
export function readProof(
  { token, seats = [] }: Handshake,
  { tokenKeys, tickets }: ProofParts,
  nowMs: number,
): Proof | Refused {
  const shown = seats.map(({ room, ticket }) => ticketFor(room, ticket, tickets));
  if (token === undefined) return proofOfTickets(shown);
  const read = readToken(tokenKeys, token, nowMs);
  if (read.kind === "refused") return refused(read.reason);
  const { session, identity, revision } = read.claims;
  const isOwn = (ticket: Ticket | undefined) => ticket?.session === session;
  const hasTicket = shown.some(isOwn);
  const mayWait = hasTicket && shown.every(isOwn);
  return { kind: "proved", session, identity, revision, hasTicket, mayWait };
}

/** Every seat has a ticket, and all are of one session. */
function proofOfTickets(tickets: readonly (Ticket | undefined)[]): Proof | Refused {
  const [first] = tickets;
  if (tickets.length === 0) return refused("token-missing");
  if (first === undefined || tickets.some((ticket) => ticket?.session !== first.session)) {
    return refused("ticket-invalid");
  }
  const { session } = first;
  const proved = { kind: "proved", session, hasTicket: true, mayWait: true } as const;
  return { ...proved, identity: undefined, revision: undefined };
}

function ticketFor(room: string, text: string | undefined, tickets: Tickets): Ticket | undefined {
  const ticket = text === undefined ? undefined : tickets.read(text);
  return ticket?.room === room ? ticket : undefined;
}

const refused = (reason: Reason): Refused => ({ kind: "refused", reason });
