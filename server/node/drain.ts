// Drain: how a node that is about to end hands over what it has: first its rooms, then its
// connections, while it still relays between the two. It ends nothing itself.

import { type Clock, pause } from "../../shared/clock.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import type { ReleasedRoom } from "../room/host.ts";
import type { Rooms } from "../room/rooms.ts";
import { nodeOf } from "./connectionName.ts";
import type { Relay } from "./relay.ts";
import type { Router } from "./router.ts";

export interface HandingOver {
  readonly node: NodeId;
  readonly rooms: Rooms;
  readonly router: Router;
  readonly relay: Relay;
  /** Who hosts the room from here on; undefined if there is nobody. */
  successorOf(room: RoomId): NodeId | undefined;
}

/** Rooms that are on their way at once: each is without a host for some milliseconds. */
const ROOMS_AT_ONCE = 8;

/**
 * Hands every room over to a successor as soon as nothing of it is on its way to the log. A room that
 * cannot be had in time, or has no successor, stays. Never rejects for a store that does not answer.
 */
export async function handOverRooms(parts: HandingOver): Promise<void> {
  const waiting = [...parts.rooms.hosted].map(({ id }) => id);
  const handOverNext = async (): Promise<void> => {
    for (let room = waiting.pop(); room !== undefined; room = waiting.pop()) {
      await handOver(room, parts);
    }
  };
  await Promise.all(Array.from({ length: ROOMS_AT_ONCE }, handOverNext));
}

async function handOver(room: RoomId, parts: HandingOver): Promise<void> {
  const { node, rooms, router, relay } = parts;
  const host = parts.successorOf(room);
  if (host === undefined) return;
  const released = await rooms.release(room);
  if (released === undefined) return;
  relay.send(host, { kind: "yours", room });
  for (const other of nodesIn(released)) {
    if (other !== node && other !== host) relay.send(other, { kind: "moved", room, host });
  }
  // The successor takes seats up again for its own connections, as every node does.
  relay.send(host, { kind: "moved", room, host });
  router.moved(room, host);
  for (const input of released.inputs) {
    // Others ask again by themselves; what came from a page is sent again by its page.
    if ((input.kind === "join" || input.kind === "resume") && input.arrival.node === node)
      router.post(room, input);
  }
}

function nodesIn({ connections, inputs }: ReleasedRoom): ReadonlySet<NodeId> {
  const arriving = inputs.flatMap((input) =>
    "arrival" in input ? [input.arrival.connection] : [],
  );
  const nodes = [...connections, ...arriving].flatMap((connection) => nodeOf(connection) ?? []);
  return new Set(nodes);
}

/** What is drained of connections. */
export interface DrainedGate {
  readonly connectionCount: number;
  /** Tells everybody that this server goes away, and when to come back: each at a time of its own. */
  drain(retryInMs: number, spreadMs: number): void;
}

/** Other nodes greet so many a second without anybody noticing. */
const MOVES_PER_SECOND = 400;
const SPREAD_MS_MAX = 4_000;
/** A page opens its new line before it closes the old one: so long after its time it should be gone. */
const MOVE_MS = 500;
const LOOK_MS = 20;

/** Sends connections to other nodes, spread over a time. Resolves when none is left, or time is up. */
export async function moveConnections(gate: DrainedGate, clock: Clock): Promise<void> {
  const spreadMs = Math.min(SPREAD_MS_MAX, (gate.connectionCount / MOVES_PER_SECOND) * 1_000);
  const deadlineMs = clock.now() + spreadMs + MOVE_MS;
  gate.drain(0, spreadMs);
  while (gate.connectionCount > 0 && clock.now() < deadlineMs) {
    await pause(clock, LOOK_MS);
  }
}
