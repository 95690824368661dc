// Coming: how somebody arrives on the island and how they leave it for good.

import { handsOf, type Island, nameOf, personAt, placeOf, SHARED_KEYS } from "./island.ts";
import { type Kept, takeUp } from "./keeping.ts";
import { tell, tellPlace, turnLeaf } from "./scroll.ts";
import { lookAround, showSights } from "./sight.ts";
import { ARRIVAL } from "./world/chapters.ts";
import { CREATURE_KEYS, CREATURES } from "./world/creatures.ts";
import { LANDING } from "./world/places.ts";
import { LUGGAGE, THINGS } from "./world/things.ts";

/** Puts everything where it belongs, before the first foot is set on the island. */
function layOutIsland(room: Island): void {
  const { whereabouts, island } = room.state;
  if (whereabouts.burr !== "") return;
  for (const key of SHARED_KEYS) whereabouts[key] = THINGS[key].home ?? LANDING;
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

/** Somebody who was here before comes back, as they were. */
export function comeBack(room: Island, seat: number, kept: Kept): void {
  const person = personAt(room, seat);
  takeUp(room, person, kept);
  const sight = room.state.sights.get(seat);
  if (sight !== undefined) sight.leaves = 0;
  turnLeaf(room, seat);
  tell(room, seat, {
    sort: "note",
    text: "You were here before, and Thole has kept your place. STORY tells what has happened so far.",
  });
  lookAround(room, person, true);
  showSights(room);
}

/** Somebody gives up their seat: what there is only one of goes home, and their hands open. */
export function depart(room: Island, seat: number): void {
  const { people, sights, whereabouts } = room.state;
  const person = people.get(seat);
  if (person === undefined) return;
  for (const key of SHARED_KEYS) {
    if (whereabouts[key] === handsOf(person)) whereabouts[key] = THINGS[key].home ?? LANDING;
  }
  if (person.holding === "works") room.state.island.signature = [];
  tellPlace(room, placeOf(person), {
    text: `${nameOf(room, seat)} has gone where the boats go.`,
    but: seat,
  });
  people.delete(seat);
  sights.delete(seat);
  showSights(room);
}
