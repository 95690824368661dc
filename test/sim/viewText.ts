// View text: what somebody sees of a room as one text, so that two views are the same if their texts
// are. It reads values only: not a line of what makes frames is used here.

import type { Game } from "../../shared/game.ts";
import type { CollectionShape } from "../../shared/schema.ts";
import type { View } from "../../shared/view.ts";

type Face = Readonly<Record<string, unknown>>;
type RecordFace = Face & { readonly id: number };

/** What a page holds, whatever that is. */
export function textOfView(game: Game, view: View): string {
  return linesOf(game, view.face, (shape) => shape.fields.length);
}

/** What a seat, or somebody without one, should hold of a state. */
export function textOfState(
  game: Game,
  face: Face,
  looker: { readonly seat: number | undefined; readonly nowMs: number },
): string {
  const { seat, nowMs } = looker;
  return linesOf(game, face, (shape, record) => {
    const sees = game.rules.visibleTo[shape.name]?.(record, seat, { state: face, nowMs }) ?? true;
    if (!sees) return undefined;
    const { name: owner } = shape.fields[shape.ownerAt] ?? {};
    const isOwn = seat !== undefined && owner !== undefined && record[owner] === seat;
    return isOwn ? shape.privateEnd : shape.publicEnd;
  });
}

/** One line a record; `endOf` tells how many of its fields count, undefined for none of it. */
function linesOf(
  game: Game,
  face: Face,
  endOf: (shape: CollectionShape, record: RecordFace) => number | undefined,
): string {
  const lines: string[] = [];
  for (const shape of game.shapes) {
    // Nobody is told of records that have nothing for anybody.
    if (shape.privateEnd === 0) continue;
    const records = (shape.single ? [face[shape.name]] : face[shape.name]) as Iterable<RecordFace>;
    for (const record of records) {
      const end = endOf(shape, record);
      if (end === undefined) continue;
      const values = shape.fields.slice(0, end).map(({ name }) => [name, record[name]] as const);
      const held = values.filter(([, value]) => value !== undefined);
      lines.push(`${shape.name} ${record.id} ${JSON.stringify(held)}`);
    }
  }
  return lines.join("\n");
}
