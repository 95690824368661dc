// Verdict: what a chaos run broke, judged when all is over from what its pages noted and what Redis
// was given. The checks are the simulator's; nothing here looks at anything that still runs.

import { MalformedBytes } from "../../../shared/bytes.ts";
import type { RoomId } from "../../../shared/ids.ts";
import { checkApplied, checkCommands } from "../../sim/checkCommands.ts";
import { checkLog } from "../../sim/checkLog.ts";
import { checkSeats } from "../../sim/checkSeats.ts";
import { checkEvents, checkMonotone, checkViews } from "../../sim/checkShown.ts";
import type { History } from "../../sim/history.ts";
import { type Check, replay, roomsOf, type SeatCopy } from "../../sim/replay.ts";
import { COINS_AT_START } from "../ledger.ts";
import type { Bot } from "./bot.ts";

/** More sentences say nothing new. */
const BROKEN_MAX = 8;

/** Everything that is wrong with a run of one game, each in a sentence that begins with its invariant. */
export function brokenRules(history: History, bots: readonly Bot[]): readonly string[] {
  const isLedger = history.game.name === "ledger";
  const broken = history.rollbacks.map(
    ({ page: { name } }) => `I7 ${name} was told of a rollback, and nothing was lost`,
  );
  const everywhere = isLedger ? [checkApplied(history), checkHandedOn(history)] : [];
  for (const room of roomsOf(history)) {
    const shown = history.shown.filter((each) => each.room === room);
    const here = [checkLog(), checkSeats(history), checkViews(shown), checkHome(room, bots)];
    if (isLedger)
      here.push(checkCommands(history), checkCoins(), checkEvents(history, room, shown));
    broken.push(...fold(history, room, [...here, ...everywhere]));
    broken.push(...here.flatMap((check) => check.finish()), ...checkMonotone(shown));
  }
  broken.push(...everywhere.flatMap((check) => check.finish()), ...checkEnded(history, bots));
  return broken.slice(0, BROKEN_MAX);
}

/** I1: whatever stands in a log can be folded. */
function fold(history: History, room: RoomId, checks: readonly Check[]): readonly string[] {
  try {
    replay(history, room, checks);
    return [];
  } catch (cause) {
    if (!(cause instanceof MalformedBytes)) throw cause;
    return [`I1 the log of ${room} is damaged: ${cause.message}`];
  }
}

interface Accounts {
  readonly accounts: Iterable<{ readonly coins: number }>;
}

/** I3: every account brings the same, and no coin is made or lost after that. */
function checkCoins(): Check {
  const broken: string[] = [];
  return {
    visit({ entry: { epoch, version }, face }) {
      const accounts = [...(face as unknown as Accounts).accounts];
      const sum = accounts.reduce((coins, account) => coins + account.coins, 0);
      if (sum === accounts.length * COINS_AT_START) return;
      broken.push(
        `I3 there are ${sum} coins in ${accounts.length} accounts at ${epoch}-${version}`,
      );
    },
    finish: () => broken,
  };
}

/** I13, I8: at the end everybody has the seat they took first, and saw the newest there is of it. */
function checkHome(room: RoomId, bots: readonly Bot[]): Check {
  let seats: readonly SeatCopy[] = [];
  return {
    visit: (moment) => {
      seats = moment.seats;
    },
    finish: () =>
      bots
        .filter(({ seat }) => seat?.room === room)
        .flatMap(({ name, seat, rest, game }) => {
          const owner = seats.find(({ id }) => id === seat?.index)?.name;
          const isHome = owner === name && rest?.room === room && rest.index === seat?.index;
          if (!isHome)
            return [`I13 ${name} took seat ${seat?.index}, ${owner}'s now, and has ${rest?.index}`];
          const { version, topVersion } = rest;
          // A room that ticks goes on while it is looked at.
          const isNewest = game.tickHz !== undefined || version === topVersion;
          return isNewest ? [] : [`I8 ${name} last saw ${version} of ${topVersion} versions`];
        }),
  };
}

/** I3: what waited when a page was loaded anew takes effect for the next one, unless its end was told. */
function checkHandedOn(history: History): Check {
  const marks = new Set<string>();
  return {
    visit({ events }) {
      for (const { values } of events) marks.add(String(values.mark));
    },
    finish() {
      const troubled = new Set([...history.overtaken, ...history.over].map(({ person }) => person));
      return history.handedOn
        .filter(({ page, sent }) => !troubled.has(page.person) && !marks.has(sent.mark))
        .map(({ page, sent }) => `I3 ${sent.mark} of ${page.name} was lost with its page`);
    },
  };
}

/** I3: nobody waits for the end of a command. */
function checkEnded({ sent }: History, bots: readonly Bot[]): readonly string[] {
  const pages = new Set(bots.map(({ rest }) => rest?.page));
  return sent
    .filter(({ page, ends }) => pages.has(page) && ends.length !== 1)
    .map(({ mark, ends }) => `I3 ${mark} ended ${ends.length} times`);
}

/** What happened to those whom the sentence names, and what broke meanwhile, as lines of the trace. */
export function storyOf({ trace }: History, sentence: string, linesMax = 60): readonly string[] {
  const names = sentence.match(/\b\w+[#-]\d+\b/g) ?? [];
  const isNamed = (line: string) =>
    names.some((name) => new RegExp(`${name}(?!\\d)`).test(line)) && line.length < 2_000;
  const first = trace.findIndex(isNamed);
  const last = trace.findLastIndex(isNamed);
  return trace
    .slice(Math.max(0, first - 20), last < 0 ? trace.length : last + 20)
    .filter((line) => isNamed(line) || line.includes(" nemesis "))
    .slice(-linesMax);
}
