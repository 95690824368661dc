// Connections: all live sockets of this node: which there are, whose, and which wants waking next. One
// timer serves them all; what happens to each is for its driver.

import { type Cancel, soon } from "../../shared/clock.ts";
import type { ConnectionId, IdentityId, RoomId, SessionId } from "../../shared/ids.ts";
import type { AlertTold } from "../../shared/protocol.ts";
import { jitterRandom, randomCode } from "../../shared/random.ts";
import type { Reason } from "../../shared/reasons.ts";
import { nameConnection } from "../node/connectionName.ts";
import type { Tell } from "../room/turn.ts";
import { Agenda } from "./agenda.ts";
import { ConnectionDriver, type DriverWatcher } from "./connectionDriver.ts";
import type { Line } from "./line.ts";
import { PacedEvents, Pacing } from "./pacing.ts";
import type { GateParts } from "./ports.ts";
import { deliver } from "./tells.ts";

/** Waking is done in batches: with thousands of sockets something is due every fraction of a millisecond. */
const WAKE_EVERY_MS = 10;
/**
 * When a network dies, thousands of sockets end at once. To end one costs 0.2 ms (measured), so these
 * are a small part of a tick.
 */
export const SOCKET_ENDS_PER_TURN = 40;
/** And then all come back: to make a connection of a socket costs 0.35 ms (measured). */
export const ARRIVALS_PER_TURN = 10;
/** 100 bits: nobody meets another's by chance on any node. */
const ID_LENGTH = 20;

const NONE: readonly never[] = [];

export class Connections implements DriverWatcher {
  readonly arrivals = new Pacing(ARRIVALS_PER_TURN, soon);
  readonly ends = new PacedEvents(["end", "close"], new Pacing(SOCKET_ENDS_PER_TURN, soon));
  readonly #parts: GateParts;
  readonly #drivers = new Map<ConnectionId, ConnectionDriver>();
  readonly #bySession = new Map<SessionId, readonly ConnectionDriver[]>();
  readonly #agenda = new Agenda<ConnectionDriver>();
  #timer: { readonly dueMs: number; readonly cancel: Cancel } | undefined;
  #emptied: (() => void) | undefined;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Sockets there are, admitted or not. */
  get size(): number {
    return this.#drivers.size;
  }

  /** Sessions that are here on any of them. */
  get sessionCount(): number {
    return this.#bySession.size;
  }

  get(connection: ConnectionId): ConnectionDriver | undefined {
    return this.#drivers.get(connection);
  }

  /** A socket was opened. */
  open(line: Line, address: string): ConnectionDriver {
    const id = nameConnection(this.#parts.node, randomCode(ID_LENGTH));
    const driver = new ConnectionDriver({ id, line, address }, this.#parts, this);
    this.#drivers.set(id, driver);
    return driver;
  }

  admitted(driver: ConnectionDriver, session: SessionId): void {
    // Not spread: a list that is grown keeps room for sixteen more, and almost every session has one.
    this.#bySession.set(session, (this.#bySession.get(session) ?? NONE).concat(driver));
  }

  tell(room: RoomId, tells: readonly Tell[]): void {
    const nowMs = this.#parts.clock.now();
    for (const tell of tells) deliver({ room, tell, nowMs }, this, this.#parts);
  }

  closeSession(session: SessionId, reason: Reason): void {
    for (const driver of this.#bySession.get(session) ?? []) {
      driver.attempt(() => driver.step({ kind: "end", reason }));
    }
  }

  /** Tells every connection of somebody of something unusual. */
  alert(identity: IdentityId, alert: AlertTold): void {
    for (const driver of this.#drivers.values()) {
      if (!driver.isLive || driver.occupant?.arrival.identity !== identity) continue;
      driver.attempt(() => driver.say("notice", { kind: "alert", ...alert }));
    }
  }

  /** Every room that some connection is in, or has asked for. */
  get rooms(): ReadonlySet<RoomId> {
    const rooms = new Set<RoomId>();
    for (const driver of this.#drivers.values())
      for (const room of driver.rooms.all) rooms.add(room);
    return rooms;
  }

  /**
   * Takes seats up again for whoever has one in a room that another host has now: what their pages
   * would do, without their noticing. They are told where they sit as after any resume.
   */
  reseat(room: RoomId): void {
    for (const driver of this.#drivers.values()) {
      const attached = driver.rooms.get(room);
      if (attached === undefined || driver.occupant === undefined || !driver.isLive) continue;
      const { arrival } = driver.occupant;
      const { instance, written: bookmark } = attached;
      const isWatching = instance[1] === 0;
      attached.isMoving = true;
      driver.attempt(() =>
        this.#parts.rooms.post(
          room,
          isWatching
            ? { kind: "join", arrival, request: 0, watch: true, bookmark }
            : { kind: "resume", arrival, instance, bookmark, ticket: undefined, commands: [] },
        ),
      );
    }
  }

  /**
   * Says goodbye on every socket, and to each another moment within `spreadMs` to come back. Resolves when
   * none is left.
   */
  async closeAll(reason: Reason, spreadMs?: number): Promise<void> {
    if (this.#drivers.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    for (const driver of [...this.#drivers.values()]) {
      const retryInMs = spreadMs === undefined ? undefined : Math.round(jitterRandom() * spreadMs);
      driver.attempt(() => driver.step({ kind: "end", reason, retryInMs }));
    }
    await emptied;
  }

  /** Tells everybody that this server goes away soon, and when to come back: each within `spreadMs`. */
  drain(retryInMs: number, spreadMs = 0): void {
    for (const driver of this.#drivers.values()) {
      if (!driver.isLive) continue;
      const ownMs = retryInMs + Math.round(jitterRandom() * spreadMs);
      driver.attempt(() => driver.say("notice", { kind: "drain", retryInMs: ownMs }));
    }
  }

  wakeAt(driver: ConnectionDriver, atMs: number): void {
    this.#agenda.put(driver, atMs);
    this.#arm();
  }

  departed(driver: ConnectionDriver): void {
    const session = driver.occupant?.arrival.session;
    if (session === undefined) return;
    const others = (this.#bySession.get(session) ?? []).filter((other) => other !== driver);
    if (others.length === 0) this.#bySession.delete(session);
    else this.#bySession.set(session, others);
  }

  ended(driver: ConnectionDriver): void {
    this.#agenda.drop(driver);
    this.#drivers.delete(driver.id);
    this.#parts.admission.left(driver.id);
    if (this.#drivers.size === 0) this.#emptied?.();
  }

  #arm(): void {
    const nextMs = this.#agenda.nextMs();
    if (nextMs === undefined) return;
    if (this.#timer !== undefined && this.#timer.dueMs <= nextMs) return;
    this.#timer?.cancel();
    const delayMs = Math.max(WAKE_EVERY_MS, nextMs - this.#parts.clock.now());
    const cancel = this.#parts.clock.after(delayMs, () => this.#wakeDue());
    this.#timer = { dueMs: nextMs, cancel };
  }

  #wakeDue(): void {
    this.#timer = undefined;
    const nowMs = this.#parts.clock.now();
    for (let due = this.#agenda.take(nowMs); due !== undefined; due = this.#agenda.take(nowMs)) {
      due.wake();
    }
    this.#arm();
  }
}
