// Eights texts: what the page of eights says of its own, in English, in one place for translators.

import { countText } from "../texts.ts";

export const eightsTexts = {
  suits: { clubs: "clubs", diamonds: "diamonds", hearts: "hearts", spades: "spades" },
  /** Ranks that are not said as they are written. */
  ranks: { A: "Ace", J: "Jack", Q: "Queen", K: "King" } as Readonly<Record<string, string>>,
  card: (rank: string, suit: string) => `${rank} of ${suit}`,
  playable: (card: string) => `${card}, fits`,
  hand: "Your cards",
  cards: (count: number) => countText(count, "card", "cards"),
  wins: (count: number) => `${count} won`,
  sitsOut: (isOn: boolean) => (isOn ? "plays from the next game on" : "ready"),
  ready: "Everybody here? Then deal.",
  deal: "Deal the cards",
  dealAgain: "Play again",
  follow: (suit: string) => `Follow ${suit}`,
  clock: (left: string) => `${left} left`,
  clockStands: (left: string, name: string) => `${left} left, and waits for ${name}`,
  yourTurn: "Your turn: play a card that fits, or draw one.",
  yourTurnDrawn: "Your turn: play a card that fits, or pass.",
  theirTurn: (name: string) => `${name} is thinking.`,
  awaited: (name: string) => `It is ${name}’s turn, once ${name} is back.`,
  won: "Your last card. You win!",
  lost: (name: string) => `${name} is out of cards and wins.`,
  played: (name: string, card: string) => `${name} played the ${card}.`,
  youPlayed: (card: string) => `You played the ${card}.`,
  drew: (name: string) => `${name} drew a card.`,
  passed: (name: string) => `${name} passed.`,
  youPassed: "You passed.",
  wasLate: (name: string) => `${name} took too long.`,
  youWereLate: "That took too long: a card was drawn for you.",
  missed: (moves: number) => `While you were away: ${countText(moves, "move", "moves")}.`,
  draw: "Draw",
  pass: "Pass",
  whichSuit: "Which suit is to follow?",
  keys: "Arrows go from card to card, Enter plays, D draws, P passes.",
};
