// Check log: one history without gaps, in which no coin is made or lost. A pure function over what the
// store was seen to take.

import { COINS_IN_ALL } from "./bank.ts";
import type { History } from "./history.ts";
import type { Check } from "./replay.ts";

interface Bank {
  readonly accounts: Iterable<{ readonly coins: number }>;
  readonly till: { readonly house: number };
  readonly $room: { readonly status: string };
}

/** Room time is whole, a tick is a step of it, and a tick that is a little late keeps the beat. */
const TIME_SLACK_MS = 101;

/** I13: room time passes while a node hosts the room, no faster than the world, and never back. */
export function checkTime(): Check {
  const broken: string[] = [];
  let claimed = { timeMs: 0, atMs: 0 };
  let beforeMs = 0;
  let host = "";
  return {
    visit({ entry: { kind, version, atMs, node }, timeMs }) {
      if (timeMs < beforeMs) broken.push(`I13 room time went back at ${version}`);
      beforeMs = timeMs;
      // Nobody hosted the room until then: a grace does not run out meanwhile. Who claims anew hosts on.
      if (kind === "claim" && node !== host) claimed = { timeMs, atMs };
      host = node;
      const [passedMs, hostedMs] = [timeMs - claimed.timeMs, atMs - claimed.atMs];
      if (passedMs > hostedMs + TIME_SLACK_MS)
        broken.push(`I13 at ${version}, ${passedMs} ms passed in a room hosted for ${hostedMs}`);
    },
    finish: () => broken,
  };
}

/** I1: ids rise, versions are contiguous, no epoch speaks after a later one. */
export function checkLog(): Check {
  const broken: string[] = [];
  let before = { epoch: 0, version: 0 };
  return {
    visit({ entry: { kind, epoch, version } }) {
      const follows =
        kind === "created" ||
        (kind === "claim"
          ? epoch >= before.epoch && version === before.version
          : kind === "kept"
            ? version === before.version
            : kind === "reseed"
              ? epoch === before.epoch && version - before.version <= 1
              : epoch === before.epoch && version === before.version + 1);
      if (!follows)
        broken.push(`I1 ${kind} ${epoch}-${version} follows ${before.epoch}-${before.version}`);
      before = { epoch, version };
    },
    finish: () => broken,
  };
}

/** I1 over all rooms: no epoch is given twice, not even one that the store forgot it gave. */
export function checkEpochs({ logged }: History): readonly string[] {
  const given = new Map<string, string>();
  return logged.flatMap(({ room, kind, epoch, node }) => {
    if (kind !== "claim") return [];
    const claim = `${room} ${epoch}`;
    const before = given.get(claim);
    given.set(claim, node);
    return before === undefined
      ? []
      : [`I1 ${room} ${epoch} was given to ${before} and to ${node}`];
  });
}

/** I3: no coin of the bank is made or lost. */
export function checkCoins(): Check {
  const broken: string[] = [];
  return {
    visit({ entry: { epoch, version }, face }) {
      const { accounts, till, $room } = face as unknown as Bank;
      if ($room.status === "waiting") return;
      const sum = [...accounts].reduce((coins, account) => coins + account.coins, till.house);
      if (sum !== COINS_IN_ALL) broken.push(`I3 there are ${sum} coins at ${epoch}-${version}`);
    },
    finish: () => broken,
  };
}
