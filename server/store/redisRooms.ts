// Redis rooms: snapshots, claims, listings, codes and seats in Redis. It asks and reads answers;
// what must happen in one step is a script.

import type { IdentityId, NodeId, RoomId } from "../../shared/ids.ts";
import type { Damages } from "./damages.ts";
import { BUCKET_COUNT, bucketOf, type Keys } from "./keys.ts";
import { endOf, type ListingOrder } from "./listingOrder.ts";
import { readRoomListing, readSeatListing } from "./records.ts";
import { entryOf, placeOf, type RedisLog } from "./redisLog.ts";
import { bytesOf, listOf, numberOf, textOf } from "./replies.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Shards } from "./shards.ts";
import type {
  Append,
  AppendOutcome,
  ClaimOutcome,
  LogPlace,
  RemovalNote,
  Reseed,
  ReseedOutcome,
  RoomListing,
  RoomStore,
  SeatListing,
  StoredRoom,
} from "./store.ts";
import {
  CLAIMS_WITHOUT_COMMIT_MAX,
  ROOM_LIFE_MS,
  SEAT_LINK_LIFE_MS,
  StoreDamaged,
} from "./store.ts";
import { checkTail, isSame } from "./tail.ts";

export interface RedisRoomsParts {
  readonly log: RedisLog;
  readonly shards: Shards;
  readonly keys: Keys;
  readonly damages: Damages;
}

export class RedisRooms implements Omit<RoomStore, "readShelf" | "replaceShelf"> {
  readonly #log: RedisLog;
  readonly #shards: Shards;
  readonly #keys: Keys;
  readonly #damages: Damages;

  constructor({ log, shards, keys, damages }: RedisRoomsParts) {
    this.#log = log;
    this.#shards = shards;
    this.#keys = keys;
    this.#damages = damages;
  }

  async createRoom(room: RoomId, node: NodeId, snapshot: Uint8Array) {
    const keys = [this.#keys.log(room), this.#keys.snapshot(room)];
    const [kind, epoch] = listOf(
      await this.#shards.run(SCRIPTS.createRoom, keys, node, snapshot, ROOM_LIFE_MS),
    );
    return textOf(kind) === "created"
      ? ({ kind: "created", epoch: numberOf(epoch) } as const)
      : ({ kind: "exists" } as const);
  }

  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.#log.append(entries);
  }

  async logTop(room: RoomId) {
    const top = await this.#log.top(room);
    return top && { epoch: top.epoch, version: top.version, node: top.node };
  }

  async loadRoom(room: RoomId): Promise<StoredRoom | undefined> {
    const keys = [this.#keys.log(room), this.#keys.snapshot(room)];
    const [place, bytes, tail, newest] = listOf(await this.#shards.run(SCRIPTS.loadRoom, keys));
    if (newest === undefined) return undefined;
    if (textOf(place) === "") throw new StoreDamaged(`room ${room}: a log without a snapshot`);
    const snapshot = { place: placeOf(textOf(place)), bytes: bytesOf(bytes) };
    const entries = listOf(tail).map(entryOf);
    checkTail(room, snapshot.place, entries);
    const { epoch, version, node } = entryOf(newest);
    const top = { epoch, version };
    if (entries.length === 0 && !isSame(top, snapshot.place))
      throw new StoreDamaged(`room ${room}: its log ends before its snapshot`);
    return { snapshot, entries, node, top };
  }

  async claimRoom(room: RoomId, node: NodeId, expectedEpoch: number): Promise<ClaimOutcome> {
    const [kind, epoch, detail] = listOf(
      await this.#shards.run(
        SCRIPTS.claimRoom,
        [this.#keys.log(room)],
        node,
        expectedEpoch,
        CLAIMS_WITHOUT_COMMIT_MAX,
      ),
    );
    switch (textOf(kind)) {
      case "claimed":
        return { kind: "claimed", epoch: numberOf(epoch), version: numberOf(detail) };
      case "hosted":
        // A node id comes back as it was given.
        return { kind: "hosted", epoch: numberOf(epoch), node: textOf(detail) as NodeId };
      case "quarantined":
        return { kind: "quarantined" };
      default:
        return { kind: "missing" };
    }
  }

  async reseedRoom(room: RoomId, reseed: Reseed): Promise<ReseedOutcome> {
    const { node, epoch, version, bytes } = reseed;
    const keys = [this.#keys.log(room), this.#keys.snapshot(room)];
    const [kind, detail, host] = listOf(
      await this.#shards.run(SCRIPTS.reseedRoom, keys, node, epoch, version, bytes, ROOM_LIFE_MS),
    );
    if (textOf(kind) === "reseeded") return { kind: "reseeded", epoch: numberOf(detail) };
    // A node id comes back as it was given.
    return { kind: "held", top: { ...placeOf(textOf(detail)), node: textOf(host) as NodeId } };
  }

  async keepSnapshot(room: RoomId, place: LogPlace, bytes: Uint8Array) {
    const keys = [this.#keys.log(room), this.#keys.snapshot(room)];
    const { epoch, version } = place;
    const outcome = textOf(
      await this.#shards.run(SCRIPTS.keepSnapshot, keys, epoch, version, bytes, ROOM_LIFE_MS),
    );
    return outcome === "kept" || outcome === "missing" ? outcome : "fenced";
  }

  /** The listing goes last: as long as it is there, an interrupted removal can be found. */
  async removeRoom(room: RoomId, note?: RemovalNote): Promise<void> {
    if (note !== undefined)
      await this.#shards.call("SET", this.#keys.removal(room), note.why, "PX", note.lifeMs);
    await this.#shards.call("DEL", this.#keys.log(room), this.#keys.snapshot(room));
    const listing = await this.listingOf(room);
    if (listing !== undefined) await this.#freeCode(listing.code, room, note?.lifeMs);
    await this.#unlist(room);
  }

  async whyRemoved(room: RoomId): Promise<RemovalNote["why"] | undefined> {
    const why = await this.#shards.call("GET", this.#keys.removal(room));
    if (why === null) return undefined;
    return textOf(why) === "room-ended" ? "room-ended" : "room-removed";
  }

  async listRoom(listing: RoomListing): Promise<void> {
    const { room, code, epoch = 0, ordinal = 0, goesMs = "" } = listing;
    const before = await this.listingOf(room);
    await this.#shards.run(SCRIPTS.takeCode, [this.#keys.code(code)], room);
    const text = JSON.stringify(listing);
    const keys = this.#listsOf(room);
    await this.#shards.run(SCRIPTS.listRoom, keys, room, text, epoch, ordinal, goesMs);
    if (before !== undefined && before.code !== code) await this.#freeCode(before.code, room);
  }

  async listingOf(room: RoomId): Promise<RoomListing | undefined> {
    const [inPlay, parked] = this.#listsOf(room);
    const text =
      (await this.#shards.call("HGET", inPlay, room)) ??
      (await this.#shards.call("HGET", parked, room));
    return text === null ? undefined : this.#read(inPlay, textOf(text));
  }

  async dueRooms(): Promise<readonly RoomListing[]> {
    const due = await Promise.all(
      Array.from({ length: BUCKET_COUNT }, async (_, bucket) => {
        const parked = this.#keys.parked(bucket);
        const keys = [parked, this.#keys.leaving(bucket)];
        const reply = await this.#shards.run(SCRIPTS.dueRoom, keys);
        if (reply === null) return [];
        const [room, text] = listOf(reply).map(textOf);
        const listing = this.#read(parked, text ?? "");
        // What is no listing would stand before the others for ever; the room itself ends by its life.
        if (listing === undefined) await this.#unlist(room as RoomId);
        return listing ?? [];
      }),
    );
    return due.flat();
  }

  async rooms(): Promise<readonly RoomListing[]> {
    const buckets = await Promise.all(
      Array.from({ length: BUCKET_COUNT }, async (_, bucket) => {
        const inPlay = this.#keys.listings(bucket);
        const texts = listOf(await this.#shards.call("HVALS", inPlay));
        return texts.flatMap((text) => this.#read(inPlay, textOf(text)) ?? []);
      }),
    );
    return buckets.flat();
  }

  async roomByCode(code: string): Promise<RoomId | undefined> {
    const room = await this.#shards.call("HGET", this.#keys.code(code), "room");
    // A room id comes back as it was given.
    return room === null ? undefined : (textOf(room) as RoomId);
  }

  async linkSeat(identity: IdentityId, seat: SeatListing): Promise<void> {
    const { room, epoch = 0, ordinal = 0 } = seat;
    const keys = [this.#keys.seats(identity)];
    const link = JSON.stringify(seat);
    await this.#shards.run(SCRIPTS.linkSeat, keys, room, epoch, ordinal, link, SEAT_LINK_LIFE_MS);
  }

  async unlinkSeat(identity: IdentityId, room: RoomId, until: ListingOrder): Promise<void> {
    const keys = [this.#keys.seats(identity)];
    const { epoch, ordinal } = endOf(until);
    await this.#shards.run(SCRIPTS.linkSeat, keys, room, epoch, ordinal, "", SEAT_LINK_LIFE_MS);
  }

  async seatsOf(identity: IdentityId): Promise<readonly SeatListing[]> {
    const key = this.#keys.seats(identity);
    const seats = listOf(await this.#shards.call("HVALS", key));
    return seats.flatMap(
      (text) => this.#damages.without(key, () => readSeatListing(textOf(text))) ?? [],
    );
  }

  /** Undefined for what is no listing: it must not hide those of other rooms, and its room writes it anew. */
  #read(key: string, text: string): RoomListing | undefined {
    return this.#damages.without(key, () => readRoomListing(text));
  }

  async #unlist(room: RoomId): Promise<void> {
    await this.#shards.run(SCRIPTS.listRoom, this.#listsOf(room), room, "", 0, 0, "");
  }

  #listsOf(room: RoomId): [inPlay: string, parked: string, leaving: string] {
    const bucket = bucketOf(room);
    return [this.#keys.listings(bucket), this.#keys.parked(bucket), this.#keys.leaving(bucket)];
  }

  async #freeCode(code: string, room: RoomId, inMs = 0): Promise<void> {
    await this.#shards.run(SCRIPTS.freeCode, [this.#keys.code(code)], room, inMs);
  }
}
