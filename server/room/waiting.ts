// Waiting: what of a room's inbox still counts. A room that stands still while its store is away must
// not fill the memory with what its players go on sending. It changes no order and answers nobody.

import type { Game } from "../../shared/game.ts";
import type { RoomInput } from "./turn.ts";

/** The inputs without those that a later one of the same connection has taken the place of. */
export function stillCounting(game: Game, inputs: readonly RoomInput[]): RoomInput[] {
  const newer = new Set<string>();
  const kept: RoomInput[] = [];
  for (let at = inputs.length - 1; at >= 0; at--) {
    const input = inputs[at] as RoomInput;
    const place = placeOf(game, input);
    if (place !== undefined && newer.has(place)) continue;
    if (place !== undefined) newer.add(place);
    kept.push(input);
  }
  return kept.reverse();
}

/** Of two with the same place only the newer counts; undefined for what must not be passed over. */
function placeOf(game: Game, input: RoomInput): string | undefined {
  switch (input.kind) {
    // Names that the game does not have are one: somebody might think of ever new ones.
    case "input": {
      const name = Object.hasOwn(game.inputs, input.name) ? input.name : "";
      return `input ${input.connection} ${name}`;
    }
    // A tail holds every command that has not ended, so the newest holds all of them.
    case "commands":
      return `commands ${input.connection}`;
    case "resume":
      return `resume ${input.arrival.connection}`;
    case "sync":
      return `sync ${input.connection}`;
    case "idle":
    case "active":
      return `person ${input.connection}`;
    case "leave":
      return `leave ${input.connection}`;
    case "nodes":
      return "nodes";
    case "node-lost":
      return `node-lost ${input.node}`;
    case "join":
    case "gone":
    case "pass":
    case "put-out":
    case "forsaken":
    case "save-kept":
    case "save-found":
      return undefined;
  }
}
