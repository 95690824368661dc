// Retention: what becomes of rooms that nobody has come to for weeks: what their players have is saved,
// and they are removed. It goes by the time that was set when a room was parked, and never by a scan.

import type { Cancel, Clock } from "../../shared/clock.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { Reason } from "../../shared/reasons.ts";
import {
  ROOM_LIFE_MS,
  type RoomListing,
  type RoomStore,
  type Store,
  StoreAway,
} from "../store/store.ts";
import type { HostLog } from "./host.ts";
import { REMOVED_TOLD_MS } from "./keeping.ts";

const LOOK_EVERY_MS = 60_000;

export interface RetentionParts {
  readonly store: RoomStore & Pick<Store, "timeMs">;
  readonly clock: Pick<Clock, "after">;
  readonly log: HostLog;
  /** Whether a room that nobody hosts falls to this node. */
  isOurs(room: RoomId): boolean;
  /** Brings a room into memory and has it end, unless somebody is there; gives the reason if it cannot be had. */
  forsake(room: RoomId): Promise<Reason | undefined>;
}

export class Retention {
  readonly #parts: RetentionParts;
  #next: Cancel | undefined;
  #isStopped = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#next = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      void this.#look().finally(() => this.start());
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#next?.();
  }

  async #look(): Promise<void> {
    const { store, log, isOurs } = this.#parts;
    try {
      for (const listing of await store.dueRooms()) {
        if (!this.#isStopped && isOurs(listing.room)) await this.#part(listing);
      }
    } catch (cause) {
      if (cause instanceof StoreAway) return;
      log.fault("rooms-not-removed", { cause });
    }
  }

  async #part(listing: RoomListing): Promise<void> {
    const { store, forsake } = this.#parts;
    const { room } = listing;
    const reason = await forsake(room);
    if (reason === undefined || reason === "store-away") return;
    if (reason === "room-unknown")
      return store.removeRoom(room, { why: "room-removed", lifeMs: REMOVED_TOLD_MS });
    // Another node was first, or stopped half-way: what it said of the room stays.
    if (reason === "room-removed" || reason === "room-ended") return store.removeRoom(room);
    // Whoever mends it, or starts the build that knows its game, has until its log ends by itself.
    await store.listRoom({ ...listing, goesMs: (await store.timeMs()) + ROOM_LIFE_MS });
  }
}
