// Invariants: what must hold whatever happened, as functions over a recorded history. Each gives what
// is wrong in sentences that begin with its number; none looks at anything that still runs.

import { checkCommands, checkHandedOn, checkMissing } from "./checkCommands.ts";
import { checkCoins, checkLog, checkTime } from "./checkLog.ts";
import { checkSeats } from "./checkSeats.ts";
import { checkSecrets } from "./checkSecrets.ts";
import { checkEvents, checkMonotone, checkViews } from "./checkShown.ts";
import { checkStored } from "./checkStored.ts";
import { checkWire } from "./checkWire.ts";
import type { History } from "./history.ts";
import { replay, roomsOf } from "./replay.ts";
import type { Scene } from "./scene.ts";

/** Sentences about one run; more than a few of them say nothing new. */
const BROKEN_MAX = 12;

/** Everything that is wrong with a run that has come to rest. */
export async function brokenRules(scene: Scene): Promise<readonly string[]> {
  const { history } = scene;
  const everywhere = [
    checkWire(history),
    checkSecrets(history),
    checkMissing(history),
    checkHandedOn(history),
  ];
  const broken = [...checkFaults(history)];
  for (const room of roomsOf(history)) {
    const shown = history.shown.filter((each) => each.room === room);
    const here = [
      checkLog(),
      checkCoins(),
      checkTime(),
      checkSeats(history),
      checkCommands(history),
      checkViews(shown),
      checkEvents(history, room, shown),
    ];
    replay(history, room, [...here, ...everywhere]);
    broken.push(...here.flatMap((check) => check.finish()), ...checkMonotone(shown));
  }
  broken.push(...everywhere.flatMap((check) => check.finish()), ...(await checkStored(scene)));
  return broken.slice(0, BROKEN_MAX);
}

/** I0: nothing failed that nobody outside can have caused, and nobody was told of a loss that was none. */
function checkFaults({ faults, rollbacks }: History): readonly string[] {
  return [
    ...faults.map(({ event, cause }) => `I0 fault ${event}: ${stackOf(cause)}`),
    ...rollbacks.map(({ name }) => `I7 ${name} was told of a rollback, and nothing was lost`),
  ];
}

function stackOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
