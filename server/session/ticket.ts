// Ticket: the text that proves a seat to whoever reads it by CPU alone. It tells whose seat it was and
// how often it was renewed; whether that still holds only the room and the session can say.

import { createHmac, timingSafeEqual } from "node:crypto";
import type { RoomId, SessionId } from "../../shared/ids.ts";
import type { Key, KeyRing } from "./keys.ts";

export interface Ticket {
  readonly room: RoomId;
  readonly session: SessionId;
  readonly claim: { readonly seat: number; readonly family: number; readonly generation: number };
}

/** Resume tickets as text; both ways take CPU only. */
export interface Tickets {
  write(ticket: Ticket): string;
  /** Undefined unless one of our keys made it. */
  read(text: string): Ticket | undefined;
}

const LENGTH_MAX = 200;
/** room.seat.session.family.generation.mac, each number in its one spelling. */
const FORM =
  /^([a-z0-9]{8,32})\.(0|[1-9]\d?)\.([a-z0-9]{8,32})\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})\.([\w-]{43})$/;

export function openTickets(keys: KeyRing): Tickets {
  return {
    write({ room, session, claim }) {
      const said = [room, claim.seat, session, claim.family, claim.generation].join(".");
      return `${said}.${macOf(keys.newest, said)}`;
    },
    read(text) {
      const parts = text.length <= LENGTH_MAX ? FORM.exec(text) : null;
      if (parts === null) return undefined;
      const [, room, seat, session, family, generation, mac = ""] = parts;
      const said = text.slice(0, -(mac.length + 1));
      // An old ticket names no key: it is tried with each of the few there can be.
      if (!keys.all.some((key) => isEqual(macOf(key, said), mac))) return undefined;
      return {
        // The form above is that of the ids.
        room: room as RoomId,
        session: session as SessionId,
        claim: { seat: Number(seat), family: Number(family), generation: Number(generation) },
      };
    },
  };
}

function macOf(key: Key, said: string): string {
  return createHmac("sha256", key.secret).update(said).digest("base64url");
}

/** Compares the texts and not their bytes, so that a ticket has only one spelling. */
function isEqual(right: string, given: string): boolean {
  return right.length === given.length && timingSafeEqual(Buffer.from(right), Buffer.from(given));
}
