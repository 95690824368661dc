// Replica: what one page holds of a room: its view, its bookmark and the events it was told, read
// from the bytes that were sent. It refuses a frame that a client must never get.

import { assert } from "../../shared/assert.ts";
import type { Changes, CollectionChanges, RecordChange } from "../../shared/changes.ts";
import type { JsonChanges } from "../../shared/codec.ts";
import type { Json } from "../../shared/field.ts";
import {
  type Acknowledgements,
  type Bookmark,
  decodeFrame,
  type JsonFrame,
  lineTag,
  type SeenEvent,
} from "../../shared/frame.ts";
import type { Game } from "../../shared/game.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { CollectionShape } from "../../shared/schema.ts";
import { View } from "../../shared/view.ts";

/** A frame of either form, as far as a page cares. */
interface SeenFrame {
  readonly epoch: number;
  readonly version: number;
  /** Undefined for a whole view. */
  readonly base: number | undefined;
  readonly answer: boolean;
  readonly changes: Changes;
  readonly events: readonly SeenEvent[];
  readonly acknowledged: Acknowledgements | undefined;
}

/** What became of a frame. `gap`: it stands on a version that the page does not hold. */
export type Taken =
  | { readonly kind: "taken"; readonly acknowledged: Acknowledgements | undefined }
  | { readonly kind: "gap" };

export class Replica {
  /** Undefined until the first frame. */
  bookmark: Bookmark | undefined;
  /** Events told, oldest first. */
  readonly events: SeenEvent[] = [];
  /** Stretches of versions whose events the page must have been told, all of them. */
  readonly followed: { readonly after: number; through: number }[] = [];
  readonly view: View;
  readonly #game: Game;
  readonly #room: RoomId;

  /** `seat` is undefined for a watcher. */
  constructor(game: Game, room: RoomId, seat: number | undefined) {
    this.#game = game;
    this.#room = room;
    this.view = new View(game.shapes, seat);
  }

  /** Reads a frame and applies it if it fits what the page holds. */
  take(frame: Uint8Array | JsonFrame): Taken {
    const seen = frame instanceof Uint8Array ? this.#decode(frame) : this.#fromJson(frame);
    if (seen === undefined) return { kind: "gap" };
    const held = this.bookmark;
    const fits = seen.base === undefined || (held !== undefined && seen.base <= held.version);
    const late = held !== undefined && seen.epoch === held.epoch && seen.version < held.version;
    if (late) return { kind: "taken", acknowledged: undefined };
    if (!fits || (!seen.answer && seen.base !== held?.version)) return { kind: "gap" };
    this.#apply(seen);
    return { kind: "taken", acknowledged: seen.acknowledged };
  }

  #apply(frame: SeenFrame): void {
    const { base, version, epoch, changes } = frame;
    if (base === undefined) this.view.replace(changes);
    else this.view.apply(changes);
    for (const collection of changes) this.#insistAllowed(collection);
    const told = this.#toldBefore(frame);
    const untold = frame.events.filter((event) => event.version > told);
    this.events.push(...untold);
    const last = this.followed.at(-1);
    // A whole view brings what is still kept of the events: all of them from the first on.
    const after = (untold[0]?.version ?? version + 1) - 1;
    if (base !== undefined && last !== undefined) last.through = version;
    else this.followed.push({ after, through: version });
    this.bookmark = { epoch, version };
  }

  /** Version up to which events were told; after a rollback what comes is new, though its version is not. */
  #toldBefore({ base, epoch, version }: SeenFrame): number {
    const held = this.bookmark;
    if (held === undefined) return 0;
    const isRolledBack = base === undefined && epoch !== held.epoch && version <= held.version;
    return isRolledBack ? 0 : held.version;
  }

  /** Bytes of a server field, or of a private one of another seat, must never come. */
  #insistAllowed({ shape, records }: CollectionChanges): void {
    const collection = this.view.face[shape.name] as ReadonlyMap<number, unknown>;
    for (const { id, mask, operation } of records) {
      const where = `${shape.name} ${id}`;
      assert(shape.privateEnd > 0, `${where} has nothing that a client may see`);
      if (operation === "remove" || shape.single) continue;
      const record = collection.get(id) as Readonly<Record<string, unknown>>;
      const owner = shape.fields[shape.ownerAt]?.name;
      const owns = owner !== undefined && this.view.seat !== undefined;
      const end = owns && record[owner] === this.view.seat ? shape.privateEnd : shape.publicEnd;
      assert(mask < 2 ** end, `a field of ${where} was sent that is not for these eyes`);
    }
  }

  #decode(bytes: Uint8Array): SeenFrame | undefined {
    const { epoch = 0 } = this.bookmark ?? {};
    const frame = decodeFrame(bytes, {
      byTag: (tag) => (tag === lineTag(this.#room, epoch) ? this.#game : undefined),
      byRoom: (room) => (room === this.#room ? this.#game : undefined),
    });
    if (frame === undefined || frame.kind === "answer") {
      return frame && { ...frame, answer: true };
    }
    const { own, version, base } = frame;
    return {
      epoch,
      version,
      base,
      answer: false,
      changes: [...frame.changes, ...(own?.changes ?? [])],
      events: [...frame.events, ...(own?.events ?? [])],
      acknowledged: own?.acknowledged,
    };
  }

  /** JSON frames do not say whether they are answers: any that stands on what is held, or less, fits. */
  #fromJson(frame: JsonFrame): SeenFrame {
    const { epoch, version, base, applied, refused = [], input } = frame;
    return {
      epoch,
      version,
      base,
      answer: epoch !== this.bookmark?.epoch || (base ?? 0) < this.bookmark.version,
      changes: changesFromJson(frame.changes, this.#game.shapes),
      events: frame.events.map(([at, name, values]) => ({
        version: at,
        name,
        values: values as Readonly<Record<string, Json>>,
      })),
      acknowledged: applied === undefined ? undefined : { applied, refused, input },
    };
  }
}

/** The changes a JSON frame stands for. Throws if it names what the game does not have. */
function changesFromJson(json: JsonChanges, shapes: readonly CollectionShape[]): Changes {
  return Object.entries(json).map(([name, records]) => {
    const shape = shapes.find((each) => each.name === name);
    assert(shape !== undefined, `no collection ${name}`);
    const { "*": replace, ...named } = records;
    const changes = Object.entries(named).map(([id, fields]) =>
      changeOf(shape, Number(id), fields),
    );
    return { shape, replace: replace === true, records: changes };
  });
}

function changeOf(shape: CollectionShape, id: number, fields: Json): RecordChange {
  if (fields === null) return { id, operation: "remove", mask: 0, values: [] };
  const { "+": created, ...named } = fields as Readonly<Record<string, Json>>;
  const values: unknown[] = [];
  let mask = 0;
  for (const [name, value] of Object.entries(named)) {
    const at = shape.indexByName.get(name);
    assert(at !== undefined, `${shape.name} has no field ${name}`);
    mask |= 1 << at;
    values[at] = shape.fields[at]?.kind.normalise(value);
  }
  return { id, operation: created === true ? "create" : "update", mask, values };
}
