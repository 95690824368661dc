// An adventure scene: people on the island in virtual time, what they type and what their pages show.

import { Table, type TableOptions, type VirtualPlayer } from "../../server/testing/testing.ts";
import { adventure } from "../../shared/games/adventure/adventure.ts";
import { LEAVES, leafField } from "../../shared/games/adventure/declared.ts";
import { type Line, readLine } from "../../shared/games/adventure/line.ts";
import { BEAT_MS } from "../../shared/games/adventure/tide.ts";

export type Islander = VirtualPlayer<
  typeof adventure.records,
  typeof adventure.commands,
  typeof adventure.inputs,
  typeof adventure.events
>;

export function island(options: TableOptions = {}) {
  return new Table(adventure, options);
}

export type IslandTable = ReturnType<typeof island>;

export function sightOf(player: Islander) {
  const sight = player.view.sights.get(player.seat ?? -1);
  if (sight === undefined) throw new Error(`${player.name} sees nothing`);
  return sight;
}

/** The place that a player's page shows. */
export function placeOn(player: Islander): string | undefined {
  return sightOf(player).place;
}

export function exitsOn(player: Islander): readonly string[] {
  return sightOf(player).exits ?? [];
}

export function namesOn(player: Islander): readonly string[] {
  return sightOf(player).names ?? [];
}

/** Lines of the newest leaf on a player's page. */
export function newest(player: Islander): readonly Line[] {
  const sight = sightOf(player);
  const lines = sight[leafField((sight.leaves ?? 1) - 1)] ?? [];
  return lines.map(readLine);
}

/** All lines that a player's page still holds, oldest first. */
export function whole(player: Islander): readonly Line[] {
  const sight = sightOf(player);
  const end = sight.leaves ?? 0;
  const numbers = LEAVES.map((_, at) => end - LEAVES.length + at).filter((leaf) => leaf >= 0);
  return numbers.flatMap((leaf) => (sight[leafField(leaf)] ?? []).map(readLine));
}

export function textOf(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).join("\n");
}

/** Types lines one after the other; gives the answer to the last. */
export function type(player: Islander, ...lines: readonly string[]): string {
  for (const line of lines) player.send("type", { line });
  return textOf(newest(player));
}

/** Types whatever keeps the island awake until the tide stands so. */
export function awaitTide(table: IslandTable, player: Islander, tide: "low" | "high"): void {
  for (let beats = 0; table.state.island.tide !== tide && beats < 40; beats++) {
    type(player, "wait");
    table.pass(BEAT_MS);
  }
}
