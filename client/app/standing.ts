// Standing: what the server has for whoever looks at the first page: who they are, their seats, the
// rooms there are. Asked again while anybody looks; it changes nothing.

import { useEffect, useState } from "preact/hooks";
import type { SaveSeen } from "../../shared/owned.ts";
import type { ListedRoom, LiveSeat } from "../join.ts";
import { saves } from "./account/account.ts";
import { askWho, type Person } from "./person.ts";
import { isUnreached, visitor } from "./visitor.ts";
import { askWhileShown } from "./whileShown.ts";

export interface Standing {
  readonly person: Person;
  readonly seats: readonly LiveSeat[];
  readonly saves: readonly SaveSeen[];
  readonly rooms: readonly ListedRoom[];
  /** Whether the newest question was answered; undefined before the first answer. */
  readonly isReached: boolean | undefined;
}

const UNKNOWN: Standing = {
  person: { kind: "unasked" },
  seats: [],
  saves: [],
  rooms: [],
  isReached: undefined,
};
const ASK_EVERY_MS = 3_000;

async function ask(): Promise<Standing> {
  const person = await askWho();
  const [seats, kept, rooms] = await Promise.all([
    person.kind === "known" ? visitor.seats() : [],
    person.kind === "known" ? saves() : [],
    openRooms(),
  ]);
  return { person, seats, saves: kept, rooms, isReached: true };
}

/** Rooms of all games at once. */
async function openRooms(): Promise<readonly ListedRoom[]> {
  type Answer = { readonly rooms: readonly ListedRoom[] };
  return (await visitor.ask<Answer>("GET", "/api/rooms")).rooms;
}

async function standingAfter(before: Standing): Promise<Standing> {
  try {
    return await ask();
  } catch (error) {
    if (isUnreached(error)) return { ...before, isReached: false };
    throw error;
  }
}

/** What the server says of this visitor, asked every few seconds while the page is seen. */
export function useStanding(): Standing {
  const [standing, setStanding] = useState(UNKNOWN);
  useEffect(() => {
    let newest = UNKNOWN;
    const read = async () => {
      newest = await standingAfter(newest);
      return newest;
    };
    return askWhileShown(read, setStanding, ASK_EVERY_MS);
  }, []);
  return standing;
}
