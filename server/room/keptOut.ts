// Kept out: who was put out of a room for good. Pure rules over the room's own record; they tell nobody.

import type { Json } from "../../shared/field.ts";
import type { IdentityId } from "../../shared/ids.ts";
import type { RoomCore } from "./core.ts";

/** More than anybody puts out of one room; whoever was put out first may come again. */
const KEPT_OUT_MAX = 100;

export function keepOutOf({ own }: RoomCore, identity: IdentityId): void {
  const others = listOf(own.$room.keptOut).filter((each) => each !== identity);
  own.$room.keptOut = [...others, identity].slice(-KEPT_OUT_MAX);
}

export function isKeptOut({ own }: RoomCore, identity: IdentityId): boolean {
  return listOf(own.$room.keptOut).includes(identity);
}

/** A room that put nobody out has no list. */
function listOf(kept: Json): readonly Json[] {
  return Array.isArray(kept) ? kept : [];
}
