// Host: drives the rooms that this node hosts. It runs their turns, appends what they commit and
// delivers what they tell only after that. It decides nothing about games or seats.

import { type Cancel, type Clock, pause } from "../../shared/clock.ts";
import type { ConnectionId, NodeId, RoomId } from "../../shared/ids.ts";
import { SNAPSHOT_EVERY_ENTRIES } from "../../shared/limits.ts";
import type { Reason } from "../../shared/reasons.ts";
import type { Log } from "../log.ts";
import type { RoomMetrics } from "../metrics.ts";
import { type RoomStore, type Store, StoreAway } from "../store/store.ts";
import { UnderWay } from "../underWay.ts";
import { Appending } from "./appending.ts";
import { measuredBeat } from "./beat.ts";
import { ROUNDING } from "./deadlines.ts";
import type { Errands } from "./errands.ts";
import { HostedRoom } from "./hosted.ts";
import type { LoopGuard } from "./loopGuard.ts";
import { type Failing, QUARANTINE_REMEDY } from "./quarantine.ts";
import type { RoomMachine } from "./room.ts";
import type { RoomInput, Tell, Turn } from "./turn.ts";

/** What a host says to the operator. */
export type HostLog = Pick<Log, "note" | "warn" | "fault">;

export interface HostParts {
  readonly node: NodeId;
  readonly store: RoomStore & Pick<Store, "incarnation">;
  readonly clock: Clock;
  readonly guard: LoopGuard;
  readonly log: HostLog;
  readonly metrics: RoomMetrics;
  /** What is written of rooms besides their logs. */
  readonly errands: Pick<Errands, "list" | "run">;
  /** Runs a callback after what runs now, before timers. */
  defer(callback: () => void): void;
  /** Takes what a room tells, in order. */
  deliver(room: RoomId, tells: readonly Tell[]): void;
  /** The room is no longer in this node's memory; nobody has answered these inputs. */
  dropped(room: RoomId, unanswered: readonly RoomInput[], reason: Reason): void;
  /** A room's rules failed so that it cannot go on; says whether it is not to be run again. */
  failed(hosted: HostedRoom, failing: Failing, why: string): boolean;
}

/**
 * Turns that are due by time alone wait for the next beat, so that one guarded call serves many rooms
 * (a guarded call starts a thread: measured 0.3 ms). A ticking room still ticks evenly, because its
 * ticks are due on a beat, and a beat is at most half a tick.
 */
const BEAT_MS_MAX = 25;

/** After a snapshot that was not taken the next is made so many entries later: it is the whole room in bytes. */
const SNAPSHOT_AGAIN_ENTRIES = 15;

/** How often a room that is to be let go of is looked at, and how often at most: an append takes ms. */
const RELEASE_LOOK_MS = 2;
const RELEASE_LOOKS_MAX = 500;

/** What a room leaves to its next host. */
export interface ReleasedRoom {
  readonly connections: readonly ConnectionId[];
  readonly inputs: readonly RoomInput[];
}

export class Host {
  readonly #parts: HostParts;
  readonly #appending: Appending;
  readonly #rooms = new Map<RoomId, HostedRoom>();
  #timer: { readonly atMs: number; readonly cancel: Cancel } | undefined;
  #deferred = false;
  #beatMs = BEAT_MS_MAX;
  /** Appends and snapshots under way, so that a stop can wait for them. */
  readonly #underWay = new UnderWay();

  constructor(parts: HostParts) {
    this.#parts = parts;
    const { node, store, clock, log, metrics } = parts;
    this.#appending = new Appending({
      node,
      store,
      clock,
      log,
      metrics,
      hosted: () => this.#rooms.values(),
      hosts: (hosted) => this.#rooms.get(hosted.id) === hosted,
      list: (machine) => parts.errands.list(machine),
      release: (hosted, said) => this.#release(hosted, said),
      lost: (hosted, reason) => this.drop(hosted.id, reason),
      track: (work) => this.#track(work),
    });
  }

  get rooms(): Iterable<HostedRoom> {
    return this.#rooms.values();
  }

  get(room: RoomId): HostedRoom | undefined {
    return this.#rooms.get(room);
  }

  /** Begins to host a room under an epoch that this node has claimed. */
  begin(machine: RoomMachine, epoch: number): HostedRoom {
    const hosted = new HostedRoom(machine, epoch, this.#parts.clock.now());
    this.#rooms.set(hosted.id, hosted);
    const { tickHz } = machine.core.game;
    if (tickHz !== undefined) this.#beatMs = Math.min(this.#beatMs, 500 / tickHz);
    hosted.rest(this.#parts.clock.now());
    this.#arm();
    return hosted;
  }

  /** Puts something before a hosted room; false if the room is not hosted here. */
  post(room: RoomId, input: RoomInput): boolean {
    const hosted = this.#rooms.get(room);
    if (hosted === undefined) return false;
    hosted.put(input);
    if (hosted.isOvertakenBy(input)) this.#appending.claimAnew(hosted);
    if (hosted.urgent) this.#soon();
    return true;
  }

  /**
   * Lets go of a room: nothing more of it is written. Whoever is connected is told to come back, and
   * whoever waited for a turn is not left without an answer.
   */
  drop(room: RoomId, reason: Reason): void {
    const hosted = this.#rooms.get(room);
    if (hosted === undefined) return;
    this.#rooms.delete(room);
    const unanswered = hosted.takeUnanswered().filter((input) => "arrival" in input);
    // Whoever came with a turn that is not over was never told of a seat: they are refused instead.
    const waiting = new Set(unanswered.map(({ arrival }) => arrival.connection));
    const tells = [...hosted.connections]
      .filter((connection) => !waiting.has(connection))
      .map((to): Tell => ({ kind: "detached", to, reason }));
    if (tells.length > 0) this.#parts.deliver(room, tells);
    this.#parts.dropped(room, unanswered, reason);
  }

  /**
   * Lets go of a room for another host as soon as nothing of it is on its way to the log. Nobody is
   * told. Gives who was connected and what waited for it; undefined if that cannot be had now.
   */
  async release(room: RoomId): Promise<ReleasedRoom | undefined> {
    const hosted = this.#rooms.get(room);
    if (hosted === undefined) return undefined;
    hosted.held = true;
    const { clock } = this.#parts;
    for (let looks = 0; hosted.phase.kind !== "idle"; looks++) {
      await pause(clock, RELEASE_LOOK_MS);
      if (this.#rooms.get(room) !== hosted) return undefined;
      if (looks < RELEASE_LOOKS_MAX) continue;
      hosted.held = false;
      return undefined;
    }
    this.#rooms.delete(room);
    this.#parts.dropped(room, [], "room-moved");
    return { connections: hosted.machine.connections, inputs: hosted.takeInbox() };
  }

  /** Writes snapshots of all rooms and lets go of them; waits for what is under way. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#appending.stop();
    await this.#underWay.over();
    for (const hosted of this.#rooms.values()) this.#track(this.keepSnapshot(hosted));
    await this.#underWay.over();
    this.#rooms.clear();
  }

  #soon(): void {
    if (this.#deferred) return;
    this.#deferred = true;
    this.#parts.defer(() => {
      this.#deferred = false;
      this.#run();
    });
  }

  /** One timer for the nearest deadline of all rooms; `of` are those whose deadlines are new. */
  #arm(of: Iterable<HostedRoom> = this.#rooms.values()): void {
    let nearestMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of of) nearestMs = Math.min(nearestMs, dueMs);
    if (nearestMs === Number.NEGATIVE_INFINITY) return this.#soon();
    const atMs = Math.ceil(nearestMs / this.#beatMs - ROUNDING) * this.#beatMs;
    if (this.#timer !== undefined && this.#timer.atMs <= atMs) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (nearestMs === Number.POSITIVE_INFINITY) return;
    // Timers drop fractions of a millisecond, and one that comes too early is for nothing.
    const delayMs = Math.ceil(atMs - this.#parts.clock.now());
    const cancel = this.#parts.clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#run();
    });
    this.#timer = { atMs, cancel };
  }

  #run(): void {
    const nowMs = this.#parts.clock.now();
    const due: HostedRoom[] = [];
    for (const hosted of this.#rooms.values()) if (hosted.dueMs <= nowMs) due.push(hosted);
    // A guarded call costs as much for no room as for many.
    if (due.length === 0) return this.#arm();
    const committed: HostedRoom[] = [];
    for (const beaten of measuredBeat(due, { nowMs, lateMs: this.#beatMs }, this.#parts)) {
      if (beaten.kind === "failed") this.#fail(beaten.hosted, beaten.failing, beaten.cause);
      else if (beaten.turn.entry === undefined) this.#release(beaten.hosted, beaten.turn);
      else committed.push(beaten.hosted);
    }
    const hosted = committed.filter((each) => this.#rooms.get(each.id) === each);
    if (hosted.length > 0) this.#track(this.#appending.append(hosted));
    this.#arm();
  }

  /** The room cannot go on; its memory is thrown away and the log has nothing of the failed turn. */
  #fail(hosted: HostedRoom, failing: Failing, cause: unknown): void {
    const { core, failedRule } = hosted.machine;
    const why = `${failedRule ?? "the room"} ${failing === "interrupted" ? "was interrupted" : failing}`;
    const isQuarantined = this.#parts.failed(hosted, failing, why);
    const reason = isQuarantined ? "room-quarantined" : "room-stopped";
    const remedy = isQuarantined ? QUARANTINE_REMEDY : undefined;
    const said = { room: hosted.id, game: core.game.name, reason: why, remedy, cause };
    this.#parts.log.fault(reason, said);
    this.drop(hosted.id, reason);
  }

  /** What a room said may leave: its entry is in the log, or it had none. */
  #release(hosted: HostedRoom, said: Pick<Turn, "tells" | "errands">): void {
    if (said.tells.length > 0) this.#parts.deliver(hosted.id, said.tells);
    for (const tell of said.tells)
      if (tell.kind === "notice") this.#parts.metrics.notices.add(tell.notice.kind);
    for (const errand of hosted.errandsDue(said.errands))
      this.#parts.errands.run(hosted.machine, errand);
    hosted.rest(this.#parts.clock.now());
    this.#arm([hosted]);
    if (hosted.entriesSinceSnapshot >= SNAPSHOT_EVERY_ENTRIES)
      this.#track(this.keepSnapshot(hosted));
  }

  /**
   * Replaces the snapshot and trims the log; false if that cannot be done now, or the room is another
   * node's. Rejects if the store did not take it; the log is longer then and nothing worse.
   */
  async keepSnapshot(hosted: HostedRoom): Promise<boolean> {
    if (hosted.snapshotUnderWay || hosted.phase.kind !== "idle") return false;
    hosted.snapshotUnderWay = true;
    hosted.entriesSinceSnapshot = SNAPSHOT_EVERY_ENTRIES - SNAPSHOT_AGAIN_ENTRIES;
    const { version, bytes } = hosted.machine.snapshot();
    try {
      const place = { epoch: hosted.epoch, version };
      const outcome = await this.#parts.store.keepSnapshot(hosted.id, place, bytes);
      this.#parts.metrics.snapshots.add(outcome);
      hosted.entriesSinceSnapshot = hosted.machine.core.version - version;
      return outcome === "kept";
    } finally {
      hosted.snapshotUnderWay = false;
    }
  }

  #track(promise: Promise<unknown>): void {
    const tracked = promise.catch((cause: unknown) => {
      // Only a snapshot that was not taken comes here with this: some entries later there is another.
      if (cause instanceof StoreAway) this.#parts.log.warn("room-snapshot-failed", { cause });
      else this.#parts.log.fault("room-write-failed", { cause });
    });
    void this.#underWay.add(tracked);
  }
}
