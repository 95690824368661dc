// Memory rooms: logs, snapshots, listings and seats of the in-process store, in maps. It decides by
// what it holds and is changed only by facts; it never waits, writes a file or asks for the time.

import type { IdentityId, NodeId, RoomId } from "../../shared/ids.ts";
import type { Decision, RoomFact } from "./facts.ts";
import { MemoryShelves } from "./memoryShelves.ts";
import type {
  Append,
  AppendOutcome,
  ClaimOutcome,
  LogEntry,
  LogPlace,
  Reseed,
  ReseedOutcome,
  RoomListing,
  SeatListing,
  StoredRoom,
} from "./store.ts";
import { checkTail, isAtOrBelow } from "./tail.ts";

interface Log {
  snapshot: StoredRoom["snapshot"];
  /** Oldest first, the first at the snapshot's place: a trimmed log still has a top. */
  entries: LogEntry[];
}

/** A room whose newest entries are this many claims keeps killing its hosts. */
const CLAIMS_WITHOUT_COMMIT_MAX = 3;

type RoomDecision<T> = Decision<T, RoomFact>;

const nothing = <T>(outcome: T): RoomDecision<T> => ({ outcome, facts: [] });

export class MemoryRooms {
  readonly shelves = new MemoryShelves();
  readonly #logs = new Map<RoomId, Log>();
  readonly #listings = new Map<RoomId, RoomListing>();
  readonly #roomByCode = new Map<string, RoomId>();
  readonly #seats = new Map<IdentityId, Map<RoomId, SeatListing>>();

  create(
    room: RoomId,
    node: NodeId,
    { snapshot, nowMs }: { readonly snapshot: Uint8Array; readonly nowMs: number },
  ): RoomDecision<{ readonly kind: "created"; readonly epoch: number } | { kind: "exists" }> {
    if (this.#logs.has(room)) return nothing({ kind: "exists" });
    const place = { epoch: nowMs, version: 0 };
    return {
      outcome: { kind: "created", epoch: nowMs },
      facts: [
        { fact: "snapshot", room, ...place, bytes: snapshot.slice() },
        { fact: "entry", room, ...place, ...claimBy(node) },
      ],
    };
  }

  append({ room, node, epoch, version, bytes }: Append): RoomDecision<AppendOutcome> {
    const top = this.top(room);
    if (top === undefined) return nothing({ kind: "missing" });
    if (isAtOrBelow({ epoch, version }, top)) {
      return nothing({ kind: "fenced", top: { epoch: top.epoch, version: top.version } });
    }
    if (top.epoch !== epoch || top.version !== version - 1) {
      return nothing({ kind: "behind", top: { epoch: top.epoch, version: top.version } });
    }
    return {
      outcome: { kind: "appended" },
      facts: [{ fact: "entry", room, epoch, version, kind: "commit", node, bytes: bytes.slice() }],
    };
  }

  claim(
    room: RoomId,
    node: NodeId,
    { expectedEpoch, nowMs }: { readonly expectedEpoch: number; readonly nowMs: number },
  ): RoomDecision<ClaimOutcome> {
    const log = this.#logs.get(room);
    const top = log?.entries.at(-1);
    if (log === undefined || top === undefined) return nothing({ kind: "missing" });
    if (top.epoch !== expectedEpoch) {
      return nothing({ kind: "hosted", epoch: top.epoch, node: top.node });
    }
    const newest = log.entries.slice(-CLAIMS_WITHOUT_COMMIT_MAX);
    if (
      newest.length === CLAIMS_WITHOUT_COMMIT_MAX &&
      newest.every((entry) => entry.kind === "claim")
    ) {
      return nothing({ kind: "quarantined" });
    }
    const place = { epoch: Math.max(expectedEpoch + 1, nowMs), version: top.version };
    return {
      outcome: { kind: "claimed", ...place },
      facts: [{ fact: "entry", room, ...place, ...claimBy(node) }],
    };
  }

  reseed(
    nowMs: number,
    room: RoomId,
    { node, epoch, version, bytes }: Reseed,
  ): RoomDecision<ReseedOutcome> {
    const place = { epoch, version };
    const top = this.top(room);
    if (top !== undefined && isAtOrBelow(place, top)) {
      const held = { epoch: top.epoch, version: top.version, node: top.node };
      return nothing({ kind: "held", top: held });
    }
    const claimed = Math.max(epoch + 1, nowMs);
    return {
      outcome: { kind: "reseeded", epoch: claimed },
      facts: [
        { fact: "snapshot", room, ...place, bytes: bytes.slice() },
        { fact: "entry", room, epoch: claimed, version, ...claimBy(node) },
      ],
    };
  }

  keepSnapshot(
    room: RoomId,
    place: LogPlace,
    bytes: Uint8Array,
  ): RoomDecision<"kept" | "fenced" | "missing"> {
    const log = this.#logs.get(room);
    if (log === undefined) return nothing("missing");
    // An entry below a newer snapshot is gone: without this an old snapshot could leave a gap.
    const isHeld = log.entries.some((entry) => isSame(entry, place));
    if (!isHeld || log.entries.at(-1)?.epoch !== place.epoch) return nothing("fenced");
    const { epoch, version } = place;
    return {
      outcome: "kept",
      facts: [{ fact: "snapshot", room, epoch, version, bytes: bytes.slice() }],
    };
  }

  top(room: RoomId): LogEntry | undefined {
    return this.#logs.get(room)?.entries.at(-1);
  }

  /** Snapshot and tail. Throws StoreDamaged if the tail has a gap. */
  load(room: RoomId): StoredRoom | undefined {
    const log = this.#logs.get(room);
    const top = log?.entries.at(-1);
    if (log === undefined || top === undefined) return undefined;
    const { place, bytes } = log.snapshot;
    const tail = log.entries.filter((entry) => !isAtOrBelow(entry, place));
    checkTail(room, place, tail);
    return {
      snapshot: { place, bytes: bytes.slice() },
      entries: tail.map((entry) => ({ ...entry, bytes: entry.bytes.slice() })),
      node: top.node,
      top: { epoch: top.epoch, version: top.version },
    };
  }

  listings(): readonly RoomListing[] {
    return [...this.#listings.values()];
  }

  byCode(code: string): RoomId | undefined {
    return this.#roomByCode.get(code);
  }

  seatsOf(identity: IdentityId): readonly SeatListing[] {
    return [...(this.#seats.get(identity)?.values() ?? [])];
  }

  apply(fact: RoomFact): void {
    switch (fact.fact) {
      case "snapshot":
        return this.#applySnapshot(fact.room, fact);
      case "entry": {
        const { fact: _, room, ...entry } = fact;
        this.#logs.get(room)?.entries.push(entry);
        return;
      }
      case "room-removed":
        return this.#applyRemoval(fact.room);
      case "listed":
        return this.#applyListing(fact.listing);
      case "seat-linked": {
        const seats = this.#seats.get(fact.identity) ?? new Map<RoomId, SeatListing>();
        this.#seats.set(fact.identity, seats.set(fact.seat.room, fact.seat));
        return;
      }
      case "seat-unlinked": {
        const seats = this.#seats.get(fact.identity);
        seats?.delete(fact.room);
        if (seats?.size === 0) this.#seats.delete(fact.identity);
        return;
      }
      case "shelf":
        return this.shelves.apply(fact);
    }
  }

  #applySnapshot(room: RoomId, { epoch, version, bytes }: LogPlace & { bytes: Uint8Array }): void {
    const place = { epoch, version };
    const entries = this.#logs.get(room)?.entries ?? [];
    const kept = entries.filter((entry) => !isAtOrBelow(entry, place) || isSame(entry, place));
    this.#logs.set(room, { snapshot: { place, bytes }, entries: kept });
  }

  #applyRemoval(room: RoomId): void {
    this.#logs.delete(room);
    this.#forgetCode(room);
    this.#listings.delete(room);
  }

  #applyListing(listing: RoomListing): void {
    this.#forgetCode(listing.room);
    // Newest last, so that `facts` gives a code that two rooms had to the same one again.
    this.#listings.delete(listing.room);
    this.#listings.set(listing.room, listing);
    this.#roomByCode.set(listing.code, listing.room);
  }

  /** A code that leads to another room by now stays that room's. */
  #forgetCode(room: RoomId): void {
    const code = this.#listings.get(room)?.code;
    if (code !== undefined && this.#roomByCode.get(code) === room) this.#roomByCode.delete(code);
  }

  /** Facts that give the same maps to an empty store. */
  *facts(): Iterable<RoomFact> {
    for (const [room, { snapshot, entries }] of this.#logs) {
      yield { fact: "snapshot", room, ...snapshot.place, bytes: snapshot.bytes };
      for (const entry of entries) yield { fact: "entry", room, ...entry };
    }
    for (const listing of this.#listings.values()) yield { fact: "listed", listing };
    for (const [identity, seats] of this.#seats) {
      for (const seat of seats.values()) yield { fact: "seat-linked", identity, seat };
    }
    yield* this.shelves.facts();
  }
}

function isSame(one: LogPlace, other: LogPlace): boolean {
  return one.epoch === other.epoch && one.version === other.version;
}

function claimBy(node: NodeId): Pick<LogEntry, "kind" | "node" | "bytes"> {
  return { kind: "claim", node, bytes: new Uint8Array(0) };
}
