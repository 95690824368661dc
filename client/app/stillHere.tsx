// Still here: asks somebody who has not stirred for long whether they are there, before the seat is put
// away, and says so once it was. The server decides when; this counts down and passes life signs on.

import { useRef } from "preact/hooks";
import { systemClock } from "../../shared/clock.ts";
import type { Seat } from "../join.ts";
import { useBeat, useListening, useNews } from "./hooks.ts";
import { texts } from "./texts.ts";
import type { Toaster } from "./toasts.tsx";

/** Whoever scrolls does one of these; a story that scrolls as it grows is no sign of a reader. */
const SIGNS = ["pointerdown", "keydown", "wheel", "touchmove"];
const BEAT_MS = 1_000;

export interface StillHereProps {
  readonly seat: Seat;
  readonly toaster: { readonly current: Toaster };
  /** What of the game is kept meanwhile, if it says so. */
  readonly kept: string;
}

export function StillHere({ seat, toaster, kept }: StillHereProps) {
  const dueMs = useRef<number | undefined>(undefined);
  useBeat(BEAT_MS);
  useNews((told) => seat.on("idling", told), 0);
  const isAsked = useRef(false);
  const here = () => {
    seat.extend();
    if (!isAsked.current) return;
    isAsked.current = false;
    dueMs.current = undefined;
    toaster.current.say(texts.toasts.hereNow, "good");
  };
  useListening(() => {
    const ended = new AbortController();
    // Heard on their way down: a part of the page that keeps them for itself is used as well.
    const options = { signal: ended.signal, passive: true, capture: true };
    for (const sign of SIGNS) addEventListener(sign, here, options);
    const stop = seat.on("idling", (inMs) => {
      dueMs.current = systemClock.now() + inMs;
    });
    return () => {
      ended.abort();
      stop();
    };
  }, [seat, toaster]);

  const own = seat.seats.find(({ index }) => index === seat.index);
  const isAway = own?.presence === "away" && own.cause === "idle";
  const leftMs = (dueMs.current ?? 0) - systemClock.now();
  // A line that was new meanwhile begins the time anew.
  isAsked.current = isAway || leftMs > 0;
  if (!isAsked.current) return null;
  const text = isAway ? texts.toasts.putAway : texts.toasts.idling(leftMs);
  return (
    <p class="toast bad" data-testid="still-here">
      <span>{kept === "" ? text : `${text} ${kept}`}</span>
      {/* By mouse and keyboard it was answered a moment before; who hears the page may only click. */}
      <button type="button" class="quiet" onClick={here}>
        {texts.toasts.stay}
      </button>
    </p>
  );
}
