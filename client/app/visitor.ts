// Visitor: who plays on this page and what the server has for them, asked again while anybody looks.
// The proof of identity stays in the browser's cookie jar.

import { useEffect, useState } from "preact/hooks";
import { systemClock } from "../../shared/clock.ts";
import type { SessionSeen } from "../../shared/protocol.ts";
import { type ListedRoom, type LiveSeat, RefusedError, Session } from "../join.ts";
import { GAMES, type GameName } from "./route.ts";

export const visitor = new Session();

export interface Standing {
  /** Undefined while nobody is signed in, or nothing is known yet. */
  readonly session: SessionSeen | undefined;
  readonly seats: readonly LiveSeat[];
  readonly rooms: readonly ListedRoom[];
  /** Whether the newest question was answered; undefined before the first answer. */
  readonly isReached: boolean | undefined;
}

const UNKNOWN: Standing = { session: undefined, seats: [], rooms: [], isReached: undefined };
const ASK_EVERY_MS = 3_000;

/** Nobody signs in while the landing page is shown: who was not known at first is not asked for again. */
async function ask({ isReached, session: known }: Standing): Promise<Standing> {
  const isUnknown = isReached === true && known === undefined;
  const session = isUnknown ? undefined : await visitor.current();
  const [seats, ...rooms] = await Promise.all([
    session === undefined ? [] : visitor.seats(),
    ...GAMES.map(roomsOf),
  ]);
  return { session, seats, rooms: rooms.flat(), isReached: true };
}

/** A game that this server does not have, as while another version is on its way, has no rooms. */
async function roomsOf(game: GameName): Promise<readonly ListedRoom[]> {
  try {
    return await visitor.rooms(game);
  } catch (error) {
    if (error instanceof RefusedError && error.next === "never") return [];
    throw error;
  }
}

async function standingAfter(before: Standing): Promise<Standing> {
  try {
    return await ask(before);
  } catch (error) {
    if (isUnreached(error)) return { ...before, isReached: false };
    throw error;
  }
}

/** Whether a question failed because of the server or the way to it: `fetch` says so by a TypeError. */
export function isUnreached(error: unknown): boolean {
  return error instanceof RefusedError || error instanceof TypeError;
}

/** What the server says of this visitor, asked every few seconds while the page is seen. */
export function useStanding(): Standing {
  const [standing, setStanding] = useState(UNKNOWN);
  useEffect(() => {
    let isShown = true;
    let newest = UNKNOWN;
    let cancel = () => undefined as void;
    const again = () => {
      cancel = systemClock.after(ASK_EVERY_MS, next);
    };
    function next() {
      if (document.visibilityState === "hidden") return again();
      void standingAfter(newest).then((answer) => {
        newest = answer;
        if (!isShown) return;
        setStanding(answer);
        again();
      });
    }
    next();
    return () => {
      isShown = false;
      cancel();
    };
  }, []);
  return standing;
}

const NAME_KEY = "holdfast.name";

/** The name that was typed last on this device; no secret. */
export function rememberedName(): string {
  try {
    return localStorage.getItem(NAME_KEY) ?? "";
  } catch (cause) {
    if (cause instanceof DOMException) return "";
    throw cause;
  }
}

export function rememberName(name: string): void {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch (cause) {
    // A browser that keeps nothing: the name is typed again next time.
    if (!(cause instanceof DOMException)) throw cause;
  }
}
