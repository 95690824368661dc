// Shelf: what is kept of one identity's progress in one game while it is in no room. It decides who
// gets it and what is newer; it is a value and stores nothing.

import type { Json } from "../../shared/field.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { Errand, RoomInput, SavePlace } from "./turn.ts";

/** The room and the commit that a save left with: a copy that comes again is known by them. */
export interface SaveOrigin extends SavePlace {
  readonly room: RoomId;
}

export interface Shelf {
  /** The newest save; null before the first. */
  readonly save: Json;
  /** The seat that was given it, under the name it asked by; empty while nobody was. */
  readonly claim: string;
  /** The newest save of each room that one came from, newest room last. */
  readonly origins: readonly SaveOrigin[];
  /** Claims that gave back what they had or might have had; they get nothing any more. */
  readonly returned: readonly string[];
}

/** A shelf as JSON is at most a save and this many names long. */
const ORIGINS_MAX = 16;
const RETURNED_MAX = 16;

export const EMPTY_SHELF: Shelf = { save: null, claim: "", origins: [], returned: [] };

/** A shelf as the store has it; "" is one that was never written. */
export function shelfOf(text: string): Shelf {
  return text === "" ? EMPTY_SHELF : (JSON.parse(text) as Shelf);
}

/** Whether there is something on it that no seat has taken. */
export function isOffered({ claim, save }: Shelf): boolean {
  return claim === "" && save !== null;
}

export type ShelfErrand = Extract<Errand, { kind: "keep-save" | "return-save" | "take-save" }>;

export function isShelfErrand(errand: Errand): errand is ShelfErrand {
  const { kind } = errand;
  return kind === "keep-save" || kind === "return-save" || kind === "take-save";
}

/** What an errand of a room makes of a shelf, and what the room is told once that is stored. */
export function shelve(
  shelf: Shelf,
  room: RoomId,
  errand: ShelfErrand,
): { readonly next: Shelf; readonly input: RoomInput } {
  if (errand.kind === "take-save") {
    const { seat, claim } = errand;
    const { next, found } = takeFrom(shelf, claim);
    return { next, input: { kind: "save-found", seat, claim, found } };
  }
  const { item, epoch, version } = errand;
  const next =
    errand.kind === "keep-save"
      ? keepOn(shelf, { room, epoch, version }, errand.save)
      : returnTo(shelf, errand, { room, epoch, version });
  return { next, input: { kind: "save-kept", item, epoch, version } };
}

/** Keeps a save in place of the one there is. One that was kept before changes nothing. */
function keepOn(shelf: Shelf, origin: SaveOrigin, save: Json): Shelf {
  const known = shelf.origins.find(({ room }) => room === origin.room);
  if (known !== undefined && !isAfter(origin, known)) return shelf;
  const others = shelf.origins.filter((other) => other !== known);
  const { room, epoch, version } = origin;
  const origins = [...others, { room, epoch, version }].slice(-ORIGINS_MAX);
  return { ...shelf, save, claim: "", origins };
}

/** The save for a seat that asks by `claim`: the same however often it asks, and nobody else's. */
function takeFrom(
  shelf: Shelf,
  claim: string,
): { readonly next: Shelf; readonly found: { readonly save: Json } | null } {
  const isEmpty = shelf.origins.length === 0;
  const isTaken = shelf.claim !== "" && shelf.claim !== claim;
  if (isEmpty || isTaken || shelf.returned.includes(claim)) return { next: shelf, found: null };
  return { next: { ...shelf, claim }, found: { save: shelf.save } };
}

/**
 * A seat gives back what it got. One that does not know whether it got any says so too: its question
 * may still be on the way, and is answered with nothing from here on.
 */
function returnTo(
  shelf: Shelf,
  { claim, save }: Extract<ShelfErrand, { kind: "return-save" }>,
  origin: SaveOrigin,
): Shelf {
  if (shelf.returned.includes(claim)) return shelf;
  const returned = [...shelf.returned, claim].slice(-RETURNED_MAX);
  const isEmpty = shelf.origins.length === 0;
  const kept = isEmpty && save !== null ? keepOn(shelf, origin, save) : shelf;
  return { ...kept, returned, claim: kept.claim === claim ? "" : kept.claim };
}

function isAfter(one: SavePlace, other: SavePlace): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.version > other.version);
}
