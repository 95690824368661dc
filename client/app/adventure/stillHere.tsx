// Still here: asks a reader who has not stirred for long whether they are there, well before the seat
// is put away. It counts from what the page has seen them do; the server decides.

import { useEffect, useRef } from "preact/hooks";
import { systemClock } from "../../../shared/clock.ts";
import { useBeat } from "../hooks.ts";
import type { AdventureSeat } from "../tables.ts";
import { adventureTexts } from "./adventureTexts.ts";
import { stillness } from "./stillness.ts";

const SIGNS = ["pointerdown", "keydown", "wheel", "scroll", "touchmove"];

export function StillHere({ seat }: { readonly seat: AdventureSeat }) {
  const activeMs = useRef(systemClock.now());
  useBeat(10_000);
  useEffect(() => {
    const ended = new AbortController();
    const stirred = () => {
      activeMs.current = systemClock.now();
      seat.extend();
    };
    // Scrolling inside the page is heard on its way down; it does not come up again.
    const options = { signal: ended.signal, passive: true, capture: true };
    for (const sign of SIGNS) addEventListener(sign, stirred, options);
    document.addEventListener("selectionchange", stirred, { signal: ended.signal });
    return () => ended.abort();
  }, [seat]);
  const { idleMs } = seat.game.seats;
  const asking = stillness(systemClock.now() - activeMs.current, idleMs);
  if (asking === undefined) return null;
  return (
    <div class="still-here" role="alert" data-testid="still-here">
      <p>{asking.isAway ? adventureTexts.putAway : adventureTexts.stillThere(asking.leftMs)}</p>
      <button type="button" class="primary" onClick={() => seat.extend()}>
        {adventureTexts.stillReading}
      </button>
    </div>
  );
}
