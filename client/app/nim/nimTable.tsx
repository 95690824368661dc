// Nim table: who sits at it, the sticks between them and the way to another game. It asks the seat and
// sends moves; the rules decide.

import type { Act } from "../act.ts";
import { useBeat, useNews } from "../hooks.ts";
import type { Sitting } from "../line/comings.ts";
import { SittingsSaid, useSittings } from "../line/sittings.tsx";
import { SeatPlate } from "../seatPlate.tsx";
import type { NimSeat } from "../tables.ts";
import { Waiting } from "../waiting.tsx";
import { nimTexts } from "./nimTexts.ts";
import { Play } from "./play.tsx";
import { isOn } from "./turnText.ts";
import "./nim.css";

export function NimTable({ seat, act }: { readonly seat: NimSeat; readonly act: Act }) {
  useNews((told) => seat.on("change", told), 0);
  // Countdowns of those who are away.
  useBeat(1_000);
  const sittings = useSittings(seat);
  const isSending = seat.pending.length > 0;
  return (
    <main class="nim-table">
      <div class="plates">
        {[0, 1].map((index) => (
          <NimPlate
            key={index}
            seat={seat}
            index={index}
            sitting={sittings.find((each) => each.index === index)}
          />
        ))}
      </div>
      <SittingsSaid sittings={sittings} self={seat.index} />
      {seat.roomStatus === "waiting" ? (
        <Waiting taken={{ game: "nim", seat }} />
      ) : (
        <Play seat={seat} act={act} isSending={isSending} />
      )}
      <Rematch seat={seat} act={act} />
    </main>
  );
}

function NimPlate(props: {
  readonly seat: NimSeat;
  readonly index: number;
  readonly sitting: Sitting | undefined;
}) {
  const { seat, index, sitting } = props;
  const { table } = seat.state;
  const isAtTurn = isOn(seat) && table.turn === index;
  const hasWon = seat.roomStatus !== "waiting" && table.winner === index;
  return (
    <SeatPlate
      sitting={sitting}
      isSelf={index === seat.index}
      mark={hasWon ? "won" : isAtTurn ? "turn" : undefined}
    />
  );
}

function Rematch({ seat, act }: { readonly seat: NimSeat; readonly act: Act }) {
  if (seat.roomStatus !== "running" || isOn(seat) || seat.index === undefined) return null;
  if (seat.seats.length < 2) return <p data-testid="alone">{nimTexts.alone}</p>;
  const isSending = seat.pending.length > 0;
  return (
    <button
      type="button"
      class="primary"
      data-testid="rematch"
      aria-disabled={isSending}
      onClick={isSending ? undefined : () => void act(seat.send.rematch({}))}
    >
      {nimTexts.rematch}
    </button>
  );
}
