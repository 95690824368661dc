// Paths: the ways that a room's history took over a store that may forget: the one that stands in the
// end, and those that were left when something of them was lost. Pure; without a loss there is one.

import type { Bookmark } from "../../shared/frame.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { History, Logged } from "./history.ts";

type Path = readonly Logged[];

export interface Paths {
  readonly standing: Path;
  /** Oldest first. What a host wrote back later is in the standing one as well. */
  readonly left: readonly Path[];
}

export function pathsOf({ logged, losses: all }: History, room: RoomId): Paths {
  const losses = all.filter((loss) => loss.concerns(room));
  const left: Path[] = [];
  /** What the store had before a host wrote the room back: it is that again if it forgets the writing. */
  const before: { readonly order: number; readonly path: Path }[] = [];
  let standing: Path = [];
  let lost = 0;
  const forgetUntil = (order: number) => {
    for (let loss = losses[lost]; loss !== undefined && loss.order < order; loss = losses[++lost]) {
      const { since } = loss;
      if (!standing.some((entry) => entry.order >= since)) continue;
      left.push(standing);
      while ((before.at(-1)?.order ?? 0) >= since) standing = before.pop()?.path ?? [];
      standing = standing.filter((entry) => entry.order < since);
    }
  };
  for (const entry of logged) {
    if (entry.room !== room) continue;
    forgetUntil(entry.order);
    if (entry.kind === "reseed") {
      before.push({ order: entry.order, path: standing });
      const memory = memoryOf(entry, [standing, ...left]);
      if (standing.some((each) => !memory.includes(each))) left.push(standing);
      standing = memory;
    }
    standing = [...standing, entry];
  }
  forgetUntil(Number.POSITIVE_INFINITY);
  return { standing, left };
}

/** What a host that writes back has gone through: the longest path with its claim, up to where it is. */
function memoryOf(reseed: Logged, paths: readonly Path[]): Path {
  let longest: Path = [];
  for (const path of paths) {
    const isIts = path.some(({ node, epoch }) => node === reseed.node && epoch === reseed.epoch);
    const reach = path.findLastIndex((entry) => !isAfter(entry, reseed)) + 1;
    if (isIts && reach > longest.length) longest = path.slice(0, reach);
  }
  return longest;
}

function isAfter(one: Logged, other: Logged): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.version > other.version);
}

/** Where a room was, by the host's time that it was in. */
export function placeName({ epoch, version }: Bookmark): string {
  return `${epoch}-${version}`;
}
