// Check commands: every command takes effect at most once, in order, and ends as it was told. Unique
// marks make each of these a look into one table: the log is the order, it only has to be read.

import type { History, Sent } from "./history.ts";
import type { Check, Moment } from "./replay.ts";

/** I3, I4, I5, I6 for commands that took effect in one room. */
export function checkCommands(history: History): Check {
  const broken: string[] = [];
  const places = new Map<string, number>();
  return {
    visit({ entry, events }) {
      for (const { name, values } of events) {
        if (name !== "moved") continue;
        const mark = String(values.mark);
        if (places.has(mark))
          broken.push(`I3 ${mark} took effect twice, again at ${entry.version}`);
        places.set(mark, places.size);
      }
    },
    finish() {
      const here = history.sent.filter(({ mark }) => places.has(mark));
      return [
        ...broken,
        ...here.flatMap(checkEnds),
        ...checkOrder(here, places),
        ...checkRealTime(here, places),
      ];
    },
  };
}

/** Where each mark stands among those of a log. */
type Places = ReadonlyMap<string, number>;

/** Ends after which a command may or may not have taken effect: another page knows, or the seat or moments are gone. */
const UNKNOWING =
  /^(superseded|rolled-back|refused (seat-left|seat-lost|not-seated|room-\w+|line-closed))$/;

/** I6: what took effect was told so. */
function checkEnds({ mark, ends, isCopied }: Sent): readonly string[] {
  return ends.flatMap(({ end }) => {
    const isTrue = end === "applied" || UNKNOWING.test(end) || (isCopied && end === "cancelled");
    return isTrue ? [] : [`I6 ${mark} took effect and was told to be ${end}`];
  });
}

/** I4: a tab's commands take effect in the order in which they were given. */
function checkOrder(here: readonly Sent[], places: Places): readonly string[] {
  const newest = new Map<string, { readonly mark: string; readonly at: number }>();
  const broken: string[] = [];
  for (const { mark, page } of here) {
    const at = places.get(mark) ?? -1;
    const before = newest.get(page.tab);
    if (before !== undefined && before.at > at)
      broken.push(`I4 ${mark} took effect before ${before.mark}, which was given first`);
    newest.set(page.tab, { mark, at });
  }
  return broken;
}

/** I5: what was given after somebody learned that another had taken effect comes after it. */
function checkRealTime(here: readonly Sent[], places: Places): readonly string[] {
  const moments = here.flatMap((sent) => {
    const at = places.get(sent.mark) ?? -1;
    const applied = sent.ends.filter(({ end }) => end === "applied");
    const ends = applied.map(({ order }) => ({ order, at, mark: sent.mark, isEnd: true }));
    return [{ order: sent.order, at, mark: sent.mark, isEnd: false }, ...ends];
  });
  const broken: string[] = [];
  let newest = { at: -1, mark: "" };
  for (const { at, mark, isEnd } of moments.sort((one, other) => one.order - other.order)) {
    if (isEnd) newest = at > newest.at ? { at, mark } : newest;
    else if (at < newest.at)
      broken.push(
        `I5 ${mark} took effect before ${newest.mark}, which was known when it was given`,
      );
  }
  return broken;
}

/** These no rule refuses. */
const NEVER_REFUSED = new Set(["whisper", "reveal", "settle"]);
/** So many failures suspend a seat's commands. */
const FAILURES_MAX = 5;

/**
 * I3 over all rooms: what a page had not been told the end of when it was loaded anew takes effect
 * for the page after it. Only of people who kept to one tab, and kept their seat.
 */
export function checkHandedOn(history: History): Check {
  const stored: Stored = new Map();
  return {
    visit: (moment) => noteStored(moment, stored),
    finish() {
      const rolledBack = history.rollbacks.map(({ page }) => page);
      const troubled = new Set(
        [...history.overtaken, ...history.over, ...rolledBack].map(({ person }) => person),
      );
      const tabs = new Map<string, Set<string>>();
      for (const { page } of history.written)
        tabs.set(page.person, (tabs.get(page.person) ?? new Set()).add(page.tab));
      return history.handedOn.flatMap(({ page: { person, name }, sent }) => {
        const failed = history.sent.filter(
          (each) => each.name === "stumble" && each.page.person === person,
        );
        const isOrdinary =
          tabs.get(person)?.size === 1 && !troubled.has(person) && failed.length < FAILURES_MAX;
        const isDue = isOrdinary && !sent.isCancelled && NEVER_REFUSED.has(sent.name);
        if (!isDue || stored.has(sent.mark)) return [];
        return [`I3 ${sent.mark} of ${name} was lost when the page was loaded anew`];
      });
    },
  };
}

/**
 * I2, I6 over all rooms: what was told to be applied is in some log, and was in one before it was told.
 * What a store forgot may have been done again later.
 */
export function checkApplied(history: History): Check {
  const stored: Stored = new Map();
  return {
    visit: (moment) => noteStored(moment, stored),
    finish: () =>
      history.sent.flatMap(({ mark, ends }) => {
        const told = ends.find(({ end }) => end === "applied");
        if (told === undefined) return [];
        const order = stored.get(mark);
        if (order === undefined) return [`I6 ${mark} was told to be applied and is in no log`];
        return told.order < order ? [`I2 ${mark} was told to be applied before it was stored`] : [];
      }),
  };
}

/** When each mark was first in a log, on whatever way its history took. */
type Stored = Map<string, number>;

function noteStored({ entry, events }: Moment, stored: Stored): void {
  for (const { values } of events) {
    if (values.mark === undefined) continue;
    const mark = String(values.mark);
    stored.set(mark, Math.min(stored.get(mark) ?? entry.order, entry.order));
  }
}
