// Rounds of the arena: a few minutes of sailing, a moment in which the winner is named, and the next
// one. Players keep their seats and ships, their names and the rounds they have won.

import { layAllPearls } from "./arenaPearls.ts";
import { type ArenaRoom, FINISH_MS, ROUND_MS } from "./arenaRecords.ts";
import { refit } from "./arenaShips.ts";

/** Ends what is due. Each tick asks, so that a round needs no timer of its own. */
export function keepRounds(room: ArenaRoom): void {
  const { round } = room.state;
  if (room.nowMs < round.untilMs) return;
  if (round.phase === "sailing") finishRound(room);
  else beginNext(room);
}

export function beginRound(room: ArenaRoom): void {
  const { round } = room.state;
  round.number += 1;
  round.phase = "sailing";
  round.untilMs = room.nowMs + ROUND_MS;
  round.winners = [];
}

/** Nobody wins a round in which nobody had a point. */
function finishRound(room: ArenaRoom): void {
  const { round, ships } = room.state;
  const best = Math.max(1, ...[...ships].map(({ score }) => score));
  const winners = [...ships].filter(({ score }) => score === best);
  for (const ship of winners) ship.wins += 1;
  round.winners = winners.map(({ id }) => id);
  round.phase = "finished";
  round.untilMs = room.nowMs + FINISH_MS;
}

function beginNext(room: ArenaRoom): void {
  const { ships, shots, mines } = room.state;
  for (const each of [...shots]) shots.delete(each.id);
  for (const each of [...mines]) mines.delete(each.id);
  layAllPearls(room);
  for (const ship of ships) refit(room, ship);
  beginRound(room);
}
