// Lines: all connections between the pages at a table and the room's host, and what becomes of what
// they carry. It loses, repeats and keeps silent as it is told; it reads nothing.

import type { Clock } from "../../shared/clock.ts";
import type { ConnectionId, NodeId, PageId, RoomId } from "../../shared/ids.ts";
import { PING_INTERVAL_MS, PING_TIMEOUT_MS } from "../../shared/limits.ts";
import type { RoomInput, Tell } from "../room/turn.ts";
import { byConnection, connectionOf, type Line, type Taker, type Weather } from "./line.ts";

/** A silent line is given up by then: Engine.IO's ping and its patience. */
const GIVEN_UP_MS = PING_INTERVAL_MS + PING_TIMEOUT_MS;

export interface LinesParts {
  readonly room: RoomId;
  readonly clock: Clock;
  node(): NodeId;
  /** Puts a message before the room. */
  post(input: RoomInput): void;
}

export class Lines {
  weather: Weather;
  /** Everybody at the end of a line, in the order in which they came. */
  readonly takers: Taker[] = [];
  /** Every message to the room, also those that were lost. */
  readonly messages: RoomInput[] = [];
  /** Whether anything was lost or repeated since the last calm: pages may be behind until they ask. */
  isLossy = false;
  /** Whether anything ever was. */
  wasLossy = false;
  readonly #parts: LinesParts;
  readonly #takerOf = new Map<ConnectionId, Taker>();
  readonly #silent = new Set<ConnectionId>();
  #connections = 0;
  #pages = 0;

  constructor(parts: LinesParts, weather: Weather) {
    this.#parts = parts;
    this.weather = weather;
  }

  /** Puts somebody at the end of a new line. */
  add<Somebody extends Taker>(make: (line: Line) => Somebody): Somebody {
    const somebody = make(this.#lineTo(() => somebody));
    this.takers.push(somebody);
    return somebody;
  }

  isSilent(connection: ConnectionId): boolean {
    return this.#silent.has(connection);
  }

  /** Carries what a turn told to those it concerns. */
  deliver(tells: readonly Tell[]): void {
    for (const [connection, batch] of byConnection(tells)) {
      const taker = this.#takerOf.get(connection);
      if (taker?.connection !== connection || this.#silent.has(connection)) continue;
      for (let copies = this.#copies("down"); copies > 0; copies--) taker.take(batch);
    }
  }

  /** From here on everything arrives once. */
  calm(): void {
    this.weather = () => 1;
    this.isLossy = false;
  }

  /** The host is dead: every connection to it has ended, and every page knows. */
  cutAll(): void {
    this.#takerOf.clear();
    for (const taker of this.takers) taker.lost();
  }

  #lineTo(taker: () => Taker): Line {
    const { room, clock, node } = this.#parts;
    return {
      room,
      get node() {
        return node();
      },
      get nowMs() {
        return clock.now();
      },
      get wallMs() {
        return clock.wallMs();
      },
      newPage: () => `page-of-${node()}-${++this.#pages}` as PageId,
      connect: () => this.#connect(taker()),
      post: (input) => this.#carry(input),
      end: (connection) => this.#end(connection),
      silence: (connection) => this.#silence(connection),
      at: (timeMs, callback) => clock.after(timeMs - clock.now(), callback),
      add: (make) => this.add(make),
    };
  }

  #connect(taker: Taker): ConnectionId {
    const connection = `connection${++this.#connections}` as ConnectionId;
    this.#takerOf.set(connection, taker);
    return connection;
  }

  #carry(input: RoomInput): void {
    this.messages.push(input);
    const connection = connectionOf(input);
    if (connection !== undefined && this.#silent.has(connection)) return;
    for (let copies = this.#copies("up"); copies > 0; copies--) this.#parts.post(input);
  }

  #copies(way: "up" | "down"): number {
    const copies = this.weather(way);
    if (copies !== 1) {
      this.isLossy = true;
      this.wasLossy = true;
    }
    return copies;
  }

  #end(connection: ConnectionId): void {
    this.#takerOf.delete(connection);
    if (!this.#silent.has(connection)) this.#parts.post({ kind: "gone", connection });
  }

  #silence(connection: ConnectionId): void {
    this.#silent.add(connection);
    this.#parts.clock.after(GIVEN_UP_MS, () => this.#parts.post({ kind: "gone", connection }));
  }
}
