// Invariants: what must hold whatever happened, as functions over a recorded history. Each gives what
// is wrong in sentences that begin with its number; none looks at anything that still runs.

import { checkApplied, checkCommands, checkHandedOn } from "./checkCommands.ts";
import { checkCoins, checkEpochs, checkLog, checkTime } from "./checkLog.ts";
import { checkTold, checkUntold } from "./checkRollbacks.ts";
import { checkSaves } from "./checkSaves.ts";
import { checkPages, checkSeats } from "./checkSeats.ts";
import { checkSecrets } from "./checkSecrets.ts";
import { checkEvents, checkMonotone, checkViews } from "./checkShown.ts";
import { checkStored } from "./checkStored.ts";
import { checkWire } from "./checkWire.ts";
import type { History, Shown } from "./history.ts";
import { type Paths, pathsOf, placeName } from "./paths.ts";
import { replayPath, roomsOf } from "./replay.ts";
import type { Scene } from "./scene.ts";

/** Sentences about one run; more than a few of them say nothing new. */
const BROKEN_MAX = 12;

/** Everything that is wrong with a run that has come to rest. */
export async function brokenRules(scene: Scene): Promise<readonly string[]> {
  const { history } = scene;
  const everywhere = [
    checkWire(history),
    checkSecrets(history),
    checkApplied(history),
    checkHandedOn(history),
    checkSaves(history),
  ];
  const pages = checkPages(history);
  const pathsByRoom = new Map(roomsOf(history).map((room) => [room, pathsOf(history, room)]));
  const broken = [
    ...checkFaults(history),
    ...checkEpochs(history),
    ...checkUntold(history, pathsByRoom),
  ];
  for (const [room, paths] of pathsByRoom) {
    const shown = history.shown.filter((each) => each.room === room);
    const here = [
      checkLog(),
      checkCoins(),
      checkTime(),
      checkSeats(history),
      checkCommands(history),
      checkEvents(history, room, withoutLoss(shown, { history, paths })),
    ];
    const views = checkViews(shown);
    replayPath(history.game, paths.standing, [...here, views, pages, ...everywhere]);
    for (const path of paths.left) replayPath(history.game, path, [views, ...everywhere]);
    broken.push(
      ...[...here, views].flatMap((check) => check.finish()),
      ...checkMonotone(shown, history.rollbacks),
      ...checkTold(history, shown, paths),
    );
  }
  broken.push(...[...everywhere, pages].flatMap((check) => check.finish()));
  broken.push(...(await checkStored(scene)));
  return broken.slice(0, BROKEN_MAX);
}

/** I0: nothing failed that nobody outside can have caused. */
function checkFaults({ faults }: History): readonly string[] {
  return faults.map(({ event, cause }) => `I0 fault ${event}: ${stackOf(cause)}`);
}

/**
 * What pages showed that lost nothing: the others are told again what came after the loss. A page that
 * was gone before the loss never heard of it: what it showed last may stand nowhere any more.
 */
function withoutLoss(
  shown: readonly Shown[],
  given: { readonly history: History; readonly paths: Paths },
): readonly Shown[] {
  const pages = new Set(given.history.rollbacks.map(({ page }) => page));
  const places = new Set(given.paths.standing.map(placeName));
  return shown.filter((each) => !pages.has(each.page) && places.has(placeName(each)));
}

function stackOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
