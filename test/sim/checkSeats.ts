// Check seats: who sits where, at every moment of a room's log: nobody loses a seat within its grace,
// and only a seat's newest page is listened to.

import type { RoomId } from "../../shared/ids.ts";
import type { History } from "./history.ts";
import { type Check, type Moment, personOf, type SeatCopy } from "./replay.ts";

/** How long a seat may count as held by a page that is gone: faults included, all they delay. */
const HELD_MS_MAX = 30_000;

/** I13: seats. */
export function checkSeats(history: History): Check {
  const broken: string[] = [];
  let before: ReadonlyMap<number, SeatCopy> = new Map();
  return {
    visit(moment) {
      const now = new Map(moment.seats.map((seat) => [seat.id, seat]));
      broken.push(...checkGone(before.values(), moment.entry.atMs, history));
      for (const [id, seat] of before) {
        const next = now.get(id);
        const isSame = next?.identity === seat.identity;
        if (!isSame) broken.push(...checkVacated(seat, moment, history));
        else if (next !== undefined) broken.push(...checkKept(seat, next, { history, moment }));
      }
      const owners = moment.seats.map(({ identity }) => identity);
      if (new Set(owners).size < owners.length)
        broken.push(`I13 somebody has two seats at ${moment.entry.version}`);
      before = now;
    },
    finish: () => [...broken, ...checkGone(before.values(), history.endMs, history)],
  };
}

/** What a page had of a room, from one entry of its log until another. */
interface Held {
  readonly room: RoomId;
  readonly page: string;
  readonly from: number;
  until: number;
}

/**
 * I13: a page never has two seats at a time, however often it had to ask for one. Not so where a store
 * forgot who its player is, or that there is a room which a host writes back later.
 */
export function checkPages({ losses }: History): Check {
  const all: Held[] = [];
  const now = new Map<RoomId, readonly Held[]>();
  return {
    visit({ entry: { room, order }, seats }) {
      const before = now.get(room) ?? [];
      const held = seats.map(({ page }) => {
        const known = before.find((each) => each.page === page);
        return known ?? { room, page, from: order, until: Number.POSITIVE_INFINITY };
      });
      for (const each of before) if (!held.includes(each)) each.until = order;
      all.push(...held.filter((each) => !before.includes(each)));
      now.set(room, held);
    },
    finish: () =>
      losses.length > 0 ? [] : all.flatMap((one) => all.flatMap((each) => twiceSeated(one, each))),
  };
}

function twiceSeated(one: Held, other: Held): readonly string[] {
  const isSame = one.page === other.page && one.room < other.room;
  const isAtOnce = one.from < other.until && other.from < one.until;
  return isSame && isAtOnce ? [`I13 ${one.page} sits in ${one.room} and in ${other.room}`] : [];
}

/** Who is gone is away for the others, whoever died beside: nobody waits for a player that never moves. */
function checkGone(seats: Iterable<SeatCopy>, nowMs: number, { gone }: History): readonly string[] {
  return [...seats].flatMap(({ id, page, presence, absentSinceMs }) => {
    if (presence !== "held" || absentSinceMs !== undefined) return [];
    // After a rollback a page goes by another name, which begins with its own.
    const goneMs = [...gone].find(([name]) => page.startsWith(name))?.[1] ?? nowMs;
    const isLong = nowMs - goneMs > HELD_MS_MAX;
    return isLong ? [`I13 seat ${id} is held by ${page}, gone for ${nowMs - goneMs} ms`] : [];
  });
}

/** A seat is given up by its player, or when its grace is over. */
function checkVacated(
  { id, name, untilMs }: SeatCopy,
  { entry, timeMs }: Moment,
  { left }: History,
): readonly string[] {
  const isGraceOver = untilMs !== undefined && untilMs <= timeMs;
  const hasLeft = left.some(
    ({ person, order }) => person === personOf(name) && order < entry.order,
  );
  if (isGraceOver || hasLeft) return [];
  const why = untilMs === undefined ? "held" : `kept until ${untilMs}`;
  return [`I13 ${name} lost seat ${id} at ${entry.version}, ${timeMs} ms, while it was ${why}`];
}

function checkKept(
  before: SeatCopy,
  now: SeatCopy,
  { history, moment }: { readonly history: History; readonly moment: Moment },
): readonly string[] {
  const broken: string[] = [];
  const { version } = moment.entry;
  const where = `seat ${now.id} at ${version}`;
  const instances = [before, now].map((seat) => [seat.instanceEpoch, seat.instanceCount] as const);
  const [older = [0, 0], newer = [0, 0]] = instances;
  const isSameInstance = older[0] === newer[0] && older[1] === newer[1];
  if (newer[0] < older[0] || (newer[0] === older[0] && newer[1] < older[1]))
    broken.push(`I13 ${where} went back from instance ${older} to ${newer}`);
  if (isSameInstance && now.applied < before.applied)
    broken.push(`I3 ${where} went back from command ${before.applied} to ${now.applied}`);
  const { graceMs } = history.game.seats;
  const isNewlyAway = before.presence === "held" && now.presence === "away";
  // A game may have others told of an absence later than it began; the grace begins with it.
  const lostMs = before.absentSinceMs ?? moment.timeMs;
  if (isNewlyAway && (now.untilMs ?? 0) < lostMs + graceMs)
    broken.push(`I13 ${where} is kept until ${now.untilMs}, less than its grace`);
  return broken;
}
