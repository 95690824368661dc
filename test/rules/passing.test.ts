// Passing: the seat of a guest becomes the player's that the guest turned out to be.
import { expect, test } from "vitest";
import { readInput, writeInput } from "../../server/node/inputBytes.ts";
import { Table } from "../../server/testing/testing.ts";
import { ByteReader, ByteWriter } from "../../shared/bytes.ts";
import { nim } from "../../shared/games/nim.ts";
import type { IdentityId } from "../../shared/ids.ts";
import { seatSeen } from "./tableProbes.ts";

const PLAYER = "identityofaplayer" as IdentityId;

function nimTable() {
  const table = new Table(nim);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  const identityAt = (seat: number | undefined) =>
    table.machine.core.own.$seats.get(seat ?? -1)?.identity as IdentityId;
  return { table, ann, bob, identityAt };
}

test("[S100] a guest's seat passes to the player as it is, with its name and without its tickets", () => {
  const { table, ann, bob, identityAt } = nimTable();
  const [guest, other] = [identityAt(ann.seat), identityAt(bob.seat)];
  const seat = table.machine.core.own.$seats.get(ann.seat ?? -1);
  const [instance, family] = [seat?.instanceCount, seat?.ticketFamily];
  table.post({ kind: "pass", from: guest, to: PLAYER, name: "Ada" });
  table.pass(100);
  expect([seat?.identity, seat?.name, seat?.instanceCount]).toEqual([PLAYER, "Ada", instance]);
  expect(seat?.ticketFamily).toBeGreaterThan(family ?? Infinity);
  expect(identityAt(bob.seat)).toBe(other);
  expect(seatSeen(bob, ann.seat ?? -1)).toHaveProperty("name", "Ada");
  table.check();
});

test("[S100] who sits in the room as both keeps both seats, and a seat that is not there passes to nobody", () => {
  const { table, ann, bob, identityAt } = nimTable();
  const [guest, player] = [identityAt(ann.seat), identityAt(bob.seat)];
  table.post({ kind: "pass", from: guest, to: player, name: "Ada" });
  table.post({ kind: "pass", from: PLAYER, to: "identityofnobody" as IdentityId, name: "Eve" });
  table.pass(100);
  expect([identityAt(ann.seat), identityAt(bob.seat)]).toEqual([guest, player]);
  table.check();
});

test("[S100] the word to pass a seat reaches the room's host on another node", () => {
  const input = { kind: "pass", from: PLAYER, to: "identityofsomebody" as IdentityId, name: "Zoë" };
  const writer = new ByteWriter(64);
  writeInput(writer, input as never);
  expect(readInput(new ByteReader(writer.finish()))).toEqual(input);
});
