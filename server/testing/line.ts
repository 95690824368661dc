// Line: what lies between the pages of virtual players and the room's host: connections that end, go
// silent, lose and repeat. It carries; it reads nothing of what it carries.

import type { Cancel } from "../../shared/clock.ts";
import type { ConnectionId, NodeId, PageId, RoomId } from "../../shared/ids.ts";
import type { RoomInput, Tell } from "../room/turn.ts";
import type { PageTime } from "./outgoing.ts";

/**
 * How often a message arrives: 0 is lost, 2 is repeated. Asked once for each message to the room
 * ("up") and for everything that a turn tells one connection ("down"), which travels together.
 */
export type Weather = (way: "up" | "down") => number;

/** A page's end of the line. */
export interface Line extends PageTime {
  readonly room: RoomId;
  /** The node that connections are made to. */
  readonly node: NodeId;
  newPage(): PageId;
  connect(): ConnectionId;
  post(input: RoomInput): void;
  /** The connection ends and the host knows, unless it was silent. */
  end(connection: ConnectionId): void;
  /** From here on nothing comes through, and nobody knows. */
  silence(connection: ConnectionId): void;
  at(timeMs: number, callback: () => void): Cancel;
  /** Puts another page on a line of its own. */
  add<Page extends Taker>(make: (line: Line) => Page): Page;
}

/** Whoever is at the end of a connection. */
export interface Taker {
  readonly connection: ConnectionId | undefined;
  take(tells: readonly Tell[]): void;
  /** The host died: every connection to it has ended. */
  lost(): void;
}

export function connectionOf(input: RoomInput): ConnectionId | undefined {
  if ("arrival" in input) return input.arrival.connection;
  return "connection" in input ? input.connection : undefined;
}

/** What a turn tells, gathered by connection, in the order in which each is told. */
export function byConnection(tells: readonly Tell[]): ReadonlyMap<ConnectionId, readonly Tell[]> {
  const batches = new Map<ConnectionId, Tell[]>();
  for (const tell of tells) {
    for (const to of tell.kind === "step" ? tell.to : [tell.to]) {
      const batch = batches.get(to) ?? [];
      batch.push(tell);
      batches.set(to, batch);
    }
  }
  return batches;
}
