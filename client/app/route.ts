// Route: which page or table is shown, as the part of its address after the hash: an address that can be
// sent to friends, and that a reload comes back to.

import { unreachable } from "../../shared/assert.ts";
import { plainCode } from "../../shared/ids.ts";

export const GAMES = ["arena", "adventure", "eights", "nim"] as const;
export type GameName = (typeof GAMES)[number];

/** Which room of a game is meant. */
export type Place =
  /** Any listed one with a free seat, or a new one. */
  | { readonly kind: "any" }
  /** A new one that only those with its code find. */
  | { readonly kind: "private" }
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "room"; readonly room: string };

export interface TableWanted {
  readonly game: GameName;
  readonly place: Place;
  readonly isWatching: boolean;
}

const TABLE = /^#\/([a-z]+)(?:\/(private|room\/[a-z0-9]{8,32}|[a-z0-9]{1,16}))?(\?watch)?$/;

/** The table that an address names; undefined for the landing page and for nonsense. */
export function tableOf(hash: string): TableWanted | undefined {
  const [, name = "", place, watch] = TABLE.exec(hash.toLowerCase()) ?? [];
  if (!isGameName(name)) return undefined;
  return { game: name, place: placeOf(place), isWatching: watch !== undefined };
}

function placeOf(text: string | undefined): Place {
  if (text === undefined) return { kind: "any" };
  if (text === "private") return { kind: "private" };
  const [room, id] = text.split("/");
  return room === "room" && id !== undefined
    ? { kind: "room", room: id }
    : { kind: "code", code: text };
}

/** A page that is neither the landing page nor a table. */
export type PageName = "account" | "admin";

export function pageOf(hash: string): PageName | undefined {
  if (hash === "#/account") return "account";
  return hash === "#/admin" ? "admin" : undefined;
}

/** The code that an address carries to the page where one is shown; undefined for other pages. */
export function codeOf(hash: string): string | undefined {
  const [found, code = ""] = /^#\/take(?:\/([a-z0-9-]{1,12}))?$/i.exec(hash) ?? [];
  return found === undefined ? undefined : code;
}

export function hashOf({ game, place, isWatching }: TableWanted): string {
  return `#/${game}${textOf(place)}${isWatching ? "?watch" : ""}`;
}

function textOf(place: Place): string {
  switch (place.kind) {
    case "any":
      return "";
    case "private":
      return "/private";
    case "code":
      return `/${place.code}`;
    case "room":
      return `/room/${place.room}`;
    default:
      return unreachable(place);
  }
}

export function isGameName(name: string): name is GameName {
  return (GAMES as readonly string[]).includes(name);
}

/** How a room is told to friends: the game and the code, as in "arena-k7m2p". */
export function tellingOf(game: string, code: string): string {
  return `${game}-${code}`;
}

/**
 * What somebody typed or pasted to come into a room: a telling or a whole link; capitals and blanks
 * are forgiven. Undefined for anything else.
 */
export function heardOf(typed: string): TableWanted | undefined {
  const linked = tableOf(typed.slice(Math.max(0, typed.indexOf("#"))).trim());
  if (linked !== undefined && linked.place.kind !== "any") return linked;
  const plain = plainCode(typed);
  const game = GAMES.find((name) => plain.startsWith(name) && plain.length > name.length);
  if (game === undefined) return undefined;
  return { game, place: { kind: "code", code: plain.slice(game.length) }, isWatching: false };
}

/** To the first page, as a step in the browser's history. */
export function goHome(): void {
  location.assign("#/");
}
