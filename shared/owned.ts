// Owned: what somebody has here, as the server tells its owner over HTTP and pages show it: browsers,
// alerts and preferences. Shapes only. Ages and not times, because clocks of pages are wrong.

import type { AlertKind } from "./protocol.ts";

/** A browser somebody is signed in on. */
export interface BrowserSeen {
  /** Names it and opens nothing. */
  readonly label: string;
  /** "Firefox on Android" */
  readonly device: string;
  readonly isThis: boolean;
  /** Since its cookie was given out, and since it was last heard of. */
  readonly ageMs: number;
  readonly seenAgoMs: number;
  readonly endsInMs: number;
  /** Pages of it that are connected now. */
  readonly connections: number;
  /** Rooms in which its page was the last to have the seat. */
  readonly rooms: readonly string[];
}

/** Something its owner should look at. */
export interface AlertSeen {
  readonly kind: AlertKind;
  /** Empty if no device comes into it. */
  readonly device: string;
  readonly agoMs: number;
}

export interface Owned {
  readonly sessions: readonly BrowserSeen[];
  readonly alerts: readonly AlertSeen[];
  /** How the rooms in play stand in which these browsers have seats; the others sleep. */
  readonly rooms: readonly RoomSeen[];
}

export interface RoomSeen {
  readonly room: string;
  readonly status: "waiting" | "running" | "ended" | "parked" | "quarantined";
}

/** How somebody likes the pages; whatever is missing is for the page to decide. */
export interface Preferences {
  /** A BCP 47 tag such as "de" or "pt-BR". */
  readonly language?: string;
  readonly colours?: "light" | "dark" | "contrast";
  readonly reducedMotion?: boolean;
}

/** A story somebody has of a game: progress that a seat left. */
export interface StorySeen {
  /** Names it beside others of its game, until it was played on. */
  readonly story: number;
  /** Whether the next seat in a room of the game begins with it. */
  readonly isNext: boolean;
  /** Whether a seat has it now. */
  readonly isPlayed: boolean;
  /** Whether it was begun as a guest, before the sign-in to the account. */
  readonly isGuests: boolean;
  /** Since a seat left it; missing if older builds kept it. */
  readonly agoMs?: number;
  /** In the game's words, if it has any. */
  readonly summary?: string;
}

/** The stories of one game, the one that is next before the others, these newest first. */
export interface SaveSeen {
  readonly game: string;
  readonly stories: readonly StorySeen[];
}
