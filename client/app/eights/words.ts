// Words: cards, turns and moves of eights as a person reads or hears them.

import { rankOf, SUITS, suitOf } from "../../../shared/games/cards.ts";
import { nameAt } from "../nameAt.ts";
import type { EightsEvent, EightsSeat } from "../tables.ts";
import { clockText } from "../texts.ts";
import { eightsTexts } from "./eightsTexts.ts";

const RANKS = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"] as const;
const SIGNS = ["♣", "♦", "♥", "♠"] as const;

/** "8" */
export const rankSign = (card: number): string => RANKS[rankOf(card)] ?? "";
/** "♥" */
export const suitSign = (suit: number): string => SIGNS[suit] ?? "";

/** "hearts" */
export function suitName(suit: number): string {
  return eightsTexts.suits[SUITS[suit] ?? "clubs"];
}

/** "8 of hearts" */
export function cardName(card: number): string {
  const rank = eightsTexts.ranks[rankSign(card)] ?? rankSign(card);
  return eightsTexts.card(rank, suitName(suitOf(card)));
}

export function isOn(seat: EightsSeat): boolean {
  return seat.roomStatus === "running" && seat.state.table.phase === "playing";
}

export function isMyTurn(seat: EightsSeat): boolean {
  return isOn(seat) && seat.state.table.turn === seat.index;
}

/** Whose turn it is or who has won; says nothing of the clock, which would be read out each second. */
export function turnText(seat: EightsSeat): string {
  const { turn, winner, hasDrawn } = seat.state.table;
  if (!isOn(seat)) {
    if (winner === undefined) return seat.seats.length < 2 ? "" : eightsTexts.ready;
    const isWalkover = (seat.state.hands.get(winner)?.count ?? 0) > 0;
    if (isWalkover) return eightsTexts.walkover(nameAt(seat, winner));
    return winner === seat.index ? eightsTexts.won : eightsTexts.lost(nameAt(seat, winner));
  }
  if (isMyTurn(seat)) return hasDrawn ? eightsTexts.yourTurnDrawn : eightsTexts.yourTurn;
  const awaited = seat.seats.find(({ index }) => index === turn);
  const name = nameAt(seat, turn);
  return awaited?.presence === "away" ? eightsTexts.awaited(name) : eightsTexts.theirTurn(name);
}

/** The time of the turn, and whether it stands still. */
export function clockLine(seat: EightsSeat): string {
  const left = clockText(seat.state.table.turnEndsMs - seat.clockMs);
  return seat.clockStands
    ? eightsTexts.clockStands(left, nameAt(seat, seat.state.table.turn))
    : eightsTexts.clock(left);
}

/** What happened, in words; undefined for what the cards show by themselves. */
export function toldOf(seat: EightsSeat, event: EightsEvent): string | undefined {
  const isOwn = event.values.seat === seat.index;
  const name = nameAt(seat, event.values.seat);
  switch (event.name) {
    case "played": {
      const card = cardName(event.values.card);
      return isOwn ? eightsTexts.youPlayed(card) : eightsTexts.played(name, card);
    }
    case "drew":
      return isOwn ? undefined : eightsTexts.drew(name);
    case "passed":
      return isOwn ? eightsTexts.youPassed : eightsTexts.passed(name);
    case "wasLate":
      return isOwn ? eightsTexts.youWereLate : eightsTexts.wasLate(name);
    case "won":
      return undefined;
  }
}
