// Appending: writes committed turns to the log and lets out what they tell only when it answers. It
// never guesses: while nobody knows whether an entry was written, its room stands still.

import type { Clock } from "../../shared/clock.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { RoomMetrics } from "../metrics.ts";
import { type Append, type AppendOutcome, type RoomStore, StoreAway } from "../store/store.ts";
import type { HostLog } from "./host.ts";
import type { HostedRoom, Outstanding } from "./hosted.ts";
import type { Tell, Turn } from "./turn.ts";

export interface AppendingParts {
  readonly node: NodeId;
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly log: HostLog;
  readonly metrics: RoomMetrics;
  /** Whether the room is still in this node's memory. */
  hosts(room: HostedRoom): boolean;
  /** What the room said may leave now. */
  release(room: HostedRoom, said: Pick<Turn, "tells" | "errands">): void;
  /** The room belongs to somebody else, or its log is gone. */
  lost(room: HostedRoom, reason: "room-moved" | "room-stopped"): void;
  /** Keeps work from being forgotten at a stop. */
  track(work: Promise<void>): void;
}

/** How often the log is asked what became of an entry whose answer was lost. */
const DOUBT_RETRY_MS = 250;

export class Appending {
  readonly #parts: AppendingParts;

  constructor(parts: AppendingParts) {
    this.#parts = parts;
  }

  /** Appends the outstanding entry of each room. Never rejects for a store that does not answer. */
  async append(rooms: readonly HostedRoom[]): Promise<void> {
    const batch: { hosted: HostedRoom; outstanding: Outstanding }[] = [];
    for (const hosted of rooms) {
      if (hosted.phase.kind !== "idle")
        batch.push({ hosted, outstanding: hosted.phase.outstanding });
    }
    const { clock, metrics } = this.#parts;
    const askedMs = clock.now();
    const outcomes = await this.#outcomesOf(
      batch.map(({ hosted, outstanding: { entry } }) => ({
        room: hosted.id,
        node: this.#parts.node,
        epoch: hosted.epoch,
        version: entry.version,
        bytes: entry.bytes,
      })),
    );
    metrics.appendMs.observe(clock.now() - askedMs);
    for (const [at, { hosted, outstanding }] of batch.entries()) {
      const outcome = outcomes[at] ?? { kind: "unknown", cause: "no answer that makes sense" };
      metrics.appends.add(outcome.kind);
      if (this.#parts.hosts(hosted)) this.#appended(hosted, outstanding, outcome);
    }
  }

  /** What nobody expects, such as a Redis that refuses its user, leaves the same doubt as no answer. */
  async #outcomesOf(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    try {
      return await this.#parts.store.append(appends);
    } catch (cause) {
      this.#parts.log.fault("room-write-failed", { cause });
      return [];
    }
  }

  #appended(hosted: HostedRoom, outstanding: Outstanding, outcome: AppendOutcome): void {
    switch (outcome.kind) {
      case "appended":
        return this.#release(hosted, outstanding);
      case "fenced": {
        const { epoch, version } = outcome.top;
        // The entry itself is the top: an earlier try had arrived and only its answer was lost.
        const mine = epoch === hosted.epoch && version === outstanding.entry.version;
        if (mine && hosted.phase.kind === "doubtful") return this.#release(hosted, outstanding);
        this.#parts.log.warn("room-fenced", { room: hosted.id, epoch, version });
        return this.#parts.lost(hosted, "room-moved");
      }
      case "missing":
        this.#parts.log.fault("room-log-missing", { room: hosted.id });
        return this.#parts.lost(hosted, "room-stopped");
      case "unknown":
        return this.#doubt(hosted, outstanding, outcome.cause);
    }
  }

  /** The entry is in the log: what it showed may leave. */
  #release(hosted: HostedRoom, outstanding: Outstanding): void {
    hosted.phase = { kind: "idle" };
    hosted.entriesSinceSnapshot += 1;
    const tells = hosted.pausedTold ? this.#pause(hosted, "resumed") : [];
    const { errands } = outstanding;
    this.#parts.release(hosted, { tells: [...tells, ...outstanding.tells], errands });
  }

  /** Nobody knows whether the entry was written: the room stands still until the log's top tells. */
  #doubt(hosted: HostedRoom, outstanding: Outstanding, cause: string): void {
    if (hosted.phase.kind !== "doubtful") {
      this.#parts.log.warn("room-paused", { room: hosted.id, cause });
    }
    hosted.phase = { kind: "doubtful", outstanding };
    if (!hosted.pausedTold) {
      this.#parts.release(hosted, { tells: this.#pause(hosted, "paused"), errands: [] });
    }
    this.#parts.clock.after(DOUBT_RETRY_MS, () => {
      if (this.#parts.hosts(hosted)) this.#parts.track(this.#resolve(hosted, outstanding));
    });
  }

  /** Asks for the log's top: written, not written, or the room is somebody else's. */
  async #resolve(hosted: HostedRoom, outstanding: Outstanding): Promise<void> {
    try {
      const top = await this.#parts.store.logTop(hosted.id);
      if (!this.#parts.hosts(hosted)) return;
      const untouched =
        top?.epoch === hosted.epoch && top.version === outstanding.entry.version - 1;
      if (untouched) return await this.append([hosted]);
      this.#appended(
        hosted,
        outstanding,
        top === undefined ? { kind: "missing" } : { kind: "fenced", top },
      );
    } catch (cause) {
      if (!(cause instanceof StoreAway))
        this.#parts.log.fault("room-log-unreadable", { room: hosted.id, cause });
      // Whatever it is: a room that no longer asked would stand still for ever.
      if (this.#parts.hosts(hosted)) this.#doubt(hosted, outstanding, String(cause));
    }
  }

  /** Tells everybody connected that the room stands still, or goes on. */
  #pause(hosted: HostedRoom, kind: "paused" | "resumed"): readonly Tell[] {
    hosted.pausedTold = kind === "paused";
    const notice = { kind, room: hosted.id };
    return hosted.machine.connections.map((to): Tell => ({ kind: "notice", to, notice }));
  }
}
