// Connection driver: runs the machine of one socket: feeds it what the line, the rooms and the clock
// bring, and performs its effects. It decides nothing that the machine could decide.

import type { Bookmark, JsonFrame } from "../../shared/frame.ts";
import type { ConnectionId, RoomId, SessionId } from "../../shared/ids.ts";
import { HEARTBEAT_QUIET_MS } from "../../shared/limits.ts";
import type { JoinReply, RefusalMessage, ServerEvents } from "../../shared/protocol.ts";
import { randomCode } from "../../shared/random.ts";
import { REASONS, type Reason } from "../../shared/reasons.ts";
import type { Arrival } from "../room/turn.ts";
import { AttachedRooms } from "./attached.ts";
import { BACKLOG_BYTES_SOFT } from "./backlog.ts";
import { nextWakeMs, openConnection, step } from "./connection.ts";
import type {
  ConnectionEffect,
  ConnectionInput,
  ConnectionState,
  Ending,
  LineSeen,
} from "./connectionState.ts";
import { noteEnding } from "./endings.ts";
import { heartbeatBytes, heartbeatMessage, heartbeatMs } from "./heartbeat.ts";
import type { Line } from "./line.ts";
import { type FramedMessage, frameMessage } from "./pipe.ts";
import type { GateParts } from "./ports.ts";
import { type About, refusalOf } from "./refusal.ts";

/** Who is told that a connection wants waking, belongs to a session or has left it, or is over. */
export interface DriverWatcher {
  wakeAt(driver: ConnectionDriver, atMs: number): void;
  admitted(driver: ConnectionDriver, session: SessionId): void;
  departed(driver: ConnectionDriver): void;
  ended(driver: ConnectionDriver): void;
}

/** A frame for any number of connections. */
export interface ShownFrame {
  readonly message: FramedMessage;
  readonly shown: Bookmark;
  /** Whether it stands on nothing but what the client already told or was told. */
  readonly whole: boolean;
  readonly nowMs: number;
}

/** Who is on an admitted connection. */
interface Occupant {
  readonly arrival: Arrival;
  /** Revision of the session that was admitted. */
  readonly revision: number;
  /** Whether a token proved the identity; else tickets did, each for its own seat alone. */
  readonly byToken: boolean;
}

export type JoinAnswer = (reply: JoinReply) => void;

interface PendingJoin {
  /** The number that the room's answer repeats. */
  readonly request: number;
  readonly answer: JoinAnswer;
}

const NONE: readonly never[] = [];

export class ConnectionDriver {
  readonly id: ConnectionId;
  readonly line: Line;
  readonly address: string;
  readonly rooms = new AttachedRooms();
  /** Joins whose room has not answered. */
  joins: readonly PendingJoin[] = NONE;
  /** Rooms whose page was told that they stand still, and not yet that they go on. */
  pausedRooms: Set<RoomId> | undefined;
  occupant: Occupant | undefined;
  readonly #parts: GateParts;
  readonly #watcher: DriverWatcher;
  #state: ConnectionState;
  #writtenMs: number;
  #heartbeatMs = HEARTBEAT_QUIET_MS;
  /** The shortest that any of its games declares; who has no seat is never idle. */
  #idleMs = Infinity;

  constructor(
    given: { readonly id: ConnectionId; readonly line: Line; readonly address: string },
    parts: GateParts,
    watcher: DriverWatcher,
  ) {
    this.id = given.id;
    this.line = given.line;
    this.address = given.address;
    this.#parts = parts;
    this.#watcher = watcher;
    this.#writtenMs = parts.clock.now();
    this.#state = openConnection(this.#writtenMs);
    this.#schedule();
  }

  get isLive(): boolean {
    return this.#state.phase === "live";
  }

  get phase(): ConnectionState["phase"] {
    return this.#state.phase;
  }

  /** Runs what an event from outside asks for: whatever goes wrong ends this connection alone. */
  attempt(doing: () => void): void {
    try {
      doing();
    } catch (cause) {
      this.fault(cause);
    }
  }

  /** A mistake of ours: the client learns a name under which the operator finds the cause. */
  fault(cause: unknown): void {
    const incident = randomCode(10);
    this.#parts.log.fault("connection-failed", { connection: this.id, incident, cause });
    this.step({ kind: "end", reason: "server-fault", why: incident });
  }

  /** Something happens; `nowMs` saves asking the time again where it is at hand. */
  step(input: ConnectionInput, nowMs = this.#parts.clock.now()): void {
    const before = this.#state;
    if (before.phase === "ended") return;
    const { state, effects } = step(before, input, nowMs);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    if (state !== before) this.#schedule();
    if (state.phase === "ended") this.#watcher.ended(this);
  }

  wake(): void {
    const line = this.#seen();
    const nowMs = this.#parts.clock.now();
    // Who hears a frame each tick is woken for a heartbeat that is not due any more.
    const isCalm = line.backlogBytes <= BACKLOG_BYTES_SOFT && nextWakeMs(this.#state, line) > nowMs;
    if (!isCalm) this.attempt(() => this.step({ kind: "wake", line }, nowMs));
    this.#schedule();
  }

  /** The other side broke the protocol below, and the socket with it: there is nobody left to tell. */
  brokenOff(cause: Ending): void {
    if (this.phase !== "closing" && this.phase !== "ended") this.#log(cause);
    this.step({ kind: "cut" });
  }

  /** Somebody was let in; they are out again if their session has ended since it was asked for. */
  admit(occupant: Occupant, endsInMs: number): void {
    this.occupant = occupant;
    this.#watcher.admitted(this, occupant.arrival.session);
    this.step({ kind: "admitted", endsInMs });
  }

  /** A room was attached or detached: how long the line or the person may be silent depends on them. */
  roomsChanged(): void {
    this.#idleMs = Math.min(...this.rooms.attached.map(({ game }) => game.seats.idleMs));
    this.#heartbeatMs = heartbeatMs(this.rooms.attached);
    this.#schedule();
  }

  frame(room: RoomId, { message, shown, whole, nowMs }: ShownFrame): void {
    if (!this.rooms.get(room)?.accept(shown, whole, this.#heldBack)) return;
    this.line.write(message);
    this.#wrote(nowMs);
  }

  jsonFrame(room: RoomId, frame: JsonFrame, shown: Bookmark): void {
    const attached = this.rooms.get(room);
    const { written } = attached ?? {};
    const follows = written?.epoch === frame.epoch && written.version === frame.base;
    const whole = frame.full === true || follows;
    if (!attached?.accept(shown, whole, this.#heldBack)) return;
    this.say("frame", frame);
  }

  /** Says something to the client beside frames. */
  say<Name extends keyof ServerEvents>(
    name: Name,
    ...message: Parameters<ServerEvents[Name]>
  ): void {
    this.line.emit(name, ...message);
    this.#wrote();
  }

  /** Tells the client of something that was not accepted. */
  refuse(reason: Reason, about: About = {}): void {
    this.say("refusal", this.refusal(reason, about));
  }

  /** The words for it, where an acknowledgement carries them. Each is counted as one refusal. */
  refusal(reason: Reason, about: About = {}): RefusalMessage {
    this.#parts.metrics.refusals.add(reason);
    return refusalOf(reason, about);
  }

  get #heldBack(): boolean {
    return this.#state.phase === "live" && this.#state.behind !== undefined;
  }

  #wrote(nowMs = this.#parts.clock.now()): void {
    this.#writtenMs = nowMs;
    if (this.line.untakenBytes > BACKLOG_BYTES_SOFT) this.step({ kind: "backlog" }, nowMs);
  }

  #seen(): LineSeen {
    return {
      writtenMs: this.#writtenMs,
      backlogBytes: this.line.backlogBytes,
      heartbeatMs: this.#heartbeatMs,
      idleMs: this.#idleMs,
    };
  }

  #schedule(): void {
    const atMs = nextWakeMs(this.#state, this.#seen());
    if (atMs !== Infinity) this.#watcher.wakeAt(this, atMs);
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.kind) {
      case "touch":
        return this.#touch();
      case "idle":
      case "active":
        return this.#tellRooms(effect.kind);
      case "notice":
        return this.say("notice", effect.notice);
      case "refusal":
        return this.refuse(effect.reason);
      case "heartbeat":
        return this.#beat();
      case "caught-up":
        return this.#syncMissed();
      case "refuse":
        this.#log(effect.ending);
        return this.line.refuse(effect.ending.reason, effect.ending.retryInMs);
      case "closing":
        this.#log(effect.ending);
        return this.#sayClosing(effect.ending);
      case "depart":
        return this.#depart();
      case "close":
        return this.line.close();
      case "terminate":
        return this.line.terminate();
    }
  }

  #touch(): void {
    const { occupant } = this;
    if (occupant === undefined) return;
    const reason = this.#parts.touches.touch(occupant.arrival.session, occupant.revision);
    if (reason !== undefined) this.step({ kind: "end", reason });
  }

  #tellRooms(kind: "idle" | "active"): void {
    for (const { room } of this.rooms.attached)
      this.#parts.rooms.post(room, { kind, connection: this.id });
  }

  #beat(): void {
    const { attached } = this.rooms;
    // Who is held has no room to be told of, and may not read bytes.
    if (this.occupant?.arrival.frames !== "binary")
      return this.say("heartbeat", heartbeatMessage(attached));
    this.line.write(frameMessage(heartbeatBytes(attached)));
    this.#wrote();
  }

  #syncMissed(): void {
    for (const { room, missed, written } of this.rooms.attached) {
      if (!missed) continue;
      this.#parts.rooms.post(room, { kind: "sync", connection: this.id, bookmark: written });
    }
  }

  #sayClosing({ reason, retryInMs }: Ending): void {
    const { next } = REASONS[reason];
    const retry = retryInMs === undefined ? {} : { retryInMs };
    this.line.emit("closing", { reason, next, ...retry });
  }

  #depart(): void {
    const rooms = this.rooms.all;
    this.rooms.clear();
    this.joins = NONE;
    this.#watcher.departed(this);
    for (const room of rooms) {
      // One room that cannot take it must not keep the others from learning of it.
      this.attempt(() => this.#parts.rooms.post(room, { kind: "gone", connection: this.id }));
    }
  }

  #log(ending: Ending): void {
    const session = this.occupant?.arrival.session;
    noteEnding({ connection: this.id, session, address: this.address }, ending, this.#parts);
  }
}
