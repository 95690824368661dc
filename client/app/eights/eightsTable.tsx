// Eights table: who sits at it, the open card, the clock, and the way to another game. It asks the
// seat and sends moves; the rules decide.

import { useState } from "preact/hooks";
import type { Act } from "../act.ts";
import { useBeat, useListening, useNews } from "../hooks.ts";
import type { Sitting } from "../line/comings.ts";
import { SittingsSaid, useSittings } from "../line/sittings.tsx";
import { SeatPlate } from "../seatPlate.tsx";
import type { EightsSeat } from "../tables.ts";
import { Waiting } from "../waiting.tsx";
import { Card, CardBack } from "./card.tsx";
import { eightsTexts } from "./eightsTexts.ts";
import { Hand } from "./hand.tsx";
import { clockLine, isOn, suitName, suitSign, toldOf, turnText } from "./words.ts";
import "./eights.css";

export function EightsTable({ seat, act }: { readonly seat: EightsSeat; readonly act: Act }) {
  useNews((told) => seat.on("change", told), 0);
  // The clock, and countdowns of those who are away.
  useBeat(500);
  const said = useSaid(seat);
  const sittings = useSittings(seat);
  return (
    <main class="eights-table">
      <div class="plates seats">
        {sittings.map((sitting) => (
          <Player key={sitting.index} seat={seat} sitting={sitting} />
        ))}
      </div>
      <SittingsSaid sittings={sittings} self={seat.index} />
      {isOn(seat) ? <Middle seat={seat} /> : <Deal seat={seat} act={act} />}
      <p class="turn" role="status" aria-live="polite" data-testid="turn">
        {said === "" ? "" : `${said} `}
        {turnText(seat)}
      </p>
      <Hand seat={seat} act={act} />
    </main>
  );
}

function Player({ seat, sitting }: { readonly seat: EightsSeat; readonly sitting: Sitting }) {
  const { table, hands } = seat.state;
  const { index } = sitting;
  const hand = hands.get(index);
  const hasWon = !isOn(seat) && table.winner === index;
  const isAtTurn = isOn(seat) && table.turn === index;
  return (
    <div>
      <SeatPlate
        sitting={sitting}
        isSelf={index === seat.index}
        mark={hasWon ? "won" : isAtTurn ? "turn" : undefined}
      />
      <p class="tally" data-testid={`held-${index}`}>
        {hand === undefined ? "" : tallyOf(hand, isOn(seat))}
      </p>
    </div>
  );
}

function tallyOf(
  { plays, count, wins }: { plays: boolean; count: number; wins: number },
  isOn: boolean,
): string {
  const now = plays ? eightsTexts.cards(count) : eightsTexts.sitsOut(isOn);
  return wins > 0 ? `${now} · ${eightsTexts.wins(wins)}` : now;
}

function Middle({ seat }: { readonly seat: EightsSeat }) {
  const { table } = seat.state;
  return (
    <div class="middle">
      <CardBack count={table.stockCount} />
      <Card card={table.top} />
      <div class="beside">
        <p data-testid="follow">
          {eightsTexts.follow(suitName(table.suit))}{" "}
          <span aria-hidden="true" class="suit-sign">
            {suitSign(table.suit)}
          </span>
        </p>
        <p class={`clock ${seat.clockStands ? "stands" : ""}`} data-testid="clock">
          {clockLine(seat)}
        </p>
      </div>
    </div>
  );
}

function Deal({ seat, act }: { readonly seat: EightsSeat; readonly act: Act }) {
  if (seat.seats.length < 2) return <Waiting taken={{ game: "eights", seat }} />;
  if (seat.index === undefined || seat.roomStatus !== "running") return null;
  const isSending = seat.pending.length > 0;
  return (
    <button
      type="button"
      class="primary"
      data-testid="deal"
      aria-disabled={isSending}
      onClick={isSending ? undefined : () => void act(seat.send.deal({}))}
    >
      {seat.state.table.winner === undefined ? eightsTexts.deal : eightsTexts.dealAgain}
    </button>
  );
}

/** The newest thing that happened, in words. */
function useSaid(seat: EightsSeat): string {
  const [said, setSaid] = useState("");
  useListening(
    () =>
      seat.on("event", (event) => {
        const told = toldOf(seat, event);
        if (told !== undefined) setSaid(told);
      }),
    [seat],
  );
  const { missed = 0 } = seat.state.hands.get(seat.index ?? -1) ?? {};
  if (!isOn(seat)) return "";
  return missed === 0 ? said : `${eightsTexts.missed(missed)} ${said}`.trim();
}
