// Eights' table: what lies on it, whose turn it is and how cards move: dealing, drawing, the next turn,
// the end. It is asked by the rules, which say who may do what.

import {
  bool,
  f64,
  int,
  list,
  many,
  one,
  oneOf,
  optional,
  type Room,
  seatIndex,
  u8,
  u16,
} from "../game.ts";
import { PACK, rankOf, shuffled, suitOf } from "./cards.ts";

export const EIGHT = 7;
export const TURN_MS = 30_000;
/** For how long in all the clock stands still for somebody whose line is gone. */
export const PATIENCE_MS = 90_000;

export const card = int(0, PACK - 1);
export const records = {
  table: one({
    phase: oneOf("resting", "playing"),
    /** The open card, and the suit that must be followed. */
    top: card,
    suit: int(0, 3),
    turn: seatIndex,
    /** Whether whoever is at turn has drawn already. */
    hasDrawn: bool,
    /** On the room's clock. */
    turnEndsMs: f64,
    winner: optional(seatIndex),
    stockCount: u8,
    /** Of this game. */
    moves: u16,
    stock: list(u8, PACK).server,
    /** What lies under the open card. */
    pile: list(u8, PACK).server,
  }),
  /** One a seat; its id is the seat. Who came during a game plays from the next one on. */
  hands: many(
    {
      seat: seatIndex,
      count: u8,
      plays: bool,
      wins: u8,
      cards: list(u8, PACK).private,
      movesSeen: u16.server,
      /** How many moves were made while they were away, until their next turn ends. */
      missed: u16.private,
    },
    { seat: "seat" },
  ),
};
export const events = {
  played: { seat: seatIndex, card },
  drew: { seat: seatIndex },
  passed: { seat: seatIndex },
  wasLate: { seat: seatIndex },
  won: { seat: seatIndex },
};

export type EightsRoom = Room<typeof records, Record<never, never>, typeof events>;
export type Hand = NonNullable<ReturnType<EightsRoom["state"]["hands"]["get"]>>;

type Table = EightsRoom["state"]["table"];

/** Whether a card may be played on what lies open. */
export function fits(
  table: { readonly top: number; readonly suit: number },
  played: number,
): boolean {
  const rank = rankOf(played);
  return rank === EIGHT || suitOf(played) === table.suit || rank === rankOf(table.top);
}

/** Cards that can still be drawn: the stock, and the pile that is shuffled when that is empty. */
export function stockLeft({ stock, pile }: Table): number {
  return stock.length + pile.length;
}

export function playing({ state: { hands } }: EightsRoom): Hand[] {
  return [...hands].filter(({ plays }) => plays);
}

export function handAtTurn(
  { state: { table, hands } }: EightsRoom,
  seat: number,
): Hand | undefined {
  return table.phase === "playing" && table.turn === seat ? hands.get(seat) : undefined;
}

export function setCards(hand: Hand, cards: readonly number[]): void {
  hand.cards = [...cards].sort((one, other) => suitOf(one) - suitOf(other) || one - other);
  hand.count = cards.length;
}

export function deal(room: EightsRoom): undefined {
  const { table, hands } = room.state;
  const pack = shuffled([...Array(PACK).keys()], room.random);
  const each = hands.size === 2 ? 7 : 5;
  for (const hand of hands) {
    hand.plays = true;
    hand.missed = 0;
    hand.movesSeen = 0;
    setCards(hand, pack.splice(0, each));
  }
  table.top = pack.pop() ?? 0;
  table.suit = suitOf(table.top);
  table.stock = pack;
  table.stockCount = pack.length;
  table.pile = [];
  table.moves = 0;
  table.phase = "playing";
  table.winner = undefined;
  const order = playing(room);
  table.turn = order[Math.floor(room.random() * order.length)]?.seat ?? 0;
  return startTurn(room);
}

function startTurn(room: EightsRoom): undefined {
  const { table } = room.state;
  table.hasDrawn = false;
  table.turnEndsMs = room.clockMs + TURN_MS;
  room.timer("turn", TURN_MS);
}

export function endTurn(room: EightsRoom): undefined {
  const { table, hands } = room.state;
  const hand = hands.get(table.turn);
  if (hand !== undefined) hand.missed = 0;
  table.moves += 1;
  const order = playing(room);
  const next = order.find(({ seat }) => seat > table.turn) ?? order[0];
  table.turn = next?.seat ?? 0;
  return startTurn(room);
}

/** Gives a hand the next card of the stock; false if there is none, not even under the pile. */
export function drawCard(room: EightsRoom, hand: Hand): boolean {
  const { table } = room.state;
  if (stockLeft(table) === 0) return false;
  const stock = table.stock.length > 0 ? [...table.stock] : shuffled(table.pile, room.random);
  if (table.stock.length === 0) table.pile = [];
  setCards(hand, [...hand.cards, ...stock.splice(-1)]);
  table.stock = stock;
  table.stockCount = stock.length;
  table.hasDrawn = true;
  room.emit("drew", { seat: hand.seat });
  return true;
}

export function win(room: EightsRoom, { seat }: Hand): undefined {
  const { table, hands } = room.state;
  const hand = hands.get(seat);
  if (hand !== undefined) hand.wins = Math.min(255, hand.wins + 1);
  table.phase = "resting";
  table.winner = seat;
  for (const each of hands) each.plays = false;
  room.cancelTimer("turn");
  room.emit("won", { seat });
}
