// Tickets: how a seat's resume tickets are proven, asked for again, found stolen and replaced.

import { expect, test } from "vitest";
import type { TicketClaim } from "../../server/room/turn.ts";
import { Table, type VirtualPlayer } from "../../server/testing/testing.ts";
import { nim } from "../../shared/games/nim.ts";
import { snapshotOf, tells } from "./tableProbes.ts";

function nimTable() {
  const table = new Table(nim);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  return { table, ann, bob };
}

function ticketOf(player: Pick<VirtualPlayer, "page">): TicketClaim {
  const { ticket } = player.page;
  if (ticket === undefined) throw new Error("no ticket");
  return ticket;
}

test("[T14] each use of a ticket brings its successor; an answer that is lost brings the same again", () => {
  const { table, ann } = nimTable();
  const first = ticketOf(ann);
  expect(first).toMatchObject({ seat: 0, generation: 1 });
  table.lines.weather = (way) => (way === "down" ? 0 : 1);
  for (let lost = 0; lost < 5; lost++) ann.resume();
  table.lines.calm();
  expect(ann.resume().standing).toBe("seated");
  expect(ticketOf(ann)).toEqual({ ...first, generation: 2 });
  ann.resume();
  expect(ticketOf(ann)).toEqual({ ...first, generation: 3 });
  expect(tells(table, "refusal")).toEqual([]);
  table.check();
});

test("[T14] a ticket holds over a killed host and a reload", () => {
  const { table, ann } = nimTable();
  const first = ticketOf(ann);
  table.kill();
  ann.reload().resume();
  expect(ann.standing).toBe("seated");
  expect(ticketOf(ann)).toEqual({ ...first, generation: 2 });
});

test("[T15] an older ticket from another page ends the family, unseats both sides and tells the operator", () => {
  const { table, ann } = nimTable();
  const stolen = ticketOf(ann);
  ann.resume().resume();
  const thief = ann.secondPage("duplicate");
  thief.resume({ ticket: stolen });
  expect(thief).toMatchObject({ standing: "apart", reason: "ticket-reused" });
  expect(ann).toMatchObject({ standing: "apart", reason: "ticket-reused" });
  expect(table.presenceOf(0)).toBe("away");
  const audit = table.errands.find(({ kind }) => kind === "audit");
  expect(audit).toMatchObject({ event: "ticket-reused", seat: 0, incident: expect.any(String) });
  expect(tells(table, "refusal").at(-1)).toMatchObject({
    detail: audit?.kind === "audit" ? audit.incident : "none",
  });
  table.check();
});

test("[T15] after a theft every ticket of the family is worth nothing; a token brings the owner back", () => {
  const { table, ann } = nimTable();
  const stolen = ticketOf(ann);
  ann.resume().resume();
  const newest = ticketOf(ann);
  const thief = ann.secondPage("duplicate");
  thief.resume({ ticket: stolen });
  for (const ticket of [stolen, newest]) {
    expect(thief.resume({ ticket })).toMatchObject({ reason: "ticket-invalid" });
  }
  expect(table.presenceOf(0)).toBe("away");
  expect(ann.resume({ ticket: false }).standing).toBe("seated");
  expect(ticketOf(ann).family).toBeGreaterThan(stolen.family);
  expect(ann.resume().standing).toBe("seated");
  table.check();
});

test("[T15] a theft is noticed too when the player is idle", () => {
  const { table, ann } = nimTable();
  const stolen = ticketOf(ann);
  ann.resume().resume().idle();
  ann.secondPage("duplicate").resume({ ticket: stolen });
  expect(ann.standing).toBe("apart");
  // Nobody is attached: whoever was overtaken may come back.
  expect(table.machine.core.own.$seats.get(0)?.cause).toBe("disconnected");
});

test("[T16] an attempt of the very page that was long on its way is refused and raises no alarm", () => {
  const { table, ann } = nimTable();
  const late = ticketOf(ann);
  ann.resume().resume();
  const { connection } = ann;
  const before = snapshotOf(table);
  const [attempt] = table.lines.messages.filter(({ kind }) => kind === "resume");
  if (attempt?.kind !== "resume" || connection === undefined) throw new Error("asked");
  expect(attempt.ticket).toEqual(late);
  table.post(attempt);
  expect(tells(table, "refusal").at(-1)?.reason).toBe("ticket-invalid");
  expect(table.errands.filter(({ kind }) => kind === "audit")).toEqual([]);
  expect(snapshotOf(table)).toBe(before);
  expect(table.machine.connections).toContain(connection);
});

test("[T17] a ticket of an older family, of another seat or of a seat that was given up is worth nothing", () => {
  const { table, ann, bob } = nimTable();
  const older = ticketOf(ann);
  const other = ann.secondPage().join();
  ann.drop();
  expect(ann.resume({ ticket: older })).toMatchObject({ reason: "ticket-invalid" });
  expect(ann.resume({ ticket: ticketOf(bob) })).toMatchObject({ reason: "seat-lost" });
  const given = ticketOf(other);
  other.leave();
  const again = other.secondPage().join();
  expect(again.seat).toBe(0);
  const late = again.secondPage("duplicate");
  expect(late.resume({ ticket: { ...given, generation: 9 } })).toMatchObject({
    reason: "ticket-invalid",
  });
  expect(again.standing).toBe("seated");
  table.check();
});

test("[T18] a generation or a family from the future is honest: the store forgot", () => {
  const { table, ann } = nimTable();
  table.kill();
  const { version } = table.machine.core;
  ann.resume();
  ann.resume();
  const kept = ticketOf(ann);
  table.kill({ losing: table.machine.core.version - version });
  expect(ann.resume({ ticket: kept }).standing).toBe("seated");
  expect(ticketOf(ann)).toEqual({ ...kept, generation: kept.generation + 1 });
  const other = ann.secondPage().join();
  const newer = ticketOf(other);
  table.kill({ losing: 2 });
  expect(other.resume({ ticket: newer }).standing).toBe("seated");
  expect(table.errands.filter(({ kind }) => kind === "audit")).toEqual([]);
});

test("[T19] a refused resume changes nothing at all", () => {
  const { table, ann, bob } = nimTable();
  const stale = ticketOf(ann);
  const overtaken = ann.secondPage("duplicate");
  ann.secondPage().join();
  const before = snapshotOf(table);
  const { version } = table.machine.core;
  const entries = table.log.entries.length;
  expect(overtaken.resume({ ticket: stale })).toMatchObject({ reason: "ticket-invalid" });
  expect(ann.resume({ ticket: false })).toMatchObject({ reason: "superseded" });
  expect(ann.resume({ ticket: ticketOf(bob) })).toMatchObject({ reason: "seat-lost" });
  const [attempt] = table.lines.messages.filter(({ kind }) => kind === "resume");
  if (attempt?.kind !== "resume") throw new Error("asked");
  const identity = "identitynobody" as typeof attempt.arrival.identity;
  table.post({ ...attempt, ticket: undefined, arrival: { ...attempt.arrival, identity } });
  expect(tells(table, "refusal").at(-1)?.reason).toBe("seat-lost");
  expect(snapshotOf(table)).toBe(before);
  expect(table.machine.core.version).toBe(version);
  expect(table.log.entries.length).toBe(entries);
  table.check();
});
