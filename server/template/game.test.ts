// What the rules make of play and of absence, in virtual time: minutes pass in no time at all.

import { Table } from "holdfast/testing";
import { expect, test } from "vitest";
import { lamps, ROUND_MS } from "./game.ts";

test("whoever lit the most lamps wins when the time is up", () => {
  const table = new Table(lamps);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  ann.send("light", { lamp: 1 });
  ann.send("light", { lamp: 2 });
  bob.send("light", { lamp: 3 });
  table.pass(ROUND_MS);
  expect(bob.view.round.winner).toBe(ann.seat);
  table.check();
});

test("a player whose line goes dead keeps the seat, and what was sent counts once", () => {
  const table = new Table(lamps);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  ann.halfOpen();
  ann.send("light", { lamp: 7 });
  table.pass(20_000);
  expect(table.presenceOf(0)).toBe("away");
  ann.resume();
  table.pass(100);
  expect(bob.view.lamps.get(7)?.seat).toBe(ann.seat);
  expect(table.presenceOf(0)).toBe("held");
  table.check();
});

test("the round goes on without who is away, whose seat is kept for five minutes", () => {
  const table = new Table(lamps);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  ann.send("light", { lamp: 7 });
  ann.drop();
  table.pass(ROUND_MS);
  expect(bob.view.round.winner).toBe(0);
  table.pass(300_000 - ROUND_MS - 1);
  expect(table.presenceOf(0)).toBe("away");
  table.pass(1);
  expect(table.presenceOf(0)).toBe("empty");
  table.check();
});

test("neither a killed server nor another tab costs anybody a lamp", () => {
  const table = new Table(lamps);
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  ann.send("light", { lamp: 7 });
  table.kill();
  bob.resume();
  const tab = ann.secondPage().join();
  expect(tab.view.lamps.get(7)?.seat).toBe(tab.seat);
  expect(bob.send("light", { lamp: 7 }).end).toMatchObject({ reason: "already-lit" });
  table.check();
});
