// Coming: how somebody arrives on the island and how they leave it for good.

import { LEAVES } from "./declared.ts";
import {
  handsOf,
  type Island,
  nameOf,
  type Person,
  personAt,
  placeOf,
  SHARED_KEYS,
  type SharedKey,
} from "./island.ts";
import { both, type Kept } from "./keeping.ts";
import { readLine } from "./line.ts";
import { tell, tellPlace, turnLeaf } from "./scroll.ts";
import { lookAround, showSights } from "./sight.ts";
import { ARRIVAL, type Chapter } from "./world/chapters.ts";
import { CREATURE_KEYS, CREATURES } from "./world/creatures.ts";
import { LANDING, PLACES, type PlaceKey } from "./world/places.ts";
import { LUGGAGE, THINGS, type ThingKey } from "./world/things.ts";

const WELCOME_BACK =
  "You were here before, and Thole has kept your place. STORY tells what has happened so far; RESTART begins anew.";

/** Who was away for less has missed nothing that needs a word. */
const WORTH_TELLING_MS = 60_000;

function homeOf(key: SharedKey): string {
  return THINGS[key].home ?? LANDING;
}

/** Puts everything where it belongs, before the first foot is set on the island. */
function layOutIsland(room: Island): void {
  const { whereabouts, island } = room.state;
  if (whereabouts.burr !== "") return;
  for (const key of SHARED_KEYS) whereabouts[key] = homeOf(key);
  for (const key of CREATURE_KEYS) whereabouts[key] = CREATURES[key].home;
  island.tide = "low";
}

/** Somebody comes by boat. */
export function arrive(room: Island, seat: number): void {
  layOutIsland(room);
  room.state.people.add({ seat, activeMs: room.nowMs, place: LANDING, things: [...LUGGAGE] }, seat);
  room.state.sights.add({ seat }, seat);
  turnLeaf(room, seat);
  tell(room, seat, ARRIVAL);
  lookAround(room, personAt(room, seat), true);
  tell(room, seat, {
    sort: "note",
    text: "Type what you do, in plain words: READ LETTER, EXAMINE TOWER, UP. HELP says more, HINT helps on.",
  });
  tellPlace(room, LANDING, {
    text: `A boat comes in, puts ${nameOf(room, seat)} ashore, and does not wait.`,
    but: seat,
  });
  showSights(room);
}

/**
 * Somebody who was here before is as they were. What they did before the save came counts as well: it
 * may come late, and they may have walked on.
 */
export function comeBack(room: Island, seat: number, kept: Kept): void {
  const person = personAt(room, seat);
  const hasBegun = hasTyped(room, seat);
  person.things = both(kept.things, person.things as readonly ThingKey[]);
  person.chapters = both(kept.chapters, person.chapters as readonly Chapter[]);
  person.seen = both(kept.seen, person.seen as readonly PlaceKey[]);
  if (!hasBegun) {
    person.place = isUnderWater(room, kept.place) ? LANDING : kept.place;
    reopen(room, seat, kept.lines);
  }
  turnLeaf(room, seat);
  tell(room, seat, { sort: "note", text: WELCOME_BACK });
  lookAround(room, person, true);
  showSights(room);
}

function isUnderWater(room: Island, place: PlaceKey): boolean {
  return PLACES[place].isFlooded === true && room.state.island.tide === "high";
}

function hasTyped(room: Island, seat: number): boolean {
  const sight = room.state.sights.get(seat);
  return LEAVES.some((leaf) => sight?.[leaf].some((line) => readLine(line).sort === "typed"));
}

/** The story begins with its last page of then instead of another arrival. */
function reopen(room: Island, seat: number, lines: readonly string[]): void {
  const sight = room.state.sights.get(seat);
  if (sight === undefined) return;
  for (const leaf of LEAVES) sight[leaf] = [];
  sight.leaves = 0;
  for (const line of lines) tell(room, seat, readLine(line));
}

/** Somebody was away for a while: what was told them meanwhile is in their story already. */
export function welcomeBack(room: Island, seat: number, awayMs: number): void {
  if (awayMs < WORTH_TELLING_MS) return;
  const minutes = Math.round(awayMs / 60_000);
  const span = minutes < 2 ? "a minute" : `${minutes} minutes`;
  const text = `You were away for ${span}. What happened meanwhile stands above.`;
  tell(room, seat, { sort: "note", text });
}

/** Forgets what somebody has come to, at their own wish. */
export function beginAnew(room: Island, person: Person): void {
  for (const key of SHARED_KEYS) {
    if (room.state.whereabouts[key] === handsOf(person)) room.state.whereabouts[key] = homeOf(key);
  }
  person.things = [...LUGGAGE];
  person.chapters = [];
  person.seen = [];
  person.place = LANDING;
  tell(room, person.seat, ARRIVAL);
  lookAround(room, person, true);
}

/** Somebody gives up their seat: what there is only one of goes home, and their hands open. */
export function depart(room: Island, seat: number): void {
  const { people, sights, whereabouts } = room.state;
  const person = people.get(seat);
  if (person === undefined) return;
  for (const key of SHARED_KEYS) {
    if (whereabouts[key] === handsOf(person)) whereabouts[key] = homeOf(key);
  }
  if (person.holding === "works") room.state.island.signature = [];
  tellPlace(room, placeOf(person), {
    text: `${nameOf(room, seat)} has gone where the boats go.`,
    but: seat,
  });
  people.delete(seat);
  sights.delete(seat);
  // Whoever takes the seat next is somebody else.
  for (const sight of sights) {
    if (sight.muted.includes(seat)) sight.muted = sight.muted.filter((each) => each !== seat);
  }
  showSights(room);
}
