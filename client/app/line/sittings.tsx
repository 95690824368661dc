// Sittings: a room's seats with how each came and went, for the tables that show them, and the same
// said for those who do not see it.

import { useMemo } from "preact/hooks";
import { systemClock } from "../../../shared/clock.ts";
import type { Seat } from "../../seat.ts";
import { texts } from "../texts.ts";
import { Comings, type Sitting } from "./comings.ts";

/** As of now: whoever shows them draws again every second or so. */
export function useSittings(seat: Pick<Seat, "seats">): readonly Sitting[] {
  const comings = useMemo(() => new Comings(), [seat]);
  return comings.look(seat.seats, systemClock.now());
}

/** Without the time that is left, which would be said each second. */
export function SittingsSaid(props: {
  readonly sittings: readonly Sitting[];
  readonly self: number | undefined;
}) {
  const others = props.sittings.filter(({ index }) => index !== props.self);
  return (
    // Not atomic: only what is news of somebody is said, not everybody again.
    <p class="unseen" role="status" aria-atomic={false} data-testid="comings">
      {others.map(({ index, name, state }) => (
        <span key={index}>{texts.presence.said[state](name)} </span>
      ))}
    </p>
  );
}
