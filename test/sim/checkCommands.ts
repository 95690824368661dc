// Check commands: every command takes effect at most once, in order, and ends as it was told. Unique
// marks make each of these a look into one table: the log is the order, it only has to be read.

import type { History, Sent } from "./history.ts";
import type { Check, Moment } from "./replay.ts";

/** Where a mark stands in a log, and when it was stored. */
interface Place {
  readonly at: number;
  readonly order: number;
}

/** I3, I4, I5, I6 for commands that took effect in one room. */
export function checkCommands(history: History): Check {
  const broken: string[] = [];
  const places = new Map<string, Place>();
  return {
    visit({ entry, events }) {
      for (const { name, values } of events) {
        if (name !== "moved") continue;
        const mark = String(values.mark);
        if (places.has(mark))
          broken.push(`I3 ${mark} took effect twice, again at ${entry.version}`);
        places.set(mark, { at: places.size, order: entry.order });
      }
    },
    finish() {
      const here = history.sent.filter(({ mark }) => places.has(mark));
      return [
        ...broken,
        ...here.flatMap((sent) => checkEnds(sent, places)),
        ...checkOrder(here, places),
        ...checkRealTime(here, places),
      ];
    },
  };
}

type Places = ReadonlyMap<string, Place>;

/** Ends after which a command may or may not have taken effect: another page knows, or the seat or moments are gone. */
const UNKNOWING =
  /^(superseded|rolled-back|refused (seat-left|seat-lost|not-seated|room-\w+|line-closed))$/;

/** I6: what took effect was told so, not before it was stored. */
function checkEnds({ mark, ends, isCopied }: Sent, places: Places): readonly string[] {
  const storedOrder = places.get(mark)?.order ?? 0;
  return ends.flatMap(({ order, end }) => {
    if (UNKNOWING.test(end) || (isCopied && end === "cancelled")) return [];
    if (end !== "applied") return [`I6 ${mark} took effect and was told to be ${end}`];
    return order < storedOrder ? [`I2 ${mark} was told to be applied before it was stored`] : [];
  });
}

/** I4: a tab's commands take effect in the order in which they were given. */
function checkOrder(here: readonly Sent[], places: Places): readonly string[] {
  const newest = new Map<string, { readonly mark: string; readonly at: number }>();
  const broken: string[] = [];
  for (const { mark, page } of here) {
    const at = places.get(mark)?.at ?? -1;
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
    const at = places.get(sent.mark)?.at ?? -1;
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
  const marks = new Set<string>();
  return {
    visit: (moment) => addMarks(moment, marks),
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
        if (!isDue || marks.has(sent.mark)) return [];
        return [`I3 ${sent.mark} of ${name} was lost when the page was loaded anew`];
      });
    },
  };
}

/** I6 over all rooms: what was told to be applied is in some log. */
export function checkMissing(history: History): Check {
  const marks = new Set<string>();
  return {
    visit: (moment) => addMarks(moment, marks),
    finish: () =>
      history.sent.flatMap(({ mark, ends }) => {
        const isMissing = ends.some(({ end }) => end === "applied") && !marks.has(mark);
        return isMissing ? [`I6 ${mark} was told to be applied and is in no log`] : [];
      }),
  };
}

function addMarks({ events }: Moment, marks: Set<string>): void {
  for (const { values } of events) if (values.mark !== undefined) marks.add(String(values.mark));
}
