// Check rollbacks: who was shown what is lost is told so before anything of what came instead, and
// nobody else is told. A pure function over the paths that a room's history took.

import type { RoomId } from "../../shared/ids.ts";
import type { History, PageSeen, Shown } from "./history.ts";
import { type Paths, placeName } from "./paths.ts";

/** The commits that led to a place, each by its host and place: one that was lost may have been logged anew. */
type Trail = ReadonlySet<string>;

/** I7 for one room: nobody is led away from what they saw without a word. */
export function checkTold({ rollbacks }: History, shown: readonly Shown[], paths: Paths) {
  if (paths.left.length === 0) return [];
  const trails = trailsOf(paths);
  const newest = new Map<PageSeen, Shown>();
  return shown.flatMap((each) => {
    const { page, order } = each;
    const before = newest.get(page);
    newest.set(page, each);
    if (before === undefined) return [];
    const [from, to] = [trails.get(placeName(before)), trails.get(placeName(each))];
    if (from === undefined || to === undefined || isWithin(from, to)) return [];
    const isTold = rollbacks.some(
      (rollback) => rollback.page === page && rollback.order > before.order,
    );
    if (isTold) return [];
    return [
      `I7 ${page.name} saw ${placeName(before)}, then ${placeName(each)} (${order}), and was told of no loss`,
    ];
  });
}

/** I7 over all rooms: nobody is told of a loss who lost nothing, on whichever page it was shown. */
export function checkUntold(
  { rollbacks, shown }: History,
  pathsByRoom: ReadonlyMap<RoomId, Paths>,
): readonly string[] {
  return rollbacks.flatMap(({ page, order }) => {
    const hasLost = shown.some((each) => {
      const paths = pathsByRoom.get(each.room);
      const isTheirs = each.page.person === page.person && each.order < order;
      return isTheirs && paths !== undefined && isLost(each, paths);
    });
    return hasLost ? [] : [`I7 ${page.name} was told of a rollback, and nothing was lost`];
  });
}

/** Whether the room's history went on, for a while or for good, without something that led to a place. */
function isLost(place: Shown, paths: Paths): boolean {
  if (paths.left.length === 0) return false;
  const trails = trailsOf(paths);
  const seen = trails.get(placeName(place)) ?? new Set();
  const ends = [paths.standing, ...paths.left].flatMap((path) => path.at(-1) ?? []);
  return ends.some((end) => !isWithin(seen, trails.get(placeName(end)) ?? new Set()));
}

/** By place; those of the standing path first, where a place is on several. */
function trailsOf({ standing, left }: Paths): ReadonlyMap<string, Trail> {
  const trails = new Map<string, Trail>();
  for (const path of [standing, ...left]) {
    const trail = new Set<string>();
    for (const entry of path) {
      if (entry.kind === "commit") trail.add(`${entry.node} ${placeName(entry)}`);
      trails.set(placeName(entry), trails.get(placeName(entry)) ?? new Set(trail));
    }
  }
  return trails;
}

function isWithin(trail: Trail, other: Trail): boolean {
  return [...trail].every((commit) => other.has(commit));
}
