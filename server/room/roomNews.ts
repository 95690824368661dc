// Room news: what an operator is told of rooms that stand still, go on, or lose their log or their host,
// in words that say what to do; where many stand still at a moment, in one line. It decides nothing of rooms.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { LogFields } from "../log.ts";
import type { LogPlace } from "../store/store.ts";
import type { HostLog } from "./host.ts";

/** An outage reaches the rooms of a node one after the other, each with its next commit. */
const MOMENT_MS = 1_000;

const PAUSED =
  "look at the store: the rooms go on by themselves when it answers, their players are told, and nothing is lost";
const LOST =
  "the store has forgotten what it had, and this node writes it back: find out why (appendfsync, a fail-over, eviction)";
const WRITTEN_BACK = "what the store had lost of the room stands there again, as this node had it";
const FENCED =
  "another node has taken the room over while this one was frozen or cut off; nothing confirmed is lost";

type Told = "rooms-paused" | "rooms-resumed";

/** Rooms to which the same has happened at a moment. */
interface Moment {
  /** What is said of the first of them. */
  readonly about: LogFields;
  readonly cancel: Cancel;
  count: number;
  /** Of the one that it took longest for. */
  durationMs: number;
}

export class RoomNews {
  readonly #log: HostLog;
  readonly #clock: Pick<Clock, "after">;
  readonly #moments = new Map<Told, Moment>();

  constructor(log: HostLog, clock: Pick<Clock, "after">) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Nobody knows what the room's log has. */
  paused(room: RoomId, reason: string): void {
    this.#gather("rooms-paused", 0, { room, reason, remedy: PAUSED });
  }

  /** It goes on after it stood still for so long. */
  resumed(room: RoomId, durationMs: number): void {
    this.#gather("rooms-resumed", durationMs, { room });
  }

  lost(room: RoomId, why: "missing" | "behind"): void {
    this.#log.warn("room-log-lost", { room, why, remedy: LOST });
  }

  writtenBack(room: RoomId, { epoch, version }: LogPlace): void {
    this.#log.warn("room-written-back", { room, epoch, version, why: WRITTEN_BACK });
  }

  fenced(room: RoomId, { epoch, version }: LogPlace): void {
    this.#log.warn("room-fenced", { room, epoch, version, why: FENCED });
  }

  /** Says what is held back. */
  stop(): void {
    for (const event of [...this.#moments.keys()]) this.#say(event);
  }

  #gather(event: Told, durationMs: number, about: LogFields): void {
    const moment = this.#moments.get(event);
    if (moment === undefined) {
      const cancel = this.#clock.after(MOMENT_MS, () => this.#say(event));
      this.#moments.set(event, { about, cancel, count: 1, durationMs });
      return;
    }
    moment.count += 1;
    moment.durationMs = Math.max(moment.durationMs, durationMs);
  }

  #say(event: Told): void {
    const moment = this.#moments.get(event);
    if (moment === undefined) return;
    this.#moments.delete(event);
    moment.cancel();
    const { about, count, durationMs } = moment;
    if (event === "rooms-paused") this.#log.warn(event, { ...about, count });
    else this.#log.note(event, { ...about, count, durationMs: Math.round(durationMs) });
  }
}
