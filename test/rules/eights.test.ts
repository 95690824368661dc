// Eights: its rules at a table of virtual players, what absences do to it, and that hands stay secret.

import { expect, test } from "vitest";
import { Table, type VirtualPlayer } from "../../server/testing/testing.ts";
import { PACK, rankOf, shuffled, suitOf } from "../../shared/games/cards.ts";
import { eights } from "../../shared/games/eights.ts";
import { EIGHT, fits, PATIENCE_MS, TURN_MS } from "../../shared/games/eightsTable.ts";
import { seededRandom } from "../../shared/random.ts";

type Player = VirtualPlayer<
  typeof eights.records,
  typeof eights.commands,
  typeof eights.inputs,
  typeof eights.events
>;

function dealt(seed = 1, names: readonly string[] = ["Ann", "Bob"]) {
  const table = new Table(eights, { seed });
  const players: Player[] = names.map((name) => table.player(name).join());
  players[0]?.send("deal", {});
  return { table, players };
}

type Dealt = ReturnType<typeof dealt>;

const cardsOf = ({ table }: Dealt, seat: number) => table.state.hands.get(seat)?.cards ?? [];

function atTurn({ table, players }: Dealt): Player {
  const player = players.find(({ seat }) => seat === table.state.table.turn);
  if (player === undefined) throw new Error("nobody is at turn");
  return player;
}

function other({ table, players }: Dealt): Player {
  const player = players.find(({ seat }) => seat !== table.state.table.turn);
  if (player === undefined) throw new Error("nobody else plays");
  return player;
}

/** Whoever is at turn plays what fits, or draws, or passes. */
function move(scene: Dealt): void {
  const player = atTurn(scene);
  const { table } = scene.table.state;
  const fitting = cardsOf(scene, table.turn).find((each) => fits(table, each));
  if (fitting !== undefined) player.send("play", { card: fitting, suit: suitOf(fitting) });
  else if (player.send("draw", {}).end?.end === "refused") player.send("pass", {});
}

/** Every card there is, wherever it lies. */
function allCards({ table: { state } }: Dealt): number[] {
  const { table, hands } = state;
  const held = [...hands].flatMap(({ cards }) => cards);
  return [...held, ...table.stock, ...table.pile, table.top].sort((one, next) => one - next);
}

const WHOLE_PACK = [...Array(PACK).keys()];

test("[X60] a pack has each card once, and the same draws deal it the same way", () => {
  const random = seededRandom(3);
  const pack = shuffled(WHOLE_PACK, random);
  expect(pack).not.toEqual(WHOLE_PACK);
  expect([...pack].sort((one, next) => one - next)).toEqual(WHOLE_PACK);
  expect(shuffled(WHOLE_PACK, seededRandom(3))).toEqual(pack);
  const scene = dealt(5);
  expect(allCards(scene)).toEqual(WHOLE_PACK);
  expect(allCards(dealt(5, ["Ann", "Bob", "Cas", "Dan"]))).toEqual(WHOLE_PACK);
  expect([0, 1].map((seat) => cardsOf(scene, seat).length)).toEqual([7, 7]);
  expect(cardsOf(dealt(5, ["Ann", "Bob", "Cas"]), 2)).toHaveLength(5);
  expect(cardsOf(dealt(5), 0)).toEqual(cardsOf(scene, 0));
  expect(cardsOf(dealt(6), 0)).not.toEqual(cardsOf(scene, 0));
});

test("[X61] a card goes on its suit or its rank, an eight on anything, and names the suit", () => {
  const top = 4 * 4 + 2;
  const open = { top, suit: 2 };
  for (const card of WHOLE_PACK) {
    const goes = rankOf(card) === EIGHT || rankOf(card) === 4 || suitOf(card) === 2;
    expect(fits(open, card)).toBe(goes);
  }
  // After an eight the suit it named counts, not its own.
  expect(fits({ top: EIGHT * 4, suit: 3 }, 0)).toBe(false);
  expect(fits({ top: EIGHT * 4, suit: 3 }, 3)).toBe(true);
  let named = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const scene = dealt(seed);
    const { table } = scene.table.state;
    const eight = cardsOf(scene, table.turn).find((card) => rankOf(card) === EIGHT);
    if (eight === undefined) continue;
    const suit = (suitOf(eight) + 1) % 4;
    expect(atTurn(scene).send("play", { card: eight, suit }).end).toMatchObject({ end: "applied" });
    expect(scene.table.state.table).toMatchObject({ top: eight, suit });
    named += 1;
  }
  expect(named).toBeGreaterThan(3);
});

test("[X62] only whoever is at turn plays, only their own cards, and only what fits", () => {
  const scene = dealt(2);
  const { table } = scene.table.state;
  const [mine, theirs] = [table.turn, 1 - table.turn].map((seat) => cardsOf(scene, seat));
  const [own, foreign] = [mine?.[0] ?? 0, theirs?.[0] ?? 0];
  const misfit = mine?.find((card) => !fits(table, card));
  if (misfit === undefined) throw new Error("choose a seed with a card that does not fit");
  const refusals = [
    other(scene).send("play", { card: foreign, suit: 0 }),
    other(scene).send("draw", {}),
    other(scene).send("pass", {}),
    atTurn(scene).send("play", { card: foreign, suit: 0 }),
    atTurn(scene).send("play", { card: misfit, suit: 0 }),
    atTurn(scene).send("pass", {}),
    atTurn(scene).send("deal", {}),
  ];
  expect(refusals.map(({ end }) => end && "reason" in end && end.reason)).toEqual([
    "not-your-turn",
    "not-your-turn",
    "not-your-turn",
    "not-your-card",
    "does-not-fit",
    "draw-first",
    "still-playing",
  ]);
  expect(cardsOf(scene, table.turn)).toContain(own);
});

test("[X63] one card may be drawn in a turn, then it is played or passed", () => {
  const scene = dealt(2);
  const first = atTurn(scene);
  const before = cardsOf(scene, first.seat ?? 0).length;
  first.send("draw", {});
  expect(cardsOf(scene, first.seat ?? 0)).toHaveLength(before + 1);
  expect(first.send("draw", {}).end).toMatchObject({ reason: "drawn-already" });
  first.send("pass", {});
  expect(atTurn(scene)).not.toBe(first);
  expect(allCards(scene)).toEqual(WHOLE_PACK);
});

test("[X64] games end with an empty hand, no card is lost on the way, and another can be dealt", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const scene = dealt(seed, ["Ann", "Bob", "Cas", "Dan"].slice(0, 2 + (seed % 3)));
    const phase = () => scene.table.state.table.phase;
    for (let moves = 0; phase() === "playing" && moves < 2_000; moves++) move(scene);
    expect(allCards(scene)).toEqual(WHOLE_PACK);
    const { table, hands } = scene.table.state;
    expect(table.phase).toBe("resting");
    expect(hands.get(table.winner ?? -1)).toMatchObject({ count: 0, wins: 1 });
    scene.table.check();
    scene.players[1]?.send("deal", {});
    expect(phase()).toBe("playing");
    expect(allCards(scene)).toEqual(WHOLE_PACK);
  }
});

test("[X65] a hand is in no byte that anybody else gets, and the stock in nobody's", () => {
  const scene = dealt(9, ["Ann", "Bob", "Cas"]);
  const looker = scene.table.player("Eve").watch();
  const { players, table } = scene;
  /** What lay in each hand and in the stock at any time; four cards are no chance. */
  const held: { readonly seat: number; readonly cards: readonly number[] }[] = [];
  for (let moves = 0; moves < 10; moves++) {
    for (const { seat, cards } of table.state.hands) held.push({ seat, cards });
    held.push({ seat: -1, cards: table.state.table.stock });
    move(scene);
  }
  for (const player of players) {
    for (const { seat, count } of player.view.hands) {
      const seen = player.view.hands.get(seat);
      expect(seen?.count).toBe(count);
      const own = seat === player.seat;
      expect(seen?.cards ?? []).toEqual(own ? cardsOf(scene, seat) : []);
    }
    expect((player.view.table as { readonly stock?: unknown }).stock).toBeUndefined();
  }
  expect([...looker.view.hands].flatMap(({ cards }) => cards ?? [])).toEqual([]);
  // The very bytes: nobody's hand, the stock or the pile is spelt in any frame of somebody else.
  for (const player of [...players, looker]) {
    const frames = player.page.received.filter((frame) => frame instanceof Uint8Array);
    const secrets = held.filter(({ seat, cards }) => seat !== player.seat && cards.length > 3);
    expect(secrets.length).toBeGreaterThan(10);
    for (const frame of frames) {
      for (const { cards } of secrets) {
        expect(Buffer.from(frame).includes(Buffer.from(cards))).toBe(false);
      }
    }
  }
  // This is how a hand would look: one's own is found so.
  const [first] = players;
  const ownFrames = first?.page.received.map((frame) => Buffer.from(frame as Uint8Array)) ?? [];
  const own = Buffer.from(cardsOf(scene, 0));
  expect(ownFrames.some((frame) => frame.includes(own))).toBe(true);
});

test("[X66] a turn that takes too long draws a card and passes", () => {
  const scene = dealt(2);
  const turn = () => scene.table.state.table.turn;
  const [late, next] = [atTurn(scene), other(scene)];
  const before = cardsOf(scene, late.seat ?? 0).length;
  scene.table.pass(TURN_MS - 1);
  expect(turn()).toBe(late.seat);
  scene.table.pass(1);
  expect(turn()).toBe(next.seat);
  expect(cardsOf(scene, late.seat ?? 0)).toHaveLength(before + 1);
  expect(next.events).toContainEqual(expect.objectContaining({ name: "wasLate" }));
});

test("[X67] the clock stands still for a line that is gone, up to a minute and a half, and only at their turn", () => {
  const scene = dealt(2);
  const turn = () => scene.table.state.table.turn;
  const [first, second] = [atTurn(scene), other(scene)];
  scene.table.pass(10_000);
  first.drop();
  scene.table.pass(60_000);
  expect(turn()).toBe(first.seat);
  first.resume();
  scene.table.pass(TURN_MS - 10_000 - 1);
  expect(turn()).toBe(first.seat);
  first.drop();
  // What is left of the patience, then the last millisecond of the turn.
  scene.table.pass(PATIENCE_MS - 60_000);
  expect(turn()).toBe(first.seat);
  scene.table.pass(1);
  expect(turn()).toBe(second.seat);
  // The one who is there has the time everybody has, however long the other is away.
  scene.table.pass(TURN_MS);
  expect(turn()).toBe(first.seat);
  scene.table.check();
});

test("[X70] who is back sees how many moves were made meanwhile, also on another page, until their next turn ends", () => {
  const scene = dealt(2);
  const [mover, away] = [atTurn(scene), other(scene)];
  const missed = () => away.view.hands.get(away.seat ?? -1)?.missed;
  away.drop();
  scene.table.pass(10_000);
  away.resume();
  expect(missed()).toBe(0);
  away.drop();
  scene.table.pass(10_000);
  // The clock makes the mover's move.
  scene.table.pass(TURN_MS);
  away.reload().resume();
  expect(missed()).toBe(1);
  expect(mover.view.hands.get(away.seat ?? -1)?.missed).toBeUndefined();
  away.reload().resume();
  expect(missed()).toBe(1);
  scene.table.pass(TURN_MS);
  expect(atTurn(scene)).toBe(mover);
  expect(scene.table.state.hands.get(away.seat ?? -1)?.missed).toBe(0);
  scene.table.check();
});

test("[X73] moves are counted from the deal on, also for who was away when the cards were dealt", () => {
  const scene = dealt(2);
  for (let turn = 0; turn < 3; turn++) scene.table.pass(TURN_MS);
  other(scene).leave();
  const [stays] = scene.players.filter(({ standing }) => standing === "seated");
  const away = scene.table.player("Cas").join();
  away.drop();
  scene.table.pass(10_000);
  stays?.send("deal", {});
  expect(scene.table.state.table).toMatchObject({ phase: "playing", moves: 0 });
  away.resume();
  expect(away.view.hands.get(away.seat ?? -1)?.missed).toBe(0);
  scene.table.check();
});

test("[X68] who gives up a seat leaves the cards on the table, and the last one left wins", () => {
  const scene = dealt(4, ["Ann", "Bob", "Cas"]);
  atTurn(scene).leave();
  expect(scene.table.state.table.phase).toBe("playing");
  expect(allCards(scene)).toEqual(WHOLE_PACK);
  const stays = other(scene);
  atTurn(scene).leave();
  const { table, hands } = scene.table.state;
  expect(table).toMatchObject({ phase: "resting", winner: stays.seat });
  expect(hands.size).toBe(1);
  expect(stays.send("deal", {}).end).toMatchObject({ reason: "no-opponent" });
  const dan = scene.table.player("Dan").join();
  expect(dan.send("deal", {}).end).toMatchObject({ end: "applied" });
});

test("[X69] who comes during a game plays from the next one on", () => {
  const scene = dealt(4);
  const cas = scene.table.player("Cas").join();
  expect(cas.view.hands.get(2)).toMatchObject({ plays: false, count: 0 });
  const turns = new Set<number>();
  for (let moves = 0; moves < 12; moves++) {
    turns.add(scene.table.state.table.turn);
    move(scene);
  }
  expect(turns.has(2)).toBe(false);
});
