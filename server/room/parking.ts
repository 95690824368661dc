// Parking: which rooms this node need not keep in memory, and putting them away: a room that nobody
// is connected to is parked, one that is over is removed. It never touches a room that is played.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { IdentityId } from "../../shared/ids.ts";
import type { RoomMetrics } from "../metrics.ts";
import type { RoomStore } from "../store/store.ts";
import type { Errands } from "./errands.ts";
import type { Host, HostLog } from "./host.ts";
import type { HostedRoom } from "./hosted.ts";
import { FORSAKEN, removalOf } from "./keeping.ts";

export interface ParkingParts {
  readonly store: RoomStore;
  readonly clock: Clock;
  readonly log: HostLog;
  readonly metrics: Pick<RoomMetrics, "putAway">;
  readonly host: Host;
  readonly errands: Errands;
  /** A room is there no more. */
  removed(): void;
}

/** A room with nobody connected is put into the store after this long. */
const PARK_AFTER_MS = 30_000;
/** A room whose game is over can be looked at for this long. */
const ENDED_KEPT_MS = 600_000;
const SWEEP_EVERY_MS = 5_000;
/** How often a room's life in the store begins anew. */
const RENEW_EVERY_MS = 86_400_000;

export class Parking {
  readonly #parts: ParkingParts;
  #sweep: Cancel | undefined;
  /** Rooms that are being put away: the store may take longer than a sweep. */
  readonly #leaving = new Set<HostedRoom>();

  constructor(parts: ParkingParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#sweep = this.#parts.clock.after(SWEEP_EVERY_MS, () => {
      for (const hosted of [...this.#parts.host.rooms]) this.#sweepRoom(hosted);
      this.start();
    });
  }

  stop(): void {
    this.#sweep?.();
  }

  #sweepRoom(hosted: HostedRoom): void {
    const nowMs = this.#parts.clock.now();
    if (nowMs - hosted.renewedMs >= RENEW_EVERY_MS) this.#renew(hosted, nowMs);
    const { attachedCount, core } = hosted.machine;
    // A save on its way out is copied before the room sleeps: nobody may wake it for weeks.
    const isBusy = attachedCount > 0 || core.own.$saves.size > 0;
    if (isBusy) hosted.emptySinceMs = undefined;
    else hosted.emptySinceMs ??= nowMs;
    if (hosted.emptySinceMs === undefined || isAppending(hosted)) return;
    const emptyMs = nowMs - hosted.emptySinceMs;
    const ended = core.own.$room.status === "ended";
    const forsaken = core.own.$room.ending === FORSAKEN;
    if (ended && (forsaken || emptyMs >= ENDED_KEPT_MS)) void this.#remove(hosted);
    const mayRest = core.game.parkWhenEmpty || hosted.machine.deadlineMs(nowMs) === undefined;
    if (!ended && emptyMs >= PARK_AFTER_MS && mayRest) void this.#park(hosted);
  }

  /** What is stored of a room ends by itself, unless its host goes on writing it. */
  #renew(hosted: HostedRoom, nowMs: number): void {
    const { host, errands, log } = this.#parts;
    hosted.renewedMs = nowMs;
    errands.repair(hosted.machine);
    host.keepSnapshot(hosted).catch((cause: unknown) => {
      log.warn("room-snapshot-failed", { room: hosted.id, cause });
    });
  }

  async #park(hosted: HostedRoom): Promise<void> {
    await this.#letGo(hosted, "parked", () => this.#parts.errands.list(hosted.machine, "parked"));
  }

  async #remove(hosted: HostedRoom): Promise<void> {
    const { store, removed } = this.#parts;
    const removal = removalOf(hosted.machine.core);
    const how = removal.why === "room-removed" ? "forsaken" : "ended";
    await this.#letGo(hosted, how, async () => {
      for (const { identity } of hosted.machine.core.own.$seats) {
        await store.unlinkSeat(identity as IdentityId, hosted.id, { epoch: hosted.epoch });
      }
      await store.removeRoom(hosted.id, removal);
      removed();
    });
  }

  /** Writes what must be written of a room that nobody needs in memory, then drops it. */
  async #letGo(
    hosted: HostedRoom,
    how: "parked" | "ended" | "forsaken",
    write: () => Promise<void>,
  ): Promise<void> {
    const { host, errands, log, metrics } = this.#parts;
    if (this.#leaving.has(hosted)) return;
    this.#leaving.add(hosted);
    try {
      // Another node may have claimed it without this one's hearing of it: then nothing is ours to write.
      if (!(await host.keepSnapshot(hosted))) return;
      errands.sleep(hosted.machine);
      await write();
      if (!this.#isHosted(hosted)) return;
      const { attachedCount, core } = hosted.machine;
      const wanted = attachedCount > 0 || hosted.inbox.length > 0 || core.own.$saves.size > 0;
      // With a commit on its way go the errands that come of it.
      if (wanted || isAppending(hosted)) return errands.repair(hosted.machine);
      metrics.putAway.add(how);
      host.drop(hosted.id, "room-stopped");
    } catch (cause) {
      if (this.#isHosted(hosted)) errands.repair(hosted.machine);
      log.warn("room-not-put-away", { room: hosted.id, cause });
    } finally {
      this.#leaving.delete(hosted);
    }
  }

  /** One that failed meanwhile may be played again, or be another node's: it is left to them. */
  #isHosted(hosted: HostedRoom): boolean {
    return this.#parts.host.get(hosted.id) === hosted;
  }
}

function isAppending({ phase }: HostedRoom): boolean {
  return phase.kind !== "idle";
}
