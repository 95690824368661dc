// Rooms scene: the real rooms of a node over a store, in virtual time, and people who sit down there,
// for tests. There is no gate: what is told is kept.

import { silentLog } from "../../server/log.ts";
import { type Metrics, openMetrics } from "../../server/metrics.ts";
import type { HostLog } from "../../server/room/host.ts";
import type { LoopGuard } from "../../server/room/loopGuard.ts";
import type { Neighbours } from "../../server/room/neighbours.ts";
import { Rooms } from "../../server/room/rooms.ts";
import type { RoomInput, Tell } from "../../server/room/turn.ts";
import type { Store } from "../../server/store/store.ts";
import type { VirtualClock } from "../../server/testing/testing.ts";
import type { Game } from "../../shared/game.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";

const ANN = "identityann";

/** Counted by nobody. */
const uncounted = openMetrics();

/** What a node's rooms stand on. */
export interface Ground {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly game: Game;
  /** Lets every rule run to its end if not given. */
  readonly guard?: LoopGuard;
  /** Says nothing if not given. */
  readonly log?: HostLog;
  /** Counted by nobody if not given. */
  readonly metrics?: Metrics;
  /** The other nodes; alone if not given. */
  readonly neighbours?: Neighbours;
}

const unguarded: LoopGuard = (work) => {
  work();
  return "done";
};

/** Rooms of one node over a store, and what they told. */
export function nodeOver(ground: Ground, at: number) {
  const { store, clock, game, guard = unguarded, log = silentLog, neighbours } = ground;
  const { metrics = uncounted } = ground;
  const tells: Tell[] = [];
  const rooms = new Rooms({
    ...{ node: `node00000${at}` as NodeId, store, clock, log, metrics },
    games: new Map([[game.name, game]]),
    guard,
    ...(neighbours === undefined ? {} : { neighbours }),
    seed: () => 1,
    mayCreate: () => Promise.resolve(undefined),
    defer: (callback) => void clock.after(0, callback),
    deliver: (_room, told) => tells.push(...told),
  });
  return { rooms, tells, clock, game };
}

export type Node = ReturnType<typeof nodeOver>;

/** Lets time pass, with the promises that settle meanwhile. */
export async function pass(clock: VirtualClock, ms: number, stepMs = 50): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(stepMs);
    for (let count = 0; count < 40; count++) await Promise.resolve();
  }
}

export async function newRoom({ rooms, clock, game }: Node): Promise<RoomId> {
  const request = { game: game.name, shape: game.shape, create: "private" as const };
  const finding = rooms.find(
    request,
    { identity: ANN, page: "page-of-the-maker" } as never,
    "192.0.2.1",
  );
  await pass(clock, 50);
  const found = await finding;
  if (found.kind !== "room") throw new Error(found.reason);
  return found.room;
}

/** Ann joins a room on a connection of that number. Gives what posts more for that connection. */
export function sitDown(
  { rooms }: Node,
  room: RoomId,
  count: number,
): (input: Partial<RoomInput>) => void {
  const connection = `connection${count}` as never;
  const page = `page-of-ann-number-${count}` as never;
  const [identity, session] = [ANN, "sessionann"] as [never, never];
  const frames = "binary" as const;
  const arrival = { connection, identity, session, page, frames, name: "Ann", node: "node000000" };
  rooms.post(room, { kind: "join", arrival: arrival as never, request: 1, watch: false });
  return (input) => rooms.post(room, { connection, ...input } as RoomInput);
}
