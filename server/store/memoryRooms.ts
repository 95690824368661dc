// Memory rooms: logs, snapshots and seats of the in-process store, in maps. It decides by
// what it holds and is changed only by facts; it never waits, writes a file or asks for the time.

import type { IdentityId, NodeId, RoomId } from "../../shared/ids.ts";
import { type Decision, isOver, type RoomFact, type SeatFact } from "./facts.ts";
import { endOf, isLater, type ListingOrder } from "./listingOrder.ts";
import { MemoryListings } from "./memoryListings.ts";
import { MemoryShelves } from "./memoryShelves.ts";
import type {
  Append,
  AppendOutcome,
  ClaimOutcome,
  LogEntry,
  LogPlace,
  RemovalNote,
  Reseed,
  ReseedOutcome,
  RoomListing,
  SeatListing,
  StoredRoom,
} from "./store.ts";
import { CLAIMS_WITHOUT_COMMIT_MAX, ROOM_LIFE_MS, SEAT_LINK_LIFE_MS } from "./store.ts";
import { checkTail, isAtOrBelow, isSame } from "./tail.ts";

interface Log {
  snapshot: StoredRoom["snapshot"];
  untilMs: number;
  /** Oldest first, the first at the snapshot's place: a trimmed log still has a top. */
  entries: LogEntry[];
}

type RoomDecision<T> = Decision<T, RoomFact>;

const nothing = <T>(outcome: T): RoomDecision<T> => ({ outcome, facts: [] });
const of = (fact: RoomFact): RoomDecision<void> => ({ outcome: undefined, facts: [fact] });

export class MemoryRooms {
  readonly shelves = new MemoryShelves();
  readonly listings = new MemoryListings();
  readonly #logs = new Map<RoomId, Log>();
  readonly #seats = new Map<IdentityId, Map<RoomId, SeatFact>>();

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
        { fact: "snapshot", room, ...place, bytes: snapshot.slice(), untilMs: lifeFrom(nowMs) },
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
        { fact: "snapshot", room, ...place, bytes: bytes.slice(), untilMs: lifeFrom(nowMs) },
        { fact: "entry", room, epoch: claimed, version, ...claimBy(node) },
      ],
    };
  }

  keepSnapshot(
    nowMs: number,
    room: RoomId,
    { bytes, ...place }: LogPlace & { readonly bytes: Uint8Array },
  ): RoomDecision<"kept" | "fenced" | "missing"> {
    const log = this.#logs.get(room);
    if (log === undefined) return nothing("missing");
    // An entry below a newer snapshot is gone: without this an old snapshot could leave a gap.
    const isHeld = log.entries.some((entry) => isSame(entry, place));
    if (!isHeld || log.entries.at(-1)?.epoch !== place.epoch) return nothing("fenced");
    const untilMs = lifeFrom(nowMs);
    return {
      outcome: "kept",
      facts: [{ fact: "snapshot", room, ...place, bytes: bytes.slice(), untilMs }],
    };
  }

  top(room: RoomId): LogEntry | undefined {
    return this.#logs.get(room)?.entries.at(-1);
  }

  topOf(room: RoomId): (LogPlace & { readonly node: NodeId }) | undefined {
    const top = this.top(room);
    return top && { epoch: top.epoch, version: top.version, node: top.node };
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

  remove(nowMs: number, room: RoomId, note: RemovalNote | undefined): RoomDecision<void> {
    const left = note === undefined ? {} : { left: this.listings.leftOf(nowMs, room, note) };
    return of({ fact: "room-removed", room, ...left });
  }

  list(listing: RoomListing): RoomDecision<void> {
    return this.listings.isLate(listing) ? nothing(undefined) : of({ fact: "listed", listing });
  }

  link(nowMs: number, identity: IdentityId, seat: SeatListing): RoomDecision<void> {
    if (this.#isLate(identity, seat.room, seat)) return nothing(undefined);
    return of({ fact: "seat-linked", identity, seat, untilMs: nowMs + SEAT_LINK_LIFE_MS });
  }

  unlink(identity: IdentityId, room: RoomId, until: ListingOrder): RoomDecision<void> {
    if (this.#isLate(identity, room, endOf(until))) return nothing(undefined);
    return of({ fact: "seat-unlinked", identity, room });
  }

  #isLate(identity: IdentityId, room: RoomId, said: ListingOrder): boolean {
    return isLater(this.#seats.get(identity)?.get(room)?.seat, said);
  }

  seatsOf(nowMs: number, identity: IdentityId): readonly SeatListing[] {
    return [...(this.#seats.get(identity)?.values() ?? [])].flatMap((link) =>
      isOver(link, nowMs) ? [] : link.seat,
    );
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
        this.#logs.delete(fact.room);
        return this.listings.applyRemoval(fact.room, fact.left);
      case "listed":
        return this.listings.apply(fact.listing);
      case "seat-linked": {
        const seats = this.#seats.get(fact.identity) ?? new Map<RoomId, SeatFact>();
        this.#seats.set(fact.identity, seats.set(fact.seat.room, fact));
        return;
      }
      case "seat-unlinked":
        return this.#unlink(fact.identity, fact.room);
      case "shelf":
        return this.shelves.apply(fact);
    }
  }

  #unlink(identity: IdentityId, room: RoomId): void {
    const seats = this.#seats.get(identity);
    seats?.delete(room);
    if (seats?.size === 0) this.#seats.delete(identity);
  }

  #applySnapshot(room: RoomId, fact: Extract<RoomFact, { fact: "snapshot" }>): void {
    const { epoch, version, bytes, untilMs = Number.POSITIVE_INFINITY } = fact;
    const place = { epoch, version };
    const entries = this.#logs.get(room)?.entries ?? [];
    const kept = entries.filter((entry) => !isAtOrBelow(entry, place) || isSame(entry, place));
    this.#logs.set(room, { snapshot: { place, bytes }, untilMs, entries: kept });
  }

  /** Drops what has ended. */
  sweep(nowMs: number): void {
    for (const [room, log] of this.#logs) if (isOver(log, nowMs)) this.#logs.delete(room);
    this.listings.sweep(nowMs);
    for (const [identity, links] of this.#seats) {
      for (const [room, link] of links) if (isOver(link, nowMs)) this.#unlink(identity, room);
    }
  }

  /** Facts that give the same maps to an empty store. */
  *facts(): Iterable<RoomFact> {
    // What is left of a removed room first: its removal would take a log along that came later.
    yield* this.listings.facts();
    for (const [room, { snapshot, untilMs, entries }] of this.#logs) {
      const ends = untilMs === Number.POSITIVE_INFINITY ? {} : { untilMs };
      yield { fact: "snapshot", room, ...snapshot.place, bytes: snapshot.bytes, ...ends };
      for (const entry of entries) yield { fact: "entry", room, ...entry };
    }
    for (const links of this.#seats.values()) yield* links.values();
    yield* this.shelves.facts();
  }
}

const lifeFrom = (nowMs: number): number => nowMs + ROOM_LIFE_MS;

function claimBy(node: NodeId): Pick<LogEntry, "kind" | "node" | "bytes"> {
  return { kind: "claim", node, bytes: new Uint8Array(0) };
}
