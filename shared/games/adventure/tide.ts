// Tide: the island's own clock. It beats only while somebody does something, turns the water, moves
// the creatures and burns the lamp's oil; while everybody reads, nothing moves and nothing is sent.

import {
  creaturesAt,
  handsOf,
  hasReached,
  type Island,
  type Person,
  peopleAt,
  placeOf,
  SHARED_KEYS,
} from "./island.ts";
import { tell, tellAll, tellPlace } from "./scroll.ts";
import { lookAround, showSights } from "./sight.ts";
import { WENT_OUT } from "./world/chapters.ts";
import { CREATURE_KEYS, CREATURES, type CreatureKey } from "./world/creatures.ts";
import { isPlaceKey, LANDING, PLACES } from "./world/places.ts";
import { THINGS } from "./world/things.ts";
import { TIDE_WORDS as WORDS } from "./world/tideWords.ts";

export const BEAT_MS = 20_000;
/** Beats from one turn of the tide to the next: four minutes. */
export const TIDE_BEATS = 12;
/** Somebody who typed nothing for so long does not keep the clock going. */
export const AWAKE_MS = 5 * 60_000;
/** Beats before the turn at which it can be heard. */
const WARNING_BEATS = 2;

/** Somebody did something: the clock goes on if it stood. */
export function wake(room: Island): void {
  const { island } = room.state;
  island.activeMs = room.nowMs;
  if (island.isBeating) return;
  island.isBeating = true;
  room.timer("beat", BEAT_MS);
}

export function beat(room: Island): void {
  const { island } = room.state;
  island.beats += 1;
  const toTurn = TIDE_BEATS - (island.beats % TIDE_BEATS);
  if (toTurn === TIDE_BEATS) turnTide(room);
  else if (toTurn === WARNING_BEATS) warn(room);
  burn(room);
  stirOne(room);
  const isAwake = room.nowMs - island.activeMs < AWAKE_MS;
  island.isBeating = isAwake;
  if (isAwake) room.timer("beat", BEAT_MS);
  showSights(room);
}

function warn(room: Island): void {
  const { tide } = room.state.island;
  for (const person of room.state.people) {
    if (tide === "low" && PLACES[placeOf(person)].isFlooded === true) {
      tell(room, person.seat, WORDS.warning);
    }
    if (creaturesAt(room, placeOf(person)).includes("burr")) {
      tell(room, person.seat, WORDS.bark);
    }
  }
}

function turnTide(room: Island): void {
  const { island, whereabouts } = room.state;
  island.tide = island.tide === "low" ? "high" : "low";
  // The keeper's lock is an old one.
  island.isDoorOpen = false;
  const text = island.tide === "low" ? WORDS.ebb : WORDS.flood;
  tellAll(room, { text });
  takeBack(room);
  if (island.tide === "low") return;
  for (const key of SHARED_KEYS) {
    const at = whereabouts[key];
    const isAfloat = isPlaceKey(at) && PLACES[at].isFlooded === true;
    if (isAfloat) whereabouts[key] = THINGS[key].home ?? LANDING;
  }
  for (const person of room.state.people) {
    if (PLACES[placeOf(person)].isFlooded === true) carryAshore(room, person);
  }
}

/** What somebody has had their use of goes back to where the next one looks for it. */
function takeBack(room: Island): void {
  const { whereabouts } = room.state;
  for (const person of room.state.people) {
    if (whereabouts.key === handsOf(person) && hasReached(person, "read")) {
      whereabouts.key = "toll";
      tell(room, person.seat, WORDS.keyGone);
    }
    if (whereabouts.crank === handsOf(person) && hasReached(person, "light")) {
      whereabouts.crank = "ribs";
      tell(room, person.seat, WORDS.crankGone);
    }
  }
}

/** Nobody drowns on Thole: whoever the water finds outside is put down on the slip. */
function carryAshore(room: Island, person: Person): void {
  tell(room, person.seat, WORDS.carried);
  person.place = LANDING;
  tellPlace(room, LANDING, { text: WORDS.landed, but: person.seat });
  lookAround(room, person, false);
}

function burn(room: Island): void {
  const { island, whereabouts } = room.state;
  if (island.burns === 0) return;
  island.burns -= 1;
  if (island.burns > 0) return;
  island.isWiped = false;
  island.hasWick = false;
  island.hasOil = false;
  island.shutter = [];
  if (whereabouts.crank === "works") whereabouts.crank = "ribs";
  for (const person of room.state.people) {
    if (person.holding === "works") person.holding = "nothing";
  }
  island.signature = [];
  tellAll(room, { text: WENT_OUT });
}

/** Each beat one creature does something: it goes where it likes to be, or shows what it is. */
function stirOne(room: Island): void {
  const key = CREATURE_KEYS[Math.floor(room.random() * CREATURE_KEYS.length)];
  if (key === undefined) return;
  const { idles } = CREATURES[key];
  const at = room.state.whereabouts[key];
  if (!isPlaceKey(at)) return;
  if (room.random() < 0.5) return roam(room, key);
  if (peopleAt(room, at).length === 0) return;
  tellPlace(room, at, { text: idles[Math.floor(room.random() * idles.length)] ?? idles[0] });
}

function roam(room: Island, key: CreatureKey): void {
  const { haunts, comes, goes } = CREATURES[key];
  const { whereabouts, island } = room.state;
  const open = haunts.filter(
    (place) =>
      place !== whereabouts[key] &&
      isPlaceKey(place) &&
      (island.tide === "low" || PLACES[place].isFlooded !== true || key === "ninepence"),
  );
  const to = open[Math.floor(room.random() * open.length)];
  const from = whereabouts[key];
  if (!isPlaceKey(to) || !isPlaceKey(from)) return;
  tellPlace(room, from, { text: goes });
  whereabouts[key] = to;
  tellPlace(room, to, { text: comes });
  if (key === "toll") pickUp(room, to);
}

/** The otter takes the key along wherever she finds it lying. */
function pickUp(room: Island, place: string): void {
  const { whereabouts } = room.state;
  if (whereabouts.key !== place || !isPlaceKey(place)) return;
  whereabouts.key = "toll";
  tellPlace(room, place, {
    text: WORDS.keyTaken,
  });
}
