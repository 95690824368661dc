// Line light: how the connection stands, in a colour and in words: round trip, session, moves under
// way. It shows; it mends nothing.

import type { Seat } from "../../seat.ts";
import { useBeat } from "../hooks.ts";
import { texts } from "../texts.ts";
import { lightOf } from "./faces.ts";

/** A move is confirmed before anybody could read this, unless the line is slow. */
const WAITING_SHOWN_MS = 400;

export function LineLight({ seat }: { readonly seat: Seat }) {
  useBeat(500);
  const { roundTripMs, sessionEndsInMs, pending, status } = seat;
  const { tone, word } = lightOf(status, roundTripMs);
  const waiting = pending.filter(({ ageMs }) => ageMs > WAITING_SHOWN_MS).length;
  const details = [
    status.phase === "live" && roundTripMs !== undefined ? texts.line.roundTrip(roundTripMs) : "",
    waiting > 0 ? texts.line.waiting(waiting) : "",
  ].filter((text) => text !== "");
  // With the seat the session may be over as well: whoever was signed out has none.
  const isSessionKnown = sessionEndsInMs !== undefined && status.phase !== "over";
  return (
    <div class={`line-light ${tone}`} data-testid="line-light" data-phase={status.phase}>
      <span class="bulb" aria-hidden="true" />
      {/* Found by whoever looks for it; trouble worth hearing of is said by banner, overlay and toast. */}
      <span>
        <span class="unseen">{texts.line.label}: </span>
        {word}
      </span>
      <span class="details" aria-hidden="true">
        {details.map((text) => (
          <span key={text}>{text}</span>
        ))}
        {isSessionKnown ? <span class="session">{texts.line.session(sessionEndsInMs)}</span> : null}
      </span>
    </div>
  );
}
