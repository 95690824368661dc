// Homecoming: what became of a player's moves while the line was away, counted and put in one
// sentence. It hears how commands end; it sends none.

import type { CommandEnd } from "../../seat.ts";
import { texts } from "../texts.ts";

export interface Tally {
  readonly confirmed: number;
  readonly refused: number;
  /** Cancelled, too old, rolled back or fenced by another page. */
  readonly lost: number;
}

export const NOTHING: Tally = { confirmed: 0, refused: 0, lost: 0 };

export function counted(tally: Tally, { end }: CommandEnd): Tally {
  if (end === "applied") return { ...tally, confirmed: tally.confirmed + 1 };
  if (end === "refused") return { ...tally, refused: tally.refused + 1 };
  return { ...tally, lost: tally.lost + 1 };
}

/** "Back in your seat after 6 s — 2 moves confirmed". `underWay`: moves whose end is not known yet. */
export function homecomingText(back: string, tally: Tally, underWay: number): string {
  const { confirmed, refused, lost } = tally;
  const { toasts } = texts;
  const parts = [
    confirmed > 0 ? toasts.confirmed(confirmed) : "",
    refused > 0 ? toasts.refused(refused) : "",
    lost > 0 ? toasts.lost(lost) : "",
    underWay > 0 ? toasts.underWay(underWay) : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? back : `${back} — ${parts.join(", ")}`;
}
