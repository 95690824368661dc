// Shelf: what is kept of one identity's progress in one game while it is in no room. It decides who
// gets it and what is known already; it is a value and stores nothing.

import type { Json } from "../../shared/field.ts";
import type { IdentityId, RoomId } from "../../shared/ids.ts";
import { fromJson } from "../../shared/json.ts";
import { isShelf } from "./shelfForm.ts";
import { allOf, bring, free, lay, NO_STORIES, type Stories } from "./stories.ts";
import type { Errand, RoomInput, SavePlace } from "./turn.ts";

/** The room and the commit that a save left with: a copy that comes again is known by them. */
export interface SaveOrigin extends SavePlace {
  readonly room: RoomId;
  /** Whose seat it was, if that guest turned out to be whose shelf this is. */
  readonly guest?: IdentityId;
}

export interface Shelf extends Stories {
  /** The newest save of each room that one came from, newest room last. */
  readonly origins: readonly SaveOrigin[];
  /** Claims that gave back what they had or might have had; they get nothing any more. */
  readonly returned: readonly string[];
  /** Rooms in which a seat came along from a guest, and has left nothing yet. */
  readonly brought: readonly RoomId[];
  /** Guests whose stories are here by now. */
  readonly joined: readonly IdentityId[];
  /**
   * Whom all of it goes to, and what comes after it: whom a guest signed in as, or nobody once its player
   * has left for good; empty otherwise. No seat is given any of it then.
   */
  readonly goingTo: IdentityId | "";
  /** What stood here and could not be read, as it was. No seat is given any of it. */
  readonly unreadable: readonly string[];
  /** Whether the operator has been told of all that. */
  readonly isReported: boolean;
}

/** A shelf as JSON is at most a few saves and this many names long, and what could not be read. */
const ORIGINS_MAX = 16;
const RETURNED_MAX = 16;
const BROUGHT_MAX = 16;
const JOINED_MAX = 16;
const UNREADABLE_MAX = 3;

export const EMPTY_SHELF: Shelf = {
  ...NO_STORIES,
  origins: [],
  returned: [],
  brought: [],
  joined: [],
  goingTo: "",
  unreadable: [],
  isReported: true,
};

/**
 * A shelf as the store has it; "" is one that was never written. What cannot be read stays on it as it
 * is: its player begins anew rather than wait for an operator in every room, and nothing is lost that
 * somebody might still make sense of.
 */
export function shelfOf(text: string): Shelf {
  if (text === "") return EMPTY_SHELF;
  const read = fromJson(text);
  if (isShelf(read)) return { ...EMPTY_SHELF, ...read };
  return { ...EMPTY_SHELF, unreadable: [text], isReported: false };
}

/** Whether the next seat is given something. */
export function isOffered({ claim, save, goingTo }: Shelf): boolean {
  return claim === "" && save !== null && goingTo === "";
}

export type ShelfErrand = Extract<Errand, { kind: "keep-save" | "return-save" | "take-save" }>;

export function isShelfErrand(errand: Errand): errand is ShelfErrand {
  const { kind } = errand;
  return kind === "keep-save" || kind === "return-save" || kind === "take-save";
}

/** Who sends an errand, and when, in ms since 1970. */
export interface ShelfSender {
  readonly room: RoomId;
  readonly nowMs: number;
  /** Whose seat it is about, if that guest turned out to be whose shelf this is. */
  readonly guest?: IdentityId;
}

/** What an errand of a room makes of a shelf, and what the room is told once that is stored. */
export function shelve(
  shelf: Shelf,
  sender: ShelfSender,
  errand: ShelfErrand,
): { readonly next: Shelf; readonly input: RoomInput } {
  if (errand.kind === "take-save") {
    const { seat, claim } = errand;
    const { next, found } = takeFrom(shelf, claim, sender.guest);
    return { next, input: { kind: "save-found", seat, claim, found } };
  }
  const { item, epoch, version } = errand;
  const left = { ...errand, ...sender };
  const next = errand.kind === "keep-save" ? keepOn(shelf, left) : returnTo(shelf, left);
  return { next, input: { kind: "save-kept", item, epoch, version } };
}

/** What a seat left, where it comes from and when. */
interface Left extends SavePlace, ShelfSender {
  readonly claim: string;
  readonly save: Json;
}

/** Keeps what a seat left. What was kept before changes nothing. */
function keepOn(shelf: Shelf, { room, epoch, version, claim, save, nowMs, guest }: Left): Shelf {
  const origin = { room, epoch, version, ...(guest === undefined ? {} : { guest }) };
  const known = shelf.origins.find((each) => each.room === room && each.guest === guest);
  if (known !== undefined && !isAfter(origin, known)) return shelf;
  const others = shelf.origins.filter((other) => other !== known);
  const origins = [...others, origin].slice(-ORIGINS_MAX);
  const story = { save, keptMs: nowMs };
  if (guest !== undefined) return lay({ ...shelf, origins }, claim, { ...story, isGuests: true });
  const isGuests = shelf.brought.includes(room);
  const brought = shelf.brought.filter((each) => each !== room);
  return lay({ ...shelf, origins, brought }, claim, { ...story, isGuests });
}

/**
 * The story for a seat that asks by `claim`: the same however often it asks, and nobody else's. A seat
 * that is still the guest's has what it was given before; what waits is for the player's next.
 */
function takeFrom(
  shelf: Shelf,
  claim: string,
  guest: IdentityId | undefined,
): { readonly next: Shelf; readonly found: { readonly save: Json } | null } {
  if (shelf.returned.includes(claim)) return { next: shelf, found: null };
  const had = allOf(shelf).find((story) => story.claim === claim);
  if (had !== undefined) return { next: shelf, found: { save: had.save } };
  if (guest !== undefined || !isOffered(shelf)) return { next: shelf, found: null };
  return { next: { ...shelf, claim }, found: { save: shelf.save } };
}

/**
 * A seat gives back what it got. One that does not know whether it got any says so too: its question
 * may still be on the way, and is answered with nothing from here on.
 */
function returnTo(shelf: Shelf, left: Left): Shelf {
  const { claim, save } = left;
  if (shelf.returned.includes(claim)) return shelf;
  const returned = [...shelf.returned, claim].slice(-RETURNED_MAX);
  const freed = free(shelf, claim);
  const kept = freed.save === null && save !== null ? keepOn(freed, left) : freed;
  return { ...kept, returned };
}

/** A guest's seat in a room is this player's from here on. */
export function noteBrought(shelf: Shelf, room: RoomId): Shelf {
  if (shelf.brought.includes(room)) return shelf;
  return { ...shelf, brought: [...shelf.brought, room].slice(-BROUGHT_MAX) };
}

/** A guest's stories come to the player, once, and what they are known by comes along. */
export function joinShelves(shelf: Shelf, guest: IdentityId, guests: Shelf): Shelf {
  if (shelf.joined.includes(guest)) return shelf;
  const brought = guests.origins.map((origin) => ({ guest, ...origin }));
  const origins = [...shelf.origins, ...brought].slice(-ORIGINS_MAX);
  const joined = [...shelf.joined, guest].slice(-JOINED_MAX);
  const unreadable = [...shelf.unreadable, ...guests.unreadable].slice(-UNREADABLE_MAX);
  const isReported = shelf.isReported && guests.isReported;
  return { ...bring(shelf, guests), origins, joined, unreadable, isReported };
}

/** What is left of a shelf once everything has gone: the way that what comes late goes after it. */
export function noteOf(goingTo: IdentityId): Shelf {
  return { ...EMPTY_SHELF, goingTo };
}

export function isNote({ goingTo, unreadable, ...shelf }: Shelf): boolean {
  return goingTo !== "" && allOf(shelf).length === 0 && unreadable.length === 0;
}

function isAfter(one: SavePlace, other: SavePlace): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.version > other.version);
}
