// Cards: a pack of 52 as whole numbers, four of each rank. What both rules and pages must know of
// them; it deals nothing.

/** Cards of a pack. A card is `rank * 4 + suit`. */
export const PACK = 52;
export const SUITS = ["clubs", "diamonds", "hearts", "spades"] as const;
export type Suit = (typeof SUITS)[number];

/** 0 to 3, as in SUITS. */
export function suitOf(card: number): number {
  return card % 4;
}

/** 0 for an ace to 12 for a king. */
export function rankOf(card: number): number {
  return Math.floor(card / 4);
}

/** A pack in the order of draws from [0, 1): the same draws give the same order. */
export function shuffled(cards: readonly number[], draw: () => number): number[] {
  const pack = [...cards];
  for (let left = pack.length; left > 1; left--) {
    const at = Math.floor(draw() * left);
    const [last = 0, drawn = 0] = [pack[left - 1], pack[at]];
    pack[at] = last;
    pack[left - 1] = drawn;
  }
  return pack;
}
