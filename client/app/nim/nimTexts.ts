// Nim texts: what the page of nim says of its own, in English, in one place for translators.

import { countText } from "../texts.ts";

export const nimTexts = {
  sticks: (count: number) => `${countText(count, "stick", "sticks")} left`,
  yourTurn: "Your turn: take one, two or three.",
  theirTurn: (name: string) => `${name} is thinking.`,
  awaited: (name: string) => `It is ${name}’s turn, once ${name} is back.`,
  turnOf: (name: string) => `It is ${name}’s turn.`,
  sending: "Sending your move …",
  took: (name: string, count: number) => `${name} took ${count}.`,
  youTook: (count: number) => `You took ${count}.`,
  take: (count: number) => `Take ${count}`,
  won: "You took the last stick. You win!",
  lost: (name: string) => `${name} took the last stick and wins.`,
  walkover: (name: string) => `${name} wins.`,
  rematch: "Play again",
  alone: "The other seat is free. Invite somebody to play again.",
  keys: "Keys 1, 2 and 3 take sticks.",
};
