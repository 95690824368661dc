// Card: one card of a pack, face up or down. A button if it can be chosen; it decides nothing.

import { suitOf } from "../../../shared/games/cards.ts";
import { cardName, rankSign, suitSign } from "./words.ts";

export interface CardProps {
  readonly card: number;
  /** Absent: it only lies there. */
  readonly pick?: () => void;
  readonly isPickable?: boolean;
  readonly label?: string;
}

export function Card({ card, pick, isPickable = false, label }: CardProps) {
  const suit = suitOf(card);
  const isRed = suit === 1 || suit === 2;
  const look = `playing-card ${isRed ? "red" : "black"}`;
  const face = (
    <>
      <span aria-hidden="true" class="rank">
        {rankSign(card)}
      </span>
      <span aria-hidden="true" class="suit">
        {suitSign(suit)}
      </span>
    </>
  );
  if (pick === undefined) {
    return (
      <div class={look} role="img" aria-label={cardName(card)} data-card={card}>
        {face}
      </div>
    );
  }
  return (
    <button
      type="button"
      class={`${look} ${isPickable ? "pickable" : ""}`}
      // Not `disabled`: a card that does not fit is still to be found and read.
      aria-disabled={!isPickable}
      aria-label={label ?? cardName(card)}
      data-card={card}
      onClick={isPickable ? pick : undefined}
    >
      {face}
    </button>
  );
}

export function CardBack({ count }: { readonly count: number }) {
  return (
    <div class={`playing-card back ${count === 0 ? "none" : ""}`} aria-hidden="true">
      <span>{count}</span>
    </div>
  );
}
