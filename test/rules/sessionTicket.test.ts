// Session ticket: which texts prove a seat. The room judges what they say; here it is only whether we
// said it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { deriveKeys } from "../../server/session/keys.ts";
import { openTickets, type Ticket } from "../../server/session/ticket.ts";
import type { RoomId, SessionId } from "../../shared/ids.ts";
import { SECRETS } from "./peopleScene.ts";

const keys = deriveKeys(SECRETS);
const tickets = openTickets(keys.ticket);

const id = fc.stringMatching(/^[a-z0-9]{8,32}$/);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const anyTicket: fc.Arbitrary<Ticket> = fc
  .record({
    room: id,
    session: id,
    seat: fc.integer({ min: 0, max: 63 }),
    family: u32,
    generation: u32,
  })
  .map(({ room, session, ...claim }) => ({
    ...{ room: room as RoomId, session: session as SessionId },
    claim,
  }));

const TICKET: Ticket = {
  room: "roomofsomebody" as RoomId,
  session: "sessionofsomebody" as SessionId,
  claim: { seat: 3, family: 1, generation: 10 },
};
const TEXT = tickets.write(TICKET);

test("[S5] a ticket is read as it was written, and is never longer than 200 characters", () => {
  fc.assert(
    fc.property(anyTicket, (ticket) => {
      const text = tickets.write(ticket);
      expect(tickets.read(text)).toEqual(ticket);
      expect(text.length).toBeLessThanOrEqual(200);
      expect(text).toMatch(/^[\w.-]+$/);
    }),
  );
});

test("[S6] a ticket with any one character changed, left out or put in proves nothing", () => {
  const at = fc.integer({ min: 0, max: TEXT.length });
  const character = fc.constantFrom(..."abcxyz0189ABZ-_.=+/ \n");
  fc.assert(
    fc.property(at, character, fc.constantFrom(0, 1), (place, put, taken) => {
      const changed = TEXT.slice(0, place) + put + TEXT.slice(place + taken);
      fc.pre(changed !== TEXT);
      expect(tickets.read(changed)).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
  for (let length = 0; length < TEXT.length; length++) {
    expect(tickets.read(TEXT.slice(0, length))).toBeUndefined();
  }
});

test("[S6] whatever a ticket says, it needs our own signature of just that", () => {
  const mac = TEXT.slice(TEXT.lastIndexOf(".") + 1);
  fc.assert(
    fc.property(anyTicket, (ticket) => {
      fc.pre(tickets.write(ticket) !== TEXT);
      const { room, session, claim } = ticket;
      const said = [room, claim.seat, session, claim.family, claim.generation].join(".");
      expect(tickets.read(`${said}.${mac}`)).toBeUndefined();
    }),
  );
  // The MAC of another purpose's key, made by the same code.
  expect(tickets.read(openTickets(keys.token).write(TICKET))).toBeUndefined();
  expect(tickets.read("a".repeat(300_000))).toBeUndefined();
});

test("[S7] a number has one spelling in a ticket", () => {
  const mac = TEXT.slice(TEXT.lastIndexOf(".") + 1);
  const spelt = (seat: string) => `roomofsomebody.${seat}.sessionofsomebody.1.10.${mac}`;
  expect(tickets.read(spelt("3"))).toEqual(TICKET);
  for (const seat of ["03", "+3", "3.0", "3e0", " 3", "٣"]) {
    expect(tickets.read(spelt(seat))).toBeUndefined();
  }
});

test("[S4] tickets of old secrets stay good until those are taken away", () => {
  const [newest, oldest] = SECRETS;
  const before = openTickets(deriveKeys(oldest === undefined ? [] : [oldest]).ticket);
  const after = openTickets(deriveKeys(newest === undefined ? [] : [newest]).ticket);
  expect(tickets.read(before.write(TICKET))).toEqual(TICKET);
  expect(after.read(before.write(TICKET))).toBeUndefined();
  expect(after.read(TEXT)).toEqual(TICKET);
});
