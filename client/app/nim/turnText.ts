// Turn text: whose turn it is at a table of nim, or who won, in words.

import { nameAt } from "../nameAt.ts";
import type { NimSeat } from "../tables.ts";
import { nimTexts } from "./nimTexts.ts";

/** Whether sticks are still being taken. */
export function isOn(seat: NimSeat): boolean {
  return seat.roomStatus === "running" && seat.state.table.winner === undefined;
}

export function turnText(seat: NimSeat, isSending: boolean): string {
  const { table } = seat.state;
  if (table.winner !== undefined) {
    if (table.sticks > 0) return nimTexts.walkover(nameAt(seat, table.winner));
    return table.winner === seat.index ? nimTexts.won : nimTexts.lost(nameAt(seat, table.winner));
  }
  if (isSending) return nimTexts.sending;
  if (table.turn === seat.index) return nimTexts.yourTurn;
  const name = nameAt(seat, table.turn);
  const awaited = seat.seats.find(({ index }) => index === table.turn);
  if (awaited?.presence === "away") return nimTexts.awaited(name);
  return seat.index === undefined ? nimTexts.turnOf(name) : nimTexts.theirTurn(name);
}
