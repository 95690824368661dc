// Nim's rules: who may take how many sticks when, who wins, and what becomes of a table that
// somebody leaves.

import { expect, test } from "vitest";
import { nim, STICKS } from "../../shared/games/nim.ts";
import { RulesRoom } from "./rulesRoom.ts";

function table(seed = 1) {
  const room = new RulesRoom(nim, seed);
  room.take(0);
  room.take(1);
  return room;
}

/** Lets whoever's turn it is take, in order. */
function takeInTurn(room: ReturnType<typeof table>, ...counts: number[]): void {
  for (const count of counts) {
    expect(room.command(room.state.table.turn, "take", { count })).toBeUndefined();
  }
}

test("[X1] a game of nim starts with 21 sticks, and the room's draw says who begins", () => {
  const firsts = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => table(seed).state.table.turn));
  expect(firsts).toEqual(new Set([0, 1]));
  expect(table().state.table).toMatchObject({ sticks: STICKS, winner: undefined });
  expect(STICKS).toBe(21);
});

test("[X2] players take one to three sticks in turn", () => {
  const room = table();
  const first = room.state.table.turn;
  takeInTurn(room, 3, 1);
  expect(room.state.table).toMatchObject({ sticks: 17, turn: first });
  expect(room.command(1 - first, "take", { count: 2 })).toBe("not-your-turn");
  expect(room.command(first, "take", { count: 4 })).toBe("args-invalid");
  expect(room.command(first, "take", { count: 0 })).toBe("args-invalid");
  expect(room.state.table.sticks).toBe(17);
});

test("[X3] whoever takes the last stick wins, and nobody takes more than there are", () => {
  const room = table();
  takeInTurn(room, 3, 3, 3, 3, 3, 3, 1);
  const { turn } = room.state.table;
  expect(room.command(turn, "take", { count: 3 })).toBe("too-few-sticks");
  takeInTurn(room, 2);
  expect(room.state.table).toMatchObject({ sticks: 0, winner: turn });
  expect(room.command(1 - turn, "take", { count: 1 })).toBe("game-over");
  expect(room.told.at(-1)).toEqual({
    name: "took",
    values: { seat: turn, count: 2 },
    seat: undefined,
  });
});

test("[X4] a rematch begins when the game is over and both are there; the loser begins", () => {
  const room = table();
  expect(room.command(0, "rematch", {})).toBe("still-playing");
  takeInTurn(room, 3, 3, 3, 3, 3, 3, 3);
  const winner = room.state.table.winner ?? -1;
  expect(room.command(winner, "rematch", {})).toBeUndefined();
  expect(room.state.table).toMatchObject({ sticks: STICKS, turn: 1 - winner, winner: undefined });
});

test("[X5] who gives up the seat loses to the one who stays, and can be followed by another", () => {
  const room = table();
  room.leave(1);
  expect(room.state.table.winner).toBe(0);
  expect(room.command(0, "rematch", {})).toBe("no-opponent");
  room.take(1);
  expect(room.command(0, "rematch", {})).toBeUndefined();
  expect(room.state.table).toMatchObject({ sticks: STICKS, turn: 1 });
});

test("[X5] who leaves after the game is over changes nothing about who won", () => {
  const room = table();
  takeInTurn(room, 3, 3, 3, 3, 3, 3, 3);
  const winner = room.state.table.winner ?? -1;
  room.leave(winner);
  expect(room.state.table.winner).toBe(winner);
});
