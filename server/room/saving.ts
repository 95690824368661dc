// Saving: how a player's progress leaves a room and comes into another. It writes what is on its way
// into the room's own records; it never copies anything itself.

import type { Json } from "../../shared/field.ts";
import type { IdentityId } from "../../shared/ids.ts";
import type { RecordOf } from "../../shared/schema.ts";
import type { RoomRecords } from "../../shared/seats.ts";
import type { RoomCore, SeatRecord } from "./core.ts";
import type { RoomParts } from "./parts.ts";
import type { Errand, RoomInput } from "./turn.ts";

type SaveRecord = RecordOf<RoomRecords["$saves"]["fields"]>;

export class Saving {
  readonly #parts: RoomParts;

  constructor(parts: RoomParts) {
    this.#parts = parts;
  }

  /** A seat was taken: the save of its player is wanted for it. */
  seated(seat: SeatRecord): void {
    const { core, out } = this.#parts;
    if (core.game.rules.lifecycle.restore === undefined) return;
    seat.claim = `${core.id}:${core.history.epoch}-${core.own.$room.instances}`;
    seat.progress = "asked";
    for (const errand of askingOf(core, seat)) out.errand(errand);
  }

  /**
   * The seat is about to be emptied, or its game is over: what is to be saved of it leaves the room
   * with this commit. Happens once a seat.
   */
  leaving(seat: SeatRecord): void {
    const { progress } = seat;
    seat.progress = progress === "none" ? "none" : "saved";
    if (progress === "asked" || progress === "settled") this.#save(seat, progress);
  }

  /** The game is over: nothing that a seat's player may still do counts. */
  gameOver(): void {
    for (const seat of this.#parts.core.own.$seats) this.leaving(seat);
  }

  /** A save is where it belongs; whoever waited for that may have it. */
  kept({ item, epoch, version }: Extract<RoomInput, { kind: "save-kept" }>): void {
    const { core, out } = this.#parts;
    const save = core.own.$saves.get(item);
    // After a rollback another item may have its number.
    if (save?.epoch !== epoch || save.version !== version) return;
    const { identity } = save;
    core.own.$saves.delete(item);
    for (const seat of core.own.$seats) {
      if (seat.identity !== identity) continue;
      for (const errand of askingOf(core, seat)) out.errand(errand);
    }
  }

  /** The answer to what a seat asked for. One that comes twice, or too late, changes nothing. */
  found({ seat: index, claim, found }: Extract<RoomInput, { kind: "save-found" }>): void {
    const { core, rules, out } = this.#parts;
    const seat = core.own.$seats.get(index);
    if (seat === undefined || seat.claim !== claim || seat.progress !== "asked") return;
    seat.progress = "settled";
    if (found === null) seat.claim = "";
    if (found === null) return;
    const outcome = rules.restore(index, found.save);
    out.note(index, outcome);
    if (outcome.kind === "threw") this.#giveBack(seat, null);
  }

  #save(seat: SeatRecord, progress: "asked" | "settled"): void {
    const { rules, out } = this.#parts;
    const saved = rules.save(seat.id);
    if (saved.kind === "threw") out.note(seat.id, saved);
    const save = saved.kind === "saved" ? saved.save : null;
    // Whether there is an older save for the seat nobody knows yet. If there is, it goes before.
    if (progress === "asked") return this.#giveBack(seat, save);
    // Rather what the player came with than nothing.
    if (saved.kind === "threw") return this.#giveBack(seat, null);
    const { claim } = seat;
    if (save !== null || claim !== "") this.#add(seat, { errand: "keep", claim, save });
  }

  #giveBack(seat: SeatRecord, save: Json): void {
    const { claim } = seat;
    if (claim === "") return;
    seat.claim = "";
    this.#add(seat, { errand: "return", claim, save });
  }

  #add(
    { identity }: SeatRecord,
    what: Partial<Pick<SaveRecord, "claim" | "save">> & Pick<SaveRecord, "errand">,
  ): void {
    const { core, out } = this.#parts;
    const place = { epoch: core.history.epoch, version: core.version + 1 };
    out.errand(errandOf(core.own.$saves.add({ identity, ...place, ...what })));
  }
}

/** Everything about saves that this room still wants done, for a host that does not know how far it got. */
export function savesUnderWay(core: RoomCore): readonly Errand[] {
  const saves = [...core.own.$saves].map(errandOf);
  return [...saves, ...[...core.own.$seats].flatMap((seat) => askingOf(core, seat))];
}

/** Asks for a seat's save. What left this room before is kept first, or the newest would be missed. */
function askingOf(core: RoomCore, seat: SeatRecord): readonly Errand[] {
  const { id, claim, progress } = seat;
  if (progress !== "asked") return [];
  for (const { identity } of core.own.$saves) if (identity === seat.identity) return [];
  return [{ kind: "take-save", identity: seat.identity as IdentityId, seat: id, claim }];
}

function errandOf(record: SaveRecord): Errand {
  const { id: item, errand, claim, save, epoch, version } = record;
  const about = { identity: record.identity as IdentityId, item, epoch, version, claim, save };
  return { kind: errand === "keep" ? "keep-save" : "return-save", ...about };
}
