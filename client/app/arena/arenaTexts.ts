// Arena texts: what the page of the arena says of its own, in English, in one place for translators.

import { clockText, countText } from "../texts.ts";

export const arenaTexts = {
  sea: "The sea. Steer with the arrow keys, fire with space.",
  keys: "Arrows or WASD steer · space fires · shift dashes · E mine · 1 2 3 upgrade · M sound",
  mouse: "Or point with the mouse: hold left to fire, right to dash.",
  fire: "Fire",
  dash: "Dash",
  mine: "Mine",
  stick: "Steer here",
  hull: "Hull",
  charges: "Charges",
  pearls: "Pearls",
  score: "Score",
  scores: "Scores",
  fitting: "Fitting",
  parts: { sail: "Sail", guns: "Guns", hull: "Hull" },
  upgrade: (part: string, level: number) => `${part} ${"●".repeat(level)}${"○".repeat(3 - level)}`,
  price: (pearls: number) => countText(pearls, "pearl", "pearls"),
  full: "full",
  shipName: "Name of your ship",
  rename: "Rename",
  hidden: "Hidden in the kelp",
  sunk: "Sunk! Back in a moment.",
  sunkBy: (victim: string, by: string) => `${by} sank ${victim}`,
  wasHit: (name: string) => `${name} hit you`,
  someone: "Somebody",
  bots: ["Limpet", "Urchin", "Whelk", "Cockle", "Winkle", "Barnacle"],
  bot: "bot",
  round: (number: number) => `Round ${number}`,
  roundOver: (number: number) => `Round ${number} is over`,
  won: "You win the round!",
  wonBy: (names: readonly string[]) =>
    names.length < 2
      ? `${names.join()} wins the round`
      : `${names.slice(0, -1).join(", ")} and ${names.at(-1)} share the round`,
  wonByNobody: "Nobody scored",
  nextRound: (ms: number) => `The next round begins in ${clockText(ms)}`,
  points: "points",
  wins: (count: number) => `${count} won`,
  missed: (points: number, isSunk: boolean) =>
    points === 0
      ? "While you were away your ship was sunk."
      : `While you were away your ship made ${countText(points, "point", "points")}${isSunk ? " and was sunk" : ""}.`,
  sound: "Sound",
  soundOn: "Sound is on (M)",
  soundOff: "Sound is off (M)",
};
