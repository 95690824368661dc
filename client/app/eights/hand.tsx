// Hand: one's own cards and what can be done with them, by pointing, by keys, by ear. The rules have
// the last word.

import { useEffect, useRef, useState } from "preact/hooks";
import { rankOf, SUITS, suitOf } from "../../../shared/games/cards.ts";
import { EIGHT, fits } from "../../../shared/games/eightsTable.ts";
import type { Act } from "../act.ts";
import { isForGame } from "../keys.ts";
import type { EightsSeat } from "../tables.ts";
import { Card } from "./card.tsx";
import { eightsTexts } from "./eightsTexts.ts";
import { cardName, isMyTurn, suitName, suitSign } from "./words.ts";

export interface HandProps {
  readonly seat: EightsSeat;
  readonly act: Act;
}

export function Hand({ seat, act }: HandProps) {
  const [eight, setEight] = useState<number>();
  const { table, hands } = seat.state;
  const hand = seat.index === undefined ? undefined : hands.get(seat.index);
  const isMine = isMyTurn(seat) && seat.pending.length === 0;
  // Whatever was chosen when the turn ended is chosen no more.
  const chosen = isMine && eight !== undefined && hand?.cards?.includes(eight) ? eight : undefined;
  const play = (card: number, suit: number) => {
    setEight(undefined);
    void act(seat.send.play({ card, suit }));
  };
  const pick = (card: number) =>
    rankOf(card) === EIGHT ? setEight(card) : play(card, suitOf(card));
  const draw = isMine && !table.hasDrawn ? () => void act(seat.send.draw({})) : undefined;
  const pass = isMine && table.hasDrawn ? () => void act(seat.send.pass({})) : undefined;
  useKeys({ d: draw, p: pass, Escape: () => setEight(undefined) });
  if (hand?.cards === undefined || !hand.plays) return null;
  return (
    <section class="hand" aria-label={eightsTexts.hand}>
      <ul class="fan" data-testid="hand">
        {hand.cards.map((card) => {
          const isPickable = isMine && fits(table, card);
          const label = isPickable ? eightsTexts.playable(cardName(card)) : cardName(card);
          return (
            <li key={card}>
              <Card card={card} isPickable={isPickable} label={label} pick={() => pick(card)} />
            </li>
          );
        })}
      </ul>
      {chosen === undefined ? (
        <Ways draw={draw} pass={pass} />
      ) : (
        <Suits pick={(suit) => play(chosen, suit)} />
      )}
      <p class="dim keys">{eightsTexts.keys}</p>
    </section>
  );
}

type Way = (() => void) | undefined;

function Ways({ draw, pass }: { readonly draw: Way; readonly pass: Way }) {
  // Not `disabled`: whoever plays by keyboard keeps their place while others think.
  return (
    <div class="row ways">
      <button type="button" data-testid="draw" aria-disabled={draw === undefined} onClick={draw}>
        {eightsTexts.draw}
      </button>
      <button type="button" data-testid="pass" aria-disabled={pass === undefined} onClick={pass}>
        {eightsTexts.pass}
      </button>
    </div>
  );
}

function Suits({ pick }: { readonly pick: (suit: number) => void }) {
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => box.current?.querySelector("button")?.focus(), []);
  return (
    <fieldset class="row suits" data-testid="suits" ref={box}>
      <legend>{eightsTexts.whichSuit}</legend>
      {SUITS.map((_, suit) => (
        <button
          key={suit}
          type="button"
          class="primary"
          data-testid={`suit-${suit}`}
          aria-label={suitName(suit)}
          onClick={() => pick(suit)}
        >
          {suitSign(suit)}
        </button>
      ))}
    </fieldset>
  );
}

/** Letters stand for buttons; arrows go from card to card. */
function useKeys(ways: Readonly<Record<string, Way>>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const { key, repeat } = event;
      if (!isForGame(event)) return;
      if (key === "ArrowLeft" || key === "ArrowRight") step(key === "ArrowLeft" ? -1 : 1);
      else if (!repeat) ways[key]?.();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
}

function step(by: 1 | -1): void {
  const cards = [...document.querySelectorAll<HTMLButtonElement>(".hand .playing-card")];
  const at = cards.indexOf(document.activeElement as HTMLButtonElement);
  const next = at < 0 ? 0 : (at + by + cards.length) % cards.length;
  cards[next]?.focus();
}
