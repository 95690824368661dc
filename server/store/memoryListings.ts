// Memory listings: which rooms the in-process store lists, what codes lead to them, and what is left of
// those that were removed. It is changed only by facts; it knows nothing of logs.

import type { RoomId } from "../../shared/ids.ts";
import { isOver, type RemovalLeft, type RoomFact } from "./facts.ts";
import { isLater } from "./listingOrder.ts";
import type { RemovalNote, RoomListing } from "./store.ts";

/** Rooms that are due are told a few at a time: each is loaded. */
const DUE_AT_ONCE = 64;

export class MemoryListings {
  readonly #listings = new Map<RoomId, RoomListing>();
  readonly #roomByCode = new Map<string, RoomId>();
  readonly #removals = new Map<RoomId, RemovalLeft>();

  inPlay(): readonly RoomListing[] {
    return [...this.#listings.values()].filter(({ goesMs }) => goesMs === undefined);
  }

  of(room: RoomId): RoomListing | undefined {
    return this.#listings.get(room);
  }

  due(nowMs: number): readonly RoomListing[] {
    return [...this.#listings.values()]
      .filter(({ goesMs = Number.POSITIVE_INFINITY }) => goesMs <= nowMs)
      .slice(0, DUE_AT_ONCE);
  }

  /** Whether a newer host has listed the room, or the same one later. */
  isLate(listing: RoomListing): boolean {
    return isLater(this.#listings.get(listing.room), listing);
  }

  byCode(nowMs: number, code: string): RoomId | undefined {
    const room = this.#roomByCode.get(code);
    if (room === undefined || this.#listings.get(room)?.code === code) return room;
    return this.whyRemoved(nowMs, room) === undefined ? undefined : room;
  }

  leftOf(nowMs: number, room: RoomId, { why, lifeMs }: RemovalNote): RemovalLeft {
    return { why, code: this.#listings.get(room)?.code, untilMs: nowMs + lifeMs };
  }

  whyRemoved(nowMs: number, room: RoomId): RemovalLeft["why"] | undefined {
    const left = this.#removals.get(room);
    return left === undefined || isOver(left, nowMs) ? undefined : left.why;
  }

  apply(listing: RoomListing): void {
    this.#forgetCode(listing.room);
    // Newest last, so that `facts` gives a code that two rooms had to the same one again.
    this.#listings.delete(listing.room);
    this.#listings.set(listing.room, listing);
    this.#roomByCode.set(listing.code, listing.room);
  }

  applyRemoval(room: RoomId, left: RemovalLeft | undefined): void {
    this.#forgetCode(room);
    this.#listings.delete(room);
    if (left === undefined) return;
    this.#removals.set(room, left);
    const { code } = left;
    if (code !== undefined && !this.#roomByCode.has(code)) this.#roomByCode.set(code, room);
  }

  /** Drops what is left of rooms that were removed long ago. */
  sweep(nowMs: number): void {
    for (const [room, left] of this.#removals) {
      if (!isOver(left, nowMs)) continue;
      this.#removals.delete(room);
      const { code } = left;
      const isFree = code !== undefined && this.#listings.get(room)?.code !== code;
      if (isFree && this.#roomByCode.get(code) === room) this.#roomByCode.delete(code);
    }
  }

  *facts(): Iterable<RoomFact> {
    for (const [room, left] of this.#removals) yield { fact: "room-removed", room, left };
    for (const listing of this.#listings.values()) yield { fact: "listed", listing };
  }

  /** A code that leads to another room by now stays that room's. */
  #forgetCode(room: RoomId): void {
    const code = this.#listings.get(room)?.code;
    if (code !== undefined && this.#roomByCode.get(code) === room) this.#roomByCode.delete(code);
  }
}
