// Seat plate: who sits in a seat and how: here, away with the time that is left, just back, just gone,
// or nobody.

import type { SeatView } from "../join.ts";
import type { Sitting } from "./line/comings.ts";
import { texts } from "./texts.ts";

export interface SeatPlateProps {
  readonly sitting: Sitting | undefined;
  readonly isSelf: boolean;
  readonly mark: "turn" | "won" | undefined;
}

export function SeatPlate({ sitting, isSelf, mark }: SeatPlateProps) {
  if (sitting === undefined) return <div class="plate free">{texts.table.nobody}</div>;
  const { name, state, index } = sitting;
  return (
    <div
      class={`plate ${state} ${mark ?? ""}`}
      data-testid={`plate-${index}`}
      data-presence={state}
    >
      <strong>{name}</strong>
      {isSelf ? <span class="dim"> {texts.table.you}</span> : null}
      {state === "here" ? null : <span class="away-note">{STATES[state](sitting)}</span>}
      {mark === "won" ? <span aria-hidden="true"> ★</span> : null}
    </div>
  );
}

const STATES = {
  away: awayText,
  returning: () => texts.presence.returning,
  gone: () => texts.presence.gone,
};

/** "away · seat kept for 0:43" */
function awayText({ cause, keptMs }: SeatView): string {
  const away = texts.presence.away(cause);
  return keptMs === undefined ? away : `${away} · ${texts.presence.kept(keptMs)}`;
}

/** "away 0:43", where there is little room. */
export function awayTextShort({ cause, keptMs }: SeatView): string {
  const away = texts.presence.away(cause);
  return keptMs === undefined ? away : `${away} ${texts.presence.short(keptMs)}`;
}
