// Audience: who is told of an event, as the state is at that moment. It looks; it tells nobody.

import type { Audience } from "../../shared/game.ts";
import type { StoredCollection, StoredRecord } from "../../shared/record.ts";
import type { RoomCore } from "./core.ts";
import type { KeptEvent } from "./history.ts";

const NOBODY = "an event's audience is { seat } or { seeing: record }, with a record of this room";

/** Whom an event is for, checked. Throws if it is for nobody that could be. */
export function audienceOf(
  core: RoomCore,
  sees: (collection: StoredCollection, record: StoredRecord, seat: number | undefined) => boolean,
  to: Audience | undefined,
): Pick<KeptEvent, "seats" | "watchers"> {
  if (to === undefined) return { seats: undefined, watchers: true };
  // Rules may be JavaScript, where nobody says so earlier.
  if (typeof to !== "object" || to === null) throw new TypeError(NOBODY);
  if ("seat" in to) {
    const { max } = core.game.seats;
    const exists = Number.isInteger(to.seat) && to.seat >= 0 && to.seat < max;
    if (!exists) throw new TypeError(`an event's seat is a whole number below ${max}`);
    return { seats: [to.seat], watchers: false };
  }
  const { collections } = core.state;
  for (const collection of collections) {
    const record = collection.record(to.seeing.id);
    if (record?.face !== to.seeing) continue;
    if (!collection.shape.selective) return { seats: undefined, watchers: true };
    const taken = [...core.own.$seats].map((seat) => seat.id);
    return {
      seats: taken.filter((seat) => sees(collection, record, seat)),
      watchers: sees(collection, record, undefined),
    };
  }
  throw new TypeError(NOBODY);
}
