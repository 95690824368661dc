// Absence: what a game declares of it, and the room doing it: telling late, standing still, playing on.

import { expect, test } from "vitest";
import { openMemoryStore } from "../../server/store/memory.ts";
import { Table, VirtualClock, type VirtualPlayer } from "../../server/testing/testing.ts";
import { defineGame, type Game } from "../../shared/game.ts";
import { newRoom, nodeOver, pass, sitDown } from "./roomsScene.ts";
import { seatSeen } from "./tableProbes.ts";
import { BUDGET_MS, TOLD_MS, TURN_MS, vigil } from "./vigil.ts";

/** Two at the table; it is Ann's turn, for 20 s from the beginning. */
function keepVigil() {
  const table = new Table(vigil, { mayFail: true });
  const ann = table.player("Ann").join();
  const bob = table.player("Bob").join();
  const lines = () => [...table.state.log].map(({ line }) => line);
  const own = table.machine.core.own;
  return { table, ann, bob, lines, own };
}

/** The room's own record as a page sees it. */
const roomSeen = ({ page }: Pick<VirtualPlayer, "page">) => page.replica?.view.face.$room;

/** Room time at which Ann's turn is over, if it is. */
const lateAt = (lines: readonly string[]) => lines.find((line) => line.startsWith("late 0"));

test("[T29] who is back before the others are told was never away", () => {
  const { table, ann, bob, lines } = keepVigil();
  ann.drop();
  table.pass(TOLD_MS - 1);
  expect(seatSeen(bob, 0)).toMatchObject({ presence: "held", cause: "none", untilMs: undefined });
  ann.resume();
  table.pass(10_000);
  expect(lines()).toEqual([]);
  table.check();
});

test("[T29] an absence is told when it has lasted, and the grace began with it", () => {
  const { table, ann, bob, lines } = keepVigil();
  table.pass(1_000);
  ann.drop();
  table.pass(TOLD_MS);
  expect(lines()).toEqual(["away 0 at 3000"]);
  const seen = { presence: "away", cause: "disconnected", untilMs: 61_000 };
  expect(seatSeen(bob, 0)).toMatchObject(seen);
  table.pass(57_999);
  expect(table.presenceOf(0)).toBe("away");
  table.pass(1);
  expect(table.presenceOf(0)).toBe("empty");
  expect(lines().at(-1)).toBe("absent 0 at 61000");
  table.check();
});

test("[T29] another page may take up at once a seat whose loss is not told yet", () => {
  const { ann, table } = keepVigil();
  const duplicate = ann.secondPage("duplicate");
  const stale = ann.secondPage("duplicate");
  duplicate.resume();
  stale.resume();
  expect([duplicate.standing, stale.standing]).toEqual(["elsewhere", "seated"]);
  stale.drop();
  expect(duplicate.resume().standing).toBe("seated");
  table.check();
});

test("[T30] the clock of whoever is away stands still from the moment of the loss until they are back", () => {
  const { table, ann, bob, lines } = keepVigil();
  table.pass(5_000);
  ann.drop();
  table.pass(12_000);
  expect(roomSeen(bob)).toMatchObject({ standsSinceMs: 5_000, stoodMs: 0 });
  expect(seatSeen(bob, 0)).toMatchObject({ standsUntilMs: 5_000 + BUDGET_MS });
  ann.resume();
  expect(roomSeen(bob)).toMatchObject({ standsSinceMs: undefined, stoodMs: 12_000 });
  expect(seatSeen(bob, 0)).toMatchObject({ standsUntilMs: undefined });
  table.pass(TURN_MS - 5_000 - 1);
  expect(lateAt(lines())).toBeUndefined();
  table.pass(1);
  expect(lateAt(lines())).toBe("late 0 at 32000");
});

test("[T30] a seat stands the clock still for no longer than it has, in all its absences together", () => {
  const { table, ann, lines } = keepVigil();
  ann.drop();
  table.pass(BUDGET_MS - 5_000);
  ann.resume();
  table.pass(1_000);
  ann.drop();
  table.pass(5_000);
  // 20 s of clock, of which one has passed; all it stood is used up.
  table.pass(TURN_MS - 1_000 - 1);
  expect(lateAt(lines())).toBeUndefined();
  table.pass(1);
  expect(lateAt(lines())).toBe(`late 0 at ${BUDGET_MS + TURN_MS}`);
  ann.resume();
  table.check();
});

test("[T30] a killed host neither gives nor takes time on the clock", () => {
  const { table, ann, bob, lines } = keepVigil();
  table.pass(5_000);
  ann.drop();
  table.pass(12_000);
  // Everybody is away for a moment: Bob's turn it is not, so nothing stands for him.
  table.kill();
  bob.resume();
  table.pass(3_000);
  ann.resume();
  const { stoodMs } = table.machine.core.own.$room;
  expect(stoodMs).toBeGreaterThan(15_000 - 5_000);
  expect(stoodMs).toBeLessThanOrEqual(15_000);
  table.pass(30_000);
  expect(lateAt(lines())).toBe(`late 0 at ${TURN_MS + stoodMs}`);
});

test("[T31] the clock does not stand for somebody whose turn it is not, and does once it is", () => {
  const { table, ann, bob, lines, own } = keepVigil();
  bob.drop();
  table.pass(4_000);
  expect(own.$room.standsSinceMs).toBeUndefined();
  ann.send("pass", {});
  expect(own.$room.standsSinceMs).toBe(4_000);
  table.pass(10_000);
  ann.send("phase", { to: 1 });
  expect(own.$room).toMatchObject({ standsSinceMs: undefined, stoodMs: 10_000 });
  table.pass(TURN_MS);
  expect(lines()).toContain("late 1 at 34000");
});

test("[T31] the clock goes on when the seat it stood for is given up, or the game ends", () => {
  const { table, ann, bob, own } = keepVigil();
  ann.drop();
  table.pass(3_000);
  bob.send("dismiss", {});
  expect(table.presenceOf(0)).toBe("empty");
  expect(own.$room).toMatchObject({ standsSinceMs: undefined, stoodMs: 3_000 });
});

test("[T32] what the game does meanwhile it does at its times, and stops when the player is back", () => {
  const { table, ann, lines } = keepVigil();
  ann.drop();
  table.pass(TOLD_MS + 11_000);
  const meanwhile = () => lines().filter((line) => line.startsWith("meanwhile"));
  expect(meanwhile()).toEqual(["meanwhile 0 at 7000", "meanwhile 0 at 12000"]);
  ann.resume();
  table.pass(20_000);
  expect(meanwhile()).toHaveLength(2);
  table.check();
});

test("[T40] what the game does meanwhile begins and ends with its phase, also for who was away before", () => {
  const { table, ann, bob, lines } = keepVigil();
  const meanwhile = () => lines().filter((line) => line.startsWith("meanwhile"));
  ann.send("phase", { to: 3 });
  ann.send("pass", {});
  ann.drop();
  table.pass(TOLD_MS + 6_000);
  expect(meanwhile()).toEqual([]);
  bob.send("pass", {});
  table.pass(4_999);
  expect(meanwhile()).toEqual([]);
  table.pass(1);
  expect(meanwhile()).toEqual(["meanwhile 0 at 13000"]);
  // Due once more at the very moment at which the turn, and with it the phase, is over.
  table.pass(TURN_MS);
  expect(lines()).toContain("late 0 at 28000");
  expect(meanwhile()).toEqual([13, 18, 23].map((second) => `meanwhile 0 at ${second}000`));
  table.check();
});

test("[T33] rules give an away seat up or keep it, and are told why it is left and how long it was away", () => {
  const { table, ann, bob, lines } = keepVigil();
  expect(bob.send("dismiss", {}).end).toMatchObject({ reason: "rule-failed" });
  expect(table.presenceOf(0)).toBe("held");
  ann.drop();
  table.pass(50_000);
  bob.send("wait", { ms: 40_000 });
  expect(seatSeen(bob, 0)).toMatchObject({ untilMs: 100_000 });
  table.pass(45_000);
  ann.resume();
  expect(lines()).toContain("back 0 after 95000");
  ann.drop();
  table.pass(TOLD_MS);
  bob.send("dismiss", {});
  expect(lines().at(-1)).toBe("absent 0 at 97000");
  bob.leave();
  expect(table.status).toBe("ended");
  expect(lines().at(-1)).toBe("left 1 at 97000");
});

test("[T34] an absence rule that throws is audited once and means an absence like any other", () => {
  const { table, ann, bob, own } = keepVigil();
  bob.send("phase", { to: 2 });
  ann.drop();
  expect(seatSeen(bob, 0)).toMatchObject({ presence: "away", untilMs: 60_000 });
  expect(own.$room.standsSinceMs).toBeUndefined();
  table.pass(60_000);
  expect(table.presenceOf(0)).toBe("empty");
  const audits = table.errands.filter((errand) => errand.kind === "audit");
  expect(audits).toEqual([expect.objectContaining({ event: "rule-failed" })]);
});

test("[T35] a room that nobody is connected to sleeps, or goes on until nothing in it waits", async () => {
  const rest = { version: 1, seats: { min: 1, max: 1, graceMs: 90_000 }, records: {}, rules: {} };
  const games = [true, false].map((parkWhenEmpty) =>
    defineGame({ name: parkWhenEmpty ? "sleepy" : "awake", parkWhenEmpty, ...rest }),
  );
  const after = async (game: Game, ms: number) => {
    const clock = new VirtualClock();
    const store = await openMemoryStore({ clock });
    const node = nodeOver({ store, clock, game }, 1);
    await node.rooms.start();
    const room = await newRoom(node);
    const ann = sitDown(node, room, 1);
    await pass(clock, 100);
    ann({ kind: "gone" });
    await pass(clock, ms);
    const [listing] = await store.rooms();
    return listing?.status ?? "parked";
  };
  const [sleepy, awake] = games as unknown as [Game, Game];
  expect(await after(sleepy, 45_000)).toBe("parked");
  expect(await after(awake, 85_000)).toBe("running");
  expect(await after(awake, 95_000)).toBe("ended");
});
