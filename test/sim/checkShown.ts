// Check shown: what pages showed is what the log says, at that very moment of it, and they were never
// taken back. Here every way to catch up is held against the same truth.

import type { Bookmark } from "../../shared/frame.ts";
import type { RoomId } from "../../shared/ids.ts";
import { HORIZON_MS } from "../../shared/limits.ts";
import type { BegunAnew, History, Rollback, Shown } from "./history.ts";
import type { WholeView } from "./pageSocket.ts";
import type { Check } from "./replay.ts";

/** I2, I8, I9 for one room: what was shown is what is stored. */
export function checkViews(shown: readonly Shown[]): Check {
  const broken: string[] = [];
  /** By the place it was shown under: a version, and the epoch of its commit or of a claim after it. */
  const waiting = new Map<string, Shown[]>();
  for (const each of shown) {
    const place = `${each.epoch}-${each.version}`;
    waiting.set(place, [...(waiting.get(place) ?? []), each]);
  }
  return {
    visit({ entry, view }) {
      const place = `${entry.epoch}-${entry.version}`;
      for (const { order, page, seat, text } of waiting.get(place) ?? []) {
        if (order < entry.order)
          broken.push(`I2 ${page.name} showed ${place} before it was stored`);
        if (text === undefined) continue;
        const right = view(seat);
        if (text !== right)
          broken.push(`I8 ${page.name} showed at ${place}\n${text}\ninstead of\n${right}\n`);
      }
      waiting.delete(place);
    },
    finish: () => [
      ...broken,
      ...[...waiting].map(
        ([place, [first]]) => `I2 ${first?.page.name} showed ${place}, never stored`,
      ),
    ],
  };
}

/** I12: what a page shows of a room never goes back, unless it was told that something is lost. */
export function checkMonotone(
  shown: readonly Shown[],
  rollbacks: readonly Rollback[] = [],
): readonly string[] {
  const newest = new Map<string, Shown>();
  return shown.flatMap((each) => {
    const before = newest.get(each.page.name);
    newest.set(each.page.name, each);
    if (before === undefined) return [];
    const isBack =
      each.epoch < before.epoch || (each.epoch === before.epoch && each.version < before.version);
    const isTold = rollbacks.some(({ page, order }) => page === each.page && order > before.order);
    if (!isBack || isTold) return [];
    return [
      `I12 ${each.page.name} went back from ${before.epoch}-${before.version} to ${each.epoch}-${each.version}`,
    ];
  });
}

/** Every event of what a page saw pass is told to it once. */
export function checkEvents(history: History, room: RoomId, shown: readonly Shown[]): Check {
  const told = new Map<string, number>();
  for (const { page, text } of history.told) {
    const key = `${page.name} ${text}`;
    told.set(key, (told.get(key) ?? 0) + 1);
  }
  const spans = spansOf(history, shown);
  // After a loss whoever held what is lost gets all of the room, and what is told comes again.
  const wholes = history.losses.length > 0 ? [] : wholesIn(history, room);
  const broken: string[] = [];
  /** Room time of each version. */
  const times: number[] = [];
  const moved: Moved[] = [];
  return {
    visit({ entry: { version }, timeMs, events }) {
      times[version] ??= timeMs;
      for (const { name, values } of events) {
        if (name !== "moved") continue;
        moved.push({ version, mark: String(values.mark) });
        for (const { page, from, to } of spans) {
          if (version <= from || version > to) continue;
          const count = told.get(`${page} ${values.mark}`) ?? 0;
          if (count !== 1) broken.push(`I3 ${page} was told ${count} times of ${values.mark}`);
        }
      }
    },
    finish: () => [
      ...broken,
      ...checkWhole(wholes, times),
      ...checkKept({ wholes, shown }, { times, moved }, told),
    ],
  };
}

/** An event of the game that everybody is told. */
interface Moved {
  readonly version: number;
  readonly mark: string;
}

interface Whole extends BegunAnew {
  readonly whole: WholeView & { readonly asked: Bookmark };
}

/** Whole views of a room that pages were sent who had said what they hold. */
function wholesIn({ begunAnew }: History, room: RoomId): readonly Whole[] {
  return begunAnew.filter(
    (each): each is Whole => each.whole?.room === room && each.whole.asked !== undefined,
  );
}

/** I3: to a page that held something a whole view brings the events since, as far as the room remembers. */
function checkKept(
  { wholes, shown }: { readonly wholes: readonly Whole[]; readonly shown: readonly Shown[] },
  { times, moved }: { readonly times: readonly number[]; readonly moved: readonly Moved[] },
  told: ReadonlyMap<string, number>,
): readonly string[] {
  return wholes.flatMap(({ page, order, whole: { asked, epoch, version } }) => {
    const taken = shown.find((each) => each.page === page && each.order > order);
    // An answer that came too late is left aside.
    if (taken?.epoch !== epoch || taken.version !== version) return [];
    const sinceMs = (times[version] ?? 0) - HORIZON_MS;
    return moved.flatMap((event) => {
      const isDue = event.version > asked.version && event.version <= version;
      const count = told.get(`${page.name} ${event.mark}`) ?? 0;
      if (!isDue || count === 1 || (times[event.version] ?? 0) <= sinceMs) return [];
      return [
        `I3 ${page.name} was told ${count} times of ${event.mark}, sent with all of ${version}`,
      ];
    });
  });
}

/**
 * I10: who says what it holds is sent no whole view as long as the room remembers everything since:
 * two minutes of its time. The other bound, 4,096 items, is more than happens in any of these runs.
 */
function checkWhole(wholes: readonly Whole[], times: readonly number[]): readonly string[] {
  return wholes.flatMap(({ page, whole: { asked, version } }) => {
    const missedMs = (times[version] ?? 0) - (times[asked.version + 1] ?? Infinity);
    if (missedMs >= HORIZON_MS) return [];
    return [`I10 ${page.name} was sent all of ${version} and held ${asked.version}`];
  });
}

interface Span {
  readonly page: string;
  readonly from: number;
  readonly to: number;
}

/** What a page saw pass without a break: from a first view to its newest. */
function spansOf(history: History, shown: readonly Shown[]): readonly Span[] {
  const spans = new Map<string, Span>();
  for (const { page, seat, version, order } of shown) {
    const breaks = history.begunAnew.filter((each) => each.page === page && each.order < order);
    // Another seat, or a view that begins anew, is a beginning.
    const key = `${page.name} ${seat} ${breaks.length}`;
    const from = spans.get(key)?.from ?? version;
    spans.set(key, { page: page.name, from, to: version });
  }
  return [...spans.values()];
}
