// Errands: what rooms want written besides their logs: the lobby's listings and the seats of an
// identity. Each is done at least once, in its own time; none holds up a room.

import type { Clock } from "../../shared/clock.ts";
import type { IdentityId, PageId, RoomId, SessionId } from "../../shared/ids.ts";
import {
  type QuarantineListing,
  ROOM_LIFE_MS,
  type RoomListing,
  type RoomStore,
  type SeatListing,
  type Store,
} from "../store/store.ts";
import { UnderWay } from "../underWay.ts";
import type { HostLog } from "./host.ts";
import { keptMsOf } from "./keeping.ts";
import { Retries } from "./retries.ts";
import type { RoomMachine } from "./room.ts";
import { savesUnderWay } from "./saving.ts";
import { seatOf } from "./seating.ts";
import { EMPTY_SHELF, type ShelfErrand, shelve } from "./shelf.ts";
import { changeOwnersShelf, type OwnerStore } from "./shelfOwner.ts";
import type { Errand, RoomInput } from "./turn.ts";

/** For whoever reads the log; what happens then is `shelfOf`. */
const SHELF_REMEDY =
  "it stays as it is beside what is new, and its player begins anew; see whether somebody copied or changed what is stored by hand, and restore a backup if that is worth it";

/**
 * A room goes, and its saves are kept, before its log ends by itself, however long a grace is: ten
 * days before, for there may be no server to see to it when its time has come.
 */
const PARKED_MS_MAX = ROOM_LIFE_MS - 10 * 86_400_000;

/** Listings of a busy room are written at most this often. */
const LIST_EVERY_MS = 250;

export interface ErrandParts {
  readonly store: RoomStore & OwnerStore & Pick<Store, "timeMs" | "watch">;
  readonly clock: Clock;
  readonly log: HostLog;
  /** Somebody holds a copy of that one's ticket. */
  ticketReused?: ((identity: IdentityId) => void) | undefined;
  /** What stands for an identity in the log. */
  hashOf?: ((identity: IdentityId) => string) | undefined;
  /** The lobby's list is out of date by this. */
  listed(listing: RoomListing): void;
  /** Puts what came of an errand before its room, if that is still hosted here. */
  answer(room: RoomId, input: RoomInput): void;
}

interface Unlisted {
  readonly machine: RoomMachine;
  readonly listing: RoomListing;
}

export class Errands {
  readonly #parts: ErrandParts;
  /** As rooms stood when they were to be listed: what they have in memory later may not be in their logs. */
  readonly #unlisted = new Map<RoomId, Unlisted>();
  readonly #asleep = new WeakSet<RoomMachine>();
  readonly #underWay = new UnderWay();
  readonly #retries: Retries;
  /** Of the newest listing or link, whatever room it is of: an older one may reach the store after it. */
  #ordinal = 0;
  #stopped = false;

  constructor(parts: ErrandParts) {
    this.#parts = parts;
    this.#retries = new Retries(parts.clock, parts.store);
  }

  run(machine: RoomMachine, errand: Errand): void {
    const { id, game } = machine.core;
    switch (errand.kind) {
      case "link-seat":
        return this.#do(id, () => this.#linkSeat(machine, errand.identity));
      case "unlink-seat":
        return this.#do(id, () => this.#unlinkSeat(machine, errand.identity));
      case "keep-save":
      case "return-save":
      case "take-save":
        return this.#do(id, () => this.#shelve(machine, errand));
      case "list":
        return this.#listSoon(machine);
      case "audit": {
        const { event, seat, incident, rule, cause } = errand;
        const reason = rule === undefined ? undefined : `${rule} threw`;
        this.#parts.log.warn(event, { room: id, game: game.name, seat, incident, reason, cause });
        const { identity } = machine.core.own.$seats.get(seat) ?? {};
        if (event === "ticket-reused" && identity !== undefined)
          this.#parts.ticketReused?.(identity as IdentityId);
      }
    }
  }

  /** Writes a room's links and listing anew: what a host that died may not have got to. */
  repair(machine: RoomMachine): void {
    this.#asleep.delete(machine);
    for (const errand of repairsOf(machine)) this.run(machine, errand);
  }

  /** Writes a listing now, e.g. that a room is parked. */
  async list(machine: RoomMachine, status?: "parked"): Promise<void> {
    if (status !== undefined) {
      const goesMs = await this.#goesMs(machine);
      return this.#list(this.#listingOf(machine, { status, goesMs }));
    }
    if (!this.#asleep.has(machine)) await this.#list(this.#listingOf(machine));
  }

  /** The store judges by its own clock when that is. */
  async #goesMs({ core }: RoomMachine): Promise<number> {
    const nowMs = await this.#parts.store.timeMs();
    return Math.ceil(nowMs + Math.min(keptMsOf(core), PARKED_MS_MAX));
  }

  /** Lists a room as one in quarantine, and nothing else of it from here on. */
  quarantine(machine: RoomMachine, quarantine: QuarantineListing): void {
    this.sleep(machine);
    this.#do(machine.core.id, () => this.#quarantine(machine, quarantine));
  }

  /** Another node may have been first, and what an operator has released since stays so. */
  async #quarantine(machine: RoomMachine, quarantine: QuarantineListing): Promise<void> {
    const { id, history } = machine.core;
    const before = await this.#parts.store.listingOf(id);
    if (before?.quarantine !== undefined && before.epoch === history.epoch) return;
    // The epoch may be that of a host on another node.
    this.#ordinal = Math.max(this.#ordinal, before?.ordinal ?? 0);
    await this.#list(this.#listingOf(machine, { status: "quarantined", quarantine }));
  }

  #listingOf(machine: RoomMachine, standing: Partial<RoomListing> = {}): RoomListing {
    this.#ordinal += 1;
    const said = { listedMs: this.#parts.clock.wallMs(), ordinal: this.#ordinal };
    return { ...listingOf(machine), ...said, ...standing };
  }

  async #list(listing: RoomListing): Promise<void> {
    await this.#parts.store.listRoom(listing);
    this.#parts.listed(listing);
  }

  /** The room is being put away: what is still to be listed of it would come too late. */
  sleep(machine: RoomMachine): void {
    this.#asleep.add(machine);
  }

  /** Stops retrying and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retries.stop();
    await this.#underWay.over();
  }

  /** Tried again after a failure it may come after the unlink: then the seat is given up, or another one taken. */
  async #linkSeat({ core }: RoomMachine, identity: IdentityId): Promise<void> {
    const { id: room, game, history } = core;
    const taken = seatOf(core, identity);
    if (taken === undefined) return;
    const [session, page] = [taken.session as SessionId, taken.page as PageId];
    const order = { epoch: history.epoch, ordinal: ++this.#ordinal };
    const said = { since: this.#parts.clock.wallMs(), ...order };
    const seat: SeatListing = { room, game: game.name, seat: taken.id, ...said, session, page };
    await this.#parts.store.linkSeat(identity, seat);
  }

  /** Likewise: whoever has sat down again since keeps the link, here or at a newer host. */
  async #unlinkSeat({ core }: RoomMachine, identity: IdentityId): Promise<void> {
    if (seatOf(core, identity) !== undefined) return;
    const until = { epoch: core.history.epoch, ordinal: ++this.#ordinal };
    await this.#parts.store.unlinkSeat(identity, core.id, until);
  }

  /** The room is told once what became of the shelf is stored. */
  async #shelve(machine: RoomMachine, errand: ShelfErrand): Promise<void> {
    const { store, clock, answer } = this.#parts;
    const { id: room, game } = machine.core;
    const place = { identity: errand.identity, game: game.name };
    const sender = { room, nowMs: clock.wallMs() };
    const shelved = await changeOwnersShelf(store, place, (shelf, guest) => {
      const from = guest === undefined ? sender : { ...sender, guest };
      if (shelf.isReported) return shelve(shelf, from, errand);
      this.#report(machine, errand);
      return shelve({ ...shelf, isReported: true }, from, errand);
    });
    // Nobody's progress is kept nowhere, and the room is rid of it.
    answer(room, (shelved ?? shelve(EMPTY_SHELF, sender, errand)).input);
  }

  /** Said before that is stored: rather twice than never. */
  #report({ core }: RoomMachine, { identity }: ShelfErrand): void {
    const { log, hashOf } = this.#parts;
    const said = { room: core.id, game: core.game.name, identity: hashOf?.(identity) };
    log.fault("shelf-unreadable", { ...said, remedy: SHELF_REMEDY });
  }

  #listSoon(machine: RoomMachine): void {
    const { id } = machine.core;
    const isAsked = this.#unlisted.has(id);
    // A room that was put away and came back meanwhile is listed as it is now.
    this.#unlisted.set(id, { machine, listing: this.#listingOf(machine) });
    if (isAsked) return;
    this.#parts.clock.after(LIST_EVERY_MS, () => {
      const newest = this.#unlisted.get(id);
      this.#unlisted.delete(id);
      if (newest !== undefined) this.#do(id, () => this.#listUnlisted(newest));
    });
  }

  async #listUnlisted({ machine, listing }: Unlisted): Promise<void> {
    if (!this.#asleep.has(machine)) await this.#list(listing);
  }

  #do(room: RoomId, errand: () => Promise<void>, failures = 0): void {
    if (this.#stopped) return;
    const done = errand().catch((cause: unknown) => {
      if (this.#stopped) return;
      this.#parts.log.warn("room-errand-retried", { room, cause });
      this.#retries.later((again) => this.#do(room, errand, again), failures);
    });
    void this.#underWay.add(done);
  }
}

/** All that stands of a room beside its log: its seats' links, its saves and its listing. */
export function repairsOf({ core }: RoomMachine): readonly Errand[] {
  const links = [...core.own.$seats].map(({ identity }): Errand => {
    return { kind: "link-seat", identity: identity as IdentityId };
  });
  return [...links, ...savesUnderWay(core), { kind: "list" }];
}

/** What the lobby says of a room. */
function listingOf({ core }: RoomMachine): Omit<RoomListing, "listedMs" | "ordinal"> {
  const { id, game, own } = core;
  return {
    room: id,
    game: game.name,
    gameVersion: game.version,
    code: own.$room.code,
    open: own.$room.open,
    status: own.$room.status,
    seatsTaken: own.$seats.size,
    seatsMax: game.seats.max,
    epoch: core.history.epoch,
  };
}
